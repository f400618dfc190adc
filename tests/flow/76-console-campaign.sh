#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Campaigns in the console: approved by a second person, started, paused in the middle, gone on with
# and cancelled; who may not, who comes second, and what changed meanwhile.
source "$(dirname "$0")/branch.sh"
source "$(dirname "$0")/console.sh"
texts=300
start_rehearsal --faults delay=60ms
CONSOLE=127.0.0.1:$(free_port)
make_branch "console.listen=$CONSOLE" approval.from=5 approval.from_administrator=5 \
    sms.in_flight=4 sms.timeout=20 sms.price=0.0350 sms.currency=GBP
make_members "$texts" 0
make_ballot
make_accounts asha:administrator olu:organiser petra:approver dot:auditor ravi:rep tom:organiser

# as WHO COMMAND...: muster, done by that account.
as() {
    local who=$1
    shift
    MUSTER_ACCOUNT=$who MUSTER_PASSWORD_FILE=$SCRATCH/password "$MUSTER" "$@"
}

# Who approves has a password that nobody else knows.
printf 'nine kites over the quay\n' >own
chmod 600 own
expect_status 0 as petra account password petra --password-file own

# make_own NAME [DEADLINE]: a campaign of olu's to everybody who has not voted, with a budget.
make_own() {
    write_campaign "$1" 'not voted' pay "${2:-}"
    sed -i 's/at = "now"/budget = "100";  &/; s/, "email" \]/ ]/; s/email = "note";//' "$1.conf"
    expect_status 0 as olu campaign create "$1.conf"
}

# field NAME: the value of this hidden field of the page.
field() {
    sed -n "s/.*name=\"$1\" value=\"\([^\"]*\)\".*/\1/p" "$SCRATCH/page" | head -n 1 |
        sed 's/&quot;/"/g; s/&#39;/'"'"'/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g'
}

# steer VERB NAME STATE [ARGUMENTS...]: post the form that was shown in this state.
steer() {
    local verb=$1 name=$2 seen=$3
    shift 3
    page "/campaigns/$name"
    local id token
    token=$(token)
    id=$(sqlite3 "$HOUSE/muster.db" "SELECT id FROM campaign WHERE name = '$name'")
    page "/campaigns/$name/$verb" -d "token=$token" -d "id=$id" -d "seen=$seen" "$@"
}

# state NAME: what the command line says of it.
state() {
    "$MUSTER" campaign list --format json | jq -r ".[] | select(.name == \"$1\").state"
}

# approve NAME: look at it, and agree.
approve() {
    page "/campaigns/$1/approve"
    expect_equal 200 "$status" "the page to approve $1"
    page "/campaigns/$1/approve" -d "token=$(token)" -d "digest=$(field digest)" \
        --data-urlencode "shown=$(field shown)"
}

heard_more_than() {
    (($(heard) > $1))
}

make_own one
start console "$MUSTERD" --only console
wait_until 20 console_listens

note "who is nobody is led to the sign-in, and who may not is told so"
for path in /campaigns /campaigns/one /campaigns/one/messages /campaigns/one/preflight \
    /campaigns/one/approve /campaigns/one/start /campaigns/one/progress /gateways; do
    page "$path"
    expect_equal 303 "$status" "the status of $path for nobody"
done
sign_in ravi
for path in /campaigns /campaigns/one /campaigns/one/progress /gateways; do
    page "$path"
    expect_equal 403 "$status" "the status of $path for a rep"
done
sign_in dot
page /campaigns/one
expect_equal 200 "$status"
if grep -q '/campaigns/one/start\|/campaigns/one/cancel\|/campaigns/one/edit' <<<"$out"; then
    fail "an auditor is offered to steer"
fi
for verb in start pause resume cancel approve test; do
    steer "$verb" one draft
    expect_equal 403 "$status" "an auditor and $verb"
done
page /gateways
expect_equal 200 "$status"
expect_match 'works' "$out"
page /gateways/rehearsal/test -d "token=$(page /; token)"
expect_equal 403 "$status"
sign_in olu
page /gateways
expect_equal 403 "$status"
steer approve one draft
expect_equal 403 "$status" "an organiser approves"

note "the list and the page say what it is"
page /campaigns
expect_match '<h2>Drafts</h2>' "$out"
expect_match 'href="/campaigns/one">Campaign one' "$out"
expect_match 'href="/campaigns/new"' "$out"
page /campaigns/one
expect_match 'It could mean 300 members and waits for a second person' "$out"
expect_match 'Ballot closes' "$out"
expect_match '100.00 GBP' "$out"
page /campaigns/none
expect_equal 404 "$status"
for path in /campaigns/none/progress /campaigns/none/steps /campaigns/none/start \
    /campaigns/none/preflight \
    /campaigns/none/messages /campaigns/one/messages/abc /campaigns/one/messages?state=odd \
    /campaigns/one/messages?before=x /campaigns/%00/start; do
    page "$path"
    expect_equal 404 "$status" "the status of $path"
done

