#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A campaign to many members is approved by a second person before it goes; whatever changes of it
# voids that, and what has not begun waits.
source "$(dirname "$0")/branch.sh"
source "$(dirname "$0")/other_day.sh"
start_rehearsal
make_branch approval.from=5 approval.from_administrator=5
make_members 8 4

# as WHO COMMAND...: muster, done by that account.
as() {
    local who=$1
    shift
    MUSTER_ACCOUNT=$who MUSTER_PASSWORD_FILE=$SCRATCH/$who "$MUSTER" "$@"
}

# approval NAME: how the list of campaigns has it.
approval() {
    "$MUSTER" campaign list --format json | jq -r ".[] | select(.name == \"$1\").approval"
}

# texts: how many messages the carriers have seen.
texts() {
    jq -s 'map(select(.event == "message")) | length' "$REHEARSAL_LOG"
}

note "a branch of one person: nobody is asked, and that is told"
write_campaign alone everyone
expect_status 0 "$MUSTER" campaign create alone.conf
expect_status 0 "$MUSTER" campaign approve alone
expect_match '^    text\.en to Tess Tester 1, 1 part$' "$out"
expect_status 0 "$MUSTER" campaign start alone
expect_match 'about 12 members, and no second person has looked at it: there are no accounts' "$err"
expect_status 0 "$MUSTER" campaign cancel alone

note "accounts: anna keeps them, asha makes campaigns, bert approves"
(
    umask 077
    echo 'three old brass lamps' >anna
    echo 'a slow green river boat' >asha
    echo 'moss on the north wall' >first
    echo 'nine kites over the quay' >bert
)
expect_status 0 "$MUSTER" account add anna --role administrator --password-file anna
expect_status 0 as anna account add asha --role organiser --password-file asha
expect_status 0 as anna account add bert --role approver --password-file first

note "who makes a campaign says who it is, and proves it"
cat >ballot.conf <<END
ballot = {
    name = "pay";  title = "Pay ballot";
    opens = "2026-11-02";  closes = "2026-12-18 17:00";
    who = "everyone";  threshold = "1/2";
};
END
MUSTER_ACCOUNT=anna MUSTER_PASSWORD_FILE=$PWD/anna \
    expect_status 0 on '2026-10-20 12:00' "$MUSTER" ballot create ballot.conf
expect_status 0 as anna segment set north 'employer:"Anytown Hospital"'
write_campaign vote 'segment:north and not voted' pay
sed -i '/at = "now"/d; s/^};$//' vote.conf
cat >>vote.conf <<END
    budget = "5.00";
    steps = (
        { name = "open";  at = "opens + 1 day 10:00";  deadline = "at 20:00"; },
        { name = "last";  who = "everyone";  at = "closes - 2 days 10:00";  deadline = "at 20:00"; }
    );
};
END
expect_status 64 on '2026-10-20 12:00' "$MUSTER" campaign create vote.conf
expect_match '^muster: who does this\? There are accounts here: give --as ACCOUNT' "$err"
expect_status 77 on '2026-10-20 12:00' "$MUSTER" campaign create vote.conf --as asha \
    --password-file anna
expect_match '^muster: name or password is wrong$' "$err"
expect_status 77 as bert campaign create vote.conf
MUSTER_ACCOUNT=bert MUSTER_PASSWORD_FILE=$PWD/first \
    expect_status 77 on '2026-10-20 12:00' "$MUSTER" campaign create vote.conf
expect_match 'bert may not make campaigns: the role is approver' "$err"
today() {
    MUSTER_ACCOUNT=$1 MUSTER_PASSWORD_FILE=$SCRATCH/$1 on "$day" "$MUSTER" "${@:2}"
}
day='2026-10-20 12:00'
expect_status 0 today asha campaign create vote.conf
expect_match '^campaign vote could mean 12 members and waits for the approval of a second' "$out"
expect_equal asha "$(sqlite3 "$HOUSE/muster.db" "SELECT made_by FROM campaign WHERE name = 'vote'")"

