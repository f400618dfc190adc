#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What members answer changes who is written to next: STOP, START, VOTED, NO PAPER.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch
make_members 6 2
make_ballot
start_public
start_campaign first everyone pay
expect_status 0 "$MUSTER" run --until-idle
expect_match '^8 accepted' "$out"
wait_until 20 callbacks_done

texts_to() {
    jq -s --arg to "$1" 'map(select(.event == "message" and .to == $to)) | length' "$REHEARSAL_LOG"
}

note "STOP is taken with 200 and suppresses the number"
reply +447700900001 "Stop texting me please"
expect_equal 200 "$(jq -r 'select(.event == "reply-answered").status' "$REHEARSAL_LOG")"
expect_equal 1 "$(suppressed stop)" "the number of opt-outs in force"
expect_status 0 "$MUSTER" reply list --format json
expect_equal 'stop T1' "$(jq -r '.[] | "\(.meaning) \(.member)"' <<<"$out")"
expect_status 0 "$MUSTER" member show T1
expect_match '^texts +no, not to \+447700900001: said STOP on 20' "$out"

note "VOTED and NO PAPER are on the board"
reply +447700900002 "VOTED"
reply +447700900003 "no paper yet"
expect_status 0 "$MUSTER" ballot board pay --format json
expect_equal '["City Trust",2,0,1,1,0,2]
["Anytown Hospital",6,1,3,2,1,4]' "$(jq -c '.[] | [.employer, .entitled, .reported_voted, .needed,
    .short_by, .no_paper, .reachable]' <<<"$out")"

note "what came to be voted stays so, whatever the phone says next"
reply +447700900002 "no paper"
expect_status 0 "$MUSTER" segment count voted --format csv
expect_equal $'members,sms,email\n1,1,0' "$out"

note "who has opted out or voted is not in the next campaign"
start_campaign second "not voted" pay
expect_match '7 members; 4 texts and 2 mails queued, 0 share .*, 1 cannot be reached' "$out"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^7 accepted' "$out" # with the text that says that the opt-out is done
wait_until 20 callbacks_done
expect_equal '2 1 2' "$(texts_to +447700900001) $(texts_to +447700900002) \
$(texts_to +447700900003)" "texts to the three numbers"

note "what waits is withheld by the reply itself, and by the release"
start_campaign third everyone pay
reply +447700900004 "STOP"
expect_equal 1 "$(in_state withheld)" "the number of messages withheld"
reply +447700900005 "I have voted"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^7 accepted.* 0 withheld' "$out"
expect_equal 3 "$(texts_to +447700900004)" "texts, that which confirms the STOP among them"
start_campaign fourth "not voted" pay
reply +447700900006 "voted!"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^3 accepted, .* 1 withheld' "$out"
expect_status 0 "$MUSTER" message list fourth --state withheld --format json
expect_equal 'no longer in the audience' "$(jq -r '.[].reason' <<<"$out")"

note "an import does not bring anybody back"
expect_status 0 "$MUSTER" import members.csv
expect_equal 2 "$(suppressed stop)" "the number of opt-outs in force"

note "START undoes what STOP did"
reply +447700900001 "START"
expect_equal 1 "$(suppressed stop)" "the number of opt-outs in force"
start_campaign fifth "number:T1"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^1 accepted' "$out"

note "a doubt is held for a person"
reply +447700900003 "wrong number mate"
expect_equal 1 "$(suppressed hold)" "the number of numbers on hold"

note "an opt-out by hand waits for what is on the wire"
# on_the_wire NUMBER: put its waiting message there, as a worker would.
on_the_wire() {
    sqlite3 "$HOUSE/muster.db" "UPDATE outbox SET state = 'claimed'
        WHERE state = 'queued' AND address = '$1'; UPDATE outbox SET state = 'sending'
        WHERE state = 'claimed' AND address = '$1'"
}
off_the_wire() {
    sqlite3 "$HOUSE/muster.db" "UPDATE outbox SET state = 'expired' WHERE state = 'sending'"
}
one_more_suppressed() {
    (($(suppressed manual) == before + 1))
}
start_campaign sixth "number:T5 or number:T6"
on_the_wire +447700900005
before=$(suppressed manual)
start waiting "$MUSTER" suppress add 07700900005
wait_until 20 one_more_suppressed
sleep 0.3
expect_equal '' "$(cat waiting.out)" "what it says while the message is on the wire"
off_the_wire
wait_until 20 flow_ended waiting
stop waiting
expect_equal 'nothing will be sent to +447700900005 any more' "$(cat waiting.out)"
on_the_wire +447700900006
expect_status 0 "$MUSTER" suppress add 07700900006
expect_match 'a message to it was on its way already and may still arrive' "$out"
off_the_wire
for number in 5 6; do
    expect_status 0 "$MUSTER" suppress remove "0770090000$number" --reason "it was a test"
done
expect_status 0 "$MUSTER" campaign cancel sixth

note "who does not know the secret is told nothing, and changes nothing"
receipts=$("$MUSTER" gateway list --format json | jq -r '.[0].receipt_url')
replies=$("$MUSTER" gateway list --format json | jq -r '.[0].reply_url')
expect_match '^http://127\.0\.0\.1:[0-9]+/hook/rehearsal/[0-9a-f]{32,}/reply$' "$replies"
before=$("$MUSTER" suppress list --format csv)
post() {
    curl -sS -o /dev/null -w '%{http_code}\n' "$@"
}
form=(--data-urlencode from=+447700900006 --data-urlencode text=STOP --data id=forged)
expect_equal 404 "$(post "${form[@]}" "${replies/[0-9a-f][0-9a-f]\/reply//reply}")"
expect_equal 404 "$(post "${form[@]}" "$PUBLIC_URL/hook/rehearsal//reply")"
expect_equal 404 "$(post "${form[@]}" "$PUBLIC_URL/hook/other/${replies#*/hook/*/}")"
expect_equal "$before" "$("$MUSTER" suppress list --format csv)" "the ledger"
expect_equal 400 "$(post --data id=x "$replies")" "the answer to a reply from nobody"
expect_equal 400 "$(post --data status=sent "$receipts")" "the answer to a receipt of nothing"
expect_equal 200 "$(post "${form[@]}" "$replies")" "the answer to a true one"
expect_equal 2 "$(suppressed stop)" "the number of opt-outs in force"
expect_sound_books
stop public
