#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Mail that came back, handed over by an MTA: what proves its message has its effect, once; what
# does not has none; and whatever goes wrong, the MTA keeps the mail.
source "$(dirname "$0")/branch.sh"
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
make_branch 'mail.bounces=bounces+*@branch.example' "console.listen=$CONSOLE"
printf '%s\n' 'Membership number,First name,Email' '1,Ann,ann@mail.example' \
    '2,Bea,bea@mail.example' '3,Cai,cai@mail.example' '4,Dai,dai@mail.example' \
    '5,Eve,eve@mail.example' >members.csv
expect_status 0 "$MUSTER" import members.csv
make_ballot

# send NAME: a campaign by mail to everyone, handed over.
send() {
    write_campaign "$1" everyone pay
    sed -i 's/"sms", "email"/"email"/; s/sms = "note";//' "$1.conf"
    expect_status 0 "$MUSTER" campaign create "$1.conf"
    expect_status 0 "$MUSTER" campaign start "$1"
    started=$out
    expect_status 0 "$MUSTER" run --until-idle
}

# of CAMPAIGN NAME FIELD: of the mail to this member.
of() {
    "$MUSTER" message list "$1" --format json |
        jq -r --arg to "$2@mail.example" --arg field "$3" '.[] | select(.to == $to)[$field]'
}

# sender NAME: the envelope sender of the latest mail to this member.
sender() {
    jq -r --arg to "$1@mail.example" \
        'select(.event == "message" and .to == $to).from' "$REHEARSAL_LOG" | tail -n 1
}

# report NAME ACTION STATUS WORDS: a delivery report about the member, written to bounce.eml.
report() {
    cat >bounce.eml <<END
From: MAILER-DAEMON@mx.example
To: bounces@branch.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <$RANDOM$RANDOM$RANDOM@mx.example>
Date: Mon, 05 Jan 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; $1@mail.example
Action: $2
Status: $3
Diagnostic-Code: smtp; $4

--b--
END
}

# take [ARGUMENTS...]: as an MTA does: no word when all goes well.
take() {
    expect_status 0 "$MUSTER" mail-in "$@" <bounce.eml
    expect_equal '' "$out$err" "what mail-in says"
}

send first
expect_match '^5 accepted' "$out"

note "a bounce that proves its message ends the address, and says so everywhere"
report ann failed 5.1.1 '550 5.1.1 <ann@mail.example>: User unknown'
take --recipient "$(sender ann)"
expect_equal undelivered "$(of first ann state)"
expect_status 0 "$MUSTER" member show 1
expect_match 'mail +no, not to ann@mail.example: mail to it came back: there is no such' "$out"
expect_status 0 "$MUSTER" message show "$(of first ann reference)"
expect_match 'bounce.*dead 5.1.1: 550 5.1.1' "$out"
expect_status 0 "$MUSTER" campaign status first
expect_match 'there is no such address \(5.1.1\)' "$out"
expect_status 0 "$MUSTER" bounce list
expect_match 'dead +5.1.1 +1 +1 +first' "$out"
expect_equal 1 "$(suppressed bounce)" "the number of dead addresses"

note "the same one a hundred times counts once"
for ((i = 0; i < 100; i++)); do take --recipient "$(sender ann)"; done
expect_equal '[1]' "$("$MUSTER" bounce list --format json | jq -c 'map(.times)')"
expect_equal 1 "$("$MUSTER" suppress list --format json | jq length)" "the length of the ledger"

note "forgeries have no effect, but are shown"
report bea failed 5.1.1 '550 5.1.1 <bea@mail.example>: User unknown'
take
forged=$(sender bea)
for to in bounces@branch.example "${forged/-?/-x}" "${forged/+?/+1}" \
    "$(sender ann | sed 's/-.*@/-0000@/')"; do
    take --recipient "$to"
done
expect_equal accepted "$(of first bea state)"
expect_equal 1 "$("$MUSTER" suppress list --format json | jq length)" "the length of the ledger"
expect_status 0 "$MUSTER" bounce list --unproven
expect_match 'dead +5.1.1 +1 +2 ' "$out"
expect_status 0 "$MUSTER" member show 2
expect_match 'yes, to bea@mail.example' "$out"
expect_match 'a mail that proves nothing says: dead 5.1.1' "$out"

note "what may work later, and what is refused, ends no address"
report bea failed 5.2.2 '552 5.2.2 Mailbox full'
take --recipient "$(sender bea)"
expect_equal undelivered "$(of first bea state)"
report cai failed 5.7.1 '550 5.7.1 Rejected by policy: 192.0.2.1 is listed'
take --recipient "$(sender cai)"
expect_equal undelivered "$(of first cai state)"
report dai delayed 4.4.1 '421 4.4.1 Connection timed out'
take --recipient "$(sender dai)"
expect_equal accepted "$(of first dai state)"
expect_equal 1 "$("$MUSTER" suppress list --format json | jq length)" "the length of the ledger"
expect_status 0 "$MUSTER" campaign status first
expect_match '192.0.2.1 is listed' "$out"
expect_equal 'blocked dead full late' \
    "$("$MUSTER" bounce list --format json | jq -r 'map(select(.message != "").class) | sort |
        join(" ")')"

