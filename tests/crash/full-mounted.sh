#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# crash/full with a real full disk: a small tmpfs. Skipped, with the reason, where none may be
# mounted.
exec bash "$(dirname "$0")/full.sh" mounted
