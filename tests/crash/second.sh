#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# kill -9 while mails are queued in the stead of texts that have not arrived, and while they go:
# each member has one such mail in the end, and nobody two.
source "$(dirname "$0")/lib.sh"
both=200
wanted=${MUSTER_CRASHES:-0}

# next_campaign: texts to everyone who has both, and each gets there or is refused, or nobody knows.
# An hour later all their mails are due, as no receipt has come.
next_campaign() {
    campaigns=$((campaigns + 1))
    campaign=w$campaigns
    write_campaign "$campaign" 'employer:both'
    sed -i 's/at = "now"/mail_after = "1 hour"; &/' "$campaign.conf"
    expect_status 0 "$MUSTER" campaign create "$campaign.conf"
    expect_status 0 "$MUSTER" campaign start "$campaign"
    expect_status 0 "$MUSTER" run --until-idle
    sqlite3 "$HOUSE/muster.db" "UPDATE outbox SET released_at = released_at - 3600000,
        mail_at = mail_at - 3600000 WHERE mail_at IS NOT NULL"
}

# kill_at POINT MOST PROGRAM...: kill it at one of so many passages of the point.
kill_at() {
    local point=$1 most=$2
    shift 2
    rounds=$((rounds + 1))
    round="${1##*/} $point"
    # shellcheck disable=SC2034 # it is told when something fails
    flow_noted="seed $SEED, round $rounds: $round"
    started "$point" "$most" killed "$@"
    kill_all killed
    check_books 1 $in_hand_daemon
}

# expect_one_each: with whatever was killed, nobody has two mails of a step.
expect_one_each() {
    expect_equal 0 "$(query "SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE channel = 'email'
        GROUP BY step_id, member_id HAVING COUNT(*) > 1)")" "members with two mails"
}

start_carriers "$MISFORTUNES,sms.refuse=5%,receipt.lose=100%"
make_hard_branch 1 1
awk -v both=$both 'BEGIN {
    print "Membership number,First name,Surname,Mobile,Email,Employer"
    for (i = 1; i <= both; i++)
        printf "B%d,Bo,Tester %d,07700 9%05d,b%d@mail.example,Both\n", i, i, 500 + i, i
}' >both.csv
expect_status 0 "$MUSTER" import both.csv
table_head
while
    for moment in uncommitted torn unsynced committed; do
        next_campaign
        kill_at second-$moment 1 "$MUSTER" run --until-idle
        expect_one_each
        kill_at random 60 "$MUSTERD"
        expect_one_each
    done
    ((kills < wanted))
do :; done
messages_expected=$((2 * both * campaigns))
finish_up
expect_one_each
