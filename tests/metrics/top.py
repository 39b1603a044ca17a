# SPDX-License-Identifier: GPL-2.0-or-later
"""
"handshakectl top" on a terminal, and the daemon it asks.

    top.py HANDSHAKECTL DIRECTORY

A pseudo terminal of three widths; what the program writes is interpreted here,
so that a character behind the last column is noticed. Prints what is wrong and
fails, or prints nothing.
"""
import fcntl
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import sys
import termios
import threading
import time

SOURCES = [
    {"source": f"2001:db8:1111:2222:3333:4444:5555:{n:04x}", "score": 40.0 - n,
     "finding": "syn-scan", "ports": 100 + n, "hosts": n, "listed": n == 0,
     "listed_left_s": 9999, "seen_age_s": 1000 - n} for n in range(60)]
ENTRIES = [
    {"source": f"203.0.113.{n}", "expires_s": 500 + n, "timeout_s": 3600,
     "packets": 7 * n, "bytes": 400 * n,
     "reason": "syn-scan: 7 ports of 1 host in 12 s, and then some more words"}
    for n in range(60)]
STATUS = {"ok": True, "version": "1", "mode": "enforce", "uptime_s": 90061,
          "queue": {"received": 123456789, "dropped": 7},
          "engine": {"flows": 1, "sources": 60, "listed": 60}, "findings": {}}
TOKEN = re.compile(r"\x1b\[[0-?]*[@-~]|\r|\n|[^\x1b]", re.DOTALL)
failures = []


def answer(words):
    limit = int(words[1]) if len(words) > 1 else 20
    if words[0] == "sources":
        return {"ok": True, "total": 60, "threshold": 9.2,
                "sources": SOURCES[:limit]}
    if words[0] == "blocklist":
        return {"ok": True, "total": 60, "entries": ENTRIES[:limit]}
    return STATUS


def serve(listening):
    while True:
        client, _ = listening.accept()
        with client:
            words = client.makefile().readline().split()
            client.sendall(json.dumps(answer(words)).encode() + b"\n")


def check(claim, holds, screen=None):
    if not holds:
        failures.append(claim)
        print("not so:", claim)
        if screen:
            print("\n".join("  |" + line for line in screen.lines))


class Screen:
    """The rows of a terminal without wrapping, and what ran over its edge."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.lines, self.row, self.column = [""] * rows, 0, 0
        self.over, self.scrolled = 0, 0

    def write(self, text):
        for token in TOKEN.findall(text):
            if token == "\x1b[2J":
                self.lines = [""] * self.rows
            elif token == "\x1b[H":
                self.row = self.column = 0
            elif token == "\r":
                self.column = 0
            elif token == "\n":
                self.row += 1
                if self.row >= self.rows:
                    self.scrolled += 1
                    self.row = self.rows - 1
            elif token[0] != "\x1b":
                if self.column >= self.columns:
                    self.over += 1
                else:
                    line = self.lines[self.row].ljust(self.column)
                    self.lines[self.row] = line[:self.column] + token \
                        + line[self.column + 1:]
                self.column += 1

    def has(self, text):
        return any(text in line for line in self.lines)


class Top:
    def __init__(self, program, path, columns, rows):
        self.screen = Screen(columns, rows)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            self.fd = 1
            self.resize(columns, rows)
            os.environ.update(TERM="xterm")
            os.environ.pop("NO_COLOR", None)
            os.execv(program, [program, "-s", path, "top"])

    def resize(self, columns, rows):
        self.screen.columns, self.screen.rows = columns, rows
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds):
        """False at the end."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.screen.write(data.decode())
        return bool(data)

    def waits_for(self, text, seconds=15):
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.screen.has(text):
            if not self.read(0.1):
                break
        while select.select([self.fd], [], [], 0.2)[0] and self.read(0):
            pass
        return self.screen.has(text)

    def press(self, keys):
        os.write(self.fd, keys.encode())

    def ends(self, seconds=15):
        """The exit status, or None."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.read(0.1):
            pass
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        while pid == 0 and time.monotonic() < end:
            time.sleep(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid == 0:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            return None
        return os.waitstatus_to_exitcode(status)


def fits(name, screen):
    check(f"{name}: nothing is written behind the last column",
          screen.over == 0, screen)
    check(f"{name}: nothing scrolls", screen.scrolled == 0, screen)


def at_width(program, path, columns):
    top = Top(program, path, columns, 40)
    screen, name = top.screen, f"{columns} columns"
    check(f"{name}: the line of keys is the last",
          top.waits_for("q quit") and screen.lines[-1].startswith("h help"),
          screen)
    fits(name, screen)
    wide = "203.0.113.0        8m20s        1h           0             0  " \
        "syn-scan: 7 ports of 1 host in 12 s, and then some more words"
    line = next(line for line in screen.lines if "203.0.113.0" in line)
    check(f"{name}: a line is cut at its end, {line!r}",
          len(line) == min(columns, len(line)) and
          re.sub(" +", " ", wide).startswith(re.sub(" +", " ", line.strip())),
          screen)
    check(f"{name}: and only there", len(line) == columns, screen)
    top.press("q")
    check(f"{name}: q ends it", top.ends() == 0)


def keys(program, path):
    top = Top(program, path, 100, 40)
    screen = top.screen
    check("it begins with the worst", top.waits_for("worst sources"), screen)
    check("and the newest", screen.has("newest on the list"), screen)
    for key, title, first in (("o", "sources by ports", ":003b "),
                              ("t", "latest sources", ":003b "),
                              ("s", "worst sources", ":0000 "),
                              ("p", "list by packets", "203.0.113.59 "),
                              ("e", "next to expire", "203.0.113.0 ")):
        top.press(key)
        check(f"{key}: {title}", top.waits_for(title), screen)
        at = next((i for i, line in enumerate(screen.lines) if title in line),
                  0)
        check(f"{key}: {first}is first", first in "".join(
            screen.lines[at + 1:at + 5]), screen)
        check(f"{key} is marked", screen.has(f"[{key}]"), screen)
    for key in "h?":
        top.press(key)
        check(f"{key} explains the keys", top.waits_for("this help"), screen)
        check("all of them", all(screen.has(f"  {k}     ")
                                 for k in "stodnepbq"), screen)
        top.press(" ")
        check("any key leads back", top.waits_for("next to expire"), screen)
    top.press("\x1b[B")  # an arrow, which has a letter in it
    check("an arrow sorts nothing", top.waits_for("next to expire"), screen)
    fits("keys", screen)
    top.resize(60, 24)
    screen.lines, screen.over = [""] * 24, 0
    screen.row = screen.column = screen.scrolled = 0
    began = time.monotonic()
    check("a new width is noticed", top.waits_for("q quit"), screen)
    check("at once", time.monotonic() - began < 10)
    fits("60 columns after 100", screen)
    top.press("q")
    check("q ends it", top.ends() == 0)


def main(program, directory):
    path = os.path.join(directory, "top.sock")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(16)
        threading.Thread(target=serve, args=[listening], daemon=True).start()
        for columns in 60, 80, 100:
            at_width(program, path, columns)
        keys(program, path)
    sys.exit(1 if failures else 0)


main(*sys.argv[1:])
