#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A campaign whose mails come back pauses by itself, says why, and goes on when a person lets it.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch 'mail.bounces=bounces+*@branch.example' brakes.dead=5
make_members 0 60
write_campaign first everyone
sed -i 's/"sms", "email"/"email"/; s/sms = "note";//' first.conf
expect_status 0 "$MUSTER" campaign create first.conf
expect_status 0 "$MUSTER" campaign start first
expect_status 0 "$MUSTER" run --until-idle
expect_match '^60 accepted' "$out"
sqlite3 "$HOUSE/muster.db" "UPDATE campaign SET state = 'running'" # as if there were more to come

# dead FROM TO: the mails to these members come back as there is no such address.
dead() {
    local n
    for ((n = $1; n <= $2; n++)); do
        cat >bounce.eml <<END
From: MAILER-DAEMON@mx.example
To: bounces@branch.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <$n@mx.example>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; e$n@mail.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b--
END
        expect_status 0 "$MUSTER" mail-in --tell --recipient "$(jq -r --arg to "e$n@mail.example" \
            'select(.event == "message" and .to == $to).from' "$REHEARSAL_LOG")" <bounce.eml
    done
}

# fact NAME: of the campaign.
fact() {
    "$MUSTER" campaign status first --format json | jq -r ".$1"
}

note "ten do not pause it, the eleventh does, and it is said where it is looked for"
dead 1 10
expect_equal 'running promotional null' "$(fact state) $(fact purpose) $(fact paused_why)"
dead 11 11
expect_match 'suppressed; its campaign is paused: more than 10 of 200 mails came back' "$out"
expect_equal 'paused' "$(fact state)"
expect_status 0 "$MUSTER" campaign status first
expect_match '^campaign first \(promotional\) is paused, at ' "$out"
expect_match '^it paused by itself: more than 10 of 200 mails came back as there is no such' "$out"

note "nothing goes while it is paused; a person lets it go on, and is not stopped by what is known"
expect_status 0 "$MUSTER" campaign resume first
expect_equal 'null' "$(fact paused_why)"
sqlite3 "$HOUSE/muster.db" "UPDATE campaign SET state = 'running'"
dead 12 30
expect_equal 'running' "$(fact state)"

note "a person's own pause says nothing of this"
expect_status 0 "$MUSTER" campaign pause first
expect_status 0 "$MUSTER" campaign status first
expect_match 'is paused, at ' "$out"
expect_equal 'null' "$(fact paused_why)"
