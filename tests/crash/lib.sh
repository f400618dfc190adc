# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-3.0-or-later
# What the crash tests share, beside what the flow tests have: a branch that is worked hard, ways to
# kill, and the books after each round.
#
# The luck of a test is MUSTER_SEED, or the clock's; a test that fails tells it. What is drawn from
# it (points, passages, pauses, what a disk has lost) is the same with the same seed; how far a
# program is after a pause is not.
source "$(dirname "${BASH_SOURCE[0]}")/../flow/branch.sh"

CRASH=$MUSTER_ROOT/tests/crash
LIBRARIES=$MUSTER_BUILD/tests
FIRED=$SCRATCH/fired
SEED=${MUSTER_SEED:-$((${EPOCHREALTIME/./} % 1000000))}
RANDOM=$SEED

# A batch of texts is as many as are in flight; a mail session hands over a batch of mails. muster
# run does one after the other, musterd has a process for the texts and two for the mails.
in_hand_run=5
in_hand_daemon=$((5 + 2 * 5))

# Misfortunes of every kind: not now, not so fast, and answers that never come.
MISFORTUNES=mail.defer=6%,mail.throttle=2%,mail.drop-before-dot=2%,mail.drop-after-dot=2%
MISFORTUNES+=,sms.throttle=2%,sms.busy=4%,sms.drop=2%,sms.drop-after=2%,sms.error-after=1%

for library in point disk clock; do
    if [[ ! -e $LIBRARIES/crash_$library.so ]]; then
        echo "crash_$library.so is not built (the sanitizers and it cannot go together)"
        exit 77
    fi
done

rounds=0 round='' kills=0 doubt=0
echo "seed $SEED"

