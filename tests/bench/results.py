#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints the benchmark's table and merges its results into the JSON file.

    results.py MEASUREMENTS JSON

MEASUREMENTS has a key and a value a line. Keys of the JSON file that were not
measured now are kept.
"""
import json
import os
import statistics
import sys

# What is measured, and what would be as good as it gets.
WHAT = {
    "queue_vs_batch": ("packets/s, daemon / accept-all batch loop", "1"),
    "queue_vs_single": ("packets/s, daemon / one by one, as documented", "> 1"),
    "two_queues_vs_one": ("packets/s, two queues / one", "2 on 2 CPUs"),
    "connections_ratio": ("new connections/s, with / without", "1"),
    "throughput_ratio": ("throughput of a download, with / without", "1"),
    "list_latency_ms": ("last probe to the kernel's set, ms", "0"),
    "elements_per_s": ("elements added to a set in a second", "-"),
    "flood_innocent_success": ("innocents served within 3 s in a flood", "1"),
    "flood_innocent_latency_ms": ("how long that took them, ms", "as without"),
    "start_ms": ("start with 100,000 connections, ms", "-"),
}


def read(path):
    measured = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            key, value = line.split()
            measured.setdefault(key, []).append(float(value))
    return measured


def rounded(value):
    return float(f"{value:.4g}") if abs(value) < 1000 else round(value)


def summary(values):
    return {"median": rounded(statistics.median(values)),
            "min": rounded(min(values)), "max": rounded(max(values))}


def merge(path, results):
    merged = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as old:
            merged = json.load(old)
    merged.update(results)
    with open(path + ".new", "w", encoding="utf-8") as new:
        json.dump(merged, new, indent=1)
        new.write("\n")
    os.replace(path + ".new", path)


def main():
    results = {key: summary(values)
               for key, values in read(sys.argv[1]).items()}
    row = "{:<46} {:>9}  {:<19} {}"
    print(row.format("what", "median", "min..max", "at best"))
    for key, (what, best) in WHAT.items():
        if key not in results:
            continue
        r = results[key]
        print(row.format(what, r["median"], f"{r['min']}..{r['max']}", best))
    merge(sys.argv[2], results)


main()
