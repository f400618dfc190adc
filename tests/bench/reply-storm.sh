#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A storm of replies into the public listener: how many a second are on the disk before they are
# answered 200? Halfway the daemon is killed, and started anew a second later; whoever sends repeats
# what was not answered. In the end each reply is there once.
#
#   MUSTER_BUILD=build/release tests/bench/reply-storm.sh [REPLIES] [IN_FLIGHT]
#                                             300000 replies, 64 of them in flight
#
# Needs sqlite3.
source "$(dirname "$0")/house.sh"
replies=${1:-300000}
in_flight=${2:-64}
whole REPLIES "$replies" 10000000
whole IN_FLIGHT "$in_flight" 256
need sqlite3 sqlite3

stored() {
    sqlite3 -readonly -cmd ".timeout 10000" "$HOUSE/muster.db" "SELECT COUNT(*) FROM reply"
}

half_stored() {
    (($(stored) >= replies / 2))
}

public_listens() {
    curl -fsS "$PUBLIC_URL/health"
}

# kill_and_start: the listener dies without a word, and is back a second later.
kill_and_start() {
    kill -KILL "$listener"
    stop public 137
    sleep 1
    start public "$MUSTERD" --only public
}

start_rehearsal
make_branch
start public "$MUSTERD" --only public
wait_until 20 public_listens
expect_status 0 "$MUSTER" gateway list --format json
hook=$(jq -r '.[0].reply_url' <<<"$out")

"$MUSTER_BUILD/tests/bench_replies" "$hook" "$((replies / 6))" "$in_flight" >quiet
read -r took repeated <quiet
printf '%d replies, %d in flight, all the while listening: %d a second\n' \
    "$((replies / 6))" "$in_flight" "$((replies / 6 * 1000 / took))"
expect_equal "$((replies / 6))" "$(stored)" "the number of replies stored"

stop public
rm -rf "$HOUSE"
make_branch
start public "$MUSTERD" --only public
listener=$pid
wait_until 20 public_listens
expect_status 0 "$MUSTER" gateway list --format json
hook=$(jq -r '.[0].reply_url' <<<"$out")
"$MUSTER_BUILD/tests/bench_replies" "$hook" "$replies" "$in_flight" >storm &
sender=$!
wait_until 600 half_stored
kill_and_start
wait "$sender"
read -r took repeated <storm
printf '%d replies, the listener killed once: %d a second, %d sent again\n' \
    "$replies" "$((replies * 1000 / took))" "$repeated"
expect_equal "$replies $replies" "$(ask "SELECT COUNT(*) || ' ' || COUNT(DISTINCT remote_id)
    FROM reply")" "the number of replies stored, and how many differ"
printf 'each is stored once\n'
stop public
