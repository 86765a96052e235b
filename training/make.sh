#!/usr/bin/env bash
# Make the shipped model anew. usage: bash training/make.sh CORPUS_FOLDER [VERSION]
# Three legs, each going on from the one before, and the mean of their ends; about two hours on two cores. Interrupted, begin a
# leg again with --start work/leg-N.last.pt.
set -euo pipefail
cd "$(dirname "$0")/.."
corpus=$1
version=${2:-minilm-$(date +%Y%m%d)}
# Large buffers are taken and given back at every step; without these two the system calls cost a third of the time.
export MALLOC_TRIM_THRESHOLD_=10000000000 MALLOC_MMAP_THRESHOLD_=10000000000
data=(--annotations "$corpus"/train-*.jsonl training/corpus/*.jsonl --texts "$corpus/current-events.jsonl.gz" --dev "$corpus/dev.jsonl" --minutes 600)
mkdir -p work
python -m training.pretrain "$corpus/current-events.jsonl.gz" --without "$corpus/dev.jsonl" --minutes 24 --batch 48 --out work/pretrained.pt
# The learning rate falls as for all the epochs; the leg ends before, so that the next goes on at nearly that rate.
python -m training.train "${data[@]}" --encoder work/pretrained.pt --out work/leg-1.pt --epochs 26 --stop 11 --rate 1.5e-4
relations=(--relations "$corpus/PLV_train.tsv")
python -m training.train "${data[@]}" "${relations[@]}" --start work/leg-1.last.pt --out work/leg-2.pt --epochs 20 --stop 6 --rate 1.2e-4
python -m training.train "${data[@]}" "${relations[@]}" --start work/leg-2.last.pt --out work/leg-3.pt --epochs 14 --rate 9e-5
python -m training.average work/leg-1.last.pt work/leg-2.last.pt work/leg-3.last.pt --out work/model.pt
python -m training.export work/model.pt --out src/dragoman/extraction/model --version "$version"
python -m evaluation calibration --fit --set "$corpus/dev.jsonl"
python -m evaluation dev --set "$corpus/dev.jsonl"
python -m training.relations work/leg-1.last.pt --relations "$corpus/PLV_train.tsv"
