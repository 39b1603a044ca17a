#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the first inputs of the fuzz targets: one or two of each kind that
are right, so that what follows begins there, and tests/fuzz/corpus, which was
found by fuzzing from them. seeds.py DIRECTORY"""

import os
import struct
import sys

from corpus import read_corpus
from judge_seeds import judge_seeds

FRESH = b"[daemon]\nmode = observe\nstate =\n[queue]\nnum = 3\ncount = 4\n" \
    b"[policy] # c\nblock_time = 1h30m # c\nfalse_positive = 0.001\n" \
    b"[network]\ninside = 192.0.2.0/24, 2001:db8::/32\nnever = 203.0.113.1\n"
STATE = b"handshaked-state 1\n" \
    b"offender 203.0.113.66 1767225000000 1767225600000 1 syn-scan" \
    b" plausible 7 1 9702\n" \
    b"operator 2001:db8:1:2::/64 1767225000000 1767229000000\nend 2\n"


def tcp(flags, source=40000, port=22, data=b"", options=b""):
    size = 20 + len(options)
    return struct.pack("!HHIIBBHHH", source, port, 1000, 2000,
                       size // 4 << 4, flags, 1024, 0, 0) + options + data


def ipv4(payload, fragment=0):
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1,
                       fragment, 64, 6, 0, bytes([203, 0, 113, 9]),
                       bytes([192, 0, 2, 1])) + payload


def ipv6(payload, following=6):
    return struct.pack("!IHBB16s16s", 6 << 28, len(payload), following, 64,
                       bytes.fromhex("20010db8" + "00" * 11 + "09"),
                       bytes.fromhex("20010db8" + "00" * 11 + "01")) + payload


TEXTS = [b"203.0.113.9.40000 > 192.0.2.1.22: S 1:1(0) win 1024 <mss>",
         b"2001:db8::1.1 > ::ffff:0:1.2: FSRP.UEWN 1:2(1) ack 4294967295"
         b" win 0 ttl 1 <wscale,sackOK,sack,TS,FO,other,malformed> local"
         b" routed", b"::.0 > 1:2:3:4:5:6:7:8.65535: - 0:0(0) win 1",
         b"192.0.2.1.22", b"2001:DB8::192.0.2.1.22"]
MSS = b"\x02\x04\x05\xb4\x04\x02\x08\x0a" + bytes(8) + b"\x01\x03\x03\x07"
PACKETS = [
    ipv4(tcp(2, options=MSS)), ipv4(tcp(0x12)), ipv4(tcp(0x10, data=b"x")),
    ipv4(tcp(0)), ipv4(tcp(4), fragment=0x2000), ipv6(tcp(2)),
    ipv6(b"\x06\x00" + bytes(6) + tcp(0x29), following=0),
    ipv6(b"\x06\x00" + bytes(6) + tcp(1), following=44),
    ipv6(b"\x2b\x01" + bytes(10) + b"\x06\x00\x00\x01" + bytes(4) + tcp(2),
         following=51),
    ipv4(tcp(16, options=b"\x01\x01\x08\x0a" + bytes(8))),
    ipv4(tcp(2, options=b"\x22\x02\x05\x02\xfd\x02\x03\x01")),
]


def attribute(kind, payload, nested=False):
    size = 4 + len(payload)
    return struct.pack("=HH", size, kind | (0x8000 if nested else 0)) + \
        payload + bytes(-size % 4)


def datagram(content):
    """As fake_netlink.h wants it: two bytes of length before it."""
    return struct.pack("!H", len(content)) + content


def queued(packet):
    header = attribute(1, struct.pack("!IHB", 7, 0x800, 0))
    return datagram(struct.pack("=BBH", 2, 0, 0) + header +
                    attribute(3, struct.pack("!I", 5)) +
                    attribute(10, packet))


def destroyed():
    def ends(kind, source, target, ports):
        addresses = attribute(1, source) + attribute(2, target)
        protocol = attribute(1, b"\x06") + \
            attribute(2, struct.pack("!H", ports[0])) + \
            attribute(3, struct.pack("!H", ports[1]))
        return attribute(kind, attribute(1, addresses, True) +
                         attribute(2, protocol, True), True)

    a, b = bytes([203, 0, 113, 9]), bytes([192, 0, 2, 1])
    counted = attribute(1, struct.pack("!Q", 4)) + \
        attribute(2, struct.pack("!Q", 208))
    return datagram(
        struct.pack("=BBH", 2, 0, 0) + ends(1, a, b, (40000, 80)) +
        ends(2, b, a, (80, 40000)) + attribute(3, struct.pack("!I", 14)) +
        attribute(9, counted, True) + attribute(10, counted, True) +
        attribute(4, attribute(1, attribute(1, b"\x07"), True), True))


def element_gone(kind):
    key = attribute(1, attribute(1, bytes([203, 0, 113, 9])), True)
    elements = attribute(3, attribute(1, key, True), True)
    return bytes([kind]) + datagram(
        struct.pack("=BBH", 1, 0, 0) + attribute(1, b"handshaked\0") +
        attribute(2, b"blocklist4\0") + elements)


def pcap():
    return struct.pack("=IHHIIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101) + \
        b"".join(struct.pack("=IIII", 1767225600 + n, n, len(p), len(p)) + p
                 for n, p in enumerate(PACKETS))


def pcapng():
    def block(kind, body):
        body += bytes(-len(body) % 4)
        size = struct.pack("=I", len(body) + 12)
        return struct.pack("=I", kind) + size + body + size

    text = block(0x0a0d0d0a, struct.pack("=IHHq", 0x1a2b3c4d, 1, 0, -1))
    text += block(1, struct.pack("=HHI", 101, 0, 65535))
    for n, p in enumerate(PACKETS):
        text += block(6, struct.pack("=IIIII", 0, 0, n, len(p), len(p)) + p)
    return text


def main(directory):
    def line(client, text):
        return struct.pack("!H", len(text) << 2 | client) + text

    # A length of more than 2 GiB; libmnl 1.0.4 believes it.
    too_long = struct.pack("!H", 20) + b"\xff" * 20
    seeds = {
        "segment": PACKETS + TEXTS + [p[:n] for p in PACKETS[:6:5]
                                      for n in (1, 22, 50)],
        "judge": judge_seeds(),
        "nfqueue": [queued(p) for p in PACKETS] +
        [b"".join(queued(p) for p in PACKETS), too_long],
        "conntrack_events": [destroyed(), destroyed() + b"\x80\0", too_long],
        "nft_events": [element_gone(3), element_gone(0), element_gone(4),
                       b"\x03" + too_long],
        "config": [FRESH, open("systemd/handshaked.conf", "rb").read()],
        "state": [STATE],
        "capture": [pcap(), pcapng()],
        "control": [line(0, b"status\n"),
                    line(1, b"block 203.0.113.9 ") + line(1, b"600\n")],
    }
    for target, inputs in seeds.items():
        os.makedirs(os.path.join(directory, target), exist_ok=True)
        if isinstance(inputs, list):
            inputs = dict(enumerate(inputs))
        inputs = {"seed-%s" % name: data for name, data in inputs.items()}
        inputs |= read_corpus("tests/fuzz/corpus/" + target)
        for name, data in inputs.items():
            with open(os.path.join(directory, target, name), "wb") as out:
                out.write(data)


main(sys.argv[1])
