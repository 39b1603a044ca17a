#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Writes a capture of a few hours: capture.py FILE. One scan of each shape, one
that takes all the time, odd flags, backscatter, and honest connections between.
"""
import random
import socket
import struct
import sys

BEGIN = 1764000000
FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32

rng = random.Random(6)
packets = []


def packet(when, src, dst, sport, dport, flags, seq=0, ack=0, data=b""):
    tcp = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xffffffff,
                      ack & 0xffffffff, 0x50, flags, 64240, 0, 0) + data
    if ":" in src:
        ip = struct.pack("!IHBB", 6 << 28, len(tcp), 6, 64)
        ip += socket.inet_pton(socket.AF_INET6, src)
        ip += socket.inet_pton(socket.AF_INET6, dst)
    else:
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0)
        ip += socket.inet_aton(src) + socket.inet_aton(dst)
    packets.append((when, ip + tcp))


def refused(when, src, dst, sport, dport):
    seq = rng.randrange(1 << 32)
    packet(when, src, dst, sport, dport, SYN, seq)
    packet(when + 0.0002, dst, src, dport, sport, RST | ACK, 0, seq + 1)


def served(when, src, dst, sport, dport, closes=True):
    a, b = rng.randrange(1 << 32), rng.randrange(1 << 32)
    packet(when, src, dst, sport, dport, SYN, a)
    packet(when + .001, dst, src, dport, sport, SYN | ACK, b, a + 1)
    packet(when + .002, src, dst, sport, dport, ACK, a + 1, b + 1)
    packet(when + .003, src, dst, sport, dport, PSH | ACK, a + 1, b + 1,
           b"x" * 100)
    packet(when + .02, dst, src, dport, sport, PSH | ACK, b + 1, a + 101,
           b"y" * 400)
    if closes:
        packet(when + .03, src, dst, sport, dport, FIN | ACK, a + 101, b + 401)
        packet(when + .04, dst, src, dport, sport, FIN | ACK, b + 401, a + 102)
        packet(when + .05, src, dst, sport, dport, ACK, a + 102, b + 402)


def ports(n):
    return rng.sample(range(1, 1024), n // 2) + \
        rng.sample(range(1024, 65536), n - n // 2)


for n in range(1500):
    served(BEGIN + rng.random() * 14400, f"198.51.100.{n % 60 + 1}",
           "192.0.2.1", 20000 + n, rng.choice([80, 443, 443]), n % 40 > 0)
# Vertical: nmap's thousand ports in half a minute.
for n, port in enumerate(ports(1000)):
    refused(BEGIN + 1800 + n * .03, "203.0.113.9", "192.0.2.1", 40000, port)
# Horizontal: one port, hosts that do not answer.
for n in range(254):
    packet(BEGIN + 5000 + n * .4, "203.0.113.70", f"192.0.2.{n + 1}",
           41000 + n, 23, SYN, n)
# Slow: nmap -T1, a probe in 15 s.
for n, port in enumerate(ports(900)):
    refused(BEGIN + 300 + n * 15, "203.0.113.200", "192.0.2.7", 42000, port)
# Block: some ports of some hosts.
for n in range(60):
    for m, port in enumerate([21, 22, 23, 25, 110, 143, 445, 1433, 3306, 3389,
                              5432, 5900, 6379, 8080, 8443, 9200]):
        refused(BEGIN + 9000 + (n * 16 + m) * .05, "2001:db8:bad::1",
                f"2001:db8:2::{n + 1:x}", 43000 + m, port)
# Odd flags.
for n, port in enumerate(ports(120)):
    packet(BEGIN + 11000 + n * .01, "203.0.113.33", "192.0.2.1", 44000, port,
           [0, FIN, FIN | PSH | URG][n % 3])
# Backscatter of somebody else's flood.
for n in range(90):
    packet(BEGIN + 12000 + n * 3, "198.51.100.250", "192.0.2.9", 80, 1024 + n,
           SYN | ACK, n, n)

packets.sort(key=lambda p: p[0])
with open(sys.argv[1], "wb") as out:
    out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
    for when, data in packets:
        us = round(when * 1e6)
        out.write(struct.pack("<IIII", us // 1000000, us % 1000000, len(data),
                              len(data)) + data)
