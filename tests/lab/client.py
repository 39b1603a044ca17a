# SPDX-License-Identifier: GPL-2.0-or-later
"""
Clients of the lab that behave well, in ways curl cannot:

    client.py session ADDRESS PORT LOG
        says a line to an echo service five times a second until SIGTERM, on
        one connection; notes each answer in LOG. Exit 1 when a line got no
        answer in time.
    client.py close ADDRESS PORT COUNT
        connects and closes at once, COUNT times.
    client.py quick ADDRESS PORT COUNT
        COUNT HTTP requests, each on a connection of its own.
    client.py fast-open ADDRESS PORT COUNT
        the same, the request in the SYN (TCP Fast Open).
    client.py extended ADDRESS PORT COUNT
        as quick, over IPv6, every packet with a hop-by-hop header and
        destination options.
    client.py wait ADDRESS PORT SECONDS
        one attempt to connect that nobody answers.
"""
import os
import signal
import socket
import struct
import sys
import time

TIMEOUT_S = 60 if os.environ.get("IN_VM") == "1" else 10
REQUEST = b"GET / HTTP/1.0\r\n\r\n"
MSG_FASTOPEN = 0x20000000


def session(address, port, log):
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    with socket.create_connection((address, port), TIMEOUT_S) as s, \
            open(log, "w", buffering=1) as log_file:
        lines = s.makefile("rwb", buffering=0)
        assert lines.readline() == b"220 lab ready\r\n"
        number = 0
        while not stop:
            number += 1
            line = b"line %d\n" % number
            lines.write(line)
            assert lines.readline() == line
            print(number, file=log_file)
            time.sleep(0.2)


def close(address, port, count):
    for _ in range(int(count)):
        socket.create_connection((address, port), TIMEOUT_S).close()


def read_answer(s):
    answer = b""
    while piece := s.recv(65536):
        answer += piece
    assert answer.startswith(b"HTTP/1.0 200 "), answer[:80]


def quick(address, port, count):
    for _ in range(int(count)):
        with socket.create_connection((address, port), TIMEOUT_S) as s:
            s.sendall(REQUEST)
            read_answer(s)


def fast_open(address, port, count):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for _ in range(int(count)):
        with socket.socket(family) as s:
            # Not settimeout(): a socket that does not block says EINPROGRESS.
            for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                s.setsockopt(socket.SOL_SOCKET, option,
                             struct.pack("ll", TIMEOUT_S, 0))
            s.sendto(REQUEST, MSG_FASTOPEN, (address, port))
            read_answer(s)


def extended(address, port, count):
    padding = bytes([0, 0, 1, 4, 0, 0, 0, 0])
    for _ in range(int(count)):
        with socket.socket(socket.AF_INET6) as s:
            s.settimeout(TIMEOUT_S)
            for option in (socket.IPV6_HOPOPTS, socket.IPV6_DSTOPTS):
                s.setsockopt(socket.IPPROTO_IPV6, option, padding)
            s.connect((address, port))
            s.sendall(REQUEST)
            read_answer(s)


def wait(address, port, seconds):
    try:
        socket.create_connection((address, port), float(seconds))
    except TimeoutError:
        return
    sys.exit("somebody answered")


COMMANDS = {"session": session, "close": close, "quick": quick,
            "fast-open": fast_open, "extended": extended, "wait": wait}
COMMANDS[sys.argv[1]](sys.argv[2], int(sys.argv[3]), sys.argv[4])
