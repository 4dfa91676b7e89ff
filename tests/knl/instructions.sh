#!/bin/sh
# instructions.sh FILE...: these objects or programs hold no instruction beyond Knights Landing's AVX-512 F and CD.
#
# The judge is the assembler, told of such a CPU: it is given back what objdump shows, each instruction once, and refuses
# what the CPU lacks; prefetchw is what it has since Broadwell. Branches are left out, whose targets it does not know.
cpu=generic64+sse4.2+popcnt+movbe+avx2+fma+f16c+bmi+bmi2+lzcnt+prfchw+avx512f+avx512cd
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

for file; do
  # What begins with byte 62 is encoded by EVEX, with xmm and ymm registers too, which is AVX512VL: the assembler would
  # turn to VEX.
  objdump -dw "$file" | awk -F '\t' 'NF > 2 {
    sub(/ *[#<].*/, "", $3)
    if ($3 ~ /^((bnd|notrack|rep[nz]*) )*(j|call|loop|ret)|nop|endbr/) next
    print ($2 ~ /^62 / && $3 !~ /^[{]evex/ ? "{evex} " : "") $3 }' | sort -u >"$scratch/shown.s"
  [ -s "$scratch/shown.s" ] || { echo "$file: found no instructions, expected an object or a program"; exit 1; }
  if ! as -march=$cpu -o "$scratch/again.o" "$scratch/shown.s" 2>"$scratch/refused"; then
    foreign=$(sed -n 's/.*shown\.s:\([0-9]*\): Error.*/\1p/p' "$scratch/refused" | head -n 5)
    echo "$file: found these, expected AVX-512 F and CD alone"
    if [ "$foreign" ]; then sed -n "$foreign" "$scratch/shown.s"; else cat "$scratch/refused"; fi
    exit 1
  fi
  echo "$file: $(wc -l <"$scratch/shown.s") different instructions, of AVX-512 F and CD alone"
done
