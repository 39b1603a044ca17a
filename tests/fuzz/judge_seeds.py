# SPDX-License-Identifier: GPL-2.0-or-later
"""Inputs of the target judge from the transcripts: the same segments, in its
small world. What its bytes mean: judge.c."""

import glob
import ipaddress
import os
import re
import struct

FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, ".": 16, "U": 32, "E": 64, "W": 128}
FOLLOW, INSIDE, BESIDE, SMALL, EXEMPT, EAGER = 1, 4, 8, 32, 64, 128
(TICK, SETTLED_ENDED, LEARN_SERVICE, FORGIVE, SET_MODE, FORGIVE_ALL,
 RECONFIGURE, SET_LISTS, RESTORE, RESTART, SIGHTINGS, ASK) = range(1, 13)
SEGMENT = re.compile(r"(\S+)\.(\d+) > (\S+)\.(\d+): (\S+) (\d+):\d+\((\d+)\)"
                     r"(?: ack (\d+))?(?: win (\d+))?(.*)")


class World:
    """Which address of ours stands for which of a transcript's."""

    def __init__(self, inside, exempt):
        self.inside, self.exempt = inside, exempt
        self.numbers, self.used, self.nets = {}, {}, {}
        self.ports = {}

    def number(self, text):
        a = ipaddress.ip_address(text)
        if a not in self.numbers:
            self.numbers[a] = self.new_number(a)
        return self.numbers[a]

    def new_number(self, a):
        ours = any(a in net for net in self.inside)
        first = 64 if ours else 96 if any(a in n for n in self.exempt) else 0
        if a.version == 6:
            net = int(a) >> 64
            first = 128 + 16 * (7 if ours else self.nets.setdefault(
                net, len(self.nets) % 7))
        self.used[first] = self.used.get(first, -1) + 1
        return first + self.used[first] % (16 if first >= 128 else 32)

    def port(self, text):
        return self.ports.setdefault(text, len(self.ports) % 256)


def expand(lines, values):
    """Loops written out, names and variables put in."""
    while lines:
        line = lines.pop(0)
        loop = re.match(r"for (\w+) in (\d+)\.\.(\d+)", line)
        if not loop:
            yield substitute(line, values)
            continue
        body, depth = [], 1
        while depth:
            depth += lines[0].startswith("for ") - (lines[0] == "done")
            body.append(lines.pop(0))
        for n in range(int(loop[2]), int(loop[3]) + 1):
            yield from expand(body[:-1], values | {loop[1]: str(n)})


def substitute(line, values):
    return re.sub(r"\$([a-z]+)",
                  lambda m: next((values[m[1][:n]] + m[1][n:]
                                  for n in range(len(m[1]), 0, -1)
                                  if m[1][:n] in values), m[0]), line)


def time_bytes(seconds):
    """The steps that come to it, nearly."""
    out = []
    for code, unit in ((6, 3600), (5, 30), (4, 1), (3, .1), (2, .01),
                       (1, .001)):
        while seconds >= unit * .999:
            n = min(31, int(seconds / unit + .001))
            out.append(n << 3 | code)
            seconds -= n * unit
    return out


def step(seconds, what):
    """Time; before its last byte a tick each."""
    times = time_bytes(seconds) or [0]
    return b"".join(bytes([t, TICK << 2]) for t in times[:-1]) + \
        bytes([times[-1], what])


def segment(world, match):
    flags, options = match[5], match[10]
    extra = ("local" in options) | ("TS" in options) << 1 | \
        ("FO" in options) << 2 | ("N" in flags) << 3 | \
        (match[9] == "0") << 5 | ("mss" in options) << 6
    return bytes([world.number(match[1]), world.number(match[3]),
                  world.port(match[2]), world.port(match[4]),
                  sum(FLAGS.get(c, 0) for c in flags)]) + \
        struct.pack("!HHBB", int(match[6]) & 0xffff,
                    int(match[8] or 0) & 0xffff, min(int(match[7]), 255),
                    extra)


