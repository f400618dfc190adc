#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Test messages: what a campaign would send, sent by an account to its own phone and mailbox. They
# say so, are no messages of the campaign, and their links change nothing.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch approval.from=1 approval.tests=6
make_members 3 2
make_ballot
start_public
(
    umask 077
    echo 'three old brass lamps' >anna
    echo 'a slow green river boat' >bert
)

# shellcheck disable=SC2016
write_messages() {
    echo 'Anytown Health Branch: {{first_name}}, please vote: {{links.answer}} STOP.' >note.en.sms
    echo 'Anytown Health Branch: {{first_name}}, pleidleisiwch: {{links.answer}}' >note.cy.sms
}
write_campaign vote everyone pay
write_messages

note "without an account there is nobody to send it to"
expect_status 0 "$MUSTER" campaign create vote.conf
expect_status 65 "$MUSTER" campaign test vote
expect_match 'a test message goes to the mobile or the mailbox of an account' "$err"
expect_status 0 "$MUSTER" account add anna --role administrator --mobile '07700 900111' \
    --email anna@branch.example --full-name 'Anna Morgan' --password-file anna
export MUSTER_ACCOUNT=anna MUSTER_PASSWORD_FILE=$PWD/anna
expect_status 0 "$MUSTER" account add bert --role auditor --password-file bert

note "both messages, as somebody invented reads them, before anybody has approved anything"
expect_status 0 "$MUSTER" campaign test vote --reader welsh
expect_match '^text\.cy to \+447700900111, as Siân Llŷr \(invented: in Welsh\) would read' "$out"
expect_match '^accepted by rehearsal, 2 parts$' "$out"
expect_match '^  TEST Anytown Health Branch: Siân, pleidleisiwch: ' "$out"
expect_match '^mail\.en to anna@branch\.example, as Siân Llŷr' "$out"
expect_match '^  Subject: TEST Siân, please vote$' "$out"
expect_equal '+447700900111 anna@branch.example' \
    "$(jq -rs 'map(select(.event == "message").to) | join(" ")' "$REHEARSAL_LOG")" "who got them"
expect_match '^TEST Anytown Health Branch: Siân, pleidleisiwch' \
    "$(jq -r 'select(.channel == "sms").text' "$REHEARSAL_LOG")"
id=$(jq -r 'select(.event == "message" and .channel == "email").id' "$REHEARSAL_LOG")
mail=$(curl -fsS "$SMS_URL/mailbox/anna@branch.example/$id")
expect_match 'X-Muster-Test: vote/anna' "$mail" "the mail"
expect_match 'Anna Morgan' "$mail" "the mail"

note "as a member, one of the two"
expect_status 0 "$MUSTER" campaign test vote --member T2 --sms
expect_match '^text\.en to \+447700900111, as Tess Tester 2 would read it$' "$out"
if grep -q '^mail' <<<"$out"; then fail "a mail, too"; fi
expect_status 65 "$MUSTER" campaign test vote --member T9 --sms
expect_match "no member" "$err"
expect_status 64 "$MUSTER" campaign test vote --reader welch
expect_match "did you mean 'welsh'" "$err"
expect_status 64 "$MUSTER" campaign test vote --reader welsh --member T2
expect_status 65 "$MUSTER" campaign test vote --step first
expect_match "campaign vote has no step 'first'" "$err"
expect_status 65 "$MUSTER" campaign test votes
expect_match "did you mean 'vote'" "$err"

note "its links change nothing: not of the member it was written for, not of the account"
answer=$(jq -rs 'map(select(.channel == "sms"))[-1].text' "$REHEARSAL_LOG" |
    grep -oE "$PUBLIC_URL/b/[a-z2-7]+")
leave=$(grep -oE "$PUBLIC_URL/u/[a-z0-9-]+" <<<"$mail" | sort -u)
curl -sS -o /dev/null "$answer"
for what in voted no-paper declined stop service; do
    curl -sS -o /dev/null --data "answer=$what" "$answer"
done
curl -sS -o /dev/null --data List-Unsubscribe=One-Click "$leave"
curl -sS -o /dev/null --data List-Unsubscribe=One-Click "${answer/\/b\//\/u\/}"
expect_equal '[]' "$("$MUSTER" suppress list --format json)" "the ledger"
expect_equal 0 "$(sqlite3 "$HOUSE/muster.db" "SELECT COUNT(*) FROM ballot_event")"
expect_equal 0 "$(sqlite3 "$HOUSE/muster.db" "SELECT COUNT(*) FROM outbox")"

note "it is kept who sent what, and what became of it"
expect_status 0 "$MUSTER" campaign tests vote --format json
expect_equal 'anna sms T2 accepted
anna email invented accepted
anna sms invented accepted' \
    "$(jq -r '.[] | "\(.account) \(.channel) \(.member) \(.outcome)"' stdout)" "the test messages"
expect_status 77 "$MUSTER" campaign test vote --as bert --password-file bert
expect_match 'bert may not send test messages: the role is auditor' "$err"

note "outside of the hours it goes, and that is told"
cp "$HOUSE/muster.conf" kept.conf
sed -i 's/sms = "always"/sms = "Mon 03:00-03:01"/' "$HOUSE/muster.conf"
expect_status 0 "$MUSTER" campaign test vote --sms
expect_match 'it is outside of the hours in which members get texts \(Mon 03:00-03:01\)' "$err"
cp kept.conf "$HOUSE/muster.conf"

note "so many an hour, and no more"
expect_status 0 "$MUSTER" campaign test vote --sms
expect_status 0 "$MUSTER" campaign test vote --email
expect_status 75 "$MUSTER" campaign test vote --sms
expect_match '6 test messages have gone within an hour: the next one may go after [0-9:]+' "$err"
sqlite3 "$HOUSE/muster.db" 'UPDATE specimen SET at = at - 3600000'

note "an address of one's own that has opted out gets none; no address, none either"
expect_status 0 "$MUSTER" suppress add +447700900111 --reason "wants no texts"
expect_status 65 "$MUSTER" campaign test vote --sms
expect_match '\+447700900111 has opted out: nothing is sent there' "$err"
expect_status 0 "$MUSTER" account set anna --mobile '' --as-password-file anna
expect_status 65 "$MUSTER" campaign test vote --sms
expect_match 'account anna has no mobile of its own: muster account set anna --mobile' "$err"
expect_status 0 "$MUSTER" campaign test vote
expect_match '^mail\.en ' "$out"

note "a carrier that is away takes none, which is told and kept"
stop rehearsal
expect_status 69 "$MUSTER" campaign test vote --email
expect_match '^not taken by relay: ' "$out"
expect_match 'not every test message was accepted' "$err"
expect_equal 'not taken' "$("$MUSTER" campaign tests vote --format json | jq -r '.[0].outcome')"
