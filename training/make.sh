#!/usr/bin/env bash
# Make the shipped model anew. usage: bash training/make.sh CORPUS_FOLDER [VERSION]
set -euo pipefail
cd "$(dirname "$0")/.."
corpus=$1
version=${2:-minilm-$(date +%Y%m%d)}
# Large buffers are taken and given back at every step; without these two the system calls cost a third of the time.
export MALLOC_TRIM_THRESHOLD_=10000000000 MALLOC_MMAP_THRESHOLD_=10000000000
python -m training.pretrain "$corpus/current-events.jsonl.gz" --without "$corpus/dev.jsonl" --minutes 24 --batch 48 --out work/pretrained.pt
python -m training.train --annotations "$corpus"/train-*.jsonl training/corpus/*.jsonl --texts "$corpus/current-events.jsonl.gz" \
  --relations "$corpus/PLV_train.tsv" --dev "$corpus/dev.jsonl" --encoder work/pretrained.pt --out work/model.pt --epochs 12 --minutes 30
python -m training.export work/model.pt --out src/dragoman/extraction/model --version "$version"
python -m evaluation dev --set "$corpus/dev.jsonl"
