# SPDX-License-Identifier: GPL-2.0-or-later
"""
Sends single TCP segments that no socket of this host would send: late FINs,
ACKs and RSTs, half-open probes. The kernel of this host answers what comes
back, with RST.

    send_tcp.py [-c COUNT] [-g GAP_SECONDS] SOURCE DESTINATION FLAGS PORT...

FLAGS are letters of FSRPAU, or "-" for none. Each segment gets its own source
port and random numbers; one is sent to each PORT, COUNT times over. SOURCE may
be FIRST-LAST: then the same from each address of that range.
"""
import argparse
import ipaddress
import itertools
import random
import socket
import struct
import time

FLAG_BITS = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16, "U": 32, "-": 0}


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xffff)
    total += total >> 16
    return ~total & 0xffff


def tcp(source, destination, sport, dport, flags):
    # A SYN as of an operating system, with an MSS option.
    options = b"\2\4\5\xb4" if flags == FLAG_BITS["S"] else b""
    acknowledged = random.getrandbits(32) if flags & FLAG_BITS["A"] else 0
    length = 20 + len(options)

    def header(check):
        return struct.pack("!HHIIBBHHH", sport, dport, random_sequence,
                           acknowledged, length // 4 << 4, flags, 64240,
                           check, 0) + options

    random_sequence = random.getrandbits(32)
    pseudo = source.packed + destination.packed + \
        struct.pack("!II", length, socket.IPPROTO_TCP)
    return header(checksum(pseudo + header(0)))


def packet(source, destination, segment):
    if source.version == 6:
        return struct.pack("!IHBB", 6 << 28, len(segment),
                           socket.IPPROTO_TCP, 64) + \
            source.packed + destination.packed + segment
    # The kernel fills in length, identification and checksum.
    return struct.pack("!BBHHHBBH", 0x45, 0, 0, 0, 0, 64,
                       socket.IPPROTO_TCP, 0) + \
        source.packed + destination.packed + segment


def sources(text):
    first, _, last = text.partition("-")
    first = ipaddress.ip_address(first)
    last = ipaddress.ip_address(last) if last else first
    return [first + i for i in range(int(last) - int(first) + 1)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-c", dest="count", type=int, default=1)
    parser.add_argument("-g", dest="gap", type=float, default=0)
    parser.add_argument("sources", metavar="source", type=sources)
    parser.add_argument("destination", type=ipaddress.ip_address)
    parser.add_argument("flags")
    parser.add_argument("ports", type=int, nargs="+")
    args = parser.parse_args()
    flags = sum(FLAG_BITS[letter] for letter in set(args.flags))
    family = (socket.AF_INET if args.sources[0].version == 4
              else socket.AF_INET6)
    sport = random.randrange(32768, 50000)
    # This protocol number makes the header ours, in both families.
    with socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW) as s:
        for source, _, port in itertools.product(
                args.sources, range(args.count), args.ports):
            sport += 1
            segment = tcp(source, args.destination, sport, port, flags)
            s.sendto(packet(source, args.destination, segment),
                     (str(args.destination), 0))
            time.sleep(args.gap)


if __name__ == "__main__":
    main()
