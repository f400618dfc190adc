#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A mailbox on a real IMAP server, a Dovecot of this test's own, emptied by musterd: each mail is
# taken once, however often musterd is killed while it does so, and is moved away or deleted after.
source "$(dirname "$0")/lib.sh"
need_dovecot
source "$(dirname "$0")/../flow/branch.sh"
start_rehearsal
start_dovecot
(umask 077 && echo let-me-in >imap.password)
make_branch 'mail.bounces=bounces+*@branch.example' \
    "mailbox.url=imaps://127.0.0.1:$imaps_port/INBOX" mailbox.user=branch mailbox.every=1 \
    "mailbox.password_file=$SCRATCH/imap.password" "mailbox.ca_file=$imap_certificate"

# set_mailbox NAME VALUE: change a setting of the mailbox.
set_mailbox() {
    sed -i "/^mailbox = {/,/^};/ s|^ *#\? *$1 = .*|    $1 = $2;|" "$MUSTER_CONFIG"
}

# senders: "ADDRESS SENDER" of each mail that the relay was given.
senders() {
    jq -r 'select(.event == "message" and .channel == "email") | "\(.to) \(.from)"' "$REHEARSAL_LOG"
}

# report ADDRESS SENDER STATUS: what an MTA says of a mail that it could not deliver.
report() {
    cat <<END
Delivered-To: $2
From: MAILER-DAEMON@mx.example
To: bounces@branch.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <$1.$3@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; $1
Action: failed
Status: $3
Diagnostic-Code: smtp; 550 $3 it cannot be delivered

--b--
END
}

# is_empty NAME: whether nothing is left in the inbox.
is_empty() {
    (($(mails_in "$1") == 0))
}

make_members 0 60
write_campaign first everyone
sed -i 's/"sms", "email"/"email"/; s/sms = "note";//' first.conf
expect_status 0 "$MUSTER" campaign create first.conf
expect_status 0 "$MUSTER" campaign start first
expect_status 0 "$MUSTER" run --until-idle
expect_match '^60 accepted' "$out"

note "what comes back is taken and moved away: a bounce, an answer, and what nobody can use"
sender=$(senders | sed -n 's/^e1@mail.example //p')
report e1@mail.example "$sender" 5.1.1 | put_mail branch
reference=$("$MUSTER" message list first --format json |
    jq -r '.[] | select(.to == "e2@mail.example").reference')
put_mail branch <<END
From: e2@mail.example
To: organiser@branch.example
Subject: Re: please vote
Message-ID: <one@mail.example>
In-Reply-To: <$reference@branch.example>

STOP
END
put_mail branch </dev/null
{
    printf 'From: who@there.example\nSubject: Large\nMessage-ID: <large@there.example>\n\n'
    head -c 3000000 /dev/zero | tr '\0' 'x' | fold -w 70
} | put_mail branch
start mailbox "$MUSTERD" --only mailbox
wait_until 60 is_empty branch
stop mailbox
expect_equal 4 "$(mails_in branch muster)" "the number of mails moved"
expect_equal $'E1 bounce\nE2 stop' "$("$MUSTER" suppress list --format json |
    jq -r 'sort_by(.number)[] | "\(.number) \(.kind)"')"
expect_match 'a mail came back: bounce, dead of [a-z2-7]{20}: undelivered' "$(cat mailbox.err)"
expect_equal '' "$(grep -E '@(mail|there)\.example' mailbox.err || true)" "addresses in the log"

note "the same mail a second time is known again"
report e1@mail.example "$sender" 5.1.1 | put_mail branch
start mailbox "$MUSTERD" --only mailbox
wait_until 60 is_empty branch
stop mailbox
expect_match 'taken before' "$(cat mailbox.err)"
expect_equal '[1]' "$("$MUSTER" bounce list --format json | jq -c 'map(.times)')"

note "whenever musterd is killed, nothing is lost and nothing counts twice"
senders | while read -r address sender; do
    report "$address" "$sender" 5.2.2 | put_mail branch
done
for pause in 0.05 0.2 0.1 0.3 0.15 0.25; do
    start mailbox "$MUSTERD" --only mailbox
    sleep "$pause"
    kill -KILL "$pid"
    stop mailbox 137
done
report e1@mail.example "$sender" 5.1.1 | put_mail branch # that there is something left to do
start mailbox "$MUSTERD" --only mailbox
wait_until 120 is_empty branch
stop mailbox
expect_equal '60 1' "$("$MUSTER" bounce list --format json |
    jq -r 'map(select(.class == "full")) | "\(length) \(map(.times) | max)"')"
expect_equal 0 "$("$MUSTER" message list first --format json |
    jq 'map(select(.state == "accepted")) | length')" "the number of mails not known to be back"

note "mails can be deleted instead, by STARTTLS as well"
set_mailbox done '"delete"'
set_mailbox url "\"imap://127.0.0.1:$imap_port/INBOX\""
moved=$(mails_in branch muster)
report e3@mail.example "$(senders | sed -n 's/^e3@mail.example //p')" 5.7.1 | put_mail branch
start mailbox "$MUSTERD" --only mailbox
wait_until 60 is_empty branch
stop mailbox
expect_equal "$moved" "$(mails_in branch muster)" "the number of mails moved"
expect_equal 1 "$("$MUSTER" bounce list --format json |
    jq 'map(select(.class == "blocked")) | length')" "the number of blocked mails"

# complains REGEX: it says so once, and leaves the mail where it is.
complains() {
    start mailbox "$MUSTERD" --only mailbox
    wait_until 30 grep -qE "$1" mailbox.err
    sleep 1.5
    stop mailbox
    expect_equal 1 "$(grep -cE "$1" mailbox.err)" "the number of complaints"
    expect_equal 1 "$(mails_in branch)" "the number of mails in the inbox"
}

note "a certificate that nobody vouches for, a wrong password, no server: the mail stays"
report e4@mail.example "$(senders | sed -n 's/^e4@mail.example //p')" 5.1.1 | put_mail branch
set_mailbox url "\"imaps://127.0.0.1:$imaps_port/INBOX\""
set_mailbox ca_file '"/etc/hostname"'
complains 'the mailbox: its mails cannot be listed: .*certificate'
set_mailbox ca_file "\"$imap_certificate\""
echo wrong >imap.password
complains 'the mailbox: its mails cannot be listed: .*(denied|LOGIN|login)'
echo let-me-in >imap.password
set_mailbox url "\"imaps://127.0.0.1:$(free_port)/INBOX\""
complains 'the mailbox: its mails cannot be listed: .*connect'
set_mailbox url "\"imaps://127.0.0.1:$imaps_port/NOWHERE\""
complains 'the mailbox: its mails cannot be listed: '

note "and is taken once that is mended"
set_mailbox url "\"imaps://127.0.0.1:$imaps_port/INBOX\""
start mailbox "$MUSTERD" --only mailbox
wait_until 60 is_empty branch
stop mailbox
expect_status 0 "$MUSTER" member show E4
expect_match 'mail +no, not to e4@mail.example: mail to it came back' "$out"
