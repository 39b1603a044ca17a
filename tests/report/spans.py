#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Writes files of events, one for each span of time from 5 ms to 3 years:
spans.py FOLDER. In each, a source that probes many ports of one host, one that
probes a port of many, both families, and a few of them listed.
"""
import json
import sys
from datetime import datetime, timedelta, timezone

HOUR, DAY = 3600, 86400
SPANS = {"5ms": .005, "1s": 1, "90s": 90, "1h": HOUR, "1day": DAY,
         "10days": 10 * DAY, "8months": 245 * DAY, "3years": 1095 * DAY}
# Shortly before a year's end, so that the dates change.
BEGIN = datetime(2026, 12, 31, 23, 59, 59, 997000, timezone.utc)
EVENTS = 60


def event(kind, after, **members):
    when = BEGIN + timedelta(seconds=after)
    return json.dumps({"timestamp": when.strftime("%Y-%m-%dT%H:%M:%S.%f+0000"),
                       "event_type": kind, **members})


def probe(after, source, host, port):
    return event("handshake", after, src_ip=source, src_port=40000,
                 dest_ip=host, dest_port=port, conn_state="REJ", history="Sr",
                 findings=["syn-scan"])


def listing(after, source):
    return event("block", after, src_ip=source, grade="plausible", score=9.7,
                 reason="syn-scan: 7 ports of 1 host, score 9.7",
                 timeout_s=86400, evidence={"finding": "syn-scan", "ports": 7,
                                            "hosts": 1})


for name, span in SPANS.items():
    with open(f"{sys.argv[1]}/{name}.json", "w", encoding="ascii") as out:
        for n in range(EVENTS + 1):
            after = span * n / EVENTS
            print(probe(after, "203.0.113.213", "192.168.200.100", 1 + 900 * n),
                  file=out)
            print(probe(after, "2001:db8:bad:cafe:1234:5678:9abc:def0",
                        f"2001:db8:2:3333:4444:5555:6666:{n % 2 + 1}",
                        [21, 22, 23, 25, 110, 143, 3306, 8080, 33434,
                         65535][n % 10]), file=out)
        print(listing(span / 3, "203.0.113.213"), file=out)
        print(listing(span, "2001:db8:bad:cafe:1234:5678:9abc:def0"), file=out)
