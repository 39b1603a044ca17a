# SPDX-License-Identifier: GPL-2.0-or-later
"""What fuzzing found, as text: a file a target, an input a line in base64.
corpus.py DIRECTORY FILE writes one, of the shortest inputs in DIRECTORY."""

import base64
import glob
import os
import sys

# Of all of a target's inputs together.
MOST_BYTES = 24000
HEADER = "# SPDX-License-Identifier: GPL-2.0-or-later\n"


def read_corpus(path):
    if not os.path.exists(path):
        return {}
    lines = [line for line in open(path) if not line.startswith("#")]
    return {"found-%d" % n: base64.b64decode(line)
            for n, line in enumerate(lines)}


def write_corpus(directory, path):
    inputs = [open(name, "rb").read()
              for name in glob.glob(os.path.join(directory, "*"))]
    if not inputs:
        return
    left = MOST_BYTES
    with open(path, "w") as out:
        out.write(HEADER)
        for data in sorted(inputs, key=lambda data: (len(data), data)):
            left -= len(data)
            if data and left >= 0:
                out.write(base64.b64encode(data).decode() + "\n")


if __name__ == "__main__":
    write_corpus(*sys.argv[1:])
