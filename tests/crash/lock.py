#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the store locked.

    lock.py STORE immediate|exclusive HELD FREE

immediate: nobody else may write. exclusive: nobody else may even read. Makes the file HELD when it
has the lock, and lets go when there is a file FREE.
"""
import os
import sqlite3
import sys
import time

store, how, held, free = sys.argv[1:]
db = sqlite3.connect(store, timeout=60, isolation_level=None)
if how == "exclusive":
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
db.execute("BEGIN IMMEDIATE")
db.execute("UPDATE ballot SET title = title")
with open(held, "w", encoding="ascii"):
    pass
while not os.path.exists(free):
    time.sleep(0.02)
db.execute("ROLLBACK")
db.close()
