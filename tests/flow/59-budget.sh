#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A budget ends the texts of a campaign at the last one that it pays for: not before, not behind,
# whatever the provider does; and what was not sent has cost nothing.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch
make_members 100 20

store() {
    sqlite3 "$HOUSE/muster.db" "$@"
}

# spent NAME: millionths, by the campaign's account; which must be the sum of what its texts cost.
spent() {
    local account
    account=$(store "SELECT spent FROM campaign WHERE name = '$1'")
    expect_equal "$account" "$(store "SELECT COALESCE(SUM(o.cost), 0) FROM outbox o
        JOIN step s ON s.id = o.step_id JOIN campaign k ON k.id = s.campaign_id
        WHERE k.name = '$1'")" "the sum of what the texts of $1 cost"
    echo "$account"
}

# budgeted NAME AMOUNT: write its campaign file.
budgeted() {
    write_campaign "$1" everyone
    sed -i "s/at = \"now\"/budget = \"$2\";  &/" "$1.conf"
}

note "what is no budget is refused, with its line"
for wrong in 0 -5 1,50 5e3 £50 99999999; do
    budgeted wrong "$wrong"
    expect_status 65 "$MUSTER" campaign create wrong.conf
    expect_match 'wrong\.conf:6: campaign\.budget is ".*", but must be an amount such as' "$err"
done
budgeted wrong 5
sed -i 's/channels = .*/channels = [ "email" ];  email = "note";/' wrong.conf
expect_status 65 "$MUSTER" campaign create wrong.conf
expect_match 'campaign\.budget is for texts, but "sms" is not among the channels' "$err"
cp "$MUSTER_ROOT/etc/gateways/rehearsal.conf" free.conf
sed -i '/^    tariff = {/,/^    };/d' free.conf
cp "$HOUSE/muster.conf" kept.conf
sed -i "s|^ *gateway = .*|    gateway = \"$SCRATCH/free.conf\";|" "$HOUSE/muster.conf"
budgeted wrong 5
expect_status 65 "$MUSTER" campaign create wrong.conf
expect_match 'what a text costs is not known: give sms\.price in .*muster\.conf' "$err"
cp kept.conf "$HOUSE/muster.conf"

note "the preflight says how far it goes"
budgeted pay 1.295 # 37 times 0.0350
expect_status 0 "$MUSTER" campaign create pay.conf
expect_status 0 "$MUSTER" campaign preflight pay
expect_match '^the budget is 1\.30 GBP: it pays for 37 of 100 texts, in the order' "$out"
expect_match '^2\.21 GBP more would pay for all of them$' "$out"
expect_status 0 "$MUSTER" campaign preflight pay --format csv
expect_match '^texts_affordable,37,$' "$out"

note "so many go and no more; the mails do not mind"
expect_status 0 "$MUSTER" campaign start pay
expect_status 0 "$MUSTER" run --until-idle
expect_match '^57 accepted, 0 refused' "$out"
expect_match 'campaign pay: the budget is spent, and texts are left over: muster camp' "$err"
expect_equal 'email accepted 20
sms accepted 37
sms unaffordable 63' "$(states pay)" "the campaign at the end of its budget"
expect_equal 57 "$(heard)" "the number of messages that the carriers have"
expect_equal 1295000 "$(spent pay)" "what was spent"
expect_status 0 "$MUSTER" campaign status pay
expect_match '^spent 1\.30 GBP of 1\.30 GBP, 100 %$' "$out"
expect_match '^ +63 +texts +unaffordable +the budget is spent$' "$out"

note "a higher one sends the rest"
for wrong in 1.00 1.295; do
    expect_status 65 "$MUSTER" campaign resume pay --budget "$wrong"
    expect_match 'the budget of campaign pay is 1\.30 GBP already, and .* is not more' "$err"
done
expect_status 64 "$MUSTER" campaign resume pay --budget all
expect_match "^.*--budget is 'all', but must be an amount such as 50.00" "$err"
expect_status 65 "$MUSTER" campaign resume pay # it is finished, and no money came
expect_status 0 "$MUSTER" campaign resume pay --budget 1.40 # three more
expect_match '^63 texts that could not be paid for wait again$' "$out"
expect_match '^of 120 messages 57 were handed over, 63 wait, 0 were not sent, 0 are in' "$out"
expect_status 0 "$MUSTER" run --until-idle
expect_equal "1400000 60" "$(spent pay) $(heard)" "what was spent, and messages"
expect_status 0 "$MUSTER" campaign resume pay --budget 10
expect_status 0 "$MUSTER" run --until-idle
expect_equal "3500000 120" "$(spent pay) $(heard)" "what was spent, and messages"
expect_equal $'email accepted 20\nsms accepted 100' "$(states pay)" "the campaign in the end"

