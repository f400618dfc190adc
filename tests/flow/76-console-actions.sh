#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Actions in the console: which there are, who comes from where, the steward's sheet and its
# spreadsheet, and what members said by word of mouth; who may not, and what is not taken.
source "$(dirname "$0")/branch.sh"
source "$(dirname "$0")/console.sh"
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
make_branch "console.listen=$CONSOLE"
cat >members.csv <<'END'
Membership number,First name,Surname,Mobile,Employer,Workplace,Branch
1,Ann,Ash,07700 900001,Anytown Trust,General,Anytown Health
2,Bea,Birch,07700 900002,Anytown Trust,General,Anytown Health
3,Cai,Cedar,07700 900003,Anytown Trust,Annexe,Anytown Health
4,Dee,Damson,07700 900004,City Trust,,City Health
7,=Gil,Gorse,07700 900007,Anytown Trust,General,Anytown Health
END
expect_status 0 "$MUSTER" import members.csv
make_accounts asha:administrator olu:organiser dot:auditor ravi:rep

# write_action NAME STARTS ENDS
write_action() {
    cat >"$1.action" <<END
action = { name = "$1";  title = "Rally for pay";  place = "Town Square";  starts = "$2";
    ends = "$3";  who = "branch:\"Anytown Health\"";  contact = "Bea"; };
END
    expect_status 0 "$MUSTER" action create "$1.action"
}

start_console
sign_in olu
expect_page 200 /actions
expect_match 'There is no action yet' "$out"
next_year=$(($(date +%Y) + 1))
write_action rally "$next_year-06-01 17:30" "$next_year-06-01 19:00"
write_action march "$next_year-07-01 17:30" "$next_year-07-02 09:00"

note "who may not is told so, and nobody is led to the sign-in"
rm -f "$JAR"
expect_page 303 /actions
sign_in ravi
for path in /actions /actions/rally /actions/rally/steward /actions/rally/steward.csv; do
    expect_page 403 "$path"
done
sign_in dot
expect_page 200 /actions/rally
expect_absent '/actions/rally/mark' "an auditor is offered to mark"
post /actions/rally/mark number=1 state=coming
expect_equal 403 "$status" "an auditor marks"

note "the list has the next one first, and a page says of each where, when and for whom"
sign_in olu
page /campaigns
expect_match 'href="/actions"' "$out"
expect_page 200 /actions
expect_equal '/actions/rally /actions/march' \
    "$(grep -o '/actions/[a-z]*' "$SCRATCH/page" | paste -sd ' ')"
expect_page 200 /actions/rally
expect_match 'Town Square' "$out"
expect_match 'Steward: Bea' "$out"
for path in /actions/none /actions/none/steward /actions/none/steward.csv /actions/%00; do
    expect_page 404 "$path"
done
post /actions/none/mark number=1 state=coming
expect_equal 404 "$status" "an answer for no action"

note "what a member has said is noted, the last word holds, and what is not whole is said"
post /actions/rally/mark number=1 state=maybe
expect_equal 303 "$status"
post /actions/rally/mark number=1 state=coming guests=2
post /actions/rally/mark number=7 state=maybe
post /actions/rally/mark number=3 state=cannot guests=4
post /actions/rally/mark number=99 state=coming
expect_equal 200 "$status"
expect_match 'There is no member of this number' "$out"
expect_match 'value="99"' "$out"
post /actions/rally/mark number=2 state=coming guests=21
expect_match 'from 0 to 20 guests' "$out"
post /actions/rally/mark number=2 state=sleeping
expect_equal 400 "$status" "another answer"
page /actions/rally/mark -d token=00000000000000000000000000000000 -d number=2 -d state=coming
expect_equal 403 "$status" "a form without our token"
expect_equal '1 2 1 1' "$("$MUSTER" action list --format json | jq -r \
    '.[] | select(.name == "rally") | "\(.coming) \(.guests) \(.maybe) \(.cannot)"')"
expect_equal 4 "$("$MUSTER" audit show --format json |
    jq 'map(select(.deed == "action.mark" and .account == "olu")) | length')"

note "the board has the heads by workplace, and the sheet who comes"
expect_page 200 /actions/rally
expect_match 'Annexe' "$out"
expect_match 'data-name="Heads"><b>3</b>' "$out"
expect_page 200 /actions/rally/steward
expect_match 'Ash, Ann' "$out"
expect_match 'Heads: <b>3</b>' "$out"
expect_absent 'Cedar' "who cannot come is on the sheet"
expect_page 200 /actions/rally/steward.csv
expect_equal 'last_name,first_name,workplace,branch,answer,guests' "$(head -n 1 <<<"$out")"
expect_match 'Ash,Ann,General,Anytown Health,coming,2' "$out"
expect_match "'=Gil" "$out" # no formula for a spreadsheet

note "in Welsh the pages have Welsh words"
page /actions/rally/steward -H 'Accept-Language: cy'
expect_match 'Taflen y stiward' "$out"
