#!/bin/sh
# twin.sh FILE COMPILER ARGS...: FILE builds as it is; with -DFAULT it fails with one error, within 20 lines, in the words
# of its first line, "// expects: ...".
file=$1
shift
expected=$(sed -n '1s|^// expects: ||p' "$file")
[ -n "$expected" ] || { echo "$file: the first line shall be '// expects: ...'"; exit 1; }
said=$("$@" -S -o /dev/null "$file" 2>&1) || { echo "the sound twin does not build:"; echo "$said"; exit 1; }
said=$("$@" -DFAULT -S -o /dev/null "$file" 2>&1) && { echo "the faulty twin builds"; exit 1; }
lines=$(echo "$said" | grep -Evc '^(In file included| +) ?from .*[,:]$')  # the way to a header, which clang tells often
echo "$said" | grep -qF -- "$expected" || { echo "not said: $expected"; echo "$said"; exit 1; }
[ "$(echo "$said" | grep -c 'error:')" -eq 1 ] || { echo "not one error:"; echo "$said"; exit 1; }
[ "$lines" -le 20 ] || { echo "$lines lines:"; echo "$said"; exit 1; }
