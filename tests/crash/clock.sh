#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The clock is set, again and again, while musterd hands over and while muster run does: by seconds,
# minutes, hours and days, forwards and backwards. Nobody is skipped, nobody written to twice, no
# carrier is flooded, and the campaign ends.
source "$(dirname "$0")/lib.sh"
steps=(1500 -4000 90000 -90000 3600000 -3599000 0 86400000 -172800000 0 700 -86400000 604800000
    -1000 0 300000 -300000)
rate=60
export MUSTER_CRASH_CLOCK=$SCRATCH/clock

# set_clock MS: what programs that are started by `clocked` take for now is so much off.
set_clock() {
    printf '%-23d\n' "$1" | dd of="$MUSTER_CRASH_CLOCK" bs=24 conv=notrunc status=none
}

clocked() {
    local name=$1
    shift
    start "$name" env LD_PRELOAD="$LIBRARIES/crash_clock.so" "$@"
}

# Long before, so that no clock in this test says that it is not time yet.
next_campaign() {
    local now=$MUSTER
    set_clock -2592000000
    MUSTER=$SCRATCH/muster
    create_campaign
    expect_status 0 "$MUSTER" campaign start "$campaign"
    MUSTER=$now
    set_clock 0
}

all_done() {
    (($(query "SELECT COUNT(*) FROM outbox WHERE state IN ('queued', 'claimed', 'sending')") == 0))
}

# set_it_often NAME: set the clock step by step, while what runs under this name hands over. Ends
# with the true time: what was put off by a clock that was days ahead must not wait for those days.
set_it_often() {
    local step until
    for step in "${steps[@]}"; do
        # While there is something to do. What is left may wait for a clock that is ahead.
        until=$(($(wc -l <"$REHEARSAL_LOG") + RANDOM % 30))
        for ((n = 0; n < 60; n++)); do
            if heard_more_than "$until" || ! running "$1"; then break; fi
            sleep 0.02
        done
        set_clock "$step"
    done
    set_clock 0
}

# expect_pace CHANNEL: over all there were no more messages than the rate lets go, with a burst for
# each time that the clock was set. By the clock of the carriers, which nobody has set.
expect_pace() {
    jq -rsn --arg channel "$1" --argjson rate "$rate" --argjson steps "${#steps[@]}" '
        def at: (.at[:19] + "Z" | fromdate) + (.at[20:23] | tonumber) / 1000;
        [inputs[] | select((.event == "message" or .event == "attempt") and .channel == $channel)
         | at] | (max - min) as $took | length as $count
        | ($rate * ($took + 0.25 * ($steps + 2)) + 10) as $most
        | if $count > $most then "\($count) in \($took) s, of \($most)" else empty end' \
        "$REHEARSAL_LOG" >pace
    expect_equal '' "$(cat pace)" "what there was of $1 too many"
}

start_carriers mail.defer=10%,sms.busy=10%,delay=2ms
make_hard_branch 300 300 sms.rate=$rate mail.rate=$rate
printf '#!/bin/sh\nLD_PRELOAD=%s exec %s "$@"\n' "$LIBRARIES/crash_clock.so" "$MUSTER" >muster
chmod +x muster

note "musterd, while the clock is set"
next_campaign
clocked musterd "$MUSTERD"
set_it_often musterd
wait_until 120 all_done
stop musterd
expect_pace sms
expect_pace email
round='musterd' rounds=1
table_head
check_books 0 0 --end

note "musterd is killed and started again by another clock"
next_campaign
for step in 86400000 -3600000 0; do
    rounds=$((rounds + 1))
    set_clock "$step"
    clocked musterd "$MUSTERD"
    working musterd 40
    kill_all musterd
    round="killed, clock at $step"
    check_books 1 $in_hand_daemon
done

note "muster run, while the clock is set"
clocked run "$MUSTER" run --until-idle
set_it_often run
wait_until 120 flow_ended run
stop run
finish_up
