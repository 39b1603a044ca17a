#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Holds a page of `handshakectl report` against what it was made from: check.py
numbers PAGE EVENTS, alone PAGE, sizes PAGE, shapes PAGE TABLE, colours PNG,
head PAGE FACT..., frames MEASURED WIDTH WHAT, axes TABLE FOLDER.
Exit 0 if all is well; otherwise what is wrong is printed.
"""
import json
import re
import struct
import sys
import zlib
from collections import Counter
from html.parser import HTMLParser


class Page(HTMLParser):
    """What of a page is looked at: rows of tables, numbers, data, pictures."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.tables, self.svgs, self.tags = {}, {}, [], []
        self.body, self.data, self.id, self.table = {}, "", None, None
        with open(path, encoding="utf-8") as page:
            self.feed(page.read())
        self.report = json.loads(self.data)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        if tag in ("dd", "script"):
            self.id = attributes.get("id")
        elif tag == "table":
            self.table = self.tables.setdefault(attributes.get("id"), [])
        elif tag == "tr" and self.table is not None:
            self.table.append([])
        elif tag in ("td", "th") and self.table is not None:
            self.table[-1].append("")
        elif tag == "svg":
            self.svgs.append(attributes)
        elif tag == "body":
            self.body = attributes

    def handle_endtag(self, tag):
        if tag in ("dd", "script"):
            self.id = None
        elif tag == "table":
            self.table = None

    def handle_data(self, data):
        if self.id == "handshaked-report":
            self.data += data
        elif self.id:
            self.ids[self.id] = self.ids.get(self.id, "") + data
        elif self.table and self.table[-1]:
            self.table[-1][-1] += data

    def rows(self, table):
        return self.tables.get(table, [[]])[1:]


wrong = []


def expect(what, found, wanted):
    if found != wanted:
        wrong.append(f"{what}: {found}, not {wanted}")


def number(text):
    return int(text.replace(",", ""))


def count(path):
    """The sums of the events, by nothing but their lines."""
    sums = Counter()
    packets, connections, states = Counter(), Counter(), Counter()
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            kind = event["event_type"]
            sums[kind] += 1
            if kind == "finding":
                packets[event["finding"]] += 1
            elif kind == "handshake":
                connections.update(event["findings"])
                states[event["conn_state"]] += 1
            elif kind == "stats":
                for key in ("packets", "tcp", "refused", "flows", "accepted",
                            "dropped", "findings", "blocks"):
                    sums["stats." + key] += event[key]
                sums["unanswered"] += event["unanswered"]
    return sums, packets, connections, states


def numbers(path, events):
    page = Page(path)
    sums, packets, connections, states = count(events)
    stats = {key.removeprefix("stats."): n for key, n in sums.items()
             if key.startswith("stats.")}

    for kind, key in (("handshake", "flows"), ("block", "blocks")):
        expect(f"stats of {kind}", stats[key], sums[kind])
    # A SYN that time ran out for is a finding without a packet.
    expect("stats of finding", stats["findings"],
           sums["finding"] + sums["unanswered"])
    for key, n in stats.items():
        expect(f"data: {key}", page.report[key], n)
        if key not in ("tcp", "refused", "accepted"):
            expect(f"seen: {key}", number(page.ids[key]), n)
    expect("data: findings of packets", page.report["findings_by_packet"],
           dict(packets))
    expect("data: findings of connections",
           page.report["findings_by_connection"], dict(connections))
    expect("data: conn_states", page.report["conn_states"], dict(states))
    expect("seen: findings",
           {row[0]: (number(row[2]), number(row[3]))
            for row in page.rows("finding-table")},
           {name: (packets[name], connections[name])
            for name in packets | connections})
    expect("seen: conn_states",
           {row[0]: number(row[2]) for row in page.rows("conn-states")},
           dict(states))
    with open(events, encoding="utf-8") as lines:
        blocks = [e for e in map(json.loads, lines)
                  if e["event_type"] == "block"]
    expect("seen: listed",
           [(row[0], row[1], row[2], row[3]) for row in page.rows("listed")],
           [(e["timestamp"][:19].replace("T", " "), e["src_ip"], e["reason"],
             e["grade"]) for e in blocks])
    expect("headings", [tag for tag, _ in page.tags if tag == "h1"], ["h1"])


