#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# muster run --until-idle hands each message over once; receipts make them delivered. Each mail has
# an envelope sender of its own.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch 'mail.bounces=bounces+*@bounce.example'
make_members 40 60

note "nothing to do is soon done"
expect_status 0 "$MUSTER" run --until-idle
expect_equal '0 accepted, 0 refused, 0 put off, 0 unsure, 0 withheld' "$out"

note "every message is handed over once"
start_campaign first everyone
expect_match '100 members; 40 texts and 60 mails queued' "$out"
start_public
expect_status 0 "$MUSTER" run --until-idle
expect_equal '100 accepted, 0 refused, 0 put off, 0 unsure, 0 withheld' "$out"
expect_equal '' "$err" "standard error"
expect_equal 100 "$(heard)" "the number of messages kept"
expect_sound_books

note "receipts say what was delivered"
wait_until 20 callbacks_done
expect_equal $'email accepted 60\nsms delivered 40' "$(states)"
expect_status 0 "$MUSTER" campaign status first --format csv
expect_equal $'channel,state,messages\nemail,accepted,60\nsms,delivered,40' "$out"
expect_status 0 "$MUSTER" campaign list --format json
expect_equal finished "$(jq -r '.[0].state' <<<"$out")"

note "a second run sends nothing again"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
expect_equal 100 "$(heard)" "the number of messages kept"

note "what was sent is the template with the member's values, and cost is known"
expect_equal 'Anytown Health Branch: Tess, please vote. STOP to leave.' "$(jq -r \
    'select(.event == "message" and .to == "+447700900001").text' "$REHEARSAL_LOG")"
expect_equal 'Ed, please vote' "$(jq -r \
    'select(.event == "message" and .to == "e1@mail.example").subject' "$REHEARSAL_LOG")"
reference=$("$MUSTER" message list --format json |
    jq -r 'map(select(.channel == "sms"))[0].reference')
expect_status 0 "$MUSTER" message show "$reference"
expect_match 'attempt 1 +accepted: 201' "$out"
expect_status 65 "$MUSTER" message show nosuchreference
expect_match "there is no message 'nosuchreference'" "$err"

note "each mail has an envelope sender of its own, which names it again"
senders=$(jq -r 'select(.event == "message" and .channel == "email").from' "$REHEARSAL_LOG")
expect_equal 60 "$(sort -u <<<"$senders" | wc -l)" "the number of different senders"
expect_equal '' "$(grep -vE '^bounces\+[a-z2-7]{20}-[0-9a-f]{20}@bounce\.example$' <<<"$senders" ||
    true)" "the senders of another shape"
bounced=$(jq -r 'select(.event == "message" and .to == "e7@mail.example").from' "$REHEARSAL_LOG")
for pasted in "$bounced" "<${bounced^^}>"; do
    expect_status 0 "$MUSTER" message show "$pasted" --format json
    expect_equal e7@mail.example "$(jq -r '.[] | select(.what == "to").value' <<<"$out")"
    expect_equal "$(sed 's/bounces+\(.*\)-.*/\1/' <<<"$bounced")" \
        "$(jq -r '.[] | select(.what == "reference").value' <<<"$out")"
done
expect_status 65 "$MUSTER" message show "${bounced/-/-0}"
expect_match 'is not right: no mail of this branch comes back to it' "$err"
expect_status 65 "$MUSTER" message show e7@mail.example
expect_match 'is not the address of a bounce: it is not like bounces\+\*@bounce\.example' "$err"
expect_status 65 "$MUSTER" message show 'bounces+x y@bounce.example'
expect_match 'has a blank in it' "$err"

note "the shipped templates go out, too"
make_ballot
cat >come.conf <<'END'
campaign = {
    name = "come";  title = "Has it come?";  ballot = "pay";  who = "not voted";
    channels = [ "email", "sms" ];
    sms = "has-your-paper-come";  email = "has-your-paper-come";
    at = "now";  deadline = "2099-12-01 20:00";
};
END
expect_status 0 "$MUSTER" campaign create come.conf
expect_status 0 "$MUSTER" campaign start come
expect_status 0 "$MUSTER" run --until-idle
expect_match '^100 accepted' "$out"
expect_sound_books

note "an address beyond ASCII goes out like any other, when the relay takes such"
printf '%s\n' 'Membership number,First name,Email' 'U1,Zoë,zoë@mail.example' \
    'U2,Bjørn,bjørn@bücher.example' 'U3,Una,una@bücher.example' >beyond.csv
expect_status 0 "$MUSTER" import beyond.csv
start_campaign beyond 'number:U*'
expect_status 0 "$MUSTER" run --until-idle
expect_equal '3 accepted, 0 refused, 0 put off, 0 unsure, 0 withheld' "$out"
expect_sound_books
expect_equal $'bjørn@xn--bcher-kva.example\nuna@xn--bcher-kva.example\nzoë@mail.example' "$(
    tail -n 3 "$REHEARSAL_LOG" | jq -r .to | sort)" "who was written to"
bounced=$(jq -r 'select(.event == "message" and .to == "zoë@mail.example").from' "$REHEARSAL_LOG")
expect_status 0 "$MUSTER" message show "$bounced"
expect_match ' to +zoë@mail\.example' "$out"
id=$(jq -r 'select(.event == "message" and .to == "zoë@mail.example").id' "$REHEARSAL_LOG")
expect_match '^To: .* &lt;zoë@mail\.example&gt;' \
    "$(curl -fsS "$SMS_URL/mailbox/zo%C3%AB@mail.example/$id")" "the mail"
stop public