note "the report says what would go, and for how much"
page /campaigns/one/preflight
expect_equal 200 "$status"
expect_match 'It would send 300 texts and 0 e-mails' "$out"
expect_match '10.50 GBP' "$out"
expect_match 'please vote. STOP to leave' "$out"
expect_match 'Nothing speaks against it' "$out"

note "a start without an approval is refused, and a form that is not ours too"
page /campaigns/one/start
expect_match 'It writes to about 300 members' "$out"
expect_equal draft "$(field seen)"
steer start one draft
expect_equal 200 "$status"
expect_match 'role="alert"' "$out"
expect_match 'a second person has to approve it first' "$out"
page /campaigns/one/start -d seen=draft -d id=1
expect_equal 403 "$status"
steer start one draft -d token=0123456789abcdef0123456789abcdef
expect_equal 403 "$status"
page /campaigns/one
page /campaigns/one/start -d "token=$(token)"
expect_equal 400 "$status"
expect_equal draft "$(state one)"

note "who made it cannot approve it; an approval of what has changed meanwhile is none"
sign_in petra 'nine kites over the quay'
page /campaigns/one/approve
expect_match 'Yes, I approve this' "$out"
expect_match 'please vote. STOP to leave' "$out"
shown=$(field shown) digest=$(field digest) good=$(token)
sed -i 's/title = "Campaign one"/title = "Another title"/' one.conf
expect_status 0 as olu campaign create one.conf
page /campaigns/one/approve -d "token=$good" -d "digest=$digest" --data-urlencode "shown=$shown"
expect_equal 200 "$status"
expect_match 'role="alert"' "$out"
expect_match 'It was changed while you looked at it' "$out"
expect_match 'the title: .*Another title.* instead of' "$out"
page /campaigns/one/approve -d "token=$good" -d digest=00 -d 'shown={'
expect_match 'It was changed while you looked at it' "$out"
expect_match 'waits for a second person' "$(page /campaigns/one; echo "$out")"
approve one
expect_equal 303 "$status"
page /campaigns/one?done=done-approved
expect_match 'role="status"' "$out"
expect_match 'petra approved it' "$out"
make_own own
sign_in asha
expect_status 0 as asha campaign create own.conf
page /campaigns/own/approve
expect_match 'You had a hand in it' "$out"
if grep -q 'Yes, I approve this' <<<"$out"; then fail "who made it may approve it"; fi

note "whoever may start it is told that it was approved, and is not told that nothing waits"
sign_in olu
page /
expect_match 'Another title is approved and can be started' "$out"
page /today/waiting
if grep -q 'Nothing waits' <<<"$out"; then fail "what was approved does not wait"; fi

note "a campaign that was made anew under its name is another one"
page /campaigns/one
page /campaigns/one/start -d "token=$(token)" -d id=999 -d seen=draft
expect_equal 200 "$status"
expect_match 'was made anew meanwhile' "$out"

note "started; who comes second is told what somebody else has done"
steer start one draft
expect_equal 303 "$status"
expect_equal running "$(state one)"
sign_in tom
steer start one draft
expect_equal 200 "$status"
expect_match 'The campaign runs already. Nothing was done.' "$out"
expect_match 'last changed by olu' "$out"
stop console
start musterd "$MUSTERD"
wait_until 20 console_listens

note "paused in the middle: nothing more goes, and the page says exactly what went"
wait_until 60 heard_more_than 20
sign_in olu
steer pause one running
expect_equal 303 "$status"
expect_equal paused "$(state one)"
wait_until 30 settled
before=$(heard)
sleep 2
expect_equal "$before" "$(heard)" "what was heard after the pause"
page /campaigns/one/progress
expect_equal 200 "$status"
expect_match "$before of 300 messages were handed over, $((texts - before)) wait, 0 were not sent" \
    "$out"
if grep -q '<html' <<<"$out"; then fail "a part of a page is a whole one"; fi
page /campaigns/one/steps
expect_equal 200 "$status"
expect_match 'data-name="State"' "$out"
if grep -q '<html' <<<"$out"; then fail "a part of a page is a whole one"; fi
page /campaigns/one
expect_match 'data-live="/campaigns/one/steps"' "$out"
steer pause one running
expect_match 'The campaign was paused meanwhile. Nothing was done.' "$out"

note "gone on with; a budget that is none, or no more, is asked for again with what was typed"
page /campaigns/one/resume
expect_match "$((texts - before)) messages wait and will go" "$out"
steer resume one paused -d budget=lots
expect_equal 200 "$status"
expect_match 'value="lots"' "$out"
expect_match 'aria-describedby="budget-hint budget-wrong"' "$out"
steer resume one paused -d budget=50
expect_match 'not more than the budget is now' "$out"
expect_equal paused "$(state one)"
steer resume one paused
expect_equal 303 "$status"
wait_until 60 heard_more_than $((before + 20))

note "cancelled for good"
page /campaigns/one/cancel
expect_match 'It is cancelled for good' "$out"
steer cancel one running
expect_equal 303 "$status"
expect_equal cancelled "$(state one)"
wait_until 30 settled
before=$(heard)
sleep 2
expect_equal "$before" "$(heard)" "what was heard after the cancellation"
for verb in start pause resume; do
    steer "$verb" one running
    expect_match 'The campaign was cancelled meanwhile' "$out"