note "an answer goes into the inbox, and into the ballot"
cat >bounce.eml <<END
From: Eve <eve@home.example>
To: organiser@branch.example
Subject: Re: please vote
Message-ID: <answer@home.example>
In-Reply-To: <$(of first eve reference)@branch.example>

I have voted

Eve
END
take --recipient organiser@branch.example
expect_equal 'email eve@home.example 5 voted' "$("$MUSTER" reply list --format json |
    jq -r '.[] | "\(.channel) \(.from) \(.member) \(.meaning)"')"
expect_status 0 "$MUSTER" member show 5
expect_match 'ballots +pay, in .*: voted' "$out"

note "what came back is counted for those who watch the machine"
start console "$MUSTERD" --only console
wait_until 20 curl -fsS "http://$CONSOLE/metrics"
metrics=$(curl -fsS "http://$CONSOLE/metrics")
stop console
for sample in 'kind="bounce",class="dead",proof="sender"} 1' \
    'kind="bounce",class="dead",proof="-"} 1' 'kind="reply",class="-",proof="message"} 1'; do
    expect_match "^muster_mails_returned_total\\{$sample\$" "$metrics" "the metrics"
done
expect_match '^muster_suppressions\{channel="email",kind="bounce"\} 1$' "$metrics"

note "the next campaign goes to those who can be reached"
send second
expect_match '5 members; .* 4 mails queued.* 1 cannot be reached' "$started"
expect_match '^4 accepted' "$out"

note "what was done is said to those who ask"
report bea failed 5.1.1 '550 5.1.1 <bea@mail.example>: User unknown'
expect_status 0 "$MUSTER" mail-in --tell --recipient "$(sender bea)" <bounce.eml
expect_match "^bounce	dead	$(of second bea reference)	undelivered, and its address is" "$out"
expect_status 0 "$MUSTER" mail-in --tell --recipient "$(sender bea)" <bounce.eml
expect_match '	taken before$' "$out"

note "a person can lift it, and another address is another one"
expect_status 0 "$MUSTER" suppress remove bea@mail.example --reason "she says it works"
expect_status 0 "$MUSTER" member show 2
expect_match 'yes, to bea@mail.example' "$out"
expect_status 0 "$MUSTER" member set 1 email=ann.price@mail.example
expect_status 0 "$MUSTER" member show 1
expect_match 'yes, to ann.price@mail.example' "$out"

# kept COMMAND...: it fails so that an MTA keeps the mail.
kept() {
    expect_status 75 "$@" <bounce.eml
    expect_equal '' "$out"
    expect_match '^muster: ' "$err"
}

note "whatever goes wrong, the MTA keeps the mail"
report dai failed 5.1.1 '550 5.1.1 User unknown'
kept "$MUSTER" mail-in --no-such-option
kept "$MUSTER" mail-in --config nowhere.conf
kept "$MUSTER" mail-in surplus
kept "$MUSTER" mail-in --recipient "$(sender dai)" --config /dev/null
mv "$HOUSE/muster.key" away.key
kept "$MUSTER" mail-in --recipient "$(sender dai)"
mv away.key "$HOUSE/muster.key"
chmod 644 "$HOUSE/muster.key"
kept "$MUSTER" mail-in --recipient "$(sender dai)"
chmod 600 "$HOUSE/muster.key"
expect_status 75 "$MUSTER" mail-in </dev/null
expect_equal accepted "$(of second dai state)"

note "also while somebody else writes; and then it is taken"
start lock python3 -c 'import sqlite3, time
store = sqlite3.connect("house/muster.db", isolation_level=None)
store.execute("BEGIN IMMEDIATE")
open("locked", "w").close()
time.sleep(100)'
wait_until 20 test -e locked
kept "$MUSTER" mail-in --recipient "$(sender dai)"
expect_match 'busy|locked|writ' "$err"
stop lock 143
take --recipient "$(sender dai)"
expect_equal undelivered "$(of second dai state)"

note "killed in the middle, it is taken the next time, once"
report eve failed 5.1.1 '550 5.1.1 User unknown'
to=$(sender eve)
for ((i = 0; i < 20; i++)); do
    "$MUSTER" mail-in --recipient "$to" <bounce.eml &
    victim=$!
    sleep "0.0$((i % 10))"
    kill -KILL "$victim" 2>/dev/null || true
    wait "$victim" 2>/dev/null || true
done
take --recipient "$(sender eve)"
expect_equal 1 "$("$MUSTER" suppress list --format json |
    jq 'map(select(.number == "5")) | length')" "the number of suppressions"
expect_equal '[1]' "$("$MUSTER" bounce list --format json |
    jq -c 'map(select(.member == "5").times)')"

note "a mail without end is read to its end, and no further than is good for us"
{
    cat bounce.eml
    head -c 50000000 /dev/zero | tr '\0' 'x'
} >huge.eml
expect_status 0 "$MUSTER" mail-in --recipient "$(sender cai)" <huge.eml
expect_status 0 sqlite3 -readonly -header "$HOUSE/muster.db" <"$MUSTER_ROOT/contrib/proof.sql"
expect_equal '' "$out" "the proof"