# start_carriers [FAULTS [ARGUMENTS...]]: muster-rehearsal, on the same ports and with the same log
# each time. What is in carriers_with is put before it.
carriers_with=()
start_carriers() {
    local smtp=${SMTP_ADDRESS:-127.0.0.1:0} sms=${SMS_URL:-http://127.0.0.1:0}
    local ready=$SCRATCH/carriers.ready
    REHEARSAL_LOG=$SCRATCH/carriers.jsonl
    rm -f "$ready"
    start carriers "${carriers_with[@]}" "$MUSTER_BUILD/muster-rehearsal" --smtp "$smtp" \
        --sms "${sms#http://}" --log "$REHEARSAL_LOG" --ready "$ready" \
        --seed $((SEED + rounds)) --faults "${1:-$MISFORTUNES}" "${@:2}"
    wait_until 30 flow_ready_or_dead carriers "$ready"
    if [[ ! -s $ready ]]; then
        cat "$SCRATCH/carriers.err" >&2
        fail "muster-rehearsal did not start"
    fi
    SMTP_ADDRESS=$(sed -n 's/^smtp //p' "$ready")
    SMS_URL=$(sed -n 's/^sms //p' "$ready")
    touch "$REHEARSAL_LOG"
}

# make_hard_branch TEXTS MAILS [NAME=VALUE...]: small batches, quick retries.
make_hard_branch() {
    local texts=$1 mails=$2
    shift 2
    make_branch sms.in_flight=5 sms.batch=5 mail.batch=5 mail.sessions=2 mail.timeout=3 \
        sms.timeout=3 retry.first=1 retry.longest=2 retry.attempts=20 "$@"
    make_members "$texts" "$mails"
    members=$((texts + mails))
    campaigns=0
    messages_expected=0
}

# query SQL: one value of the store, which may be in use.
query() {
    env LD_PRELOAD="${CRASH_PRELOAD:-}" sqlite3 -readonly "$HOUSE/muster.db" ".timeout 20000" "$1"
}

# next_campaign: make another campaign for everyone and start it.
next_campaign() {
    create_campaign
    expect_status 0 "$MUSTER" campaign start "$campaign"
}

# create_campaign: the same, without its start. Sets $campaign.
create_campaign() {
    campaigns=$((campaigns + 1))
    messages_expected=$((messages_expected + members))
    campaign=w$campaigns
    write_campaign "$campaign" everyone
    expect_status 0 "$MUSTER" campaign create "$campaign.conf"
}

# want_queued N: see to it that so many texts, and so many mails, are waiting.
want_queued() {
    while (($(query "SELECT COALESCE(MIN(SUM(channel = 'sms'), SUM(channel = 'email')), 0)
            FROM outbox WHERE state = 'queued'") < $1)); do
        next_campaign
    done
}

# at_point POINT PASSAGE NAME COMMAND...: `start NAME COMMAND`, to be killed at this point.
at_point() {
    local point=$1 passage=$2 name=$3
    shift 3
    rm -f "$FIRED"
    start "$name" env LD_PRELOAD="$LIBRARIES/crash_point.so" \
        MUSTER_CRASH_POINT="$point" MUSTER_CRASH_PASSAGE="$passage" MUSTER_CRASH_FIRED="$FIRED" "$@"
}

fired() {
    [[ -e $FIRED ]]
}

# struck NAME POINT: wait for the point, whose kill was meant for what runs under this name.
struck() {
    local deadline=$((${EPOCHREALTIME/./} + 120 * 1000000))
    # The shell would say "Killed" each time; so nothing here may need to be said.
    while ! fired && running "$1" && ((${EPOCHREALTIME/./} < deadline)); do
        sleep 0.02
    done 2>/dev/null
    if ! fired; then
        tail -n 5 "$SCRATCH/$1.err" >&2
        fail "the point $2 was not passed (seed $SEED, round $rounds): point.c no longer knows it"
    fi
}

heard_more_than() {
    (($(wc -l <"$REHEARSAL_LOG") > $1))
}

# working NAME MOST: until the carriers have heard a little of what runs under this name.
working() {
    wait_until 120 heard_more_than $(($(wc -l <"$REHEARSAL_LOG") + RANDOM % $2))
    sleep "0.0$((RANDOM % 10))"
}

# started POINT MOST NAME COMMAND...: start it, and come back at the moment at which to kill it: at
# one of so many first passages of the point, or at random, when the carriers have heard up to MOST
# things of it.
started() {
    local point=$1 most=$2 name=$3
    shift 3
    if [[ $point == random ]]; then
        start "$name" "$@"
        working "$name" "$most"
    else
        at_point "$point" $((1 + RANDOM % most)) "$name" "$@"
        struck "$name" "$point"
    fi
}

# dead PROCESS...: whether they are; one that nobody has waited for yet is dead all the same.
dead() {
    local process
    for process in "$@"; do
        if [[ -e /proc/$process ]] && ! grep -q '^State:.Z' "/proc/$process/status" 2>/dev/null
        then
            return 1
        fi
    done
}

# kill_all NAME: kill -9 what was started under this name and its children. The parent stands still
# first, so that it can neither warn its children nor start new ones.
kill_all() {
    local process=${flow_pids[$1]} below
    {
        kill -STOP "$process" || true
        below=$(children "$process")
        # shellcheck disable=SC2086
        kill -KILL $below "$process" || true
        reap "$1"
    } 2>/dev/null
    # shellcheck disable=SC2086
    wait_until 10 dead $below
}

# reap NAME: what was started under this name has ended or is about to; forget it. Sets $status.
reap() {
    status=0
    { wait "${flow_pids[$1]}" || status=$?; } 2>/dev/null
    unset "flow_pids[$1]"
}

# say NUMBER TEXT: what the public listener answers when the provider posts this reply.
say() {
    if [[ -z ${replies-} ]]; then
        replies=$("$MUSTER" gateway list --format json | jq -r '.[0].reply_url')
    fi
    curl -sS -o /dev/null -w '%{http_code}' --data-urlencode "from=$1" --data-urlencode "text=$2" \
        --data-urlencode "to=+447700900999" --data "id=by-hand-$1" "$replies" || true
}

# says NUMBER TEXT: whether it was taken.
says() {
    [[ $(say "$1" "$2") == 200 ]]
}

# check_books KILLS IN_HAND [--end]: nothing runs that has the store. Everything agrees with the
# carriers, and so many kills have put no more in doubt than was in hand. Prints a row of the table.
check_books() {
    local killed=$1 in_hand=$2 figures agree=yes before=$doubt
    figures=$(python3 "$CRASH/books.py" "$HOUSE/muster.db" "$REHEARSAL_LOG" "${@:3}") || agree=no
    if [[ $agree == no ]]; then
        echo "$figures" >&2
        fail "the books do not agree (seed $SEED, round $rounds: $round)"
    fi
    read -r _ doubt _ unsure _ kept _ _ _ faults <<<"$figures"
    kills=$((kills + killed))
    printf '%4d  %-28s %5d  %6d  %6d  %6d  %4d  %5d\n' "$rounds" "$round" "$killed" \
        $((doubt - before)) "$unsure" "$kept" 0 0
    if ((doubt - before > killed * in_hand)); then
        fail "$((doubt - before)) messages are in doubt after $killed kills with $in_hand in hand \
(seed $SEED, round $rounds: $round)"
    fi
}

table_head() {
    printf '%4s  %-28s %5s  %6s  %6s  %6s  %4s  %5s\n' \
        round point kills doubt unsure kept lost twice
}

# finish_up: let muster run do the rest, and hold everything against everything.
finish_up() {
    local in_store
    if running carriers; then
        stop carriers
    fi
    carriers_with=()
    start_carriers delay=0ms
    note "muster run does the rest (seed $SEED)"
    expect_status 0 "$MUSTER" run --until-idle
    round='the end'
    rounds=$((rounds + 1))
    check_books 0 0 --end
    in_store=$(query "SELECT COUNT(*) FROM outbox")
    expect_equal "$messages_expected" "$in_store" "the number of messages (seed $SEED)"
    expect_status 0 "$MUSTER" message list --state unsure --format json
    expect_equal "$unsure" "$(jq length <<<"$out")" "the number of messages listed as unsure"
    if ((unsure > doubt + faults)); then
        fail "$unsure messages are unsure, but only $((doubt + faults)) had a reason (seed $SEED)"
    fi
    echo "$kills kills, $kept messages handed over, 0 lost, 0 twice, $unsure unsure"
}
