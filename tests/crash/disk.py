#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is on the disk after the power went, from the journal that crash_disk.so has kept.

    disk.py keep FOLDER JOURNALS        what is in the folder now is on the disk, all of it
    disk.py lose FOLDER JOURNALS SEED   the power goes: make the folder what the disk holds
    disk.py lose FOLDER JOURNALS none   the same, and nothing that was not synced is on the disk

On the disk is what was synced. Of what was done after that there may be all, nothing, or any part:
each sector of 512 bytes of a write by itself, a file longer or shorter, new files and removed names
up to some step. A sector that was never written where a file grew holds zeros or rubbish. Which of
it is drawn by SEED. Prints what was done of it, a line for each file.
"""
import glob
import os
import random
import shutil
import sys

SECTOR = 512
NAMES = ("muster.db", "muster.db-wal", "muster.db-journal")


class File:
    """A file on the disk: what is certain, and what has been done since, in order."""

    def __init__(self, content=b""):
        self.content = bytearray(content)
        self.pending = []

    def write(self, offset, data, luck=None):
        if len(self.content) < offset:
            gap = offset - len(self.content)
            rubbish = luck is not None and luck.random() < 0.5
            self.content += luck.randbytes(gap) if rubbish else bytes(gap)
        self.content[offset:offset + len(data)] = data

    def cut(self, length):
        del self.content[length:]
        self.content += bytes(length - len(self.content))

    def sync(self):
        for kind, offset, data in self.pending:
            if kind == "W":
                self.write(offset, data)
            else:
                self.cut(offset)
        self.pending = []

    def lose(self, luck, shares):
        """The power goes. Gives how many sectors of what was done since are there."""
        share = luck.choice(shares)
        there = lost = 0
        for kind, offset, data in self.pending:
            if kind == "T":
                if luck.random() < share:
                    self.cut(offset)
                continue
            at = 0
            while at < len(data):
                step = min(len(data) - at, SECTOR - (offset + at) % SECTOR)
                if luck.random() < share:
                    self.write(offset + at, data[at:at + step], luck)
                    there += 1
                else:
                    lost += 1
                at += step
        self.pending = []
        return there, lost


def records(journals):
    """The steps of all processes in the order in which they were taken."""
    found = []
    for path in glob.glob(os.path.join(journals, "*.journal")):
        with open(path, "rb") as journal:
            while True:
                head = journal.readline()
                if not head.endswith(b"\n"):
                    break
                number, kind, inode, offset, length, name = head.decode().rstrip("\n").split(" ")
                data = journal.read(int(length))
                if len(data) < int(length):
                    break  # killed while it wrote this down: the step was not taken
                found.append((int(number), kind, int(inode), int(offset), data, name))
    return sorted(found, key=lambda record: record[0])


def play(journals, names, files):
    """All that was done, from what was certain. Gives what was done to the folder since its sync.

    A name of the folder is certain only when the folder was synced, whatever was synced else.
    """
    pending = []
    for _, kind, inode, offset, data, name in records(journals):
        if kind == "C":
            files[inode] = File()
            pending.append((name, files[inode]))
        elif kind == "U":
            pending.append((name, None))
        elif kind == "D":
            for step in pending:
                names[step[0]] = step[1]
            pending = []
        elif inode not in files:
            raise SystemExit(f"disk.py: {kind} of inode {inode}, which nobody made")
        elif kind == "S":
            files[inode].sync()
        else:
            files[inode].pending.append((kind, offset, data))
    return pending


def keep(folder, journals):
    os.makedirs(os.path.join(journals, "disk"), exist_ok=True)
    for path in glob.glob(os.path.join(journals, "*.journal")):
        os.unlink(path)
    for name in NAMES:
        source, copy = os.path.join(folder, name), os.path.join(journals, "disk", name)
        if os.path.exists(copy):
            os.unlink(copy)
        if os.path.exists(source):
            shutil.copyfile(source, copy)
            with open(copy + ".inode", "w", encoding="ascii") as file:
                file.write(str(os.stat(source).st_ino))


def lose(folder, journals, seed):
    luck = random.Random(seed)
    shares = (0.0,) if seed == "none" else (0.0, 0.05, 0.5, 0.95, 1.0)
    names, files = {}, {}
    for name in NAMES:
        copy = os.path.join(journals, "disk", name)
        if os.path.exists(copy):
            with open(copy, "rb") as file:
                names[name] = File(file.read())
            # Its inode may be taken by another file by now, but then the journal says so.
            with open(copy + ".inode", encoding="ascii") as file:
                files[int(file.read())] = names[name]
    pending = play(journals, names, files)
    taken = luck.choice((0, luck.randint(0, len(pending)), len(pending)))
    taken = 0 if seed == "none" else taken
    for name, file in pending[:taken]:
        names[name] = file
    print(f"  of {len(pending)} steps in the folder {taken} are on the disk")
    for name in NAMES:
        path = os.path.join(folder, name)
        if os.path.exists(path):
            os.unlink(path)
        file = names.get(name)
        if file is not None:
            steps = len(file.pending)
            there, lost = file.lose(luck, shares)
            print(f"  {name}: {len(file.content)} bytes; of {steps} steps after the last sync"
                  f" {there} sectors are on the disk, {lost} are not")
            with open(path, "wb", opener=lambda p, f: os.open(p, f, 0o600)) as target:
                target.write(file.content)
    shm = os.path.join(folder, "muster.db-shm")
    if os.path.exists(shm):
        os.unlink(shm)  # it was memory


def main(arguments):
    if arguments[0] == "keep" and len(arguments) == 3:
        keep(arguments[1], arguments[2])
    elif arguments[0] == "lose" and len(arguments) == 4:
        lose(arguments[1], arguments[2], arguments[3])
        keep(arguments[1], arguments[2])
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
