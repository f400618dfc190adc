#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Replies in the browser: whole conversations, answers by the rule of the command line, what a reply
# means, whose it is, and saved answers.
source "$(dirname "$0")/branch.sh"
source "$MUSTER_ROOT/tests/flow/console.sh"
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
make_branch "console.listen=$CONSOLE"
make_members 6 2
make_ballot
start_public

# waits: the members whose replies wait, as the command line lists them.
waits() {
    "$MUSTER" reply list --unanswered --format json | jq -r 'map(.member) | sort | join(" ")'
}

# id_of MEMBER: the latest reply of a member.
id_of() {
    "$MUSTER" reply list --format json | jq -r --arg m "$1" 'map(select(.member == $m))[0].id'
}

# texts_of NUMBER: the texts that its phone has got, a line each.
texts_of() {
    jq -r --arg to "$1" 'select(.event == "message" and .to == $to).text' "$REHEARSAL_LOG"
}

# rows: the members of the list of replies, from top to bottom.
rows() {
    grep -o '<b>Tess Tester [0-9]</b>' "$SCRATCH/page" | grep -o '[0-9]' | paste -sd ' '
}

# post PATH FIELD...: a form of the page, with its token.
post() {
    local path=$1 fields=()
    shift
    for field in "$@"; do fields+=(--data-urlencode "$field"); done
    page "$path" "${fields[@]}" -d "token=$TOKEN"
}

note "a campaign has gone out, and members write"
start_campaign ask everyone pay
expect_status 0 "$MUSTER" run --until-idle
reply +447700900001 "When does it close?"
reply +447700900002 "voted"
reply +447700900003 "wrong number"
reply +447700900004 "Can my partner post it for me?"
expect_equal 'T1 T3 T4' "$(waits)"
make_accounts asha:administrator olu:organiser bea:organiser dot:auditor vi:approver
start console "$MUSTERD" --only console
wait_until 20 console_listens

note "held numbers come first, then who waits, the newest on top, then the rest"
sign_in olu
page /replies
expect_equal 200 "$status"
expect_equal '3 4 1 2' "$(rows)"
page '/replies?show=held'
expect_equal 3 "$(rows)"
page '/replies?show=mine'
expect_equal '' "$(rows)"
page '/replies?show=nobodys'
expect_equal '3 4 1' "$(rows)"

note "a conversation shows both ways"
page "/replies/$(id_of T1)"
TOKEN=$(token)
expect_equal 200 "$status"
expect_match 'Tess, please vote' "$out"
expect_match 'When does it close\?' "$out"
for path in /replies/999999 /replies/0 /replies/x /replies/-1; do
    page "$path"
    expect_equal 404 "$status" "the status of $path"
done

note "how long an answer is is shown while it is typed, and what cannot be sent is refused"
one=$(id_of T1)
post "/replies/$one/size" "text=On 18 December."
expect_match '15 characters, texts it takes: 1' "$out"
post "/replies/$one" "text=" seen=0
expect_match 'nothing in the text that can be sent' "$out"
post "/replies/$one" "text=$(printf 'long %.0s' {1..400})" seen=0
expect_match 'id="answer-fault".*phones put 6 together|phones put [0-9]+ together' "$out"
expect_match 'long long long' "$out" "the form that is shown again"
expect_equal 'T1 T3 T4' "$(waits)"

note "an answer goes out as a text, and is done; the second to answer is told"
post "/replies/$one" "text=On 18 December, by post." seen=0
expect_equal 303 "$status"
expect_equal 'T3 T4' "$(waits)"
post "/replies/$one" "text=Some day in December" seen=0
expect_equal 200 "$status"
expect_match 'somebody else has answered meanwhile' "$out"
expect_match 'Some day in December' "$out"
expect_match 'name="seen" value="1"' "$out"
expect_status 0 "$MUSTER" run --until-idle
expect_equal 'On 18 December, by post.' "$(texts_of +447700900001 | tail -n 1)"

note "a held number is answered by nobody, in the same words on the command line"
three=$(id_of T3)
post "/replies/$three" "text=Sorry" seen=0
expect_match '\+447700900003 gets no texts \(hold\)' "$out"
expect_status 65 "$MUSTER" reply answer "$three" Sorry
expect_match '\+447700900003 gets no texts \(hold\)' "$err"

note "what a doubtful reply means is one tap: they meant to stay"
page "/replies/$three"
expect_match 'value="other">they did not mean to leave' "$out"
post "/replies/$three/meaning" meaning=other
expect_equal 303 "$status"
expect_equal '[]' "$("$MUSTER" reply list --held --format json | jq -c .)"
post "/replies/$three" "text=We have it right now." seen=0
expect_equal 303 "$status"

note "or they meant to leave, and then a vote that was none is taken back"
reply +447700900005 "wrong person"
five=$(id_of T5)
post "/replies/$five/meaning" meaning=stop
expect_equal 303 "$status"
expect_status 65 "$MUSTER" reply answer "$five" Sorry
expect_match 'gets no texts \(manual\)' "$err"
post "/replies/$five/meaning" meaning=other
expect_equal 400 "$status" "a wish to leave is taken back elsewhere"
two=$(id_of T2)
expect_match '^ballots .*: voted' "$("$MUSTER" member show T2)"
post "/replies/$two/meaning" meaning=no-paper
expect_match '^ballots .*: no-paper' "$("$MUSTER" member show T2)"
post "/replies/$two/meaning" meaning=other
expect_match '^ballots .*: unknown' "$("$MUSTER" member show T2)"
post "/replies/$two/meaning" meaning=start
expect_equal 400 "$status"
post "/replies/$two/meaning" meaning=nonsense
expect_equal 400 "$status"

