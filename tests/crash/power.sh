#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The power goes. Every program dies at once, and the store is on the disk as disk.py draws it: what
# was synced, and of what was written since any part of it, torn at sectors. Then everything goes
# on, and is held against the carriers, who kept their power.
#
#     bash tests/crash/power.sh                      each point once
#     MUSTER_CRASHES=200 bash tests/crash/power.sh   goes on until the power went so often
#
# That the disk would find a program out that does not sync is proved at the end, with one whose
# syncs do nothing.
source "$(dirname "$0")/lib.sh"
wanted=${MUSTER_CRASHES:-0}
journals=$SCRATCH/journals

points='
run       claim-committed        4
run       release-uncommitted    4
run       release-torn           4
run       release-unsynced       4
run       release-committed      4
run       mail-dot-written       9
run       text-written           9
run       text-answered          9
run       settle-torn            4
run       settle-unsynced        4
run       settle-committed       4
run       checkpoint-begun       1
run       checkpoint-torn       40
run       checkpoint-written    99
run       random                60
daemon    release-committed      3
daemon    text-written           6
daemon    settle-committed       3
daemon    checkpoint-torn       40
daemon    random                60
daemon    random                60
start     switch-committed       1
start     expand-torn            1
start     expand-unsynced        1
start     expand-committed       1
command   told                   1
stop      answered               1
'

# on_the_disk NAME: in place of this program, the same one with the disk below it.
on_the_disk() {
    printf '#!/bin/sh\nexport LD_PRELOAD="$LD_PRELOAD${LD_PRELOAD:+:}%s"\nexec %s "$@"\n' \
        "$LIBRARIES/crash_disk.so" "$MUSTER_BUILD/$1" >"$SCRATCH/$1"
    chmod +x "$SCRATCH/$1"
}

# power_goes [NAME]: while what was started under this name runs, or nothing.
power_goes() {
    if [[ -n ${1-} ]]; then kill_all "$1"; fi
    python3 "$CRASH/disk.py" lose "$HOUSE" "$journals" "$((SEED + rounds))" >"$SCRATCH/lost" ||
        fail "what the disk holds cannot be told (seed $SEED, round $rounds: $round)"
}

lose_run() {
    want_queued 80
    started "$1" "$2" run "$MUSTER" run --until-idle
    power_goes run
    check_books 1 $in_hand_run
}

# Enough of them that the journal is moved into the store while they go.
lose_daemon() {
    want_queued 400
    started "$1" "$2" musterd "$MUSTERD"
    power_goes musterd
    check_books 1 $in_hand_daemon
}

lose_start() {
    create_campaign
    started "$1" "$2" starting "$MUSTER" campaign start "$campaign"
    power_goes starting
    expect_status 0 "$MUSTER" campaign start "$campaign"
    check_books 1 0
}

# What a command has said is so.
lose_command() {
    next_campaign
    power_goes
    expect_equal "running $members" "$(query "SELECT state || ' ' || (SELECT COUNT(*) FROM outbox o
        JOIN step s ON s.id = o.step_id WHERE s.campaign_id = campaign.id) FROM campaign
        WHERE name = '$campaign'")" "what is left of a campaign that was started"
    check_books 0 0
}

# Whoever said STOP, and whose provider was told that it is known, need not say it again.
lose_stop() {
    local member=2$((10 + rounds % 90))
    local number=+447700900$member
    start musterd "$MUSTERD"
    wait_until 60 public_listens
    wait_until 60 says "$number" STOP
    power_goes musterd
    expect_status 0 "$MUSTER" suppress list --format json
    expect_match "\"T$member\"" "$out" "who is suppressed"
    check_books 1 $in_hand_daemon
    expect_status 0 "$MUSTER" suppress remove "$number" --reason "it was a test"
}

start_carriers "$MISFORTUNES,delay=2ms"
make_hard_branch 300 300
HOUSE=$(realpath "$HOUSE")
export MUSTER_CRASH_DISK=$HOUSE MUSTER_CRASH_JOURNAL=$journals
python3 "$CRASH/disk.py" keep "$HOUSE" "$journals"
on_the_disk muster
on_the_disk musterd
MUSTER=$SCRATCH/muster
MUSTERD=$SCRATCH/musterd
CRASH_PRELOAD=$LIBRARIES/crash_disk.so

table_head
while
    while read -r what point most; do
        rounds=$((rounds + 1))
        round="$what $point"
        flow_noted="seed $SEED, round $rounds: $round"
        "lose_$what" "$point" "$most"
        if [[ -n ${MUSTER_TELL-} ]]; then cat "$SCRATCH/lost"; fi
    done < <(sed '/^$/d' <<<"$points")
    ((kills < wanted))
do :; done
finish_up

note "a program that did not sync would be found out"
stop carriers
start_carriers delay=0ms
next_campaign
MUSTER_CRASH_SYNC=lies at_point settle-committed 4 run "$MUSTER" run --until-idle
struck run settle-committed
kill_all run
python3 "$CRASH/disk.py" lose "$HOUSE" "$journals" none >"$SCRATCH/lost"
expect_status 1 python3 "$CRASH/books.py" "$HOUSE/muster.db" "$REHEARSAL_LOG"
expect_match 'is (queued|claimed|sending).*but the carriers kept' "$out"
