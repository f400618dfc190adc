#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# One story in a browser: a branch, all roles of musterd, the rehearsal carriers, and then NAME.js
# beside this file, which has Chromium do what people do.
#
#   MUSTER_BUILD=build/release bash tests/browser/story.sh NAME
#
# $MUSTER_MODULES is the folder where contrib/check has put the modules of package.json. Without
# them, or without Chromium, the story is skipped, unless $MUSTER_BROWSER is "needed".
stories=$(cd "$(dirname "$0")" && pwd)
story=$1
modules=${MUSTER_MODULES:-$stories/../../build/browser}

# need_browser: end the test as skipped, or as failed, where something is missing.
need_browser() {
    local missing=''
    if ! command -v node >/dev/null; then missing='node is not installed'; fi
    if ! command -v chromium >/dev/null; then missing='Chromium is not installed'; fi
    for module in playwright-core axe-core; do
        if [[ ! -d $modules/node_modules/$module ]]; then missing="$module is not installed"; fi
    done
    if [[ -z $missing ]]; then return; fi
    if [[ ${MUSTER_BROWSER-} == needed ]]; then
        echo "failed: $missing" >&2
        exit 1
    fi
    echo "skipped: $missing (contrib/check installs it)"
    exit 77
}

need_browser
MUSTER_MODULES=$(cd "$modules" && pwd)
export MUSTER_MODULES
source "$stories/branch.sh"
start_house "$story"
note "$story, in Chromium"
node "$stories/$story.js"