note "it does not start before a second person has approved it"
expect_equal wanted "$(approval vote)"
expect_status 77 today asha campaign start vote
expect_match 'campaign vote could mean 12 members and waits for the approval of a second person:' \
    "$err"
expect_status 0 on "$day" "$MUSTER" campaign show vote
expect_match 'waits for the approval of a second person' "$out"
expect_equal draft "$("$MUSTER" campaign list --format json | jq -r '.[0].state')"

note "not its maker, not whose password somebody else knows, not with a wrong one"
expect_status 77 today asha campaign approve vote
expect_match 'asha may not approve campaigns: the role is organiser' "$err"
expect_status 0 as anna account set asha --role administrator
expect_status 77 today asha campaign approve vote
expect_match 'campaign vote is for somebody else to approve, as asha made it' "$err"
expect_status 0 as asha account password bert --password-file first
MUSTER_ACCOUNT=bert MUSTER_PASSWORD_FILE=$PWD/first \
    expect_status 77 on "$day" "$MUSTER" campaign approve vote
expect_match 'asha, who had a hand in campaign vote, knows the password of bert' "$err"
expect_status 0 "$MUSTER" account password bert --as bert --as-password-file first \
    --password-file bert
MUSTER_ACCOUNT=bert MUSTER_PASSWORD_FILE=$PWD/first \
    expect_status 77 on "$day" "$MUSTER" campaign approve vote
expect_match '^muster: name or password is wrong$' "$err"
expect_equal wanted "$(approval vote)"

note "what is approved is shown first: words, members, times, money"
expect_status 65 today bert campaign approve vote --mark 0123456789ab
expect_match 'it is not what had the mark 0123456789ab' "$err"
expect_status 0 today bert campaign approve vote
expect_match '^made 2026-10-20 .* by asha, for about 12 members$' "$out"
expect_match '^as things stand it sends 16 texts and 4 mails, for 0\.5600 GBP$' "$out"
expect_match '^its texts may cost 5\.00 GBP in all$' "$out"
expect_match '^step open: from Tue 3 Nov 2026 10:00 \(opens \+ 1 day 10:00\) until Tue 3 Nov' "$out"
expect_match '^  to segment:north and not voted$' "$out"
expect_match '^    segment:north is employer:"Anytown Hospital"$' "$out"
expect_match '^  8 members now, and about 8 whatever members answer$' "$out"
expect_match '^      Anytown Health Branch: Tess, please vote\. STOP to leave\.$' "$out"
expect_match '^    mail\.en to Ed Tester 1$' "$out"
expect_match '^bert has approved campaign vote; any change of it needs another approval$' "$out"
mark=$(sed -n 's/^its mark is //p' stdout)
expect_equal 'by bert' "$(approval vote)"

note "a segment that means others voids it, for good"
expect_status 0 as anna segment set north 'employer:"City Trust"'
expect_equal void "$(approval vote)"
expect_status 77 today asha campaign start vote
expect_match 'the approval of bert does not hold \(step open: segment north changed' "$err"
expect_status 0 as anna segment set north 'employer:"Anytown Hospital"'
expect_status 77 today asha campaign start vote
expect_match 'the approval of bert does not hold \(step open: segment north changed' "$err"
expect_status 0 today bert campaign approve vote --mark "$mark"
expect_status 0 today asha campaign start vote
expect_match '^campaign vote is running$' "$out"

note "a step begins when its time comes"
day='2026-11-03 10:05'
expect_status 0 on "$day" "$MUSTER" run --until-idle
expect_match '^8 accepted' "$out"

