#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the store against the log of the carriers, message by message.

    books.py STORE LOG [--end]

The carriers' log is the truth: a line `message` is a message that somebody would have got. Prints a
line "doubt N unsure N kept N queued N faults N" and then each message that does not agree, with all
that is known of it; the status is 1 when there is one. Reads a copy of the store, so that looking
changes nothing; nobody may have it open, or only read it.

  doubt   hand-overs that a program began and did not live to hear the end of: what a crash costs
  unsure  messages that are listed as unsure
  kept    messages that the carriers have
  queued  messages that wait for their turn
  faults  hand-overs whose answer the carriers withheld on purpose

--end: everything must be over, nothing may be waiting or in somebody's hands.
"""
import collections
import json
import os
import shutil
import sqlite3
import sys
import tempfile

# How many copies the carriers may have of a message in this state.
COPIES = {
    "queued": (0, 0), "claimed": (0, 0), "withheld": (0, 0), "cancelled": (0, 0),
    "expired": (0, 0), "refused": (0, 0), "accepted": (1, 1), "delivered": (1, 1),
    "undelivered": (1, 1), "sending": (0, 1), "unsure": (0, 1),
}
# The sentence of the sweep, which finds what a dead worker had in hand.
BURIED = "the program ended%"


def read_log(path):
    """The lines of each reference, and how many hand-overs were left without their answer."""
    lines = collections.defaultdict(list)
    faults = 0
    with open(path, encoding="utf-8") as log:
        for text in log:
            if not text.endswith("\n"):
                continue  # it is being written: nobody has been answered yet
            line = json.loads(text)
            if line["event"] == "message":
                reference = line.get("reference") or line["message_id"].strip("<").split("@")[0]
                lines[reference].append(line)
                faults += line["outcome"] != "accepted"
            elif line["event"] == "attempt":
                faults += line["outcome"] in ("dropped", "hung", "error")
    return lines, faults


def copy_of(store):
    """Another file, of the same content: the log of SQLite belongs to it."""
    folder = tempfile.mkdtemp(prefix="books.", dir=os.environ.get("SCRATCH"))
    for end in ("", "-wal", "-journal"):
        if os.path.exists(store + end):
            shutil.copy(store + end, os.path.join(folder, "muster.db" + end))
    return folder


def describe(db, message, kept):
    """Everything that is known of a message, for a person."""
    attempts = db.execute("SELECT number, verdict, answer FROM attempt WHERE outbox_id = ?"
                          " ORDER BY number", (message["id"],)).fetchall()
    told = "; ".join(f"{a[0]}: {a[1]} ({a[2]})" for a in attempts) or "none"
    seen = "; ".join(f"{line['at']} {line['outcome']}" for line in kept) or "nothing"
    return (f"{message['channel']} {message['reference']} to {message['address']} is"
            f" {message['state']} ({message['reason']}), attempt {message['attempt']},"
            f" but the carriers kept {len(kept)}\n    attempts: {told}\n    carriers: {seen}")


def faults_of(db, messages, lines, end):
    """A sentence for everything that does not agree."""
    found = [fault[0] for fault in db.execute("PRAGMA integrity_check") if fault[0] != "ok"]
    known = set()
    for message in messages:
        known.add(message["reference"])
        least, most = COPIES[message["state"]]
        kept = lines.get(message["reference"], [])
        if not least <= len(kept) <= most:
            found.append(describe(db, message, kept))
        elif end and message["state"] in ("queued", "claimed", "sending"):
            found.append(describe(db, message, kept) + "\n    and it is not over")
    found += [f"the carriers kept {name}, which is not in the store" for name in lines
              if name not in known]
    return found


def hold(folder, lines, faults, end):
    """Prints the figures; gives a sentence for everything that does not agree."""
    db = sqlite3.connect(os.path.join(folder, "muster.db"))
    db.row_factory = sqlite3.Row
    messages = db.execute("SELECT id, channel, reference, address, state, reason, attempt"
                          " FROM outbox UNION ALL SELECT -id, 'sms', reference, address, state,"
                          " reason, attempt FROM answer").fetchall()
    buried = db.execute("SELECT COUNT(*) FROM attempt WHERE verdict = 'unsure' AND answer LIKE ?",
                        (BURIED,)).fetchone()[0]
    buried += db.execute("SELECT COUNT(*) FROM answer WHERE state = 'unsure' AND reason LIKE ?",
                         (BURIED,)).fetchone()[0]
    states = collections.Counter(message["state"] for message in messages)
    kept = sum(len(each) for each in lines.values())
    print(f"doubt {buried + states['sending']} unsure {states['unsure']} kept {kept}"
          f" queued {states['queued'] + states['claimed']} faults {faults}")
    return faults_of(db, messages, lines, end)


def main(arguments):
    store, log = arguments[0], arguments[1]
    folder = copy_of(store)
    try:
        found = hold(folder, *read_log(log), "--end" in arguments)
    except sqlite3.DatabaseError as fault:
        found = [f"the store cannot be read: {fault}"]
    shutil.rmtree(folder)
    for sentence in found[:20]:
        print(sentence)
    if len(found) > 20:
        print(f"and {len(found) - 20} more")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