note "a reply is handed to an account that may answer, and to no other; the command line, too"
four=$(id_of T4)
post "/replies/$four/assign" to=bea
expect_equal 303 "$status"
beas=$("$MUSTER" reply list --unanswered --assigned bea --format json | jq -r '.[].member')
expect_equal T4 "$beas"
for nobody in dot nemo; do
    post "/replies/$four/assign" "to=$nobody"
    expect_equal 400 "$status" "the status of handing over to $nobody"
    expect_status 65 "$MUSTER" reply assign "$four" "$nobody"
done
sign_in bea
page '/replies?show=mine'
expect_equal 4 "$(rows)"

# languages: those of the saved answers, as the command line lists them.
languages() {
    "$MUSTER" reply answers list --format json | jq -r 'map(.language) | join(" ")'
}

note "saved answers: kept, changed, picked, sent, removed"
page /answers
TOKEN=$(token)
post /answers 'name=My answer' language=en 'text=Yes.'
expect_match 'is no name of an answer' "$out"
expect_match 'value="My answer"' "$out"
post /answers name=partner language=en 'text=Yes, sealed & signed by you.'
expect_equal 303 "$status"
post /answers name=partner language=cy 'text=Caiff.'
expect_equal 'cy en' "$(languages)"
page "/replies/$four?saved=partner.en"
expect_match '>Yes, sealed &amp; signed by you\.</textarea>' "$out"
post "/replies/$four" 'text=Yes, sealed & signed by you.' seen=0
expect_equal 303 "$status"
expect_status 0 "$MUSTER" run --until-idle
expect_equal 'Yes, sealed & signed by you.' "$(texts_of +447700900004 | tail -n 1)"
post /answers/remove name=partner language=cy
expect_equal 303 "$status"
post /answers/remove name=partner language=cy
expect_equal 404 "$status"
expect_equal en "$(languages)"

note "what needs no answer is done with"
expect_equal 'T2' "$(waits | tr ' ' '\n' | grep -v T3 | paste -sd ' ')"
post "/replies/$two/done" x=1
expect_equal 303 "$status"
expect_equal '' "$(waits | tr ' ' '\n' | grep -v T3 | paste -sd ' ')"

note "who may only look changes nothing, and no form is taken without its token"
page "/replies/$one" -d 'text=again' -d seen=1
expect_equal 403 "$status"
for account in dot vi; do
    sign_in "$account"
    page "/replies/$one"
    expect_equal 200 "$status"
    TOKEN=$(token)
    if grep -q '<textarea' <<<"$out"; then fail "$account is offered to answer"; fi
    for path in "" /meaning /assign /done /size; do
        post "/replies/$one$path" text=x meaning=other to=olu
        expect_equal 403 "$status" "the status of $path for $account"
    done
    post /answers name=x language=en text=x
    expect_equal 403 "$status"
done

note "a reply that came by a gateway which is gone is answered by nobody"
sqlite3 "$HOUSE/muster.db" "UPDATE reply SET gateway = 'gone' WHERE id = $four"
expect_status 65 "$MUSTER" reply answer "$four" Hello
said="the reply came by the gateway .*gone.*, which the configuration has no more"
expect_match "$said" "$err"
sign_in olu
page "/replies/$four"
TOKEN=$(token)
expect_match 'is not configured any more' "$out"
post "/replies/$four" text=Hello seen=1
expect_match "$said" "$out"

note "a page holds so many, and leads to the next, where none stands twice"
sqlite3 "$HOUSE/muster.db" "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
    WHERE i < 65) INSERT INTO reply (gateway, remote_id, address, address_key, text, meaning, at)
    SELECT 'x', i, '+447700900800', randomblob(32), 'number ' || i || '.', 'other', 1795000000000
    FROM n"
seen=()
path='/replies?show=nobodys'
while [[ -n $path ]]; do
    page "$path"
    expect_equal 200 "$status" "the status of $path"
    mapfile -t found < <(grep -o 'number [0-9]*\.' <<<"$out")
    seen+=("${found[@]}")
    path=$(sed -n 's|.*href="\(/replies?[^"]*after=[^"]*\)".*|\1|p' <<<"$out" | sed 's/&amp;/\&/g')
done
expect_equal 65 "${#seen[@]}" "how many conversations the pages have"
expect_equal 65 "$(printf '%s\n' "${seen[@]}" | sort -u | wc -l)" "how many different ones"
for after in x 1. .1 9.1 0.-1 1.99999999999999999999; do
    page "/replies?after=$after"
    expect_equal 200 "$status" "the status of after=$after"
done

note "the deeds are in the record"
deeds=$(sqlite3 "$HOUSE/muster.db" "SELECT DISTINCT deed FROM record
    WHERE account = 'olu' AND deed <> 'console.sign-in' ORDER BY 1" | paste -sd ' ')
expect_equal 'reply.answer reply.assign reply.meaning' "$deeds"
stop console
