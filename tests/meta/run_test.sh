#!/usr/bin/env bash
# The functions of ./run, and what it says of itself.
set -euo pipefail
cd "$(dirname "$0")/../.."

listed=$(./run)
for command in test "test knl" rpv methods toys bench format; do
  [[ $'\n'$listed == *$'\n'"./run $command "* ]] || { echo "./run does not list $command"; exit 1; }
done
for ask in --help -h "test --help" "methods --epochs 3 --help" "dance -h"; do
  [[ $(./run $ask) == "$listed" ]] || { echo "./run $ask says something else than ./run"; exit 1; }
done
said=$(./run dance 2>&1) && { echo "./run dance succeeds"; exit 1; }
[[ $said == "found dance, expected one of"* ]] || { echo "./run dance says $said"; exit 1; }
said=$(./run methods --out elsewhere 2>&1) && { echo "./run methods --out succeeds"; exit 1; }
[[ $said == "found --out, expected what all recipes"* ]] || { echo "./run methods --out says $said"; exit 1; }
said=$(./run bench report speed 2>&1) && { echo "./run bench report speed succeeds"; exit 1; }
[[ $said == "found speed, expected a part to report on"* ]] || { echo "./run bench report speed says $said"; exit 1; }

source ./run
scratch=$(mktemp -d)
trap 'rm -rf "$scratch" "build/rpv-of $$"' EXIT
mkdir "$scratch/run"
printf '{\n  "recipe": "talk",\n  "filters": 8,\n  "noise": 16,\n  "batch": 64\n}\n' >"$scratch/run/run.json"

expect() {  # the network, then the arguments that want it
  local expected=$1 found
  shift
  found=$(network_of "$@")
  [[ $found == "$expected" ]] || { echo "$*: found '$found', expected '$expected'"; exit 1; }
}
expect recommended/32x64 train --out new
expect recommended/16x64 train --out new --filters 16
expect recommended/24x64 train --out new --filters=24
expect talk/64x128 train --recipe talk --filters 64 --noise 128 --out new
expect wasserstein-gp/32x64 train --recipe wasserstein-gp --out new
expect '' train
expect '' train --filters 16
expect '' train --recipe none --out new
expect '' train --filters many --out new
expect talk/8x16 train --out "$scratch/run" --resume
expect talk/8x16 train --resume --out="$scratch/run" --epochs 9
expect talk/8x16 sample --checkpoint "$scratch/run/best.ckpt" --n 5 --out fake.h5
expect talk/8x16 report --run "$scratch/run"
expect talk/8x16 info "$scratch/run/last.ckpt"
expect '' evaluate --real a.h5 --fake b.h5
expect '' events --n 5 --out a.h5
expect '' --help
expect '' train --help

# What is built: the networks that are named, and for --help none.
install() { :; }
native() { echo "of $$"; }  # a folder that is not there
cmake() { [[ $1 != --preset ]] || printf '%s\n' "$@" >"$scratch/asked"; }
for network in '' talk/8x16; do
  build_rpv $network 2>/dev/null
  grep -qxF -- "-DHEPGAN_RPV_CATALOGUE=$network" "$scratch/asked" ||
    { echo "build_rpv $network asks for $(grep CATALOGUE "$scratch/asked")"; exit 1; }
done

# Of two that build in one folder the second waits; who then runs rpv holds up nobody.
cmake() { ! flock -n "build/rpv-of $$" true || { echo "build_rpv does not lock its folder" >&2; exit 1; }; }
build_rpv
flock -n "build/rpv-of $$" true || { echo "build_rpv keeps its folder locked"; exit 1; }
exec 8<"build/rpv-of $$"
flock 8
build_rpv 2>"$scratch/said" 8<&- &
for ((i = 0; i < 300; ++i)); do [[ ! -s $scratch/said ]] || break; sleep 0.1; done
exec 8<&-
wait $!
said=$(cat "$scratch/said")
[[ $said == "Waiting for another build"* ]] || { echo "build_rpv beside another says '$said'"; exit 1; }
