#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# How long `muster segment count` takes over a large union, an invented one: run by hand, no test.
#
#   MUSTER_BUILD=build/release tests/bench/segment.sh [MEMBERS]     1000000 unless said otherwise
#
# Prints a line for each description: the median and the slowest of five runs, the whole program
# each, and how many members it counted. The store is filled by sqlite3, since an import would take
# minutes; a million members need 600 MB below $TMPDIR for a while.
members=${1:-1000000}
runs=5
if ! [[ $members =~ ^[1-9][0-9]{0,6}$ ]]; then
    echo "segment.sh: MEMBERS is a whole number from 1 to 9999999, not '$members'" >&2
    exit 64
fi
if ! command -v sqlite3 >/dev/null; then
    echo "segment.sh: sqlite3 is not installed" >&2
    exit 69
fi
source "$(dirname "$0")/../flow/lib.sh"

# fill STORE: the roster, a ballot, a campaign that half of the members had a text of, and the
# opt-outs of one in fifty. What a member is like follows from his id, so that every run counts the
# same. The mobiles have too many digits for any network.
fill() {
    sqlite3 -bail "$1" >/dev/null <<END
PRAGMA synchronous = OFF;
PRAGMA cache_size = -200000;
PRAGMA temp_store = MEMORY;
BEGIN;
CREATE TEMP TABLE one AS
    WITH RECURSIVE line (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM line WHERE i < $members)
    SELECT i, (i * 2654435761) % 4294967296 AS h FROM line;
INSERT INTO custom_field (name, heading) VALUES ('shift_pattern', 'Shift Pattern');
INSERT INTO member (id, number, first_name, last_name, employer, workplace, branch, job, band,
                    language, status, joined, tags, custom, channels)
    SELECT i, printf('%08d', i), 'Sam', 'Name ' || (h % 50000), 'Employer ' || (h % 40),
           'Workplace ' || (h % 3000),
           CASE h % 200 WHEN 0 THEN 'Leeds General' ELSE 'Branch ' || (h % 200) END,
           CASE h / 8 % 6 WHEN 0 THEN 'Nurse' WHEN 1 THEN 'Nurse practitioner' WHEN 2 THEN 'Midwife'
                          WHEN 3 THEN 'Porter' WHEN 4 THEN 'Clerk' ELSE 'Cook' END,
           2 + h / 16 % 8, CASE h / 32 % 10 WHEN 0 THEN 'cy' ELSE 'en' END,
           CASE h / 64 % 20 WHEN 0 THEN 'left' WHEN 1 THEN 'lapsed' ELSE 'active' END,
           date('2001-01-01', '+' || (h / 128 % 9400) || ' days'),
           CASE h / 256 % 20 WHEN 0 THEN ',rep,' ELSE '' END,
           json_object('shift_pattern', CASE h / 512 % 3 WHEN 0 THEN 'nights' ELSE 'days' END),
           (h / 1024 % 10 < 7) + 2 * (h / 2048 % 10 < 8)
    FROM one;
INSERT INTO contact (member_id, channel, address, address_key, work)
    SELECT id, 'sms', printf('+447700900%06d', id % 1000000), randomblob(32), 0
    FROM member WHERE channels & 1;
INSERT INTO contact (member_id, channel, address, address_key, work)
    SELECT id, 'email', 'm' || id || '@mail.example', randomblob(32), id % 5 = 0
    FROM member WHERE channels & 2;
INSERT INTO suppression (address_key, channel, kind, source, reason, at)
    SELECT address_key, channel, 'stop', 'reply', 'said STOP', 1 FROM contact
    WHERE member_id % 50 = 0;
INSERT INTO ballot (id, name, title, opens, closes, who, threshold_part, threshold_whole)
    VALUES (1, 'pay', 'Pay', 1, 2, 'everyone', 1, 2);
INSERT INTO ballot_unit (id, ballot_id, name) VALUES (1, 1, 'all');
INSERT INTO ballot_member (ballot_id, member_id, state)
    SELECT 1, i, CASE h / 4096 % 4 WHEN 0 THEN 'voted' ELSE 'unknown' END FROM one;
INSERT INTO ballot_seat (ballot_id, member_id, unit_id) SELECT 1, member_id, 1 FROM ballot_member;
INSERT INTO template (id, name, channel, language, digest, text)
    VALUES (1, 'opening', 'sms', 'en', x'00', 'Please vote.');
INSERT INTO campaign (id, name, title, ballot_id, state, at)
    VALUES (1, 'opening', 'Opening', 1, 'finished', 1);
INSERT INTO step (id, campaign_id, position, who, sms_first, uses_sms, uses_email, at, deadline)
    VALUES (1, 1, 1, 'everyone', 1, 1, 0, 1, 2);
INSERT INTO outbox (step_id, member_id, channel, address, address_key, template_id, reference,
                    merge, state, due_at, released_at, changed_at)
    SELECT 1, member_id, channel, address, address_key, 1, 'r' || member_id, '{}',
           CASE member_id % 10 WHEN 1 THEN 'undelivered' ELSE 'delivered' END, 1, 1, 1
    FROM contact WHERE channel = 'sms' AND member_id % 2 = 1;
INSERT INTO reply (gateway, remote_id, address, address_key, member_id, outbox_id, text, meaning,
                   at)
    SELECT 'practice', 'a' || id, address, address_key, member_id, id, 'yes', 'voted', 1
    FROM outbox WHERE id % 8 = 0;
COMMIT;
PRAGMA wal_checkpoint(TRUNCATE);
END
}

# measure WHO: one line of the table.
measure() {
    local run start took times=() counted
    for ((run = 0; run < runs; run++)); do
        start=${EPOCHREALTIME/./}
        expect_status 0 timeout 300 "$MUSTER" segment count "$1" --format csv </dev/null
        took=$((${EPOCHREALTIME/./} - start))
        times+=("$took")
    done
    mapfile -t times < <(printf '%s\n' "${times[@]}" | sort -n)
    counted=$(tail -n 1 <<<"$out")
    printf '%7d  %7d  %8d  %s\n' $((times[runs / 2] / 1000)) $((times[runs - 1] / 1000)) \
        "${counted%%,*}" "$1"
}

expect_status 0 "$MUSTER" init house --set organisation.name=Bench \
    --set mail.from=bench@branch.example
export MUSTER_CONFIG=$SCRATCH/house/muster.conf
begun=${EPOCHREALTIME/./}
fill house/muster.db
printf '%d members, filled in %d s, %d MB\n\n' "$members" \
    $(((${EPOCHREALTIME/./} - begun) / 1000000)) $(($(stat -c %s house/muster.db) / 1000000))

printf '%7s  %7s  %8s  %s\n' 'MEDIAN' 'SLOWEST' 'MEMBERS' 'WHO (times in milliseconds)'
measure 'branch:"Leeds General" and band:5..6 and (tag:rep or job:nurse*) and not voted'\
' and joined:<2026-01-01 and reachable:sms and lang:cy'
while IFS= read -r who; do measure "$who"; done <<'END'
everyone
status:active
branch:"Leeds General"
not branch:"Leeds General"
employer:"Employer 7"
workplace:"Workplace 7*"
job:nurse*
job:nurse* or job:midwife
last:"Name 7*"
number:00000017
mobile:07700900017
branch:"Leeds General" and sent:opening and not replied:opening
reachable:sms
not voted
band:5..6
lang:cy
tag:rep
joined:<2010
shift_pattern:nights
status:active and band:5..6
email:*@mail.example
email:work
sent:opening
not delivered:opening
replied:opening
reply:voted
END
