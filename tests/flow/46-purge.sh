#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# When the time of a ballot is over, who told what in it is deleted, and how many they were is kept:
# by hand, after a look at what would go, and by the daemon on the day.
source "$(dirname "$0")/branch.sh"
source "$(dirname "$0")/other_day.sh"
start_rehearsal
make_branch
make_members 4 1

# ballot NAME LINES: a ballot that closes on 18 December 2026, with these lines as well.
ballot() {
    cat >"$1.conf" <<END
ballot = { name = "$1"; title = "Ballot $1"; who = "everyone"; threshold = "1/2";
    opens = "2026-11-02"; closes = "2026-12-18 17:00"; $2 };
END
}

note "how long is said in the ballot's file, or in muster.conf, in words that are checked"
ballot bad 'retention = "a while";'
expect_status 65 "$MUSTER" ballot create bad.conf
expect_match 'ballot\.retention is "a while", but must be "30 days", "6 weeks"' "$err"
sed -i '/^ballots = /,/^}/ s/^ *\(# \)\?retention = .*/    retention = "soon";/' \
    "$HOUSE/muster.conf"
expect_status 78 "$MUSTER" check
expect_match 'ballots\.retention is "soon", but must be "30 days"' "$err"
sed -i 's/retention = "soon"/retention = "6 weeks"/' "$HOUSE/muster.conf"

ballot quick 'retention = "30 days";'
ballot usual ''
ballot kept 'retention = "never";'
for name in quick usual kept; do
    expect_status 0 "$MUSTER" ballot create "$name.conf"
    expect_status 0 on '2026-12-01 10:00' "$MUSTER" ballot mark "$name" voted T1 T2
    expect_status 0 on '2026-12-01 10:00' "$MUSTER" ballot mark "$name" no-paper T3
    expect_status 0 on '2026-12-01 10:00' "$MUSTER" ballot plan "$name" 2026-12-05 T4
done

# voted NAME: how many had voted, by the board.
voted() {
    "$MUSTER" ballot board "$1" --format json | jq -c 'map(.voted)'
}

# purging DAY [OPTION...]: "BALLOT UNTIL STATE" of each, on that day.
purging() {
    local day=$1
    shift
    on "$day" "$MUSTER" purge --format json "$@" |
        jq -r 'map(select(.rule == "ballot")) | sort_by(.ballot)[] |
            "\(.ballot) \(.until) \(.state)"'
}

note "nothing goes before its day; a dry run says what would"
expect_equal 'kept  kept
quick 2027-01-17 kept
usual 2027-01-29 kept' "$(purging '2027-01-16 23:00')"
expect_equal 'kept  kept
quick 2027-01-17 would be deleted
usual 2027-01-29 kept' "$(purging '2027-01-17 08:00' --dry-run)"
expect_status 0 "$MUSTER" ballot replacements quick --format json
expect_equal 1 "$(jq length <<<"$out")"

note "then it is deleted, and the figures go on"
before=$(voted quick)
expect_status 0 on '2027-01-17 09:00' "$MUSTER" purge
expect_match '^ballot +quick +2026-12-18 +30 days +2027-01-17 +deleted +5 places in it, 3 states' \
    "$out"
expect_match '1 request for a paper$' "$out"
expect_equal "$before" "$(voted quick)"
expect_status 0 "$MUSTER" ballot show quick
expect_match '5 entitled, in 2 units' "$out"
expect_match 'Sunday 17 January, 09:00 +who told what was deleted; how many is kept' "$out"
expect_status 0 "$MUSTER" ballot show usual
expect_match 'Friday 29 January 2027 +from then on it is not kept who told what' "$out"
expect_status 0 "$MUSTER" ballot replacements quick --format json
expect_equal '[]' "$(jq -c . <<<"$out")"
expect_status 0 "$MUSTER" member show T1
expect_match '^ballots +(kept|usual), in' "$out"
expect_equal '' "$(grep quick <<<"$out" || true)" "what is known of T1 in ballot quick"
expect_status 65 "$MUSTER" ballot mark quick voted T1
expect_equal 'kept  kept
usual 2027-01-29 kept' "$(purging '2027-01-17 09:00')"

note "a count that comes in later lies beside what was kept"
printf 'Employer;Votes\nAnytown Hospital;3\nCity Trust;1\n' >count.csv
expect_status 0 on '2027-01-18 10:00' "$MUSTER" ballot result quick count.csv
expect_match '^Anytown Hospital +4 +3 +0 +75\.0 % +reached +2 +3 +1$' "$out"

note "the daemon does it by itself on the day, and says so"
start musterd env LD_PRELOAD="$faker" FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 \
    FAKETIME="+$(($(date -d '2027-01-29 00:05' +%s) - $(date +%s)))" "$MUSTERD" --only sweep
purged_by_daemon() {
    grep -q 'ballot usual was kept for 6 weeks after its close: deleted 5 places' musterd.err
}
wait_until 20 purged_by_daemon
stop musterd
expect_equal 'kept  kept' "$(purging '2027-01-29 09:00')"
expect_equal "$before" "$(voted usual)"
expect_equal 5 "$(sqlite3 "$HOUSE/muster.db" 'SELECT COUNT(*) FROM ballot_member')" \
    "the places in the ballot that is kept"

note "nothing more is noted in a ballot of which nothing is kept"
for deed in 'mark usual voted' 'plan usual 2026-12-10'; do
    # shellcheck disable=SC2086
    expect_status 65 on '2027-01-30 09:00' "$MUSTER" ballot $deed T3
    expect_match 'was entitled in ballot usual was deleted on 2027-01-29: nothing more is' "$err"
done
expect_status 0 on '2027-01-30 09:00' "$MUSTER" ballot board usual
expect_match '^Ballot usual \(usual\), closed Friday 18 December 2026, 17:00$' "$out"

note "what is not of a ballot has rules of its own, which a dry run shows first"
start_public
start_campaign last number:T2
expect_status 0 "$MUSTER" run --until-idle
reply +447700900002 'A word of my own'
left() {
    on "$1" "$MUSTER" purge --format json "${@:2}" |
        jq -r '.[] | select(.rule == "replies") | "\(.keeps) \(.state) \(.what)"'
}
expect_match '^6 months would be deleted 1, the oldest of 20' "$(left '2099-01-01 08:00' --dry-run)"
expect_equal 'A word of my own' "$("$MUSTER" reply list --format json | jq -r '.[].text')"
expect_match '^6 months deleted 1, the oldest of 20' "$(left '2099-01-01 08:00')"
expect_equal '' "$("$MUSTER" reply list --format json | jq -r '.[].text')"
expect_equal '6 months kept ' "$(left '2099-01-01 08:00')"
