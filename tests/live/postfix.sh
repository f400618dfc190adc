#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Mails to awkward members through a real relay, by either engine: a Postfix of this test's own, as
# strict as it can be told to be, which puts what it takes into one mailbox on disk. Every mail
# arrives once, and is read there by a parser that is not ours: no defect, headers and both bodies
# as they were meant.
source "$(dirname "$0")/lib.sh"
need_postfix
if (($# == 0)); then
    for engine in esmtp curl; do
        echo "by $engine:"
        bash "$0" "$engine" || exit
    done
    exit 0
fi
source "$(dirname "$0")/../flow/branch.sh"
awkward=$MUSTER_ROOT/tests/flow/awkward.py

# arrived N: whether so many mails have come to rest.
arrived() {
    (($(find "$postfix_boxes/all/new" -type f | wc -l) >= $1))
}

# What is refused here is refused by some relay or other out there.
start_postfix <<'END'
virtual_mailbox_domains = static:here
virtual_mailbox_maps = static:all/
smtputf8_enable = yes
smtpd_delay_reject = yes
smtpd_helo_required = yes
strict_rfc821_envelopes = yes
strict_7bit_headers = yes
strict_8bitmime_body = yes
strict_mime_encoding_domain = yes
smtpd_forbid_bare_newline = reject
smtpd_forbid_bare_newline_exclusions =
smtpd_forbid_unauth_pipelining = yes
smtpd_sender_restrictions = reject_non_fqdn_sender
smtpd_recipient_restrictions = reject_non_fqdn_recipient
smtpd_data_restrictions = reject_unauth_pipelining, reject_multi_recipient_bounce
END
SMS_URL=http://127.0.0.1:9
export SMS_URL
make_branch "mail.from_name=Undeb Iechyd – Anytown" mail.sessions=2 mail.batch=4 \
    "mail.engine=$1"

note "the relay takes every mail"
python3 "$awkward" make
expect_status 0 "$MUSTER" import members.csv
members=$(sed -n 's/^\([0-9]*\) members now$/\1/p' <<<"$out")
expect_status 0 "$MUSTER" campaign create awkward.conf
expect_status 0 "$MUSTER" campaign start awkward
expect_status 0 "$MUSTER" run --until-idle
expect_match "^$members accepted, 0 refused, 0 put off, 0 unsure, 0 withheld" "$out"

note "each comes to rest once, and says what was meant"
wait_until 60 arrived "$members"
mkdir mails
find "$postfix_boxes/all/new" -type f | while IFS= read -r file; do
    cp "$file" "mails/$(basename "$file").eml"
done
expect_status 0 python3 "$awkward" check relayed mails
expect_match "^$members mails read" "$out"

note "the relay had nothing to say against any of them"
sent() {
    (($(grep -c 'status=sent' "$postfix_log") >= $1))
}
wait_until 30 sent "$members"
expect_equal "$members" "$(grep -c 'status=sent' "$postfix_log")" "the number of deliveries"
trouble='warning|reject|error:|fatal|panic|bounced|deferred'
expect_equal '' "$(grep -E "$trouble" "$postfix_log" || true)"
queue_is_empty() {
    [[ -z $(find "$postfix_queue"/{incoming,active,deferred,bounce} -type f) ]]
}
wait_until 30 queue_is_empty # a mail leaves it a moment after its delivery is noted

# offer MAIL: what the relay answers to a mail of these bytes ("%b" of printf).
offer() {
    printf '%b' "$1" >offered
    python3 - "${SMTP_ADDRESS##*:}" <<'PY'
import smtplib
import sys
with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), "there.example") as relay:
    relay.ehlo()
    relay.mail("a@branch.example")
    relay.rcpt("sian@mail.example")
    relay.docmd("DATA")
    relay.send(open("offered", "rb").read())
    print(*relay.getreply())
PY
}

note "though it does say what it must: it is as strict as this test believes"
expect_match '^250 ' "$(offer 'Subject: x\r\n\r\nx\r\n.\r\n')"
expect_match '^5.*bare <LF>' "$(offer 'Subject: x\r\nBcc: y\n\r\nx\r\n.\r\n')"
expect_match '^5.*header' "$(offer 'Subject: \xc5\xb5\r\n\r\nx\r\n.\r\n')"
expect_match '^5.*body' "$(offer 'Subject: x\r\n\r\n\xc5\xb5\r\n.\r\n')"
