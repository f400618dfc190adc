#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The board of a ballot in the browser: its figures, its trend, its units, who is left to be spoken
# to, replacement papers; and Today. Held against what the command line says.
source "$(dirname "$0")/branch.sh"
source "$MUSTER_ROOT/tests/flow/console.sh"
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
make_branch "console.listen=$CONSOLE" approval.from=5
cat >members.csv <<'END'
Membership number,First name,Surname,Mobile,Employer,Workplace
A1,Ann,Adams,07700 900001,City Trust,North
A2,Bea,Brown,07700 900002,City Trust,South
A3,Cai,Cole,07700 900003,City Trust,South
A4,Dee,Dunn,,City Trust,North
B1,Eve,Evans,07700 900005,St Anne's & Co,House
B2,Fay,Flynn,07700 900006,St Anne's & Co,House
B3,Gus,Grant,,St Anne's & Co,House
B4,Hal,Hughes,,St Anne's & Co,House
END
expect_status 0 "$MUSTER" import members.csv
make_ballot
cat >rise.conf <<'END'
ballot = {
    name = "rise";  title = "Rise ballot";
    opens = "2026-01-05";  closes = "2099-12-18 17:00";
    who = "everyone";  threshold = "1/2";
    questions = ( { name = "strike";  text = "Are you prepared to take part in strike action?"; } );
};
END
expect_status 0 "$MUSTER" ballot create rise.conf
start_public
write_campaign ask everyone pay
expect_status 0 "$MUSTER" campaign create ask.conf
expect_status 0 "$MUSTER" campaign start ask
expect_status 0 "$MUSTER" run --until-idle
write_campaign later everyone pay
sed -i "s|at = \"now\"|at = \"$(date -d '+3 days' '+%Y-%m-%d 10:00')\"|" later.conf
expect_status 0 "$MUSTER" campaign create later.conf
expect_status 0 "$MUSTER" campaign start later
reply +447700900001 voted
reply +447700900002 "no paper"
reply +447700900006 "When does it close?"
make_accounts asha:administrator olu:organiser dot:auditor vi:approver ravi:rep
start console "$MUSTERD" --only console
wait_until 20 console_listens
UNIT='/ballots/pay/units/St%20Anne%27s%20%26%20Co'

# board UNIT KEY: what the command line says of a unit.
board() {
    "$MUSTER" ballot board pay --format json |
        jq -r --arg u "$1" --arg k "$2" '.[] | select(.employer == $u)[$k]'
}

# figure WORDS: the number that the page shows before these words.
figure() {
    grep -o "<b>[0-9,]*</b> $1" "$SCRATCH/page" | head -n 1 | grep -o '[0-9,]*' | head -n 1
}

note "the board and its trend say what the command line says"
sign_in olu
page /ballots/pay
expect_equal 200 "$status"
expect_equal 1 "$(figure 'reported voted')"
expect_equal 8 "$(figure entitled)"
expect_match '<svg class="trend wide"' "$out"
expect_match '<svg class="trend narrow"' "$out"
expect_match '<a href="/campaigns/ask">Campaign ask</a>' "$out"
today=$(date '+%a %-d %b')
expect_match "<th scope=\"row\">$today</th><td class=\"n\">1</td><td class=\"n\">1</td>" "$out"
expect_match "$UNIT\">St Anne" "$out"
reply +447700900003 voted
page /ballots/pay
expect_match "<th scope=\"row\">$today</th><td class=\"n\">2</td><td class=\"n\">2</td>" "$out"

note "what is taken for granted of silent members can be changed, within its bounds"
page '/ballots/pay?silent=100'
expect_match 'id="silent" [^>]*value="100"' "$out"
for wrong in 101 -1 many; do
    page "/ballots/pay?silent=$wrong"
    expect_equal 200 "$status"
    expect_match 'id="silent-fault"' "$out"
    expect_match 'value="60"' "$out"
done

note "a unit has its own page, whatever its name"
page "$UNIT"
expect_equal 200 "$status"
expect_match "<h1>St Anne&#?[a-z0-9]*;s &amp; Co</h1>" "$out"
expect_equal "$(board "St Anne's & Co" reported_voted)" "$(figure 'reported voted')"
expect_equal "$(board "St Anne's & Co" short_by)" "$(figure 'still needed')"
expect_equal "$(board "St Anne's & Co" reachable)" "$(figure 'not voted, can be written to')"
expect_equal "$(board "St Anne's & Co" phone_only)" "$(figure 'can only be called')"
for path in /ballots/nope /ballots/nope/units/City%20Trust /ballots/pay/units/Nowhere \
    /ballots/pay/units/%ZZ /ballots/nope/calls /ballots/nope/replacements /ballots/nope/effects \
    /ballots/pay/replacements.csv /ballots/pay/replacements.csv?batch=9; do
    page "$path"
    expect_equal 404 "$status" "the status of $path"
