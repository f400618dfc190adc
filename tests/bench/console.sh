#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# How long the pages of the console take over a large union, an invented one, and how large they
# are; and which of their queries go through a table from end to end.
#
#   MUSTER_BUILD=build/release tests/bench/console.sh [MEMBERS] [FOLDER]        200000 if not given
#
# Goes from the first page along every link, one page of each kind, and prints a line for each: the
# first, the median and the slowest of thirty requests in ms, kB, and the statements that took more
# than 200000 steps of SQLite's. We aim at 100 ms and 100 kB. The members have had ten messages
# each. With FOLDER the branch is kept there, and taken from there if it has one. 200000 members
# need 4 GB below $TMPDIR for a while, and some minutes to be made. Needs python3 and sqlite3.
source "$(dirname "$0")/house.sh"
members=${1:-200000}
kept=${2-}
whole MEMBERS "$members" 10000000
need sqlite3 sqlite3
campaigns=10

# settle_all: what ten campaigns would leave behind after a while: nearly all delivered, some not,
# a few unsure; one member in three has voted; one message in forty was answered.
settle_all() {
    sqlite3 -bail "$HOUSE/muster.db" >/dev/null <<END
PRAGMA synchronous = OFF;  PRAGMA cache_size = -400000;  PRAGMA temp_store = MEMORY;
BEGIN;
CREATE TEMP TABLE was AS SELECT sql FROM sqlite_master WHERE name = 'outbox_step_taken';
DROP TRIGGER outbox_step_taken;
UPDATE outbox SET due_at = due_at - ($campaigns - step_id) * 172800000;
UPDATE outbox SET attempt = 1, released_at = due_at, changed_at = due_at + 4000,
    gateway = CASE channel WHEN 'sms' THEN 'rehearsal' ELSE '$SMTP_ADDRESS' END,
    remote_id = 'r' || id, parts = 1,
    state = CASE WHEN id % 2003 = 0 THEN 'unsure' WHEN id % 50 = 7 THEN 'undelivered'
        WHEN channel = 'sms' THEN 'delivered' ELSE 'accepted' END;
INSERT INTO attempt (outbox_id, number, at, verdict, answer, claimed_at, released_at, gateway)
    SELECT id, 1, changed_at, 'accepted', '201 accepted', due_at, due_at, gateway FROM outbox;
INSERT INTO receipt (gateway, remote_id, status, means, outbox_id, at)
    SELECT gateway, remote_id, 'DELIVRD', 'delivered', id, changed_at FROM outbox
    WHERE state = 'delivered';
INSERT INTO reply (gateway, remote_id, address, address_key, member_id, outbox_id, text, meaning,
        at)
    SELECT gateway, 'i' || id, address, address_key, member_id, id,
        CASE id % 3 WHEN 0 THEN 'VOTED' WHEN 1 THEN 'When is the last day?' ELSE 'no paper' END,
        CASE WHEN id % 4000 = 0 THEN 'hold'
            ELSE CASE id % 3 WHEN 0 THEN 'voted' WHEN 1 THEN 'other' ELSE 'no-paper' END END,
        changed_at + id % 90000000
    FROM outbox WHERE channel = 'sms' AND id % 40 = 0;
UPDATE reply SET done_at = at + 60000 WHERE meaning = 'other' AND id % 20 <> 0;
INSERT INTO suppression (address_key, channel, kind, source, reason, at)
    SELECT DISTINCT address_key, channel, 'stop', 'reply', 'said STOP', changed_at FROM outbox
    WHERE member_id % 50 = 0 AND id IN (SELECT MIN(id) FROM outbox GROUP BY address_key, channel);
UPDATE ballot_member SET state = CASE member_id % 10 WHEN 9 THEN 'no-paper' ELSE 'voted' END,
    source = 'reply', at = (SELECT MAX(due_at) FROM outbox) - member_id % 20 * 86400000
    WHERE member_id % 3 = 0;
INSERT INTO ballot_event (ballot_id, member_id, told, becomes, source, at)
    SELECT ballot_id, member_id, state, state, source, at FROM ballot_member
    WHERE state <> 'unknown';
COMMIT;
.output trigger.sql
SELECT sql || ';' FROM temp.was;
.output
.read trigger.sql
PRAGMA wal_checkpoint(TRUNCATE);
END
}

make_union() {
    local number
    make_branch "$@"
    python3 "$BENCH/members.py" "$members" >members.csv
    expect_status 0 "$MUSTER" import members.csv
    make_ballot 'status:active'
    for ((number = 1; number <= campaigns; number++)); do
        start_campaign "reminder-$number" 'status:active' pay
        printf '\r%d of %d campaigns' "$number" "$campaigns" >&2
    done
    printf '\r\e[K' >&2
    settle_all
    (umask 077 && echo 'a long enough pass phrase' >"$HOUSE/password")
    expect_status 0 "$MUSTER" account add asha --role administrator --full-name 'Asha Rahman' \
        --password-file "$HOUSE/password"
}

listen=127.0.0.1:$(free_port)
if [[ -n $kept && -e $kept/muster.db ]]; then
    HOUSE=$(cd "$kept" && pwd)
    export MUSTER_CONFIG=$HOUSE/muster.conf
    sed -i -E "/^console = /,/^};/s/^( *listen = ).*/\1\"$listen\";/" "$MUSTER_CONFIG"
else
    if [[ -n $kept ]]; then
        HOUSE=$(mkdir -p "$kept" && cd "$kept" && pwd)
        export MUSTER_CONFIG=$HOUSE/muster.conf
    fi
    make_union "console.listen=$listen"
fi
start console env LD_PRELOAD="$MUSTER_BUILD/tests/bench_queries.so" \
    MUSTER_QUERIES="$SCRATCH/queries" MUSTER_QUERIES_FROM=200000 "$MUSTERD" --only console
wait_until 60 curl -fsS "http://$listen/health"
printf '%d members, %d messages\n\n' "$(ask 'SELECT COUNT(*) FROM member')" \
    "$(ask 'SELECT COUNT(*) FROM outbox')"
python3 "$BENCH/console.py" "http://$listen" "$HOUSE/password" "$SCRATCH/queries"
