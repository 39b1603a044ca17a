#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture to measure a replay with, the same each time: Ethernet, 10,000
packets a second, of which 60 % belong to whole connections that ask and are
answered as with HTTP (12 packets each, 500 at a time), 30 % to a SYN scan by
100 sources (a closed port resets, one in 50 is open, one in 20 is silent),
and 10 % are strays of a /16. TCP checksums are zero, as a sender with offload
leaves them.

usage: capture.py PACKETS FILE
"""
import random
import struct
import sys

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
AT_ONCE = 500
SCANNERS = 100
START = 1_790_000_000
GAP_US = 100

# The record's head, Ethernet, IPv4 without options, TCP.
record = struct.Struct("<IIII" + "14s")
header = struct.Struct(">BBHHHBBHII" + "HHIIBBHHH")
ethernet = bytes.fromhex("020000000001" "020000000002" "0800")
SYN_OPTIONS = bytes.fromhex("020405b4" "0402" "080a0000000100000000"
                            "01" "030307")
GET = b"GET / HTTP/1.1\r\nHost: www.example.org\r\n\r\n".ljust(200)
PAGE = bytes(1448)

rng = random.Random(20261122)
rand = rng.random


def below(n):
    return int(rand() * n)


def ip(a, b, c, d):
    return a << 24 | b << 16 | c << 8 | d


def whole_connection():
    """(from the client?, flags, sequence, acknowledgment, options, payload)"""
    c, s = below(1 << 31), below(1 << 31)
    yield True, SYN, c, 0, SYN_OPTIONS, b""
    yield False, SYN | ACK, s, c + 1, SYN_OPTIONS, b""
    yield True, ACK, c + 1, s + 1, b"", b""
    yield True, PSH | ACK, c + 1, s + 1, b"", GET
    c += 1 + len(GET)
    s += 1
    yield False, ACK, s, c, b"", b""
    yield False, ACK, s, c, b"", PAGE
    yield False, PSH | ACK, s + len(PAGE), c, b"", PAGE
    s += 2 * len(PAGE)
    yield True, ACK, c, s, b"", b""
    yield False, FIN | ACK, s, c, b"", b""
    yield True, ACK, c, s + 1, b"", b""
    yield True, FIN | ACK, c, s + 1, b"", b""
    yield False, ACK, s + 1, c + 1, b"", b""


def connections():
    """Packets of many connections, in turn by chance."""
    number = 0
    running = []

    def another():
        nonlocal number
        number += 1
        client = ip(198, 18 + number % 2, number >> 8 & 255, number & 255)
        server = ip(192, 0, 2, 10 + number % 4)
        port = 1024 + number % 60000
        return whole_connection(), client, port, server

    while True:
        while len(running) < AT_ONCE:
            running.append(another())
        at = below(AT_ONCE)
        packets, client, port, server = running[at]
        packet = next(packets, None)
        if packet is None:
            running[at] = another()
        elif packet[0]:
            yield (client, server, port, 443, *packet[1:])
        else:
            yield (server, client, 443, port, *packet[1:])


def scan():
    number = 0
    while True:
        number += 1
        place, which = divmod(number, SCANNERS)
        scanner = ip(203, 0, 113, 1 + which)
        target = ip(192, 0, 2, 10 + place % 4)
        port = 1 + place // 4 % 65535
        own = 40000 + below(20000)
        seq = below(1 << 32)
        yield scanner, target, own, port, SYN, seq, 0, b"\x02\x04\x05\xb4", b""
        if port % 20 == 0:
            continue
        if port % 50 == 5:
            yield (target, scanner, port, own, SYN | ACK, seq + 1000, seq + 1,
                   b"\x02\x04\x05\xb4", b"")
            yield scanner, target, own, port, RST, seq + 1, 0, b"", b""
        else:
            yield target, scanner, port, own, RST | ACK, 0, seq + 1, b"", b""


def strays():
    kinds = (ACK, SYN | ACK, RST, FIN | ACK, 0, FIN, FIN | PSH | 32)
    while True:
        yield (ip(100, 64, below(256), below(256)),
               ip(192, 0, 2, 10 + below(4)), 1024 + below(60000),
               1 + below(1024), kinds[below(len(kinds))], below(1 << 32),
               below(1 << 32), b"", b"")


def write(out, time_us, packet):
    src, dst, sport, dport, flags, seq, ack, options, payload = packet
    size = 40 + len(options) + len(payload)
    out.write(record.pack(*divmod(time_us, 1_000_000), 14 + size, 14 + size,
                          ethernet))
    out.write(header.pack(0x45, 0, size, 0, 0x4000, 60, 6, 0, src, dst,
                          sport, dport, seq & 0xffffffff, ack & 0xffffffff,
                          5 + len(options) // 4 << 4, flags, 64240, 0, 0))
    out.write(options)
    out.write(payload)


def main():
    count, path = int(sys.argv[1]), sys.argv[2]
    kinds = connections(), scan(), strays()
    with open(path, "wb", buffering=1 << 20) as out:
        out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for number in range(count):
            which = rand()
            kind = kinds[(which >= 0.6) + (which >= 0.9)]
            write(out, START * 1_000_000 + number * GAP_US, next(kind))


main()
