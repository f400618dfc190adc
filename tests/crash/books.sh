#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The other crash tests are worth what their books are: each kind of fault that they must find is
# made by hand, and found.
source "$(dirname "$0")/lib.sh"

start_carriers mail.defer=20%
make_hard_branch 20 20
next_campaign
expect_status 0 "$MUSTER" run --until-idle
stop carriers
cp "$REHEARSAL_LOG" good.jsonl
reference=$(jq -r 'select(.event == "message").reference // empty' good.jsonl | head -n 1)

# hold: hold the store against the log; sets $out.
hold() {
    status=0
    out=$(python3 "$CRASH/books.py" "$HOUSE/muster.db" "$REHEARSAL_LOG" --end) || status=$?
}

# expect_found REGEX WHAT: the books find it, and all is well again without it.
expect_found() {
    hold
    expect_equal 1 "$status" "the status of the books with $2"
    expect_match "$1" "$out" "the books with $2"
    cp good.jsonl "$REHEARSAL_LOG"
    if [[ -e good.db ]]; then mv good.db "$HOUSE/muster.db"; fi
    hold
    expect_equal 0 "$status" "the status of the books without $2"
}

# tamper SQL: change the store, against its own rules if need be; `expect_found` puts it back.
tamper() {
    sqlite3 "$HOUSE/muster.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >checkpoint.out
    cp "$HOUSE/muster.db" good.db
    sqlite3 "$HOUSE/muster.db" "PRAGMA foreign_keys = OFF; DROP TRIGGER outbox_step_taken; $1"
}

hold
expect_equal 0 "$status" "the status of the books, to begin with"

note "a message that the carriers have twice"
grep "$reference" good.jsonl | grep '"event":"message"' >>"$REHEARSAL_LOG"
expect_found "$reference .* but the carriers kept 2" "a message that was kept twice"

note "a message that counts as sent and was not"
grep -v "$reference" good.jsonl >"$REHEARSAL_LOG"
expect_found "$reference .* but the carriers kept 0" "a message that was lost"

note "a message that waits although the carriers have it"
for state in queued claimed cancelled withheld expired refused; do
    tamper "UPDATE outbox SET state = '$state' WHERE reference = '$reference'"
    expect_found "$reference .* is $state .* but the carriers kept 1" "a message in state $state"
done

note "a message that is not over"
tamper "UPDATE outbox SET state = 'sending' WHERE reference = '$reference'"
expect_found 'and it is not over' "a message that is still in somebody's hands"

note "a message of which the store knows nothing"
tamper "DELETE FROM outbox WHERE reference = '$reference'"
expect_found "the carriers kept $reference, which is not in the store" "a message that is gone"

note "a store that is damaged"
tamper "DELETE FROM receipt"
python3 - "$HOUSE/muster.db" <<'END'
import sys
with open(sys.argv[1], "r+b") as store:
    pages = len(store.read()) // 4096
    for page in range(pages // 2, pages):
        store.seek(page * 4096)
        store.write(b"\xff" * 512)
END
expect_found 'malformed|cannot be read' "a store that is damaged"