done

note "where messages are not enough, it says how many are to be called"
expect_status 0 "$MUSTER" suppress add +447700900005 --reason "asked a rep"
expect_equal 'by calls' "$(board "St Anne's & Co" standing)"
page /ballots/pay
expect_match "call at least $(board "St Anne's & Co" to_call)" "$out"

note "the call sheet is that of the command line"
for unit in '' "St Anne's & Co"; do
    expect_status 0 "$MUSTER" ballot calls pay ${unit:+--unit "$unit"} --format csv
    said=$out
    page /ballots/pay/calls.csv -G ${unit:+--data-urlencode "unit=$unit"}
    expect_equal 200 "$status"
    expect_equal "$said" "$out"
done
page /ballots/pay/calls
expect_match 'Do not call: has asked not to be written to' "$out"
if grep -q 900005 <<<"$out"; then fail "a number that is closed stands on a sheet"; fi

note "papers are passed on once, by who may, and the ballot office gets its file"
page /ballots/pay/replacements
TOKEN=$(token)
expect_match 'Bea Brown' "$out"
expect_match 'not passed on' "$out"
page /ballots/pay/replacements -d to=x
expect_equal 403 "$status"
page /ballots/pay/replacements -d to= -d "token=$TOKEN"
expect_match 'id="to-fault"' "$out"
page /ballots/pay/replacements --data-urlencode 'to=the scrutineer' -d "token=$TOKEN"
expect_equal 303 "$status"
page /ballots/pay/replacements --data-urlencode 'to=the scrutineer' -d "token=$TOKEN"
expect_equal 400 "$status"
passed=$("$MUSTER" ballot replacements pay --format json |
    jq -r '.[] | "\(.number) \(.state) \(.passed_on_to) \(.batch)"')
expect_equal 'A2 passed on the scrutineer 1' "$passed"
page '/ballots/pay/replacements.csv?batch=1'
expect_match '^number,first_name,last_name,unit,asked_at,note$' "$out"
expect_match '^A2,Bea,Brown,City Trust,' "$out"
page /ballots/pay/replacements/sent -d batch=7 -d "token=$TOKEN"
expect_equal 400 "$status"
page /ballots/pay/replacements/sent -d batch=1 -d "token=$TOKEN"
expect_equal 303 "$status"
expect_equal sent "$("$MUSTER" ballot replacements pay --format json | jq -r '.[].state')"

note "what the steps have come to has a page"
page /ballots/pay/effects
expect_equal 200 "$status"
expect_match 'Campaign ask' "$out"

note "Today tells each role what waits for it, and leads there"
page /
expect_match 'Conversations that wait for an answer: <b>1</b>' "$out"
expect_match 'data-live="/today/waiting"' "$out"
expect_match '<time [^>]*>.*10:00</time> <a href="/campaigns/later">Campaign later</a>' "$out"
page /today/waiting
expect_equal 200 "$status"
expect_match 'Conversations that wait for an answer: <b>1</b>' "$out"
if grep -q '<html' <<<"$out"; then fail "a part of a page is a whole page"; fi
reply=$("$MUSTER" reply list --unanswered --format json | jq -r '.[0].id')
expect_status 0 "$MUSTER" reply assign "$reply" olu
page /
expect_match 'Replies for you to answer: <b>1</b>' "$out"
sign_in asha
page /
if grep -q 'Replies for you' <<<"$out"; then fail "another's reply is called one's own"; fi
for account in dot vi; do
    sign_in "$account"
    page /
    expect_equal 200 "$status"
    if grep -q 'Conversations that wait' <<<"$out"; then fail "$account may not answer"; fi
    TOKEN=$(token)
    page /ballots/pay/replacements -d to=me -d "token=$TOKEN"
    expect_equal 403 "$status"
    page /ballots/pay/replacements/sent -d batch=1 -d "token=$TOKEN"
    expect_equal 403 "$status"
done

note "what a second person must look at waits for who may, and for nobody else"
sign_in vi
page /
expect_match '<a href="/campaigns/later/approve">Campaign later waits for an approval' "$out"
for account in olu dot; do
    sign_in "$account"
    page /
    if grep -q '/campaigns/later/approve' <<<"$out"; then fail "$account may not approve"; fi
done

