#!/usr/bin/env bash
# What benchmarks measured stands in docs/ once for each machine, and leaves all else there alone.
set -euo pipefail
cd "$(dirname "$0")/../.."
for needed in node gnuplot; do
  command -v $needed >/dev/null || { echo "skipped: $needed is not installed"; exit 77; }
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/docs/pictures"
cp docs/*.md "$scratch/docs"

page() { cat "$scratch/docs/$1.md"; }
stop() { echo "$*"; exit 1; }
says() {  # PAGE TEXT
  [[ $(page "$1") == *"$2"* ]] || stop "docs/$1.md does not say $2"
}
report() { node benchmarks/report/"$1".mjs "$scratch/docs" "$scratch/$1.json"; }

step() { echo "{\"context\": {\"date\": \"2026-01-01T00:00\", \"arch\": \"none\", \"threads\": \"3\"}, \"benchmarks\": [
  {\"name\": \"training_step<32>/64/real_time\", \"real_time\": $1, \"items_per_second\": 640},
  {\"name\": \"gradient_penalty_step<32>/64/process_time\", \"real_time\": 1, \"over_plain\": 1.7}]}"; }
before=$(page performance)
step 100 >"$scratch/train.json"
report train
says performance 'none, 3 threads'
says performance '| training_step<32>/64 | 100 | 640 |'
says performance '**1.70**'
step 123 >"$scratch/train.json"
report train
says performance '| training_step<32>/64 | 123 | 640 |'
[[ $(page performance | grep -c 'none, 3 threads') == 1 ]] || stop "a machine's figures stand there twice"
[[ $(diff <(echo "$before") <(page performance) | grep -c '^<') == 0 ]] || stop "figures of others are gone"

rival() { echo "{\"name\": \"$1\", \"median\": $2, \"min\": $2, \"max\": $2, \"rounds\": [$2], \"peak\": 1, \"allocations\": 0,
  \"versions\": \"g++, kernels for none\"}"; }
echo "{\"machine\": {\"threads\": 2, \"date\": \"2026-01-01\", \"load_before\": \"0\", \"load_after\": \"0\"}, \"results\": {
  \"sampling, f=32, batch 64\": [$(rival hepgan 2), $(rival 'PyTorch, NCHW' 6), $(rival 'PyTorch, NHWC' 5)]}}" >"$scratch/peers.json"
report peers
says performance '| sampling, f=32, batch 64 | 2.00 | 6.00 | 5.00 | **2.50** |'

# A layer of which hepgan multiplies half as much, in a quarter of oneDNN's time: at half of a peak of 1 GFLOP/s.
layer() { echo "{\"name\": \"rpv8/critic/1.conv2d/64/$1/$2\", \"run_type\": \"iteration\", \"cpu_time\": $3, \"of_peak\": $4,
  \"label\": \"$2_kernel: 2x4x4 to 4x2x2\", \"GFLOP/s\": $4, \"bytes_per_second\": 1e3, \"multiplied\": $5, \"moved_bytes\": 450}"; }
layers=()
for way in forward data_gradient weight_gradient; do
  layers+=("$(layer $way onednn 4 0.25 1000)" "$(layer $way hepgan 1 1 500)")
done
echo "{\"context\": {\"date\": \"2026-01-01T00:00\", \"arch\": \"none\", \"threads\": \"3\", \"load_avg\": [0], \"compiler\": \"g++\",
  \"oneDNN\": \"3\", \"FMA peak in GFLOP/s\": \"1\", \"triad in GB/s\": \"1\"}, \"benchmarks\": [$(IFS=,; echo "${layers[*]}")]}" >"$scratch/kernels.json"
report kernels
says kernels '| rpv8 | **4.00** / 4.00 / 4.00 |'
says roofline '| rpv8 critic 1.conv2d | 2×4×4→4×2×2 | 0.00 | 0.00 | 0.00 | 0.50 | 50 | 50 | 50 |'
[[ -s $(ls "$scratch"/docs/pictures/roofline-*.png) ]] || stop "no picture of the limits"

echo nothing >"$scratch/compile.json"
whole=$(page performance)
said=$(report compile 2>&1) && stop "a file that is no JSON is taken"
[[ $said == "$scratch/compile.json: "*"expected the JSON that a benchmark wrote." ]] || stop "of a file that is no JSON it says $said"
[[ $(page performance) == "$whole" ]] || stop "a file that is no JSON changed the page"
