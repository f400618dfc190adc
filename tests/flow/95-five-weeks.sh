#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A ballot of five weeks, day by day, by the shipped campaign: 20,000 members of twelve employers,
# their replies, their STOPs, mails that come back, marks of reps, outages, and a close that is put
# off. Every evening the board is held against a recount from what truly reached the carriers; see
# five_weeks.py. All programs see one clock, which is a file.
source "$(dirname "$0")/branch.sh"
export TZ=Europe/London
TOOL=$MUSTER_ROOT/tests/flow/five_weeks.py
JOURNAL=$SCRATCH/journal.jsonl
: >"$JOURNAL"

# What stands between the programs and the time: it reads the clock anew whenever it is asked.
faker=$(faketime -f +0 printenv LD_PRELOAD || faketime -f +0 printenv LD_PRELOAD)
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
lived=(env "LD_PRELOAD=$faker" "FAKETIME_TIMESTAMP_FILE=$SCRATCH/clock" FAKETIME_NO_CACHE=1
    FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1)
for program in muster musterd muster-rehearsal; do
    mkdir -p "$SCRATCH/lived"
    printf '#!/bin/bash\nexec %s %q "$@"\n' "$(printf '%q ' "${lived[@]}")" \
        "$MUSTER_BUILD/$program" >"$SCRATCH/lived/$program"
    chmod +x "$SCRATCH/lived/$program"
done
MUSTER=$SCRATCH/lived/muster
MUSTERD=$SCRATCH/lived/musterd
MUSTER_BUILD=$SCRATCH/lived # for start_rehearsal

# it_is WHEN: from now on it is then.
it_is() {
    local offset=$(($(date -d "$1" +%s) - $(date +%s)))
    printf '%+d\n' "$offset" >"$SCRATCH/clock.new"
    mv "$SCRATCH/clock.new" "$SCRATCH/clock"
    today=${1% *}
}

now_iso() {
    "${lived[@]}" date -u +%FT%T.%3NZ
}

store() {
    sqlite3 -readonly -cmd ".timeout 10000" "$HOUSE/muster.db" "$@"
}

