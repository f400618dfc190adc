#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Two thousand members, of whom a fifth is held out and the others get one of two wordings. Their
# phones answer one wording more often. What muster says of each arm is what a script of its own
# counts in the log of the carriers.
source "$(dirname "$0")/branch.sh"
start_rehearsal --seed 7 \
    --answers "VOTED=12%,VOTED=12%@half of us,NO PAPER=4%,STOP=2%,hello=3%"
make_branch sms.rate=0 limits.apart=0 limits.per_week=0
awk 'BEGIN {
    print "Membership number,First name,Surname,Mobile,Employer"
    for (i = 1; i <= 2000; i++) # every tenth shares a handset with the one before
        printf "T%d,Tess,Tester %d,07700 9%05d,Anytown Hospital\n", i, i, i % 10 == 0 ? i - 1 : i
    print "N1,Nel,Tester,,Anytown Hospital"
}' >members.csv
expect_status 0 "$MUSTER" import members.csv
make_ballot
start_public

# try NAME WHO LINES: a campaign of texts whose file has these lines as well.
try() {
    write_campaign "$1" "$2" pay
    sed -i "s|^ *channels = .*|    channels = [ \"sms\" ];  sms = \"note\";\n$3|" "$1.conf"
}

# lots: what the store says of each arm of campaign "paper", "ARM MEMBERS" a line.
lots() {
    "$MUSTER" campaign status paper --format json |
        jq -r '.by_lot[] | "\(.arm) \(.members)"'
}

note "what cannot be tried is told with file and line"
try bad everyone 'held_out = 80;  variants = ( { name = "a"; }, { name = "b"; sms = "nothing"; } );'
expect_status 65 "$MUSTER" campaign create bad.conf
expect_match '^bad\.conf:6: campaign\.held_out is 80, but must be a whole number' "$err"
try bad everyone 'variants = ( { name = "a"; }, { name = "b"; sms = "nothing"; } );'
expect_status 65 "$MUSTER" campaign create bad.conf
expect_match 'there is no template nothing\.LANGUAGE\.sms' "$err"
try bad everyone 'held_out = 10;'
sed -i '/ballot = /d' bad.conf
expect_status 65 "$MUSTER" campaign create bad.conf
expect_match 'campaign\.held_out: what members do is noted in a ballot' "$err"

note "the preflight draws as the campaign will"
# shellcheck disable=SC2016
echo '{{organisation.name}}: {{first_name}}, half of us have voted. STOP to leave.' >half.en.sms
try paper everyone \
    'held_out = 20;\nvariants = ( { name = "plain"; }, { name = "half"; sms = "half"; } );'
expect_status 0 "$MUSTER" campaign create paper.conf
expect_match '^languages: texts en$' "$out"
expect_status 0 "$MUSTER" campaign results paper
expect_match '^it has not begun$' "$out"
expect_status 0 "$MUSTER" campaign preflight paper
expect_match '^[0-9]+ more are held out by lot, to learn from: they get nothing$' "$out"
expect_match '^by lot, [0-9]+ members get ' "$out"
expect_status 0 "$MUSTER" campaign preflight paper --format json
jq -r '.[] | select(.figure | test("held_out|variant_")) |
    "\(.figure | sub("variant_"; "") | sub("_"; " ")) \(.value)"' <<<"$out" | sort >foreseen

note "who is held out gets nothing, and is put down as such"
expect_status 0 "$MUSTER" campaign start paper
expect_match ', [0-9]+ held out by lot, to learn from$' "$out"
expect_equal "$(cat foreseen)" "$(lots | sort)" "what the preflight foresaw"
expect_status 0 "$MUSTER" campaign status paper
expect_match '^members of step 1 by lot: [0-9]+ held out, [0-9]+ plain, [0-9]+ half$' "$out"
expect_status 0 "$MUSTER" run --until-idle
wait_until 60 callbacks_done
expect_sound_books
jq -r 'select(.event == "message").to' "$REHEARSAL_LOG" | sort >written
awk -F, 'NR > 1 && $4 != "" { gsub(" ", "", $4); print "+44" substr($4, 2), $1 }' members.csv |
    sort >handsets
