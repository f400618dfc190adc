#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Providers that call back with lists, refuse within an answer that says 200, or log in.
# The story is in providers.sh.
source "$(dirname "$0")/providers.sh"
play infobip bulksms clickatell firetext