# nothing_due: whether every message whose time has come is with a carrier, and every answer too.
nothing_due() {
    local now
    now=$("${lived[@]}" date +%s)000
    (($(store "SELECT
        (SELECT COUNT(*) FROM outbox o JOIN step s ON s.id = o.step_id
            JOIN campaign k ON k.id = s.campaign_id WHERE k.state = 'running'
            AND (o.state IN ('claimed', 'sending') OR (o.state = 'queued' AND o.due_at <= $now)))
        + (SELECT COUNT(*) FROM answer
            WHERE state = 'sending' OR (state = 'queued' AND due_at <= $now))
        + (SELECT COUNT(*) FROM step s JOIN campaign k ON k.id = s.campaign_id
            WHERE k.state = 'running' AND s.at <= $now AND s.expanded = 0 AND s.skipped IS NULL)
        ") == 0)) && callbacks_done
}

# did WHAT: into the journal.
did() {
    jq -nc --arg at "$(now_iso)" "{at: \$at} + $1" >>"$JOURNAL"
}

# members_answer: phones say what they have to say, until no text is left that one would answer.
members_answer() {
    local said=1
    while ((said > 0)); do
        said=$(python3 "$TOOL" answer "$today" "$REHEARSAL_LOG" "$SMS_URL")
        wait_until 60 nothing_due
    done
}

# mails_come_back: what the carriers of members' mailboxes have to say.
mails_come_back() {
    local file
    mkdir -p "$SCRATCH/returned"
    python3 "$TOOL" bounces "$REHEARSAL_LOG" "$SCRATCH/returned"
    for file in "$SCRATCH"/returned/*.eml; do
        if [[ ! -e $file ]]; then continue; fi
        expect_status 0 "$MUSTER" mail-in --recipient "$(cat "${file%.eml}.to")" <"$file"
        did "{did: \"bounce\", address: \"$(sed -n 's/^Final-Recipient: rfc822; //p' "$file")\"}"
        rm "$file" "${file%.eml}.to"
    done
}

# board_agrees: every figure, of every employer.
board_agrees() {
    expect_status 0 "$MUSTER" ballot board nhs-pay --format csv
    cp "$SCRATCH/stdout" "$SCRATCH/board.csv"
    if ! python3 "$TOOL" recount "$REHEARSAL_LOG" "$today" "$last_post" "$until" "$JOURNAL" \
        "$SCRATCH/board.csv" >"$SCRATCH/recount"; then
        cat "$SCRATCH/recount" >&2
        fail "the board of $today is not what a recount gives"
    fi
}

# carriers: those that everything goes to, on ports of their own, so that they come back there.
carriers() {
    SMTP_ADDRESS=127.0.0.1:$smtp_port
    SMS_URL=http://127.0.0.1:$sms_port
    REHEARSAL_LOG=$SCRATCH/carriers.jsonl
    start carriers "$MUSTER_BUILD/muster-rehearsal" --smtp "$SMTP_ADDRESS" \
        --sms "127.0.0.1:$sms_port" --log "$REHEARSAL_LOG" \
        --faults sms.refuse=0.2%,sms.drop-after=0.05%,receipt.fail=1%,receipt.repeat=2%
    wait_until 30 curl -fsS "$SMS_URL/status"
}

daemon() {
    start musterd "$MUSTERD"
    wait_until 30 public_listens
}

# the_hour WHEN: it is then; what is due is done, and whoever wants to answer has answered.
the_hour() {
    it_is "$1"
    wait_until 600 nothing_due
    members_answer
}

# a_day DATE: from the morning to the evening, and the count.
a_day() {
    the_hour "$1 10:05"
    the_hour "$1 14:05"
    the_hour "$1 18:35"
    mails_come_back
    if [[ $(date -d "$1" +%u) == 5 ]]; then
        reps_report
        papers_are_passed_on
    fi
    if [[ $(campaign_state) != running ]]; then fail "the campaign is $(campaign_state) on $1"; fi
    board_agrees
}

campaign_state() {
    store "SELECT state FROM campaign"
}

# reps_report: what members have told their reps this week.
reps_report() {
    local numbers
    read -ra numbers < <(python3 "$TOOL" marks "$today")
    if ((${#numbers[@]} > 0)); then
        expect_status 0 "$MUSTER" ballot mark nhs-pay voted "${numbers[@]}"
        did "{did: \"mark\", state: \"voted\", numbers: $(jq -nc '$ARGS.positional' \
            --args "${numbers[@]}")}"
    fi
}

# papers_are_passed_on: to the ballot office, of all who have none.
papers_are_passed_on() {
    local numbers
    expect_status 0 "$MUSTER" ballot replacements nhs-pay --pass-on
    readarray -t numbers < <(tail -n +2 "$SCRATCH/stdout" | cut -d, -f1)
    if ((${#numbers[@]} > 0)); then
        did "{did: \"pass on\", numbers: $(jq -nc '$ARGS.positional' --args "${numbers[@]}")}"
    fi
}

# days FROM TO: each of them.
days() {
    local day=$1
    while [[ ! $day > $2 ]]; do
        a_day "$day"
        day=$(date -d "$day + 1 day" +%F)
    done
}

read -rd '' smtp_port sms_port < <(free_port 2) || true
last_post=2026-12-03
until=2026-11-30T12:00:00Z # when papers are replaced no more

it_is "2026-10-30 09:00"
carriers
make_branch 'mail.bounces=bounces+*@branch.example' sms.in_flight=16

note "before the ballot: the list, the ballot and the campaign"
python3 "$TOOL" members members.csv
expect_status 0 "$MUSTER" import members.csv
cp "$MUSTER_ROOT"/etc/examples/nhs-pay-{ballot,campaign}.conf .
expect_status 0 "$MUSTER" ballot create nhs-pay-ballot.conf
expect_status 0 "$MUSTER" campaign create nhs-pay-campaign.conf
expect_status 0 "$MUSTER" campaign start nhs-pay
board_agrees
daemon

note "the first two weeks"
days 2026-11-02 2026-11-15

note "the daemon is killed in the middle of a wave"
days 2026-11-16 2026-11-16
it_is "2026-11-17 10:05"
before=$(heard)
heard_more() { (($(heard) > before + 2000)); }
wait_until 60 heard_more
kill -KILL "${flow_pids[musterd]}"
wait_until 30 flow_ended musterd
stop musterd 137
daemon
days 2026-11-17 2026-11-17

note "some have another number since the last list"
it_is "2026-11-18 09:00"
python3 "$TOOL" moved moved.csv
expect_status 0 "$MUSTER" import moved.csv
did '{did: "moved"}'
days 2026-11-18 2026-11-29

note "the carriers are away for a morning in which there is something to send"
it_is "2026-11-29 23:00"
stop carriers
it_is "2026-11-30 10:05"
sleep 3
carriers
days 2026-11-30 2026-11-30

note "the close is put off by two days, and what has not gone yet moves with it"
sed -i 's/2026-12-07/2026-12-09/' nhs-pay-ballot.conf
expect_status 0 "$MUSTER" ballot change nhs-pay-ballot.conf
last_post=2026-12-05
until=2026-12-02T12:00:00Z
days 2026-12-01 2026-12-08
the_hour "2026-12-09 10:05"
the_hour "2026-12-09 14:05"
the_hour "2026-12-09 18:35"
board_agrees

note "the end: nothing is lost, nothing is there twice"
stop musterd
expect_status 0 "$MUSTER" message list --format csv
if ! python3 "$TOOL" books "$REHEARSAL_LOG" "$SCRATCH/stdout" >"$SCRATCH/books"; then
    tail -n 20 "$SCRATCH/books" >&2
    fail "the books do not agree"
fi
expect_equal finished "$(campaign_state)"
cat "$SCRATCH/recount"