join -v 2 written handsets | awk '{ print $2 }' >held
expect_equal "$(wc -l <held)" "$(lots | sed -n 's/^held out //p')" "the number held out"
expect_status 0 "$MUSTER" member show "$(head -n 1 held)"
expect_match '^held out +.* of step 1 of paper, to learn from$' "$out"
expect_status 0 "$MUSTER" member show "$(head -n 1 held)" --format csv
expect_match '^held out,"of step 1 of paper, to learn from' "$out"

note "the results are what the log of the carriers says"
# shellcheck disable=SC2046
expect_status 0 "$MUSTER" ballot mark pay voted $(awk 'NR % 11 == 0' held)
expect_status 0 "$MUSTER" campaign results paper --format json
printf '%s' "$out" >results.json
expect_status 0 python3 "$MUSTER_ROOT/tests/flow/recount.py" results.json "$REHEARSAL_LOG" \
    members.csv <(awk 'NR % 11 == 0' held)
expect_equal 'agreed' "$out"

note "and in words: what shows, and what the sample cannot tell"
expect_status 0 "$MUSTER" campaign results paper
expect_match '^held out +[0-9]+ +0 +0 +0 +0 +[0-9]+ +0 +0$' "$out"
expect_match '^half beside plain: more report a vote, by [0-9.]+ to [0-9.]+ members of a hundred$' \
    "$out"
expect_match '^Votes are what members report, and no turnout' "$out"
expect_match '^Who is held out has fewer occasions to report' "$out"
expect_status 0 "$MUSTER" campaign results paper --format csv
expect_match '^step,arm,what,members,count,rate_per_10000,' "$out"

note "by the hour"
expect_status 0 "$MUSTER" campaign results paper --by-hour
expect_match '^ *1  .* #{40}$' "$out"
expect_status 0 "$MUSTER" campaign results paper --by-hour --format json
expect_equal \
    "$(jq '[.[] | select(.what == "replied" and .beside == "").count] | add' results.json)" \
    "$(jq '[.[] | select(.what == "replies").count] | add' <<<"$out")" "the replies"
expect_status 65 "$MUSTER" campaign results papre
expect_match "did you mean 'paper'" "$err"

note "the same are held out in the campaign's other steps"
expect_status 0 "$MUSTER" segment set few \
    'number:T1 or number:T2 or number:T3 or number:T4 or number:T5 or number:T6 or number:T7'
cat >two.conf <<'END'
campaign = {
    name = "two";  title = "Two steps";  ballot = "pay";
    channels = [ "sms" ];  sms = "note";  held_out = 50;
    at = "now";  deadline = "2099-12-01 20:00";
    steps = ( { name = "first";  who = "segment:few"; },
              { name = "second";  who = "not voted and segment:few"; } );
};
END
expect_status 0 "$MUSTER" campaign create two.conf
expect_status 0 "$MUSTER" campaign start two
expect_status 0 "$MUSTER" run --until-idle
expect_equal "$(sqlite3 "$HOUSE/muster.db" "SELECT COUNT(*) FROM trial_member a JOIN trial_member b
    ON b.member_id = a.member_id AND b.step_id > a.step_id AND b.trial = a.trial
    WHERE a.trial = 'two' AND a.arm <> b.arm")" 0 "the number who changed arms"
expect_status 0 "$MUSTER" campaign results two
expect_match '^all steps that held members out, from each member.s first$' "$out"

note "where nothing shows, it says what would"
try thanks voted 'variants = ( { name = "plain"; }, { name = "half"; sms = "half"; } );'
expect_status 0 "$MUSTER" campaign create thanks.conf
expect_status 0 "$MUSTER" campaign start thanks
expect_status 0 "$MUSTER" run --until-idle
expect_status 0 "$MUSTER" campaign results thanks
expect_match '^half beside plain: the sample cannot tell whether more report a vote;$' "$out"
expect_match '^  with [0-9]+ and [0-9]+ members only a difference of about [0-9.]+ points would' \
    "$out"
