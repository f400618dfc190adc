#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A mailbox that is emptied, on a server that does what a real one rarely does: it knows few
# commands, hangs at the worst moment, babbles, and has mails without end. (tests/live/imap.sh has a
# real one.)
source "$(dirname "$0")/branch.sh"
start_rehearsal
mkdir -p imap/inbox imap/boxes
start imap python3 "$MUSTER_ROOT/tests/flow/imap.py" imap
wait_until 20 test -s imap/port
(umask 077 && echo secret >imap.password)
make_branch 'mail.bounces=bounces+*@branch.example' mailbox.user=branch mailbox.every=1 \
    "mailbox.url=imap://127.0.0.1:$(<imap/port)/INBOX" \
    "mailbox.password_file=$SCRATCH/imap.password"
make_members 0 5
write_campaign first everyone
sed -i 's/"sms", "email"/"email"/; s/sms = "note";//' first.conf
expect_status 0 "$MUSTER" campaign create first.conf
expect_status 0 "$MUSTER" campaign start first
expect_status 0 "$MUSTER" run --until-idle
expect_match '^5 accepted' "$out"

# bounce UID NUMBER: into the inbox, that the mail to this member found a full mailbox.
bounce() {
    local sender
    sender=$(jq -r --arg to "e$2@mail.example" \
        'select(.event == "message" and .to == $to).from' "$REHEARSAL_LOG")
    cat >imap/inbox.new <<END
Delivered-To: $sender
From: MAILER-DAEMON@mx.example
To: bounces@branch.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <$2@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; e$2@mail.example
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 the mailbox is full

--b--
END
    mv imap/inbox.new "imap/inbox/$1"
}

# counted: how often each bounce was said, in order of the members.
counted() {
    "$MUSTER" bounce list --format json | jq -r 'sort_by(.member) | map(.times) | join(" ")'
}

# has_said REGEX N: whether a client has said so at least N times.
has_said() {
    (($(grep -cE "$1" imap/said) >= $2))
}

is_in() {
    [[ -e imap/boxes/muster/$1 && ! -e imap/inbox/$1 ]]
}

note "killed between the commit and the moving, it takes nothing twice"
bounce 7 1
echo hang >imap/mode
start mailbox "$MUSTERD" --only mailbox
wait_until 30 has_said 'UID MOVE 7' 1
kill -KILL "$pid"
stop mailbox 137
expect_equal 1 "$(counted)"
: >imap/mode
start mailbox "$MUSTERD" --only mailbox
wait_until 30 is_in 7
stop mailbox
expect_match 'CREATE "muster"' "$(<imap/said)"
expect_match 'taken before' "$(<mailbox.err)"
expect_equal 1 "$(counted)"

note "a server without MOVE and UIDPLUS: copied once, marked as deleted, and not read again"
echo nomove >imap/mode
bounce 8 2
start mailbox "$MUSTERD" --only mailbox
wait_until 30 has_said 'UID EXPUNGE 8' 1
wait_until 30 has_said ' FETCH 1:' 8
stop mailbox
expect_equal 1 "$(grep -c 'UID FETCH 8 BODY' imap/said)" "the number of times it was read"
expect_equal 1 "$(grep -c 'UID COPY 8' imap/said)" "the number of times it was copied"
expect_equal '1 1' "$(counted)"
rm imap/inbox/8

note "one that lets nothing be put away has all taken, more than a batch, and is told of"
echo full >imap/mode
bounce 12 1
for ((uid = 100; uid < 300; uid++)); do
    printf '%s\n' "Message-ID: <$uid@mail.example>" 'From: a@mail.example' \
        'Auto-Submitted: auto-replied' 'Subject: Out of office' '' 'I am away.' >"imap/inbox/$uid"
done
bounce 300 2
sed -i 's/@mx.example>/@mx2.example>/' imap/inbox/{12,300}
start mailbox "$MUSTERD" --only mailbox
wait_until 60 has_said 'UID FETCH 300 BODY' 2
expect_equal '2 2' "$(counted)"
: >imap/mode
wait_until 60 is_in 300
wait_until 60 is_in 12
stop mailbox
expect_match 'the mailbox: a mail cannot be moved' "$(<mailbox.err)"
expect_equal '2 2' "$(counted)"

note "a mail of a hundred megabytes is read as far as it matters"
bounce 14 1
sed -i 's/@mx.example>/@mx3.example>/' imap/inbox/14
truncate -s 100M imap/inbox/14
start mailbox "$MUSTERD" --only mailbox
wait_until 30 is_in 14
stop mailbox
expect_equal '3 2' "$(counted)"

note "what cannot be read does not keep the others waiting for ever"
echo 'cut=9 huge=10 babble' >imap/mode
bounce 9 3
bounce 10 4
bounce 11 5
start mailbox "$MUSTERD" --only mailbox
wait_until 200 is_in 11
stop mailbox
expect_equal '9 10' "$(cd imap/inbox && printf '%s\n' * | sort -n | xargs)" "what is left"
expect_match 'the mailbox: a mail cannot be read' "$(<mailbox.err)"
expect_equal '3 2 1' "$(counted)"

note "and is taken when it can be read, after a new start"
: >imap/mode
start mailbox "$MUSTERD" --only mailbox
wait_until 30 is_in 10
stop mailbox
expect_equal '3 2 1 1 1' "$(counted)"
expect_equal '' "$(grep -E 'secret' imap/said mailbox.err || true)"

note "a folder that was made anew has other mails under the numbers that it gave up"
rm -f imap/inbox/*
echo 'cut=9' >imap/mode
bounce 9 2
start mailbox "$MUSTERD" --only mailbox
wait_until 60 has_said 'UID FETCH 9 BODY' "$(($(grep -c 'UID FETCH 9 BODY' imap/said) + 3))"
bounce 9 5
sed -i 's/@mx.example>/@mx4.example>/' imap/inbox/9
echo 'validity=7' >imap/mode
wait_until 60 is_in 9
expect_equal '3 2 1 1 2' "$(counted)"

note "and where it is made anew again and again, nothing is lost"
echo 'moving' >imap/mode
bounce 3 4
sed -i 's/@mx.example>/@mx5.example>/' imap/inbox/3
wait_until 30 has_said 'SELECT' "$(($(grep -c SELECT imap/said) + 6))"
: >imap/mode
wait_until 60 is_in 3
stop mailbox
expect_equal '3 2 1 2 2' "$(counted)"

note "a token instead of a password, read again before each look"
sed -i '/^mailbox = {/,/^};/ s|^ *#\? *auth = .*|    auth = "oauth2";|' "$MUSTER_CONFIG"
echo 'token=fresh' >imap/mode
echo stale >imap.password
bounce 21 3
sed -i 's/@mx.example>/@mx6.example>/' imap/inbox/21
start mailbox "$MUSTERD" --only mailbox
wait_until 30 grep -q 'the mailbox: ' mailbox.err
expect_match 'the mailbox: .*[Ll]ogin denied' "$(<mailbox.err)"
[[ -e imap/inbox/21 ]] || fail "a mail was taken by a token that is not right"
echo fresh >imap.password
wait_until 60 is_in 21
stop mailbox
expect_equal '3 2 2 2 2' "$(counted)"
expect_match 'AUTHENTICATE XOAUTH2 \.\.\.' "$(<imap/said)"
expect_equal '' "$(grep -E 'stale|fresh' imap/said mailbox.err || true)"
stop imap 143
