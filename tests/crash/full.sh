#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The disk is full in the middle of a campaign, while musterd or muster run hands over and a person
# calls muster. Nobody is lost or written to twice; and once there is room again everything goes on
# by itself.
#
#     bash tests/crash/full.sh           a disk that refuses by crash_disk.so
#     bash tests/crash/full.sh mounted   a small tmpfs, which wants root
source "$(dirname "$0")/lib.sh"
how=${1:-refused}
fills=${MUSTER_CRASHES:-4}

# house_end: the end of a test whose house is a disk of its own; kept if it failed.
house_end() {
    local status=$?
    trap - ERR
    set +e
    stop_all
    cd /
    if ((status != 0)); then cp -a "$HOUSE" "$SCRATCH/house.kept"; fi
    umount "$HOUSE" || umount -l "$HOUSE"
    (exit "$status")
    flow_end
}

# A tmpfs where the house will be. Without one there is nothing to be proved here.
mount_house() {
    mkdir "$HOUSE"
    if ! mount -t tmpfs -o size=64m,mode=0700 muster-crash "$HOUSE" 2>mount.err; then
        echo "SKIPPED: no tmpfs can be mounted here ($(head -n 1 mount.err));"
        echo "crash/full, whose disk is full by a library, needs none"
        trap - EXIT
        cd /
        rm -rf "$SCRATCH"
        exit 77
    fi
    trap house_end EXIT
}

# fill: from now on no file can grow. In the tmpfs what is left is taken, to the last byte.
fill() {
    if [[ $how == mounted ]]; then
        dd if=/dev/zero of="$HOUSE/filler" bs=4096 status=none 2>/dev/null || true
    else
        touch "$SCRATCH/full"
    fi
}

make_room() {
    rm -f "$HOUSE/filler" "$SCRATCH/full"
}

# full_for NAME: fill the disk under what runs by this name, which must feel it; and make room.
full_for() {
    working "$1" 40
    fill
    wait_until 60 grep -qE 'disk is full|disk I/O error' "$SCRATCH/$1.err"
    # People see a sentence, and no harm is done.
    "$MUSTER" campaign pause "$campaign" >told.out 2>told.err ||
        expect_match 'full|I/O' "$(cat told.err)"
    sleep "0.$((RANDOM % 10))"
    make_room
    expect_status 0 "$MUSTER" campaign resume "$campaign"
}

[[ $how == mounted ]] && mount_house
start_carriers "mail.defer=5%,sms.busy=5%,delay=2ms"
make_hard_branch 300 300
if [[ $how == refused ]]; then
    HOUSE=$(realpath "$HOUSE")
    export MUSTER_CRASH_DISK=$HOUSE MUSTER_CRASH_FULL=$SCRATCH/full
    export LD_PRELOAD=$LIBRARIES/crash_disk.so
fi
table_head
for ((rounds = 1; rounds <= fills; rounds++)); do
    want_queued 150
    if ((rounds % 2)); then
        round="musterd, full disk"
        start musterd "$MUSTERD"
        full_for musterd
        # It goes on by itself.
        working musterd 60
        stop musterd
        # A role that cannot write down for five minutes what came of a batch gives it up as unsure.
        check_books 1 $in_hand_daemon
    else
        round="muster run, full disk"
        start run "$MUSTER" run --until-idle
        full_for run
        reap run
        check_books 1 $in_hand_run
    fi
done
finish_up