note "what is refused or put off costs nothing, what may have gone does"
start_rehearsal --seed 3 --faults sms.refuse=20%,sms.busy=20%,sms.drop-after=10%
sed -i -e "s|base_url = .*|base_url = \"$SMS_URL\";|" \
    -e 's/^ *# *sessions = 1;/    sessions = 3;/; s/^ *\(# \)\?first = .*/    first = 1;/' \
    "$HOUSE/muster.conf"
expect_status 0 "$MUSTER" check
expect_match '^sms\.sessions = 3$' "$out"
expect_match '^retry\.first = 1$' "$out"
budgeted storm 1.2959
expect_status 0 "$MUSTER" campaign create storm.conf
expect_status 0 "$MUSTER" campaign start storm
start musterd "$MUSTERD"
storm_over() {
    [[ $("$MUSTER" campaign list --format csv) == *storm,finished* ]]
}
wait_until 120 storm_over
stop musterd
sent=$(store "SELECT COUNT(*) FROM outbox WHERE channel = 'sms' AND step_id = 2
    AND state IN ('accepted', 'delivered', 'undelivered', 'unsure')")
expect_equal "37 1295000" "$sent $(spent storm)" "texts that were sent, and what they cost"
heard_texts=$(jq -nR '[inputs | fromjson? | select(.event == "message" and .channel == "sms")]
    | length' "$REHEARSAL_LOG")
expect_equal 37 "$heard_texts" "the texts that the provider has"
refused=$(store "SELECT COUNT(*) FROM outbox WHERE channel = 'sms' AND step_id = 2
    AND state = 'refused'")
if ((refused == 0)); then fail "nothing was refused"; fi
expect_equal $((63 - refused)) "$(in_state unaffordable)" "the texts without money"

note "a step has a budget of its own, which ends its texts and no others"
start_rehearsal
sed -i "s|base_url = .*|base_url = \"$SMS_URL\";|" "$HOUSE/muster.conf"
cat >steps.conf <<'END'
campaign = {
    name = "steps";  title = "Two steps";  who = "everyone";  channels = [ "sms" ];  sms = "note";
    within = "2 hours";
    steps = (
        { name = "first";  at = "now";  budget = "0.7001"; },
        { name = "second";  at = "now"; }
    );
};
END
sed -i 's/budget = "0.7001"/budget = "lots"/' steps.conf
expect_status 65 "$MUSTER" campaign create steps.conf
expect_match 'steps\.conf:5: campaign\.steps\[0\]\.budget is "lots", but must be an amount' "$err"
sed -i 's/budget = "lots"/budget = "0.7001"/' steps.conf
expect_status 0 "$MUSTER" campaign create steps.conf
expect_status 0 "$MUSTER" campaign preflight steps
expect_match '^step first: its budget is 0\.7001 GBP, which pays for 20 of 100 texts$' "$out"
expect_status 0 "$MUSTER" campaign start steps
expect_status 0 "$MUSTER" run --until-idle
expect_match 'the budget of step first is spent, .* --step first --budget AMOUNT' "$err"
of_steps() {
    store "SELECT s.name, o.state, COUNT(*), s.spent FROM outbox o JOIN step s ON s.id = o.step_id
        JOIN campaign k ON k.id = s.campaign_id WHERE k.name = 'steps' GROUP BY 1, 2"
}
expect_equal 'first|accepted|20|700000
first|unaffordable|80|700000
second|accepted|100|3500000' "$(of_steps)" "the steps at the end of the budget of one"
expect_equal 4200000 "$(spent steps)" "what was spent"
expect_status 65 "$MUSTER" campaign resume steps --step third --budget 5
expect_match "campaign steps has no step 'third'" "$err"
expect_status 65 "$MUSTER" campaign resume steps --step second --budget 5
expect_match 'step second of campaign steps has no budget' "$err"
expect_status 65 "$MUSTER" campaign resume steps --step first --budget 0.70
expect_match 'the budget of step first of campaign steps is 0\.7001 GBP already' "$err"
expect_status 64 "$MUSTER" campaign resume steps --step first
expect_status 0 "$MUSTER" campaign resume steps --step first --budget 3.50
expect_match '^80 texts that could not be paid for wait again$' "$out"
expect_status 0 "$MUSTER" run --until-idle
expect_equal 'first|accepted|100|3500000
second|accepted|100|3500000' "$(of_steps)" "the steps in the end"
