#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the text format of Prometheus (0.0.4) strictly, from standard input, and print a sample a
line, labels sorted: name{label="value",...} value. Anything that is not of the format, or that is
there twice, ends it with a message."""
import re
import sys

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"'
VALUE = r"[-+]?(?:[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|Inf)|NaN"


def refuse(number, line, why):
    sys.exit(f"line {number}: {why}: {line}")


def main():
    text = sys.stdin.buffer.read().decode("utf-8")
    if not text.endswith("\n"):
        sys.exit("it does not end with a line feed")
    family, kind, helped, seen, closed = None, None, None, set(), set()
    for number, line in enumerate(text.split("\n")[:-1], 1):
        if match := re.fullmatch(rf"# HELP ({NAME}) (.+)", line):
            helped = match[1]
            continue
        if match := re.fullmatch(rf"# TYPE ({NAME}) (gauge|counter)", line):
            if match[1] != helped or match[1] in closed:
                refuse(number, line, "a family that is not in one piece, or has no help")
            family, kind = match[1], match[2]
            closed.add(family)
            if (kind == "counter") != family.endswith("_total"):
                refuse(number, line, "only counters end in _total")
            continue
        match = re.fullmatch(rf"({NAME})(?:\{{(.*)\}})? ({VALUE})", line)
        if not match or match[1] != family:
            refuse(number, line, "no sample of the family")
        labels = match[2] or ""
        pairs = re.findall(LABEL, labels)
        if ",".join(f'{name}="{value}"' for name, value in pairs) != labels:
            refuse(number, line, "bad labels")
        if len({name for name, _ in pairs}) != len(pairs):
            refuse(number, line, "a label twice")
        key = family + "{" + ",".join(f'{n}="{v}"' for n, v in sorted(pairs)) + "}"
        if key in seen:
            refuse(number, line, "a sample twice")
        if kind == "counter" and float(match[3]) < 0:
            refuse(number, line, "a counter below nothing")
        seen.add(key)
        print(key, match[3])


main()
