#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Providers that sign forms.
# The story is in providers.sh.
source "$(dirname "$0")/providers.sh"
play twilio vonage messagebird plivo
