#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A ballot and a campaign from their files: every fault at once and nothing stored; then one message
# for each handset, in the member's language, and a word on who cannot be reached.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch
cat >members.csv <<'END'
Membership number,First name,Surname,Mobile,Email,Employer,Language
1,Ann,Ash,07700 900001,ann@mail.example,Anytown Hospital,en
2,Bob,Ash,07700 900001,,Anytown Hospital,
3,Cai,Cedar,07700 900003,cai@mail.example,City Trust,cy
4,Dot,Elm,,dot@mail.example,City Trust,
5,Eve,Fir,,,City Trust,
6,Fay,Gorse,,DOT@mail.example,City Trust,
END
expect_status 0 "$MUSTER" import members.csv

note "a ballot with faults is not made"
cat >ballot.conf <<'END'
ballot = {
    name = "pay ballot";
    opens = "2026-02-30";
    closes = "2026-02-01";
    who = "everyone";
    threshold = "3/2";
};
END
expect_status 65 "$MUSTER" ballot create ballot.conf
for fault in 2:.*name 3:.*opens 4:.*closes 6:.*threshold; do
    expect_match "^ballot\\.conf:$fault" "$err"
done
expect_match '^muster: ballot\.conf has 4 faults' "$err"
expect_status 65 "$MUSTER" ballot board
expect_equal 'muster: there is no ballot yet' "$err"

note "a ballot of nobody, and a second one of the same name"
expect_status 0 "$MUSTER" segment set nobody 'number:none'
sed 's/everyone/segment:nobody/; s/pay ballot/empty/; s/02-30/02-20/; s/02-01/02-28 17:00/
    s,3/2,1/2,' ballot.conf >empty.conf
expect_status 65 "$MUSTER" ballot create empty.conf
expect_match "nobody is entitled to vote in ballot 'empty'" "$err"
make_ballot
expect_match 'ballot pay: 6 entitled, in 2 units' "$out"
expect_status 65 "$MUSTER" ballot create ballot.conf
expect_match "there is a ballot 'pay' already" "$err"
expect_status 65 "$MUSTER" ballot show empty

note "faults of a campaign, its segment, its ballot and its templates come together"
echo '{{first_nmae}}, please vote' >bad.en.sms
echo 'Please {{#vote}}' >bad.cy.sms
printf 'Dear {{first_name}}\n' >bad.en.txt
cat >bad.conf <<'END'
campaign = {
    name = "bad";
    ballot = "nosuch";
    who = "brnach:Leeds";
    channels = [ "sms", "email" ];  sms = "bad";  email = "bad";
    at = "now";  deadline = "2099-01-01 10:00";
};
END
expect_status 65 "$MUSTER" campaign create bad.conf
for fault in "bad\\.conf: there is no ballot 'nosuch'" \
    "bad\\.conf: who: at character 1: no field 'brnach', did you mean 'branch'" \
    '(\./)?bad\.en\.sms:1: .*no field \{\{first_nmae\}\}; did you mean \{\{first_name\}\}' \
    '(\./)?bad\.cy\.sms:1: .*the section "vote" is never closed' \
    "(\\./)?bad\\.en\\.txt:1: a mail begins with 'Subject: ...'"; do
    expect_match "^$fault" "$err"
done
expect_match '^muster: bad\.conf has 5 faults; no campaign was made$' "$err"
sed -i 's/name = "bad"/nmae = "bad"/; s/2099-01-01 10:00/2099-01-01/' bad.conf
expect_status 65 "$MUSTER" campaign create bad.conf
expect_match '^bad\.conf:2: campaign\.nmae is not known; did you mean name' "$err"
expect_match '^bad\.conf:6: campaign\.deadline needs a time of day' "$err"
expect_status 66 "$MUSTER" campaign create nosuch.conf
write_campaign late everyone pay "2026-01-06 10:00"
expect_status 65 "$MUSTER" campaign create late.conf
expect_match 'the deadline has passed already' "$err"
write_campaign long everyone pay "2099-12-19 10:00"
expect_status 65 "$MUSTER" campaign create long.conf
expect_match "the deadline lies after the close of ballot 'pay'" "$err"
expect_equal '[]' "$("$MUSTER" campaign list --format json)" "the list of campaigns"
expect_equal 0 "$(sqlite3 "$HOUSE/muster.db" \
    'SELECT (SELECT COUNT(*) FROM step) + (SELECT COUNT(*) FROM template)')" "what was stored"

note "a campaign is made, and queues nothing before it is started"
write_campaign come "not voted" pay
echo 'Pleidleisiwch, {{first_name}}. STOP i adael.' >note.cy.sms
expect_status 0 "$MUSTER" campaign create come.conf
expect_match '^campaign come is ready' "$out"
expect_match '^it means 6 members now: 3 can be texted, 4 can be mailed$' "$out"
expect_equal '' "$err"
expect_status 0 "$MUSTER" campaign create come.conf # once more: a draft gives way
expect_equal '' "$(states)" "the messages"
expect_status 0 "$MUSTER" run --until-idle
expect_equal 0 "$([[ -e $REHEARSAL_LOG ]] && heard || echo 0)" "the number of messages kept"

