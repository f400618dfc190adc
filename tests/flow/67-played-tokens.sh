#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Providers that sign JSON, by tokens, a public key or a MAC.
# The story is in providers.sh.
source "$(dirname "$0")/providers.sh"
play vonage-messages gatewayapi telnyx sinch