done
expect_equal cancelled "$(state one)"
page /campaigns/one/messages?state=cancelled
expect_equal 200 "$status"
expect_match 'Earlier messages' "$out"
more=$(grep -o '/campaigns/one/messages?state=cancelled[^"]*before=[0-9]*' "$SCRATCH/page" |
    tail -n 1 | sed 's/&amp;/\&/g')
page "$more"
expect_equal 200 "$status"
reference=$("$MUSTER" message list one --format json | jq -r \
    'map(select(.state == "accepted" or .state == "delivered"))[0].reference')
page "/campaigns/one/messages/$reference"
expect_equal 200 "$status"
expect_match 'what came of try' "$out"
expect_match 'please vote. STOP to leave' "$out"
page "/campaigns/own/messages/$reference"
expect_equal 404 "$status" "a message of another campaign"

note "a budget that is raised waits for another approval"
make_own two
sign_in petra 'nine kites over the quay'
approve two
sign_in olu
steer start two draft
wait_until 60 heard_more_than "$before"
steer pause two running
expect_equal paused "$(state two)"
steer resume two paused -d budget=200
expect_equal 200 "$status"
expect_match 'The budget is raised, and nothing goes before' "$out"
expect_equal paused "$(state two)"

wait_until 30 settled
expect_sound_books

note "a test goes to oneself"
expect_status 0 as asha account set olu --mobile '07700 900900'
page /campaigns/two
where=$(curl -sS -o /dev/null -w '%{redirect_url}' -b "$JAR" -d "token=$(token)" \
    "http://$CONSOLE/campaigns/two/test")
expect_match '/campaigns/two/test\?job=[0-9]+$' "$where"
job=${where##*job=}
tested() {
    page "/campaigns/two/test?job=$job"
    grep -q 'TEST' "$SCRATCH/page"
}
wait_until 30 tested
expect_match '<span class="tag">taken</span>' "$out"
sign_in tom
page "/campaigns/two/test?job=$job"
expect_equal 404 "$status" "somebody else's test"

note "a campaign that means many is checked beside the console, and each sees their own work only"
{
    echo 'campaign = { name = "many"; title = "Many"; ballot = "pay"; channels = [ "sms" ];'
    echo 'sms = "note"; who = "not voted"; steps = ('
    for day in {1..20}; do
        printf '{ name = "day-%d"; at = "2099-11-%02d 10:00"; deadline = "2099-11-%02d 19:00"; }' \
            "$day" "$day" "$day"
        if ((day < 20)); then echo ,; fi
    done
    echo '); };'
} >many.conf
expect_status 0 as tom campaign create many.conf
page /campaigns/many/preflight
expect_match 'It means many members, so this takes a while' "$out"
where=$(curl -sS -o /dev/null -w '%{redirect_url}' -b "$JAR" -d "token=$(token)" \
    "http://$CONSOLE/campaigns/many/preflight")
expect_match '/campaigns/many/preflight\?job=[0-9]+$' "$where"
job=${where##*job=}
checked() {
    page "/campaigns/many/preflight/progress?job=$job"
    grep -q 'It is checked' "$SCRATCH/page"
}
wait_until 60 checked
page "/campaigns/many/preflight?job=$job"
expect_match 'It would send 6,000 texts' "$out"
expect_match 'No budget limits what the texts cost' "$out"
page "/campaigns/two/preflight?job=$job"
if grep -q '6,000' <<<"$out"; then fail "the report of another campaign is shown"; fi
sign_in petra 'nine kites over the quay'
page "/campaigns/many/preflight/progress?job=$job"
expect_equal 404 "$status" "somebody else's report"

note "an administrator tries a gateway, and sees what was said without its secrets"
expect_status 0 as asha account set asha --mobile '07700 900901'
sign_in asha
page /gateways
where=$(curl -sS -o /dev/null -w '%{redirect_url}' -b "$JAR" -d "token=$(token)" \
    "http://$CONSOLE/gateways/rehearsal/test")
expect_match '/gateways/test\?job=[0-9]+$' "$where"
job=${where##*job=}
tried() {
    page "/gateways/test/progress?job=$job"
    grep -q 'What it answered' "$SCRATCH/page"
}
wait_until 30 tried
expect_match '<span class="tag">taken</span>' "$out"
expect_match 'is%20a%20test%20of%20muster' "$out"
page /gateways
page /gateways/none/test -d "token=$(token)"
expect_equal 404 "$status"

note "what was done is in the record"
deeds=$(sqlite3 "$HOUSE/muster.db" "SELECT account || ' ' || deed FROM record
    WHERE subject IN ('one', 'two') ORDER BY id")
expect_match 'petra campaign.approve' "$deeds"
expect_match 'olu campaign.start' "$deeds"
expect_match 'olu campaign.pause' "$deeds"
expect_match 'olu campaign.cancel' "$deeds"
expect_match 'olu campaign.budget' "$deeds"
stop musterd
