#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Damaged captures: of 20 captures of the corpus, spread over its kinds, each
gets variants with one byte changed and variants cut short.

usage: mutate.py CORPUS DIRECTORY    (SEED in the environment repeats a run)
"""
import os
import pathlib
import random
import sys

CAPTURES = 20
VARIANTS = 40  # of each kind of damage
LARGEST = 20000  # bytes

corpus, directory = map(pathlib.Path, sys.argv[1:])
seed = int(os.environ.get("SEED", "20261122"))
print(f"# SEED={seed}")
rng = random.Random(seed)

small = sorted(p for p in (corpus / "pcaps").glob("*/*")
               if 0 < p.stat().st_size <= LARGEST)
for number, path in enumerate(rng.sample(small, CAPTURES)):
    whole = path.read_bytes()
    for variant in range(VARIANTS):
        flipped = bytearray(whole)
        flipped[rng.randrange(len(whole))] ^= rng.randrange(1, 256)
        cut = whole[:rng.randrange(len(whole))]
        stem = f"{number:02}-{variant:02}"
        (directory / f"{stem}-flipped").write_bytes(flipped)
        (directory / f"{stem}-cut").write_bytes(cut)