note "a list with refused rows and a gateway that fails stand there, and every line leads on"
printf 'Membership number,Surname,Employer\nC1,Case,City Trust\n,Nobody,City Trust\n' >more.csv
expect_status 0 "$MUSTER" import more.csv
sqlite3 "$HOUSE/muster.db" "INSERT OR REPLACE INTO route (channel, name, failures, fault)
    VALUES ('sms', 'rehearsal', 3, 'it does not answer')"
sign_in olu
page /
expect_match 'Rows of the latest list that were refused: <b>1</b>' "$out"
for account in asha olu vi dot; do
    sign_in "$account"
    page /
    expect_match 'is in trouble' "$out"
    grep -o 'href="/[^"]*"' "$SCRATCH/page" | cut -d '"' -f 2 | sort -u >paths
    while read -r path; do
        page "$path"
        expect_equal 200 "$status" "the status of $path for $account"
    done <paths
done

note "who is nobody sees none of it"
rm -f "$JAR"
for path in /today/waiting /ballots/pay/units/City%20Trust /ballots/pay/calls \
    /ballots/pay/calls.csv /ballots/pay/replacements /ballots/pay/effects; do
    page "$path"
    expect_equal 303 "$status" "the status of $path"
done

note "after the close the count is entered, by the rules of the command line"
sign_in olu
page /ballots/rise/result
expect_match 'There is no count before the close' "$out"
count() {
    page /ballots/rise/result --data-urlencode "unit=$1" -d "sent=$2" -d "votes=$3" \
        -d "spoiled=$4" -d "yes-1=$5" -d "no-1=$6" -d "blank-1=$7" -d "token=$TOKEN"
}
TOKEN=$(page /; token)
count 'City Trust' 4 3 0 2 1 0
expect_equal 400 "$status" "the status of a count before the close"
expect_match 'is open until' "$out"
sqlite3 "$HOUSE/muster.db" "UPDATE ballot SET closes = 1790000000000 WHERE name = 'rise'"
for wrong in 4,5,0,2,1,0 4,3,0,3,1,0 4,3,x,2,1,0 4,3,0,2,,0 4,-3,0,2,1,0; do
    IFS=, read -r -a figures <<<"$wrong,"
    count 'City Trust' "${figures[@]}"
    expect_equal 200 "$status" "the status of $wrong"
    expect_match 'id="count-fault"' "$out" "the page after $wrong"
done
count Nowhere 4 3 0 2 1 0
expect_match 'This ballot has no such unit.' "$out"
expect_equal 0 "$("$MUSTER" ballot result rise --format json | jq length)"
count 'City Trust' 4 3 0 2 1 0
expect_equal 303 "$status"
page /ballots/rise/result
expect_match '<b>3</b> / 4 papers came back, 75.0 %: <b>enough have voted</b>' "$out"
expect_match 'Yes <b>2</b>, No <b>1</b>, 66.6 % Yes: <b>carried</b>' "$out"
expect_equal 2 "$("$MUSTER" ballot result rise --format json | jq '.[0].strike_yes // .[0].yes')"
sign_in dot
page /ballots/rise/result
expect_equal 200 "$status"
TOKEN=$(token)
count 'City Trust' 4 4 0 4 0 0
expect_equal 403 "$status"

note "a sheet that is too long for a page is told, and the spreadsheet has all"
awk 'BEGIN { print "Membership number,First name,Surname,Employer"
    for (i = 1; i <= 3100; i++)
        printf "Z%d,Zoe,Tester %d,%s Trust\n", i, i, (i > 3050 ? "Small" : "Large") }' >many.csv
expect_status 0 "$MUSTER" import many.csv
sed 's/"rise"/"big"/; s/Rise/Big/; s/who = "everyone"/who = "number:Z*"/' rise.conf >big.conf
expect_status 0 "$MUSTER" ballot create big.conf
sign_in olu
page /ballots/big/calls
expect_match '<a href="/ballots/big/calls\?unit=Large%20Trust">Large Trust</a> .*3,050' "$out"
if grep -q 'class="sheet"' <<<"$out"; then fail "a page has sheets of more members than fit"; fi
page '/ballots/big/calls?unit=Large%20Trust'
expect_equal 3000 "$(grep -c '<tr><td>Z' <<<"$out")"
expect_match 'The spreadsheet has all of them' "$out"
page '/ballots/big/calls.csv?unit=Large%20Trust'
expect_equal 3051 "$(wc -l <<<"$out")"

note "Welsh days in the picture"
sign_in olu
page /language -d language=cy -d to=/ -d "token=$(page /; token)"
page /ballots/pay
expect_match 'Pleidleisiau a adroddwyd' "$out"
stop console
