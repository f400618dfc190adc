#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# kill -9 at every named point and at random, again and again: musterd, one of its roles, muster
# run, muster campaign start, pause and cancel, and the carriers, who are unkind besides. After each
# kill the store is held against the carriers' log, message by message.
#
#     bash tests/crash/crash.sh                      every point once, and some kills at random
#     MUSTER_CRASHES=200 bash tests/crash/crash.sh   goes on until there were so many kills
#     MUSTER_SEED=123 ...                            the same draws again
source "$(dirname "$0")/lib.sh"
wanted=${MUSTER_CRASHES:-0}

# What is killed, where (see point.c), and up to which passage of it. A point that is not passed
# fails the test: then what is told of it here is no longer true.
points='
run       claim-uncommitted      4
run       claim-torn             4
run       claim-unsynced         4
run       claim-committed        4
run       release-uncommitted    4
run       release-torn           4
run       release-unsynced       4
run       release-committed      4
run       settle-uncommitted     4
run       settle-torn            4
run       settle-unsynced        4
run       settle-committed       4
run       mail-greeted           2
run       mail-begun             6
run       mail-half              6
run       mail-dot-unwritten     6
run       mail-dot-written       6
run       mail-answered          6
run       text-unwritten         9
run       text-half              9
run       text-written           9
run       text-answered          9
sweep     sweep-uncommitted      1
sweep     sweep-unsynced         1
sweep     sweep-committed        1
daemon    release-committed      3
daemon    mail-dot-written       4
daemon    text-written           6
daemon    settle-uncommitted     3
daemon    checkpoint-begun       1
daemon    checkpoint-torn        30
daemon    checkpoint-written     60
role      release-committed      2
role      text-answered          6
role      mail-answered          4
role      settle-unsynced        3
role      receipt-uncommitted    2
role      receipt-committed      2
role      random                 60
start     switch-uncommitted     1
start     switch-committed       1
start     expand-uncommitted     1
start     expand-torn            1
start     expand-unsynced        1
start     expand-committed       1
pause     switch-uncommitted     1
pause     switch-unsynced        1
pause     switch-committed       1
cancel    switch-uncommitted     1
cancel    switch-torn            1
cancel    switch-committed       1
carriers  carrier-unlogged       20
carriers  carrier-logged         20
daemon    random                 60
run       random                 60
carriers  random                 60
'

kill_run() {
    want_queued 80
    started "$1" "$2" run "$MUSTER" run --until-idle
    kill_all run
    check_books 1 $in_hand_run
}

# What a dead worker had in hand is found by the next one, which is killed over it.
kill_sweep() {
    want_queued 80
    started release-committed 1 run "$MUSTER" run --until-idle
    kill_all run
    started "$1" "$2" run "$MUSTER" run --until-idle
    kill_all run
    check_books 2 $in_hand_run
}

kill_daemon() {
    # The journal is folded into the store when 32 MB have come together.
    if [[ $1 == checkpoint-* ]]; then want_queued 1200; else want_queued 150; fi
    started "$1" "$2" musterd "$MUSTERD"
    kill_all musterd
    check_books 1 $in_hand_daemon
}

# One role dies, musterd lives and starts it again; then musterd ends in peace.
kill_role() {
    local roles victim
    want_queued 150
    started "$1" "$2" musterd "$MUSTERD"
    if [[ $1 == random ]]; then
        read -ra roles <<<"$(children "${flow_pids[musterd]}")"
        victim=${roles[RANDOM % ${#roles[@]}]}
        kill -KILL "$victim"
    else
        read -r _ victim <"$FIRED"
    fi
    wait_until 20 grep -q "process $victim) was ended by signal 9" "$SCRATCH/musterd.err"
    working musterd 40
    stop musterd
    check_books 1 $in_hand_run
}

kill_start() {
    create_campaign
    started "$1" "$2" starting "$MUSTER" campaign start "$campaign"
    reap starting
    expect_equal 137 "$status" "the status of what was killed"
    # What a crash left undone, the same command does.
    expect_status 0 "$MUSTER" campaign start "$campaign"
    check_books 1 0
}

# A campaign that is being handed over is paused; whoever asks gets one answer, and resumes it.
kill_switch() {
    local verb=$1 state
    shift
    next_campaign
    start run "$MUSTER" run --until-idle
    working run 40
    started "$1" "$2" switching "$MUSTER" campaign "$verb" "$campaign"
    reap switching
    expect_equal 137 "$status" "the status of what was killed"
    kill_all run
    state=$(query "SELECT state FROM campaign WHERE name = '$campaign'")
    case $1:$verb in
        *-uncommitted:*) expect_equal running "$state" ;;
        *-committed:pause) expect_equal paused "$state" ;;
        *-committed:cancel) expect_equal cancelled "$state" ;;
    esac
    if [[ $verb == pause ]]; then
        expect_status 0 "$MUSTER" campaign resume "$campaign"
    else
        expect_status 0 "$MUSTER" campaign cancel "$campaign"
    fi
    check_books 1 $in_hand_run
}

# The carriers die under muster run, and are there again.
kill_carriers() {
    want_queued 80
    stop carriers
    if [[ $1 != random ]]; then
        rm -f "$FIRED"
        carriers_with=(env "LD_PRELOAD=$LIBRARIES/crash_point.so" MUSTER_CRASH_POINT="$1"
            MUSTER_CRASH_PASSAGE=$((1 + RANDOM % $2)) MUSTER_CRASH_FIRED="$FIRED")
    fi
    start_carriers
    carriers_with=()
    start run "$MUSTER" run --until-idle
    if [[ $1 == random ]]; then working run "$2"; else struck carriers "$1"; fi
    kill_all carriers
    start_carriers
    working run 20
    kill_all run
    check_books 1 $in_hand_run
}

run_round() {
    local what=$1 point=$2 most=$3
    rounds=$((rounds + 1))
    round="$what $point"
    # shellcheck disable=SC2034 # it is told when something fails
    flow_noted="seed $SEED, round $rounds: $round"
    case $what in
        pause | cancel) kill_switch "$what" "$point" "$most" ;;
        *) "kill_$what" "$point" "$most" ;;
    esac
}

start_carriers "$MISFORTUNES,delay=2ms"
make_hard_branch 300 300
table_head
while
    while read -r what point most; do
        run_round "$what" "$point" "$most"
    done < <(sed '/^$/d' <<<"$points")
    ((kills < wanted))
do :; done
finish_up
