# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures for how long a blocked source is let through.

    gap.py send ADDRESS PORT           a datagram each half millisecond
    gap.py receive ADDRESS PORT FILE   writes down when those arrive that do

FILE has a line for each: milliseconds since 1970. Both run until ended.
"""

import socket
import sys
import time


def send(address, port):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while True:
        try:
            s.sendto(b"x", (address, port))
        except OSError:
            pass
        time.sleep(0.0005)


def receive(address, port, name):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((address, port))
    with open(name, "a", buffering=1) as out:
        while True:
            s.recv(1)
            out.write(f"{time.time() * 1000:.1f}\n")


if sys.argv[1] == "send":
    send(sys.argv[2], int(sys.argv[3]))
else:
    receive(sys.argv[2], int(sys.argv[3]), sys.argv[4])
