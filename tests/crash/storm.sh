#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Hundreds of members answer STOP and VOTED at once, in the middle of several campaigns, while
# musterd is killed again and again, and the carriers too. Afterwards two proofs that nobody was
# written to after their opt-out was stored: the store's own, contrib/proof.sql, and that of the
# carriers, who have kept no text to a number after muster had answered its STOP.
source "$(dirname "$0")/lib.sh"
campaigns_at_once=3

points='
reply-uncommitted
reply-unsynced
reply-committed
release-committed
receipt-torn
random
carriers
'

# start_campaigns: so many at once, for who has not voted yet; each text is a chance too much.
start_campaigns() {
    local n
    for ((n = 1; n <= campaigns_at_once; n++)); do
        start_campaign "storm$n" "not voted" pay
    done
}

answering() {
    local faults=mail.defer=3%,sms.busy=3%,sms.drop=1%,sms.drop-after=1%,reply.repeat=20%
    start_carriers "$faults,delay=3ms" --answers "STOP=30%,VOTED=30%"
}

# storm POINT: musterd runs until something dies.
storm() {
    if [[ $1 == random ]]; then
        started random 300 musterd "$MUSTERD"
    elif [[ $1 == carriers ]]; then
        start musterd "$MUSTERD"
        working musterd 200
        kill_all carriers
        answering
        working musterd 100
    else
        started "$1" 4 musterd "$MUSTERD"
    fi
    kill_all musterd
}

all_done() {
    (($(query "SELECT (SELECT COUNT(*) FROM outbox
        WHERE state IN ('queued', 'claimed', 'sending'))
        + (SELECT COUNT(*) FROM answer WHERE state IN ('queued', 'sending'))") == 0))
}

# late_texts: the messages to a number that the carriers have kept after muster had answered its
# STOP with 200, but for the one that says that it is done. Lines are in the order of what
# happened.
late_texts() {
    local confirmed
    confirmed=$(query "SELECT json_group_object(reference, 1) FROM answer WHERE kind = 'stopped'")
    jq -nr --argjson confirmed "$confirmed" '
        reduce inputs as $line ({said: {}, stopped: {}, late: []};
        if $line.event == "reply" and $line.text == "STOP" then .said[$line.id] = true
        elif $line.event == "reply-answered" and .said[$line.id] then
            .stopped[$line.from] = $line.at
        elif $line.event == "message" and .stopped[$line.to]
            and ($confirmed[$line.reference] | not) then
            .late += [$line + {stopped: .stopped[$line.to]}]
        else . end) | .late[]
        | "\(.reference) to \(.to) at \(.at), STOP was answered at \(.stopped)"' "$REHEARSAL_LOG"
}

# proof: the rows of contrib/proof.sql, none if all is well.
proof() {
    sqlite3 -readonly "$HOUSE/muster.db" <"$MUSTER_ROOT/contrib/proof.sql"
}

answering
make_hard_branch 900 100 sms.rate=200 mail.rate=60
make_ballot
start_campaigns
table_head
for point in $points; do
    rounds=$((rounds + 1))
    round="storm, $point"
    # shellcheck disable=SC2034 # it is told when something fails
    flow_noted="seed $SEED, round $rounds: $round"
    storm "$point"
    check_books 1 $in_hand_daemon
done

note "the storm is over: musterd takes what the provider still has, and does the rest"
start musterd "$MUSTERD"
wait_until 120 all_done
wait_until 120 callbacks_done
stop musterd
round='the end' rounds=$((rounds + 1))
check_books 0 0 --end
expect_equal '' "$(proof)" "what was released against the ledger (seed $SEED)"
expect_equal '' "$(late_texts)" "what was handed over after STOP was answered (seed $SEED)"

note "each opt-out was confirmed at most once"
expect_equal '' "$(jq -r --argjson confirmed "$(query "SELECT json_group_object(reference, 1)
    FROM answer WHERE kind = 'stopped'")" \
    'select(.event == "message" and $confirmed[.reference]).to' "$REHEARSAL_LOG" | sort | uniq -d)"

note "who has voted was not reminded after it was stored"
expect_equal '' "$(sqlite3 -readonly "$HOUSE/muster.db" "
    SELECT o.reference, o.released_at - e.at FROM outbox o JOIN ballot_event e
    ON e.member_id = o.member_id AND e.becomes = 'voted' AND o.released_at > e.at")"

note "there was a storm, and the proofs can fail"
stops=$(query "SELECT COUNT(*) FROM suppression WHERE kind = 'stop'")
votes=$(query "SELECT COUNT(*) FROM ballot_member WHERE state = 'voted'")
withheld=$(query "SELECT COUNT(*) FROM outbox WHERE state = 'withheld'")
echo "$stops numbers said STOP, $votes VOTED; $withheld messages were withheld"
((stops > 100 && votes > 100 && withheld > 100)) || fail "that was no storm (seed $SEED)"
released="FROM outbox WHERE released_at IS NOT NULL AND channel = 'sms'"
sqlite3 "$HOUSE/muster.db" "INSERT INTO suppression (address_key, channel, kind, source, reason, at)
    SELECT address_key, channel, 'manual', 'person', 'a test', 0 $released LIMIT 1;
    UPDATE outbox SET cleared_under = (SELECT MAX(id) FROM suppression)
    WHERE id = (SELECT id $released LIMIT 1)"
expect_match '\|manual\|' "$(proof)" "the proof of a store that was tampered with"
stopped=$(jq -rn 'reduce inputs as $line ({}; if $line.event == "reply" and $line.text == "STOP"
    then .[$line.id] = true elif $line.event == "reply-answered" and .[$line.id]
    then .from = $line.from else . end) | .from' "$REHEARSAL_LOG")
jq -c --arg to "$stopped" 'select(.event == "message" and .to == $to)' "$REHEARSAL_LOG" |
    head -n 1 >again.jsonl
cat again.jsonl >>"$REHEARSAL_LOG"
expect_match "to \\$stopped at .*STOP was answered" "$(late_texts)" "a log that was tampered with"
