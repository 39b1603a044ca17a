# SPDX-License-Identifier: GPL-2.0-or-later
"""
The status answer and the metrics that were made of it, held side by side:

    status.py serve SOCKET [FILE]
        a daemon that answers everything with a status: FILE's, or a short one
        of its own.
    status.py number
        replaces each integer of a status (stdin) by one that occurs once, and
        adds two names that need escaping.
    status.py compare STATUS METRICS
        each integer of STATUS is the value of one metric, or of none if it is
        in NOT_EXPORTED. To be used on what `number` made.
    status.py names METRICS
        the names of the metrics, a line each.
    status.py value METRICS SERIES
        the value of a series, written as the metrics have it.
"""
import json
import os
import re
import socket
import sys

# What src/metrics.c says it leaves out.
NOT_EXPORTED = {
    "pid", "queue.num", "queue.received", "queue.accepted", "queue.dropped",
    "queue.refused", "queues.num",
}
SHORT = {
    "ok": True, "version": "1", "mode": "observe", "pid": 1, "uptime_s": 2,
    "queue": {"num": 0, "count": 1, "conntrack_marks": True},
    "queues": [{"num": 0, "received": 3, "accepted": 2, "dropped": 1}],
    "engine": {"segments": 3}, "outcomes": {"S0": 1},
    "findings": {"syn-scan": 5, "odd \"\\name": 6},
    "refused": {}, "blocklist": {"added": 1}, "conntrack": {},
}
SERIES = re.compile(r'(handshaked_[a-z_]+(?:\{(?:\w+="(?:[^"\\]|\\.)*",?)*\})?)'
                    r' (-?[0-9]+)')


def integers(value, path=""):
    if isinstance(value, dict):
        for name, member in value.items():
            yield from integers(member, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for member in value:
            yield from integers(member, path)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield path, value


def number(value, counter):
    if isinstance(value, dict):
        return {k: number(v, counter) for k, v in value.items()}
    if isinstance(value, list):
        return [number(v, counter) for v in value]
    if isinstance(value, int) and not isinstance(value, bool):
        counter[0] += 1
        return counter[0]
    return value


def series(file):
    found = {}
    for line in open(file, encoding="utf-8"):
        if line.startswith("#"):
            continue
        match = SERIES.fullmatch(line.rstrip("\n"))
        if not match:
            sys.exit(f"not a sample: {line!r}")
        if match[1] in found:
            sys.exit(f"twice: {match[1]}")
        found[match[1]] = int(match[2])
    return found


def serve(path, file=None):
    status = json.load(open(file, encoding="utf-8")) if file else SHORT
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(path)
        s.listen()
        while True:
            client, _ = s.accept()
            with client:
                client.recv(256)
                client.sendall(json.dumps(status).encode() + b"\n")


def compare(status_file, metrics_file):
    values = list(series(metrics_file).values())
    faults = []
    for path, value in integers(json.load(open(status_file, encoding="utf-8"))):
        times = values.count(value)
        if times != (0 if path in NOT_EXPORTED else 1):
            faults.append(f"{path}: exported {times} times: add it to the table"
                          " of src/metrics.c, or to what it leaves out")
    sys.exit("\n".join(faults) or None)


def main(command, *words):
    if command == "serve":
        serve(*words)
    elif command == "number":
        status = json.load(sys.stdin)
        status["findings"]['odd "\\name'] = 1
        status["refused"]["not_known_here"] = 1
        json.dump(number(status, [1000000]), sys.stdout)
    elif command == "compare":
        compare(*words)
    elif command == "names":
        print("\n".join(sorted({s.split("{")[0] for s in series(*words)})))
    elif command == "value":
        print(series(words[0]).get(words[1], "none"))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    os.umask(0o077)
    main(*sys.argv[1:])