def one_line(world, line, out):
    timed = re.match(r"\+(\S+)\s*(.*)", line)
    match = timed and SEGMENT.match(timed[2].split("=>")[0].strip())
    if match:
        out.append(step(float(timed[1]), 1) + segment(world, match))
    elif timed:
        out.append(step(float(timed[1]), TICK << 2))
    elif line.startswith("served "):
        address, port = line.split()[1].rsplit(".", 1)
        out.append(bytes([0, LEARN_SERVICE << 2, world.number(address),
                          world.port(port)]))


def networks(text, word):
    return [ipaddress.ip_network(w) for w in
            re.findall(r"^%s (\S+)" % word, text, re.M)]


def from_transcript(path, choice):
    text = re.sub(r"^(.*?)\s*#.*$", r"\1", open(path).read(), flags=re.M)
    for name, value in re.findall(r"^name (\S+) (\S+)", text, re.M):
        text = re.sub(r"(?<![\w.:])%s(?!\w)" % name, value, text)
    world = World(networks(text, "inside"), networks(text, "exempt"))
    choice |= INSIDE if world.inside else 0
    choice |= EXEMPT if world.exempt else 0
    out = [bytes([choice])]
    for line in expand([w.strip() for w in text.splitlines()], {}):
        one_line(world, line, out)
    return b"".join(out)[:4096 - 200] + afterwards(world)


def afterwards(world):
    """All else that a judge is asked, when something has happened."""
    def ask(what, *more):
        return bytes([0, what << 2, *more])

    someone = list(world.numbers.values())[:8] + [96]
    out = [ask(ASK, n) for n in someone]
    out += [ask(SETTLED_ENDED, 64 + 128, someone[0], someone[-2], n)
            for n in range(8)]
    out += [ask(RESTORE, 7, n, 0x15, 0x51 + 16 * n, 1) for n in range(4)]
    out += [ask(SIGHTINGS), ask(RESTART), ask(ASK, someone[0]),
            ask(RECONFIGURE, 0xff, 0xfe), ask(FORGIVE, someone[0]),
            ask(SET_LISTS, 2, *[3, 1] * 4), ask(SET_LISTS, 5, 7, someone[0]),
            ask(FORGIVE_ALL, 3, someone[-2]), ask(ASK, someone[-2]),
            ask(SET_MODE | 16), ask(SET_MODE)]
    return b"".join(out)


def refused(source, target, port):
    """A SYN, and the RST that answers it."""
    return step(.1, 1) + bytes([source, target, 7, port, 2, 0, 9, 0, 0, 0, 0]) \
        + step(.01, 1) + bytes([target, source, port, 7, 20, 0, 0, 0, 10, 0, 0])


def crowds():
    """More scanners than can be listed, and sweeps from inside."""
    many = b"".join(refused(n, 40, port) + step(2, TICK << 2)
                    for n in range(30) for port in (1, 2, 3))
    sweep = b"".join(refused(source, n, 5) for source in (64, 240)
                     for n in range(12))
    net = b"".join(refused(128 + n, 40, n * 4 + port)
                   for n in range(6) for port in range(4))
    odd = b"".join(step(.01, 1) + bytes([n % 90, 40, 7, n % 256, flags] +
                                        [0] * 6)
                   for n in range(260) for flags in [0x29])
    return {"many-%x" % choice: bytes([choice]) + what
            for choice in (EAGER, EAGER | INSIDE, EAGER | BESIDE | SMALL,
                           EAGER | FOLLOW | INSIDE)
            for what in [many + sweep + net]} | {"odd": b"\0" + odd}


def judge_seeds():
    paths = sorted(glob.glob("tests/transcripts/*.hs"))
    if not paths:
        raise SystemExit("no transcripts here")
    return {os.path.basename(p)[:-3] + "-%x" % choice:
            from_transcript(p, choice)
            for p in paths
            for choice in (0, FOLLOW, BESIDE | SMALL | EAGER)} | crowds()
