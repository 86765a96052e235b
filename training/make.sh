#!/usr/bin/env bash
# Make the shipped model again. usage: bash training/make.sh CORPUS_FOLDER [VERSION] [anew]
# It goes on from minilm-2 as it shipped (in this repository's history), as minilm-3 did; with `anew` from all-MiniLM-L6-v2, reading the
# corpus with masked words first. About three hours on two cores without bfloat16. Interrupted, begin a leg again with
# --start work/leg-N.last.pt.
set -euo pipefail
cd "$(dirname "$0")/.."
corpus=$1
version=${2:-minilm-$(date +%Y%m%d)}
minilm_2=58554ea
# Large buffers are taken and given back at every step; without these two the system calls cost a third of the time.
export MALLOC_TRIM_THRESHOLD_=10000000000 MALLOC_MMAP_THRESHOLD_=10000000000
data=(--annotations "$corpus"/train-*.jsonl training/corpus/*.jsonl --texts "$corpus/current-events.jsonl.gz" --dev "$corpus/dev.jsonl" --minutes 600)
relations=(--relations "$corpus/PLV_train.tsv")
mkdir -p work/start
if [ "${3:-}" = anew ]; then
  python -m training.pretrain "$corpus/current-events.jsonl.gz" --without "$corpus/dev.jsonl" --minutes 50 --batch 48 --out work/pretrained.pt
  python -m training.train "${data[@]}" "${relations[@]}" --encoder work/pretrained.pt --out work/start.pt --epochs 26 --stop 11 --rate 1.5e-4
  mv work/start.last.pt work/start.pt
else
  for file in encoder.onnx heads.npz; do git show "$minilm_2:src/dragoman/extraction/model/$file" > "work/start/$file"; done
  python -m training.recover work/start --out work/start.pt
fi
# The learning rate falls as for all the epochs; a leg that ends before leaves the next to go on at nearly that rate.
python -m training.train "${data[@]}" "${relations[@]}" --start work/start.pt --out work/leg-1.pt --epochs 20 --stop 5 --rate 1e-4 --seed 1
python -m training.train "${data[@]}" "${relations[@]}" --start work/leg-1.last.pt --out work/leg-2.pt --epochs 15 --stop 2 --rate 8e-5 --seed 2
python -m training.train "${data[@]}" "${relations[@]}" --start work/leg-2.last.pt --out work/leg-3.pt --epochs 9 --stop 3 --rate 8e-5 --seed 3
python -m training.train "${data[@]}" "${relations[@]}" --start work/leg-3.last.pt --out work/leg-4.pt --epochs 6 --stop 3 --rate 5.3e-5 --seed 4
python -m training.train "${data[@]}" "${relations[@]}" --start work/leg-4.last.pt --out work/leg-5.pt --epochs 2 --rate 2.7e-5 --seed 5
python -m training.average work/leg-3.last.pt work/leg-4.last.pt work/leg-5.last.pt --out work/model.pt
python -m training.export work/model.pt --out src/dragoman/extraction/model --version "$version"
python -m evaluation calibration --fit --set "$corpus/dev.jsonl"
python -m evaluation dev --set "$corpus/dev.jsonl"
