# SPDX-License-Identifier: GPL-2.0-or-later
"""
Runs a command again and again, each time with another allocation failing:

    no_memory.py SHIM RUNS READY HOOK COMMAND...

SHIM is preload/faults.so. RUNS is how many allocations are tried, spread over
all there are, and with a "+" all fail from there on. Right is an end with
exit 1 and a line on standard error (besides whom it has put back), more only
if more than one failed; or an end as if nothing had failed: for a daemon, READY
in a line, then exit 0 on SIGTERM; for another program ("-") exit 0. The shell
command HOOK is run with "before" each time, and with "ready" when the daemon
is, in which it must succeed. Prints what was wrong, then how many runs there
were and how many of them went on.
"""
import collections
import os
import selectors
import signal
import subprocess
import sys
import time

PATIENCE_S = 60
shim, runs, ready, hook, *command = sys.argv[1:]
runs, from_there_on = int(runs.rstrip("+")), "+" * runs.endswith("+")


def lines_until(pipe, wanted):
    """What comes, until `wanted` is in it or the end."""
    text, end = b"", time.monotonic() + PATIENCE_S
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while not (wanted and wanted in text):
            if not selector.select(end - time.monotonic()):
                return text + b"\nnothing more, and no end\n"
            piece = os.read(pipe.fileno(), 65536)
            if not piece:
                break
            text += piece
    return text


def run(which):
    """Exit code, whether it went on, standard error, and allocations."""
    subprocess.run([hook, "before"], check=True)
    counted, count = os.pipe()
    environment = dict(os.environ, LD_PRELOAD=shim, FAULT_ALLOC=which,
                       FAULT_COUNT=str(count))
    wanted = None if ready == "-" else ready.encode()
    with subprocess.Popen(command, env=environment, pass_fds=[count],
                          stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          stdout=subprocess.DEVNULL) as process:
        os.close(count)
        text = lines_until(process.stderr, wanted)
        goes_on = wanted and wanted in text
        if goes_on and subprocess.run([hook, "ready"]).returncode != 0:
            text += b"\n%s: it is not so\n" % hook.encode()
            goes_on = False
        process.send_signal(signal.SIGTERM if wanted else 0)
        try:
            text += process.communicate(timeout=PATIENCE_S)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            text += b"\nkilled, for it did not end\n"
    allocations = int(os.read(counted, 32) or 0)
    os.close(counted)
    if not wanted:
        goes_on = process.returncode == 0
    return process.returncode, goes_on, text.decode(), allocations


def judge(which):
    """Has it been right, and if so, did it go on?"""
    code, goes_on, text, allocations = run(which)
    lines = [line for line in text.splitlines()
             if not line.endswith(" put back")]
    if goes_on:
        right = code == 0
    else:
        right = code == 1 and 1 <= len(lines) <= (99 if "+" in which else 1)
    right &= all(line.startswith("handshake") for line in lines)
    if not right:
        print("allocation %s: exit %d\n%s" % (which, code, text))
    return right, goes_on, text, allocations


right, goes_on, text, allocations = judge("0")
if not goes_on:
    sys.exit("it does not run at all: " + text)
seen = collections.Counter()
said = set()
for i in range(1, allocations + 1, max(1, allocations // runs)):
    right, goes_on, text, _ = judge("%d%s" % (i, from_there_on))
    seen["wrong" if not right else "went on" if goes_on else "refused"] += 1
    if not goes_on:
        said.add(text)
print("%d of %d allocations: %d refused, %d went on"
      % (sum(seen.values()), allocations, seen["refused"], seen["went on"]))
if os.environ.get("V"):
    print("".join(sorted(said)))
sys.exit(1 if seen["wrong"] else 0)