def alone(path):
    page = Page(path)
    with open(path, encoding="utf-8") as text:
        for found in re.findall(r".{0,40}(?:https?:|url\(|@import).{0,40}",
                                text.read()):
            wrong.append(found)
    for tag, attributes in page.tags:
        if tag in ("link", "img", "iframe", "object", "a", "base", "form") or \
                {"src", "href", "srcset"} & set(attributes) or \
                any(name.startswith("on") for name in attributes) or \
                (tag == "script" and
                 attributes.get("type") != "application/json"):
            wrong.append(f"<{tag} {attributes}>")


def sizes(path):
    page = Page(path)
    if not page.svgs:
        wrong.append("no pictures")
    for svg in page.svgs:
        width, height = map(int, svg.get("data-size", "0x0").split("x"))
        if width < 200 or height < 80:
            wrong.append(f"picture of {width} by {height}")
        if svg.get("role") != "img" or not (
                {"aria-label", "aria-labelledby"} & set(svg)):
            wrong.append("a picture without a name")
    if int(page.body.get("data-overflow", "1")) > 0:
        wrong.append("wider than the window by " +
                     page.body.get("data-overflow", "?"))


def shapes(path, table):
    found = {scan["src_ip"]: scan["kind"] for scan in Page(path).report["worst"]}
    with open(table, encoding="utf-8") as lines:
        expect("shapes", found, dict(line.split("\t")
                                     for line in lines.read().splitlines()))


def colours(path):
    """PNG of 8 bits and no interlace, as chromium writes."""
    with open(path, "rb") as png:
        data = png.read()
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR":
            width, height, _, form = struct.unpack(">IIBB", data[at + 8:at + 18])
        elif kind == b"IDAT":
            packed += data[at + 8:at + 8 + size]
        at += size + 12
    step = {2: 3, 6: 4}[form]
    rows, last = zlib.decompress(packed), bytearray(width * step)
    seen = Counter()
    for y in range(height):
        begin = y * (width * step + 1)
        how, row = rows[begin], bytearray(rows[begin + 1:begin + 1 +
                                               width * step])
        for x in range(width * step):
            a = row[x - step] if x >= step else 0
            b, c = last[x], last[x - step] if x >= step else 0
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b),
                        (abs(p - c), 2, c))[2]
            row[x] = (row[x] + (0, a, b, (a + b) // 2, paeth)[how]) & 255
        seen.update(bytes(row[x:x + 3]) for x in range(0, len(row), step))
        last = row
    if len(seen) < 50 or seen.most_common(1)[0][1] > .98 * width * height:
        wrong.append(f"{len(seen)} colours, {seen.most_common(1)}")


def head(path, *facts):
    page = Page(path)
    keys = ("made", "host", "version", "mode", "data")
    expect("head", [page.ids.get(key) for key in keys], list(facts))


def frames(path, width, what):
    """What frames.py measured of each page at that width."""
    seen = [frame for frame in Page(path).report
            if frame["width"] == int(width)]
    if len(seen) < 8:
        wrong.append(f"only {len(seen)} pages")
    for frame in seen:
        if what == "overflow" and (frame["overflow"] > 0 or frame["outside"]):
            wrong.append(f"{frame['page']}: wider by {frame['overflow']}: "
                         f"{frame['outside']}")
        elif what == "sizes":
            if not frame["pictures"]:
                wrong.append(f"{frame['page']}: no pictures")
            wrong.extend(f"{frame['page']}: {width} by {height}"
                         for width, height in frame["pictures"]
                         if width < 200 or height < 80)
        elif what == "texts":
            wrong.extend(f"{frame['page']}: {what}"
                         for what in frame["touching"] + frame["small"])


def axes(table, folder):
    """The texts below the timeline, of each span as the table has them."""
    with open(table, encoding="utf-8") as lines:
        for name, wanted in (line.rstrip("\n").split("\t") for line in lines):
            with open(f"{folder}/{name}.html", encoding="utf-8") as page:
                plot = re.search(r'<svg class="plot".*?</svg>', page.read(),
                                 re.S)
            found = re.findall(r'<text class="(?:middle|start|end)(?: roomy)?"'
                               r' x="[\d.]+%"[^>]*>([^<]*)',
                               plot[0] if plot else "")
            expect(name, ", ".join(found), wanted)


globals()[sys.argv[1]](*sys.argv[2:])
print("\n".join(wrong))
sys.exit(1 if wrong else 0)
