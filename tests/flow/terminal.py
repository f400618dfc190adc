#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command on a terminal of its own: terminal.py ROWS COLUMNS COMMAND...

What it writes goes to standard output, as it comes; its exit status is passed on. With
TERMINAL_INTERRUPT=SECONDS in the environment Ctrl-C is typed after so long; the lines of
TERMINAL_ANSWERS are typed one by one, each when a question is asked (what ends in ": "); a line
^C is Ctrl-C."""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time


def main():
    rows, columns, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    interrupt = float(os.environ.get("TERMINAL_INTERRUPT", "inf")) + time.monotonic()
    answers = os.environ.get("TERMINAL_ANSWERS", "").splitlines()
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.execvp(command[0], command)
    asked = b""
    while True:
        if time.monotonic() > interrupt:
            os.write(terminal, b"\x03")
            interrupt = float("inf")
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other side is closed
            break
        if not piece:
            break
        sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        asked += piece
        if answers and asked.endswith(b": "):
            asked = b""
            answer = answers.pop(0)
            os.write(terminal, b"\x03" if answer == "^C" else answer.encode() + b"\n")
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


sys.exit(main())
