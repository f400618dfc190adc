#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The bounces of a real MTA: a Postfix takes a campaign's mails, cannot deliver some, and sends them
# back to where they came from, which is muster mail-in, by pipe(8). Who is not there is written to
# no more; who is full, or does not want us, is. And who writes to the address for leaving has left.
source "$(dirname "$0")/lib.sh"
need_postfix
source "$(dirname "$0")/../flow/branch.sh"
SMS_URL=http://127.0.0.1:9
export SMS_URL

# pipe(8) runs nothing as root: a user without rights has the store, and its own copy of muster.
pipe_service="muster unix - n n - 1 pipe
  flags=R user=nobody null_sender= argv=$SCRATCH/muster mail-in --config $HOUSE/mail-in.conf
  --recipient \${recipient}"
cp "$MUSTER" "$SCRATCH/muster"

# The mailbox of the full one is larger than it may be.
start_postfix "$pipe_service" 'pickup unix n - n 60 1 pickup' <<END
recipient_delimiter = +
smtpd_reject_unlisted_recipient = no
message_size_limit = 60000
virtual_mailbox_limit = 60000
virtual_mailbox_domains = mail.example
virtual_mailbox_maps = inline:{ { good@mail.example = good/ }, { full@mail.example = full } }
relay_domains = branch.example
transport_maps = inline:{ { bounces@branch.example = muster: }, { unsub@branch.example = muster: },
  { refused@mail.example = error:5.7.1 not wanted here } }
muster_destination_recipient_limit = 1
END
head -c 100000 /dev/zero >"$postfix_boxes/full"
chown nobody "$postfix_boxes/full"

make_branch 'mail.bounces=bounces+*@branch.example' 'mail.leave=unsub+*@branch.example'
printf '%s\n' 'Membership number,First name,Email' '1,Ann,good@mail.example' \
    '2,Bea,gone@mail.example' '3,Cai,full@mail.example' '4,Dai,refused@mail.example' >members.csv
expect_status 0 "$MUSTER" import members.csv

ln -s muster.conf "$HOUSE/mail-in.conf"
chown -R nobody "$HOUSE"

# send NAME: a campaign by mail to everyone.
send() {
    write_campaign "$1" everyone
    sed -i 's/"sms", "email"/"email"/; s/sms = "note";//' "$1.conf"
    expect_status 0 "$MUSTER" campaign create "$1.conf"
    expect_status 0 "$MUSTER" campaign start "$1"
    started=$out
    expect_status 0 "$MUSTER" run --until-idle
}

# bounced N: whether so many have come back.
bounced() {
    (($("$MUSTER" bounce list --format json | jq length) >= $1))
}

# of CAMPAIGN MEMBER: what became of the mail.
of() {
    "$MUSTER" message list "$1" --format json |
        jq -r --arg to "$2@mail.example" '.[] | select(.to == $to).state'
}

note "three of four come back, each for its reason"
send first
expect_match '^4 accepted' "$out"
wait_until 60 bounced 3
expect_equal $'blocked 5.7.1 4\ndead 5.1.1 2\nfull 5.2.2 3' \
    "$("$MUSTER" bounce list --format json |
        jq -r 'sort_by(.class)[] | "\(.class) \(.status) \(.member)"')"
expect_equal 'accepted undelivered undelivered undelivered' \
    "$(of first good) $(of first gone) $(of first full) $(of first refused)"

note "only who is not there is written to no more"
expect_equal '2 bounce mail' "$("$MUSTER" suppress list --format json |
    jq -r '.[] | "\(.number) \(.kind) \(.source)"')"
expect_status 0 "$MUSTER" member show 2
expect_match 'mail +no, not to gone@mail.example: mail to it came back' "$out"
for member in 3 4; do
    expect_status 0 "$MUSTER" member show "$member"
    expect_match 'mail +yes' "$out"
done
reference=$("$MUSTER" message list first --format json |
    jq -r '.[] | select(.to == "gone@mail.example").reference')
expect_status 0 "$MUSTER" message show "$reference"
expect_match 'bounce.*dead 5.1.1' "$out"
expect_match 'undelivered' "$out"

note "that a mail was not wanted is told of the relay"
expect_status 0 "$MUSTER" campaign status first
expect_match 'email/relay +open, lately: a mail is not wanted where it went:.*wanted here' "$out"

note "while muster cannot take it, a bounce stays in the relay's queue"
rm "$HOUSE/mail-in.conf"
send second
expect_match '3 mails queued.* 1 cannot be reached' "$started"
expect_match '^3 accepted' "$out"
deferred() {
    (($(grep -c 'to=<bounces+.*relay=muster, .*status=deferred' "$postfix_log") >= 2))
}
wait_until 60 deferred
expect_match 'mail-in.conf' "$(grep 'relay=muster, .*status=deferred' "$postfix_log")"
expect_equal 'accepted accepted' "$(of second full) $(of second refused)"
ln -s muster.conf "$HOUSE/mail-in.conf"
expect_status 0 postqueue -c "$postfix_etc" -f
wait_until 60 bounced 5
expect_equal 'accepted undelivered undelivered' \
    "$(of second good) $(of second full) $(of second refused)"

note "no bounce has bounced"
expect_equal '' "$(grep 'relay=muster, .*status=bounced' "$postfix_log" || true)"
expect_equal 5 "$(grep -c 'relay=muster, .*status=sent' "$postfix_log")" "the number of bounces"

note "an empty mail to the address that stands in a mail's head leaves, as a program would write it"
mail=$(find "$postfix_boxes/good" -type f | head -n 1)
leave=$(tr -d '\r' <"$mail" | grep -oE 'mailto:unsub\+[a-z0-9-]+@branch.example' | cut -d : -f 2-)
python3 - "$SMTP_ADDRESS" "$leave" <<'END'
import smtplib
import sys
host, port = sys.argv[1].split(":")
with smtplib.SMTP(host, int(port)) as relay:
    relay.sendmail("good@mail.example", [sys.argv[2]],
                   f"From: good@mail.example\r\nTo: {sys.argv[2]}\r\n"
                   "Message-ID: <leave@mail.example>\r\nSubject: unsubscribe\r\n\r\n")
END
left() {
    "$MUSTER" suppress list --format json | jq -e 'any(.number == "1" and .kind == "stop")'
}
wait_until 60 left
