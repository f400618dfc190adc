#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""recount.py RESULTS LOG MEMBERS VOTED: counts the arms of a trial of texts out of what the
carriers have logged, and holds the results of muster (json) against it. VOTED lists who was marked
as voted by hand. Says "agreed", or a line for each figure that does not."""
import csv
import json
import math
import statistics
import sys

results, log, members, voted = sys.argv[1:]
Z = statistics.NormalDist().inv_cdf(0.975)


def wilson(part, whole):
    rate = part / whole
    middle = (rate + Z * Z / (2 * whole)) / (1 + Z * Z / whole)
    half = Z * math.sqrt(rate * (1 - rate) / whole + (Z / (2 * whole)) ** 2) / (1 + Z * Z / whole)
    return rate, max(0, middle - half), min(1, middle + half)


def newcombe(a, b):
    rate_a, low_a, high_a = wilson(*a)
    rate_b, low_b, high_b = wilson(*b)
    apart = rate_a - rate_b
    return (apart, apart - math.hypot(rate_a - low_a, high_b - rate_b),
            apart + math.hypot(high_a - rate_a, rate_b - low_b))


arm_of_handset = {}
delivered = set()
said = {}
with open(log, encoding="utf-8") as lines:
    for line in lines:
        event = json.loads(line)
        if event["event"] == "message":
            arm = ("half" if "half of us" in event["text"] else
                   "plain" if "please vote" in event["text"] else None)
            if arm is None:  # it confirms an opt-out
                continue
            assert arm_of_handset.setdefault(event["to"], arm) == arm
        elif event["event"] == "receipt" and event["status"] == "delivered":
            delivered.add(event["to"])
        elif event["event"] == "reply":
            said.setdefault(event["from"], event["text"])

handset_of = {}
with open(members, encoding="utf-8", newline="") as rows:
    for row in csv.DictReader(rows):
        if row["Mobile"]:
            handset_of[row["Membership number"]] = "+44" + row["Mobile"].replace(" ", "")[1:]
by_hand = set(open(voted, encoding="utf-8").read().split())

ARMS = ["held out", "plain", "half"]
counts = {arm: dict.fromkeys(["members", "accepted", "delivered", "replied", "voted", "no paper",
                              "opted out", "plans"], 0) for arm in ARMS}
for number, handset in handset_of.items():
    arm = counts[arm_of_handset.get(handset, "held out")]
    arm["members"] += 1
    arm["opted out"] += said.get(handset) == "STOP"
    arm["voted"] += number in by_hand
for handset, arm in arm_of_handset.items():
    counts[arm]["accepted"] += 1
    counts[arm]["delivered"] += handset in delivered
    counts[arm]["replied"] += handset in said
    counts[arm]["voted"] += said.get(handset) == "VOTED"
    counts[arm]["no paper"] += said.get(handset) == "NO PAPER"

faults = []
told = set()
for row in json.load(open(results, encoding="utf-8")):
    arm, what = counts[row["arm"]], row["what"]
    expected = {"members": arm["members"], "count": arm[what]}
    told.add((row["arm"], what, row["beside"] or ""))
    if row["beside"]:
        beside = counts[row["beside"]]
        value, low, high = newcombe((arm[what], arm["members"]), (beside[what], beside["members"]))
        expected.update(difference_per_10000=value * 1e4, difference_low=low * 1e4,
                        difference_high=high * 1e4)
    for name, value in expected.items():
        if abs(float(row[name]) - value) > 0.51:
            faults.append(f"{row['arm']}, {what}, {name}: {row[name]}, but {value} was counted")
for arm in ARMS:
    for what in ("accepted", "delivered", "replied", "voted", "no paper", "opted out"):
        if (arm, what, "") not in told:
            faults.append(f"nothing is told of {arm}, {what}")
for pair in (("plain", "voted", "held out"), ("half", "voted", "held out"),
             ("half", "replied", "plain")):
    if pair not in told:
        faults.append(f"nothing is told of {pair}")
print("\n".join(faults) or "agreed")
