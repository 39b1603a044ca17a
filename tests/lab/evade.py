# SPDX-License-Identifier: GPL-2.0-or-later
"""
Probes in disguises that nmap does not have, one to each PORT from a source
port of its own:

    evade.py [-f FLAGS] [-g GAP_SECONDS] [-t TTL] SOURCE DESTINATION DISGUISE
             PORT...

FLAGS are a number, 2 (SYN) by default; 256 is AE. DISGUISE is one of

    none
    crumbs       the TCP header in pieces of 8 bytes
    fragments    with payload, in pieces as IPv6 allows them at least
    overlap      the first piece says ACK, where the second puts the FLAGS
    options      TCP options that overlap each other and the header's end
    bad-sum      a wrong checksum

or an IPv6 extension header: hop-by-hop, destination, atomic (a fragment header
of a packet that is whole), routing (with a segment left), nine (destination
options, nine times), long (of 264 bytes).
"""
import argparse
import ipaddress
import random
import socket
import struct
import sys
import time

sys.dont_write_bytecode = True
from send_tcp import checksum  # noqa: E402

HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION = 0, 43, 44, 60
MORE_FRAGMENTS = 1
PIECE_BYTES = {"crumbs": 8, "fragments": 1232}

# Each says that it is longer than what is left, or none of its own.
OVERLAPPING = bytes([2, 40, 5, 180, 3, 0, 8, 30, 4, 2, 8, 255])


def tcp(args, sport, dport):
    options = OVERLAPPING if args.disguise == "options" else b"\2\4\5\xb4"
    payload = bytes(1400) if args.disguise == "fragments" else b""
    doff = 20 + len(options)
    length = doff + len(payload)

    def header(check):
        return struct.pack("!HHIIHHHH", sport, dport, sequence, acknowledged,
                           doff // 4 << 12 | args.flags, 1024, check,
                           0) + options

    sequence = random.getrandbits(32)
    acknowledged = random.getrandbits(32) if args.flags & 16 else 0
    pseudo = args.source.packed + args.destination.packed + \
        struct.pack("!II", length, socket.IPPROTO_TCP)
    return header(checksum(pseudo + header(0) + payload) ^
                  (args.disguise == "bad-sum")) + payload


def ipv4(args, payload, offset=0, more=False, number=0):
    # The kernel fills in length and checksum.
    return struct.pack("!BBHHHBBH", 0x45, 0, 0, number,
                       offset // 8 | more * 0x2000, args.ttl,
                       socket.IPPROTO_TCP, 0) + \
        args.source.packed + args.destination.packed + payload


def ipv6(args, payload, kind=socket.IPPROTO_TCP):
    return struct.pack("!IHBB", 6 << 28, len(payload), kind, args.ttl) + \
        args.source.packed + args.destination.packed + payload


def piece(args, payload, offset, more, number):
    if args.source.version == 4:
        return ipv4(args, payload, offset, more, number)
    return ipv6(args, struct.pack("!BBHI", socket.IPPROTO_TCP, 0,
                                  offset | more * MORE_FRAGMENTS, number) +
                payload, FRAGMENT)


def padding(following, length=8):
    """Options that say nothing, in header of so many bytes."""
    header = bytes([following, length // 8 - 1])
    while len(header) < length:
        size = min(length - len(header), 257)
        header += bytes([1, size - 2]) + bytes(size - 2)
    return header


def extended(args, segment):
    tcp_follows = socket.IPPROTO_TCP
    if args.disguise == "hop-by-hop":
        return ipv6(args, padding(tcp_follows) + segment, HOP_BY_HOP)
    if args.disguise == "destination":
        return ipv6(args, padding(tcp_follows) + segment, DESTINATION)
    if args.disguise == "atomic":
        return piece(args, segment, 0, False, random.getrandbits(32))
    if args.disguise == "routing":
        return ipv6(args, bytes([tcp_follows, 2, 0, 1, 0, 0, 0, 0]) +
                    args.destination.packed + segment, ROUTING)
    if args.disguise == "nine":
        return ipv6(args, padding(DESTINATION) * 8 + padding(tcp_follows) +
                    segment, DESTINATION)
    assert args.disguise == "long"
    return ipv6(args, padding(tcp_follows, 264) + segment, DESTINATION)


def packets(args, sport, dport):
    segment = tcp(args, sport, dport)
    number = random.randrange(1, 1 << 16)
    if args.disguise in PIECE_BYTES:
        size = PIECE_BYTES[args.disguise]
        return [piece(args, segment[at:at + size], at,
                      at + size < len(segment), number)
                for at in range(0, len(segment), size)]
    if args.disguise == "overlap":
        harmless = segment[:13] + bytes([16]) + segment[14:16]
        return [piece(args, harmless, 0, True, number),
                piece(args, segment[8:], 8, False, number)]
    if args.disguise in ("none", "options", "bad-sum"):
        return [(ipv4 if args.source.version == 4 else ipv6)(args, segment)]
    return [extended(args, segment)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-f", dest="flags", type=int, default=2)
    parser.add_argument("-g", dest="gap", type=float, default=0.01)
    parser.add_argument("-t", dest="ttl", type=int, default=64)
    parser.add_argument("source", type=ipaddress.ip_address)
    parser.add_argument("destination", type=ipaddress.ip_address)
    parser.add_argument("disguise")
    parser.add_argument("ports", type=int, nargs="+")
    args = parser.parse_args()
    family = socket.AF_INET if args.source.version == 4 else socket.AF_INET6
    sport = random.randrange(32768, 50000)
    # This protocol number makes the header ours, in both families.
    with socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW) as s:
        for port in args.ports:
            sport += 1
            for packet in packets(args, sport, port):
                s.sendto(packet, (str(args.destination), 0))
            time.sleep(args.gap)


main()
