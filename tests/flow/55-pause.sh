#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A campaign is stopped in the middle of what it does: what the command says is what the carriers
# have, nothing comes after it, and every message is in one of its counts.
source "$(dirname "$0")/branch.sh"
texts=500
start_rehearsal --faults delay=60ms
make_branch sms.in_flight=4 sms.timeout=20
make_members "$texts" 0

# heard_more_than N: the carriers have more messages than that.
heard_more_than() {
    (($(heard) > $1))
}

# counts: of what pause, resume and cancel have printed: handed over, waiting, not sent, in the air.
counts() {
    local number='([0-9]+)' line
    line="^of $texts messages $number w[a-z]+ handed over, $number waits?,"
    line+=" $number w[a-z]+ not sent, $number (is|are) in the air$"
    expect_match "$line" "$out"
    read -r handed waiting unsent air < <(sed -nE "s/$line/\1 \2 \3 \4/p" <<<"$out")
    expect_equal "$texts" $((handed + waiting + unsent + air)) "the sum of the counts"
}

# land VERB NAME: say it until nothing is in the air: once, but for a machine that stands still.
land() {
    wait_until 30 landed "$@"
    expect_status 0 "$MUSTER" campaign "$@"
    counts
}

landed() {
    "$MUSTER" campaign "$@" | grep -q ' 0 are in the air$'
}

# attempts: how many requests have reached the provider, kept or not.
attempts() {
    jq -nR '[inputs | fromjson? | select(.event == "message" or .event == "attempt")] | length' \
        "$REHEARSAL_LOG"
}

note "pause: nothing is in the air when it comes back, and nothing more is heard"
start_campaign one everyone
start musterd "$MUSTERD"
wait_until 60 heard_more_than 20
land pause one
expect_equal "$handed" "$(heard)" "the number of messages that the provider has"
if ((waiting == 0)); then fail "the campaign was over before it was paused"; fi
sleep 2
expect_equal "$handed" "$(attempts)" "what the provider has heard later"
expect_status 0 "$MUSTER" campaign pause one # again: it says the same
counts
expect_equal "$waiting" $((texts - handed)) "what waits"

note "resume: it goes on where it was"
expect_status 0 "$MUSTER" campaign resume one
counts
before=$handed
wait_until 60 heard_more_than $((before + 20))

note "cancel: what was claimed is cancelled, too"
land cancel one
expect_equal 0 "$waiting" "what waits"
expect_equal "$handed" "$(heard)" "the number of messages that the provider has"
if ((unsent == 0)); then fail "the campaign was over before it was cancelled"; fi
sleep 2
expect_equal "$handed" "$(attempts)" "what the provider has heard later"
expect_equal "$unsent" "$(in_state cancelled)" "the number of cancelled messages"
expect_status 65 "$MUSTER" campaign resume one
expect_match 'campaign one is cancelled: it cannot become running' "$err"
stop musterd
expect_sound_books

note "a provider that hangs is not waited for: what is in the air is told, and nothing follows it"
start_rehearsal --faults sms.hang=100%
sed -i "s|base_url = .*|base_url = \"$SMS_URL\";|" "$HOUSE/muster.conf"
start_campaign two everyone
start musterd "$MUSTERD"
attempted() {
    (($("$MUSTER" message list two --state sending --format json | jq length) > 0))
}
wait_until 60 attempted
expect_status 0 "$MUSTER" campaign pause two
counts
if ((air == 0)); then fail "nothing was in the air"; fi
expect_match 'a carrier has not answered yet for those in the air' "$out"
asked=$(attempts)
sleep 2
expect_equal "$asked" "$(attempts)" "what the provider has heard later"
expect_status 0 "$MUSTER" campaign cancel two
counts
expect_equal 0 "$waiting" "what waits"
stop musterd
