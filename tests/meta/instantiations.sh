#!/bin/sh
# instantiations.sh BUDGET ROOT COMPILER ARGS...: no program of the budget instantiates more functions than it says.
budget=$1 root=$2
shift 2
object=$(mktemp) || exit 2
trap 'rm -f "$object"' EXIT
while read -r program _ _ most; do
  case $program in '#'*) continue ;; esac
  "$@" -O0 -x c++ -c -o "$object" "$root/$program" || exit 1
  found=$(nm "$object" | grep -c ' [WT] ')
  echo "$program: $found functions"
  [ "$found" -le "$most" ] || { echo "$program: found $found functions, expected at most $most"; exit 1; }
done <"$budget"
