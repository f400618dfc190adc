#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Messages of which nobody knows whether they were taken, in the console: what is known of each, one
# and several settled by the rule of the command line, and in the record with a name.
source "$(dirname "$0")/branch.sh"
source "$(dirname "$0")/console.sh"
start_rehearsal --seed 7 --faults sms.drop=40%
CONSOLE=127.0.0.1:$(free_port)
make_branch "console.listen=$CONSOLE"
make_members 40 0
start_campaign rough everyone
expect_status 0 "$MUSTER" run --until-idle
make_accounts asha:administrator olu:organiser petra:approver dot:auditor ravi:rep
start_console

# unsure: the references of unsure messages, as the command line lists them.
unsure() {
    "$MUSTER" message list --state unsure --format json | jq -r '.[].reference' | sort
}

# state_of REFERENCE
state_of() {
    "$MUSTER" message list rough --format json |
        jq -r --arg r "$1" '.[] | select(.reference == $r).state'
}

mapfile -t refs < <(unsure)
((${#refs[@]} >= 6)) || fail "only ${#refs[@]} messages are unsure"
taken=$(heard)

note "who may not is told so, and nobody is led to the sign-in"
expect_page 303 /unsure
sign_in ravi
expect_page 403 /unsure
sign_in dot
expect_page 200 /unsure
expect_absent 'type="checkbox"' "an auditor may tick messages"
post /unsure "reference=${refs[0]}" as=sent
expect_equal 403 "$status" "an auditor settles"

note "Today leads there, and the page says what is known of each"
sign_in olu
page /
expect_match 'href="/unsure"' "$out"
expect_page 200 /unsure
for reference in "${refs[@]}"; do
    expect_match "name=\"reference\" value=\"$reference\"" "$out"
done
expect_match "/campaigns/rough/messages/${refs[0]}" "$out"
expect_match 'Attempt 1' "$out"

note "a form that says nothing, or comes from elsewhere, settles nothing"
post /unsure as=sent
expect_match 'Choose at least one message' "$out"
post /unsure "reference=${refs[0]}"
expect_equal 400 "$status" "a form without a verdict"
post /unsure "reference=${refs[0]}" as=sending
expect_equal 400 "$status" "a form with another verdict"
page /unsure -d "token=00000000000000000000000000000000" -d "reference=${refs[0]}" -d as=sent
expect_equal 403 "$status" "a form without our token"
post /unsure reference=nosuch as=sent
expect_match 'Not unsure any more' "$out"
expect_equal "${refs[*]}" "$(unsure | paste -sd ' ')" "those that are unsure"

note "one is noted as sent, two as not sent; one that was settled meanwhile is left as it is"
post /unsure "reference=${refs[0]}" as=sent
expect_equal 303 "$status"
page '/unsure?done=done-settled'
expect_match 'It is settled' "$out"
expect_equal accepted "$(state_of "${refs[0]}")"
post /unsure "reference=${refs[0]}" "reference=${refs[1]}" "reference=${refs[2]}" as=not-sent
expect_equal 200 "$status"
expect_match 'Settled: 2' "$out"
expect_match 'Not unsure any more, so left as they are: 1' "$out"
expect_equal 'accepted refused refused' \
    "$(state_of "${refs[0]}") $(state_of "${refs[1]}") $(state_of "${refs[2]}")"

note "one is sent again"
post /unsure "reference=${refs[3]}" as=again
expect_equal 303 "$status"
expect_equal queued "$(state_of "${refs[3]}")"

note "an answer to a reply can be noted as sent, and is not sent again"
sqlite3 "$HOUSE/muster.db" "INSERT INTO reply (gateway, remote_id, address, address_key,
    text, meaning, at) VALUES ('rehearsal', 'r1', '+447700900001', x'00', 'Hello', 'other', 1)"
sqlite3 "$HOUSE/muster.db" "INSERT INTO answer (reply_id, kind, reference, gateway, address,
    address_key, text, made_at, due_at, expires_at, changed_at)
    SELECT max(id), 'person', 'answerreference', gateway, address, x'00', 'Hi', 1, 1, 2, 1
    FROM reply;
    UPDATE answer SET state = 'sending', worker_id = 0, released_at = 1, attempt = 1,
        cleared_under = (SELECT position FROM ledger);
    UPDATE answer SET state = 'unsure', worker_id = NULL"
expect_page 200 /unsure
expect_match 'an answer to a reply' "$out"
post /unsure reference=answerreference as=again
expect_match 'it is too late to send them again: 1' "$out"
post /unsure reference=answerreference as=sent
expect_equal 303 "$status"
expect_equal accepted "$(sqlite3 "$HOUSE/muster.db" "SELECT state FROM answer")"

note "each is in the record with who said so, and in Welsh the page has Welsh words"
sign_in dot
page /record
expect_match 'message.resolve' "$out"
expect_match "${refs[3]}" "$out"
expect_equal 5 "$("$MUSTER" audit show --format json |
    jq 'map(select(.deed == "message.resolve" and .account == "olu")) | length')"
page /unsure -H 'Accept-Language: cy'
expect_match 'nad oes neb yn siŵr' "$out"
expect_equal "$taken" "$(heard)" "the number of messages that the carriers took"
