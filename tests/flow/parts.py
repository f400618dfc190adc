#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the parts of texts by itself, from the rules of 3GPP TS 23.038 and 23.040.

Reads a JSON string a line from standard input, and prints the sum of their parts.
"""
import json
import sys

BASIC = set(
    "@\u00a3$\u00a5\u00e8\u00e9\u00f9\u00ec\u00f2\u00c7\n\u00d8\u00f8\r\u00c5\u00e5"
    "\u0394_\u03a6\u0393\u039b\u03a9\u03a0\u03a8\u03a3\u0398\u039e\u00c6\u00e6\u00df\u00c9"
    " !\"#\u00a4%&'()*+,-./0123456789:;<=>?\u00a1ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "\u00c4\u00d6\u00d1\u00dc\u00a7\u00bfabcdefghijklmnopqrstuvwxyz\u00e4\u00f6\u00f1\u00fc\u00e0"
)
EXTENDED = set("\f^{}\\[~]|\u20ac")


def parts(text):
    if all(c in BASIC or c in EXTENDED for c in text):
        sizes, single, room = [2 if c in EXTENDED else 1 for c in text], 160, 153
    else:
        sizes, single, room = [len(c.encode("utf-16-le")) // 2 for c in text], 70, 67
    if sum(sizes) <= single:
        return 1
    count, used = 1, 0
    for size in sizes:
        if used + size > room:
            count, used = count + 1, 0
        used += size
    return count


print(sum(parts(json.loads(line)) for line in sys.stdin))
