#!/bin/sh
# docs.sh FOLDER COMPILER ARGS...: every ```cpp block of the pages in FOLDER, and of README.md beside it, compiles; what
# checks a gradient in its main also runs.
folder=$1
shift
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
for page in "$folder"/*.md "$folder"/../README.md; do
  awk -v to="$scratch/$(basename "$page" .md)" '
    /^```cpp$/ { ++n; file = to "-" n ".cpp"; print "#line " NR + 1 " \"" FILENAME "\"" > file; next }
    /^```/ { file = ""; next }
    file { print >> file }' "$page"
done
found=0
for block in "$scratch"/*.cpp; do
  [ -e "$block" ] || break
  found=$((found + 1))
  if grep -q 'main() { return gradient_check' "$block"; then
    "$@" -O1 -o "$scratch/program" "$block" -ldnnl && "$scratch/program" || { echo "$block: its check fails"; exit 1; }
  else
    "$@" -fsyntax-only "$block" || exit 1
  fi
done
[ "$found" -gt 0 ] || { echo "no block of code found in $folder"; exit 1; }
echo "$found blocks compile"
