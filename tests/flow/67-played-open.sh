#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Providers whose callbacks are known by their path alone, with forms or XML.
# The story is in providers.sh.
source "$(dirname "$0")/providers.sh"
play kannel jasmin textmagic esendex
