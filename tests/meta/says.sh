#!/bin/sh
# says.sh STATUS PATTERN COMMAND...: the command ends with this status, and says what the pattern (of grep -E) matches.
status=$1 pattern=$2
shift 2
said=$("$@" 2>&1)
found=$?
echo "$said"
[ "$found" -eq "$status" ] || { echo "found status $found, expected $status"; exit 1; }
echo "$said" | grep -Eq -- "$pattern" || { echo "not said: $pattern"; exit 1; }