note "started, it has one message for each handset and each mailbox"
expect_status 0 "$MUSTER" campaign start come
started=$out
expect_status 65 "$MUSTER" campaign create come.conf
expect_match "there is a campaign 'come' already" "$err"
out=$started
expect_equal "campaign come is running: 6 members; 2 texts and 1 mail queued, 2 share a handset \
or mailbox, 1 cannot be reached" "$out"
expect_status 0 "$MUSTER" campaign start come
expect_match 'is running already' "$out"
expect_equal $'email queued 1\nsms queued 2' "$(states come)"

note "paused it sends nothing; resumed it sends; a template edited since changes nothing"
echo 'EDITED' >note.en.sms
expect_status 0 "$MUSTER" campaign pause come
expect_status 0 "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
expect_status 0 "$MUSTER" campaign resume come
expect_status 0 "$MUSTER" run --until-idle
expect_match '^3 accepted' "$out"
texts=$(jq -r 'select(.event == "message" and .channel == "sms") | "\(.to) \(.text)"' \
    "$REHEARSAL_LOG" | sort)
expect_equal "+447700900001 Anytown Health Branch: Ann, please vote. STOP to leave.
+447700900003 Pleidleisiwch, Cai. STOP i adael." "$texts" "the texts"
expect_sound_books

note "a campaign that means nobody says so, and is not started"
write_campaign nobody "number:nosuch"
expect_status 0 "$MUSTER" campaign create nobody.conf
expect_match '^it means 0 members now: 0 can be texted, 0 can be mailed$' "$out"
expect_equal 'it means nobody now: look at its who with muster segment count' "$err"
expect_status 65 "$MUSTER" campaign start nobody
expect_equal 'muster: campaign nobody is not started: it means nobody' "$err"
write_campaign unballoted "unknown or voted"
expect_status 0 "$MUSTER" campaign create unballoted.conf
expect_match '^it means nobody now' "$err"
write_campaign none "number:nosuch" pay
expect_status 0 "$MUSTER" campaign create none.conf
expect_status 65 "$MUSTER" campaign start none
expect_equal 'muster: campaign none is not started: it means nobody who is entitled in its ballot' \
    "$err"
expect_status 0 "$MUSTER" campaign list --format csv
expect_match '^none,draft,' "$out"

note "cancelled, what waits is never sent"
start_campaign again "everyone"
expect_status 0 "$MUSTER" campaign cancel again
expect_status 0 "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
expect_equal $'email cancelled 1\nsms cancelled 2' "$(states again)"
for step in start pause resume; do
    expect_status 65 "$MUSTER" campaign "$step" again
    expect_match 'campaign again is cancelled: it cannot become' "$err"
done

note "after its deadline a campaign is not started"
write_campaign missed everyone
expect_status 0 "$MUSTER" campaign create missed.conf
sqlite3 "$HOUSE/muster.db" "UPDATE step SET at = 1000, deadline = 2000 WHERE campaign_id =
    (SELECT id FROM campaign WHERE name = 'missed')"
expect_status 65 "$MUSTER" campaign start missed
expect_equal 'muster: campaign missed cannot be started: its deadline has passed' "$err"
expect_equal draft "$("$MUSTER" campaign list --format json |
    jq -r '.[] | select(.name == "missed").state')" "the campaign's state"
expect_equal '' "$(states missed)" "its messages"

note "words that do not exist are refused, with those that do"
expect_status 64 "$MUSTER" message list --state acepted
expect_equal "muster: there is no message state 'acepted'; did you mean 'accepted'?" "$err"
expect_status 64 "$MUSTER" message list --state bogus
expect_match '; the words are queued, claimed, ' "$err"
expect_status 64 "$MUSTER" reply list --meaning stopp
expect_match "did you mean 'stop'" "$err"
expect_status 0 "$MUSTER" reply list --meaning stop
expect_status 64 "$MUSTER" ballot mark pay votd 1
expect_match "did you mean 'voted'" "$err"
expect_status 64 "$MUSTER" message resolve nosuch sending
expect_match "an unsure message cannot become 'sending'" "$err"
for state in voted no-paper declined ineligible unknown; do
    expect_status 0 "$MUSTER" ballot mark pay "$state" 1
done
while IFS='|' read -r words sentence; do
    # shellcheck disable=SC2086
    expect_status 0 "$MUSTER" $words --help
    expect_match "^$sentence" "$out" "the help of $words"
done <<'END'
ballot mark|STATE is one of voted, no-paper, declined, ineligible, unknown$
message list|STATE is one of queued, claimed, sending, accepted, delivered,
message resolve|STATE is one of accepted, delivered, undelivered, refused, queued, expired$
reply list|MEANING is one of other, stop, start, help, voted, no-paper, declined, hold,$
END
expect_status 65 "$MUSTER" campaign status nosuch
expect_equal "muster: there is no campaign 'nosuch'" "$err"
expect_sound_books