note "another close moves the last step and voids the approval: it waits, which is said once"
sed -i 's/2026-12-18 17:00/2026-12-11 17:00/' ballot.conf
day='2026-11-20 12:00'
expect_status 64 on "$day" "$MUSTER" ballot change ballot.conf
expect_status 0 on "$day" "$MUSTER" ballot change ballot.conf --dry-run
expect_match 'campaign vote waits' "$err"
expect_equal 'by bert' "$(approval vote)"
expect_status 0 today anna ballot change ballot.conf
expect_match 'vote waits, as the approval of bert does not hold \(the ballot: the close:' "$err"
expect_equal void "$(approval vote)"
day='2026-12-09 10:05'
expect_status 0 on "$day" "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
expect_equal 8 "$(texts)" "the messages that went"
expect_status 0 on "$day" "$MUSTER" campaign status vote
expect_match '^campaign vote waits, as the approval of bert does not hold' "$out"
expect_match 'waits, as the approval of bert' \
    "$(on "$day" "$MUSTER" campaign status vote --format json | jq -r .waits)"

note "who moved its steps does not approve them; who has not does, and it goes on"
expect_status 77 today anna campaign approve vote
expect_match 'is for somebody else to approve, as anna moved its steps' "$err"
expect_status 0 today bert campaign approve vote
expect_match '^step open: .* begun already$' "$out"
expect_status 0 on "$day" "$MUSTER" run --until-idle
expect_match '^12 accepted' "$out"
expect_status 0 on "$day" "$MUSTER" campaign list
expect_match '^vote +finished ' "$out"

note "what a first step has cost, without a budget, voids nothing of the next"
write_campaign two everyone
sed -i '/at = "now"/d; s/^};$//' two.conf
cat >>two.conf <<END
    steps = (
        { name = "one";  at = "2026-12-09 11:00";  deadline = "at 20:00"; },
        { name = "two";  at = "2026-12-09 14:00";  deadline = "at 20:00"; }
    );
};
END
expect_status 0 today asha campaign create two.conf
expect_status 0 today bert campaign approve two
expect_status 0 today asha campaign start two
day='2026-12-09 11:05'
expect_status 0 on "$day" "$MUSTER" run --until-idle
expect_match '^12 accepted' "$out"
expect_equal 'by bert' "$(approval two)"
day='2026-12-09 14:05'
expect_status 0 on "$day" "$MUSTER" run --until-idle
expect_match '^12 accepted' "$out"
expect_equal 44 "$(texts)" "both steps to all of them"

note "a budget that is raised is looked at again before the texts that it pays for go"
write_campaign money everyone
sed -i 's/at = "now"/budget = "0.10";  &/' money.conf
expect_status 0 as asha campaign create money.conf
expect_status 0 as bert campaign approve money
expect_status 0 as asha campaign start money
expect_status 0 "$MUSTER" run --until-idle
expect_equal 50 "$(texts)" "two texts and four mails more"
expect_status 77 as asha campaign resume money --budget 5.00
expect_match 'the budget is raised, and nothing goes yet: campaign money waits' "$err"
expect_match 'the budget: 5\.00 GBP instead of 0\.1000 GBP' "$err"
expect_status 0 "$MUSTER" run --until-idle
expect_equal 50 "$(texts)" "nothing more"
expect_status 77 as asha campaign resume money
expect_status 77 as asha campaign approve money
expect_match 'as asha raised its budget' "$err"
expect_status 0 as bert campaign approve money
expect_status 0 as asha campaign resume money
expect_status 0 "$MUSTER" run --until-idle
expect_equal 56 "$(texts)" "and the other six texts"

note "more members than were approved void it; few go without"
write_campaign grown 'employer:Anytown*'
expect_status 0 as asha campaign create grown.conf
expect_status 0 as bert campaign approve grown
sed -i 's/City Trust/Anytown Hospital/' members.csv
for i in 21 22 23 24 25 26 27; do
    echo "T$i,Tess,Tester $i,07700 9000$i,,Anytown Hospital" >>members.csv
