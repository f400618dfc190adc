#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The second way to leave, for programs that do not call the link: a mail to an address that is in
# the mail's head, and proves which mail it is about. And a mail in a member's name that proves
# nothing: they are left in peace until a person has looked.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch 'mail.bounces=bounces+*@branch.example' 'mail.leave=unsub+*@branch.example'
printf '%s\n' 'Membership number,First name,Email' '1,Ann,ann@mail.example' \
    '2,Bea,bea@mail.example' '3,Cai,cai@mail.example' '4,Dai,dai@mail.example' >members.csv
expect_status 0 "$MUSTER" import members.csv
write_campaign first everyone
sed -i 's/"sms", "email"/"email"/; s/sms = "note";//' first.conf
expect_status 0 "$MUSTER" campaign create first.conf
expect_status 0 "$MUSTER" campaign start first
expect_status 0 "$MUSTER" run --until-idle
expect_match '^4 accepted' "$out"

# list_unsubscribe NAME: that header of the mail that this member has got, on one line.
list_unsubscribe() {
    local id
    id=$(jq -r --arg to "$1@mail.example" 'select(.event == "message" and .to == $to).id' \
        "$REHEARSAL_LOG")
    curl -fsS "$SMS_URL/mailbox/$1@mail.example/$id.eml" | tr -d '\r' | awk '
        /^[^ ]/ { on = /^List-Unsubscribe:/ }
        on { printf "%s", $0 }'
}

# leave_by NAME: the address in it.
leave_by() {
    list_unsubscribe "$1" | grep -oE 'mailto:[^>]+' | cut -d : -f 2-
}

# told ARGUMENTS...: what is done with the mail in mail.eml.
told() {
    "$MUSTER" mail-in --tell "$@" <mail.eml
}

# is_silent NAME KIND: whether nothing is sent to this member for that reason.
is_silent() {
    "$MUSTER" suppress list --format json | jq -e --arg number "$1" --arg kind "$2" \
        'any(.number == $number and .kind == $kind and .lifted_at == "")' >silent
}

note "both ways stand in the mail, the one of one click first, and it renders again as it was"
both="<$PUBLIC_URL/u/[a-z0-9-]+>, <mailto:unsub\\+[a-z0-9-]+@branch.example>"
expect_match "^List-Unsubscribe: $both\$" "$(list_unsubscribe ann)"
reference=$("$MUSTER" message list first --format json |
    jq -r '.[] | select(.to | test("ann")).reference')
expect_status 0 "$MUSTER" message show "$reference" --text
expect_match 'please vote' "$out"

note "an empty mail from anywhere to that address leaves, once; the proof is the address"
printf '%s\n' 'From: Ann <ann@phone.example>' 'To: x@branch.example' 'Subject:' \
    'Message-ID: <1@phone.example>' '' '' >mail.eml
expect_match "^unsubscribe	-	$reference	its address is suppressed\$" \
    "$(told --recipient "$(leave_by ann)")"
expect_match '	taken before$' "$(told --recipient "$(leave_by ann)")"
is_silent 1 stop
expect_equal '[]' "$("$MUSTER" reply list --format json)" "the inbox: there is nothing to read"

note "capitals, and what programs write"
printf '%s\n' 'From: bea@mail.example' "To: $(leave_by bea | tr a-z A-Z)" 'Subject: unsubscribe' \
    'Auto-Submitted: auto-generated' 'Message-ID: <2@phone.example>' '' \
    'This mail was sent by a program.' >mail.eml
expect_match '^unsubscribe	-	[a-z0-9]+	its address is suppressed$' "$(told)"
is_silent 2 stop

note "a made-up address proves nothing: who seems to write is held, nobody else is silenced"
forged=$(leave_by cai)
printf '%s\n' 'From: dai@mail.example' "To: ${forged/@/0@}" 'Subject: unsubscribe' \
    'Message-ID: <3@phone.example>' '' '' >mail.eml
expect_match "in the inbox as hold, from a member's address as it seems" "$(told)"
is_silent 4 hold
if is_silent 3 hold || is_silent 3 stop; then fail "a forged address has silenced a member"; fi

note "the doubtful one is shown, and a person decides"
expect_status 0 "$MUSTER" reply list --held
expect_match 'email +dai@mail.example +4 +hold' "$out"
id=$("$MUSTER" reply list --held --format json | jq '.[0].id')
expect_status 0 "$MUSTER" reply show "$id"
expect_match '^mails +no, hold since' "$out"
expect_match 'Nothing is sent to this address until somebody decides' "$out"
expect_status 0 "$MUSTER" member show 4
expect_match 'a mail that seems to come from it may have' "$out"
expect_status 0 "$MUSTER" suppress remove dai@mail.example --reason "it was not Dai"
expect_status 0 "$MUSTER" reply list --held
expect_match 'no replies' "$out"

note "an address for leaving without a star is refused, as it would prove nothing"
sed -i 's/unsub+\*@branch.example/unsub@branch.example/' "$MUSTER_CONFIG"
expect_status 78 "$MUSTER" check
expect_match 'mail.leave is "unsub@branch.example", but must be a mail address with one \*' "$err"
