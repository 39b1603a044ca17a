#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Damaged captures: of 20 small captures of the corpus, from all its kinds,
every variant with one byte changed (each byte once, to a random value) and
every variant cut short.

usage: mutate.py CORPUS DIRECTORY    (SEED in the environment repeats a run,
HSD_SCALE makes as many percent of the variants, at random)
"""
import os
import pathlib
import random
import sys

CAPTURES = 20

corpus, directory = map(pathlib.Path, sys.argv[1:])
seed = int(os.environ.get("SEED", random.randrange(2**32)))
print(f"# SEED={seed}")
rng = random.Random(seed)
scale = int(os.environ.get("HSD_SCALE") or 100)
if not 1 <= scale <= 100:
    sys.exit(f"HSD_SCALE={scale}: not from 1 to 100")


def size(path):
    return path.stat().st_size


# The smallest of each kind in turn, until there are enough.
kinds = [sorted(kind.iterdir(), key=size)
         for kind in sorted((corpus / "pcaps").iterdir())]
chosen = [path for rank in zip(*kinds) for path in rank][:CAPTURES]

for number, path in enumerate(chosen):
    whole = path.read_bytes()
    for at in range(len(whole)):
        if rng.randrange(100) >= scale:
            continue
        flipped = bytearray(whole)
        flipped[at] ^= rng.randrange(1, 256)
        stem = f"{number:02}-{at:05}"
        (directory / f"{stem}-flipped").write_bytes(flipped)
        (directory / f"{stem}-cut").write_bytes(whole[:at])