done
expect_status 0 as anna import members.csv
expect_status 77 as asha campaign start grown
expect_match 'it could mean 19 members and not 8 any more' "$err"
write_campaign few 'number:T1 or number:T2'
expect_status 0 as asha campaign create few.conf
expect_status 0 as asha campaign start few
expect_equal '' "$(approval few)"

note "an approval ends with the account that gave it, and pausing needs nobody's word"
expect_status 0 as bert campaign approve grown
expect_status 0 as anna account disable bert
expect_status 77 as asha campaign start grown
expect_match 'account bert is disabled' "$err"
expect_status 77 as bert campaign approve grown
expect_match 'account bert is disabled' "$err"
expect_status 0 "$MUSTER" campaign pause few

note "on a terminal it is asked once more"
expect_status 0 as anna account enable bert
terminal() {
    TERMINAL_ANSWERS=$1 expect_status 0 python3 "$MUSTER_ROOT/tests/flow/terminal.py" 50 100 \
        "$MUSTER" campaign approve grown --as bert --password-file "$PWD/bert"
    out=${out//$'\r'/}
}
terminal no
expect_match '^it is not approved$' "$out"
terminal yes
expect_match '^bert has approved campaign grown' "$out"

note "one step after another, without a budget: that the first has cost something changes nothing"
sed 's/2026-12-11/2026-12-18/; s/"pay"/"pay2"/' ballot.conf >ballot2.conf
day='2026-10-20 12:00'
MUSTER_ACCOUNT=anna MUSTER_PASSWORD_FILE=$PWD/anna \
    expect_status 0 on "$day" "$MUSTER" ballot create ballot2.conf
sed '/budget =/d; s/"vote"/"steps"/; s/"pay"/"pay2"/' vote.conf >steps.conf
expect_status 0 today asha campaign create steps.conf
expect_status 0 today bert campaign approve steps
expect_status 0 today asha campaign start steps
expect_status 0 on '2026-11-03 10:05' "$MUSTER" run --until-idle
expect_match '^[1-9][0-9]* accepted' "$out"
expect_equal 'by bert' "$(approval steps)"
expect_status 0 on '2026-12-16 09:10' "$MUSTER" run --until-idle
queued() {
    on '2026-12-16 09:11' "$MUSTER" campaign show steps --format json | jq '.[1].left'
}
expect_equal 19 "$(queued)" "what is queued of the second step"

note "what was queued of a step that then moves waits for the approval, too, paused"
sed -i 's/2026-12-18/2026-12-19/' ballot2.conf
day='2026-12-16 09:12'
expect_status 0 today asha ballot change ballot2.conf
expect_match '^steps +last +Wed 16 Dec 2026 10:00 +Thu 17 Dec 2026 10:00 .* moves' "$out"
day='2026-12-17 10:05'
expect_status 0 on "$day" "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
expect_equal 19 "$(queued)" "what is still queued of it"
expect_status 77 today asha campaign resume steps
expect_status 0 today bert campaign approve steps
expect_status 0 today asha campaign resume steps
expect_status 0 on "$day" "$MUSTER" run --until-idle
expect_match '^19 accepted' "$out"

note "a second account of the same person is no second person"
(umask 077 && echo 'slate roofs after rain' >again)
expect_status 0 as anna account set asha --mobile '07700 900113'
expect_status 0 as anna account add again --role approver --mobile '07700 900113' \
    --password-file again
write_campaign both everyone
expect_status 0 as asha campaign create both.conf
expect_status 77 as again campaign approve both
expect_match 'as again has the same number or address as asha, who had a hand in it' "$err"
expect_status 77 as anna campaign approve both
expect_match 'as anna knows the password of asha, who had a hand in it' "$err"

note "what is kept of an approval cannot be made up"
sqlite3 "$HOUSE/muster.db" "UPDATE approval SET manifest = REPLACE(manifest, 'grown', 'grow')"
expect_status 77 as asha campaign start grown
expect_match 'what is kept of it has been tampered with' "$err"
