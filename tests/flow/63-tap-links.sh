#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Texts that come from a name cannot be answered: a short link in them leads to a page with the
# answers. Looking changes nothing; a tap acts; strangers get nowhere.
source "$(dirname "$0")/branch.sh"
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
make_branch sms.sender=AnytownNHS "console.listen=$CONSOLE"
make_members 5 0
printf '%s\n' 'Membership number,First name,Mobile,Preferred language' \
    'W1,Siân,07700 900101,Welsh' >welsh.csv
expect_status 0 "$MUSTER" import welsh.csv
make_ballot
start_public

# ask METHOD URL [CURL ARGUMENTS...]: the status; the body is in answer, the headers in headers.
ask() {
    local method=$1 url=$2
    shift 2
    curl -sS -o answer -D headers -w '%{http_code}\n' -X "$method" "$url" "$@"
}

# link NUMBER: the link in the latest text to it.
link() {
    jq -r --arg to "$1" 'select(.event == "message" and .to == $to).text' "$REHEARSAL_LOG" |
        tail -n 1 | grep -oE "$PUBLIC_URL/b/[a-z2-7]+"
}

# place MEMBER: where the member stands in the ballot.
place() {
    "$MUSTER" member show "$1" | sed -n 's/^ballots *pay, in .*: //p'
}

ledger() {
    "$MUSTER" suppress list --format json | jq -r '.[] | "\(.kind) \(.source) \(.lifted_at != "")"'
}

note "a text that comes from a name must hold a link by which to answer or to leave"
write_campaign first everyone pay
sed -i 's/"sms", "email"/"sms"/; s/email = "note";//' first.conf
expect_status 65 "$MUSTER" campaign create first.conf
expect_match 'note\.en\.sms: nobody can answer a text that comes from a name' "$err"
# shellcheck disable=SC2016
words='Anytown Health Branch: has your ballot paper come? Tell us, or leave: {{links.answer}}'
echo "$words" >note.en.sms
echo 'Anytown Health Branch: a ddaeth eich papur pleidleisio? {{links.answer}}' >note.cy.sms
expect_status 0 "$MUSTER" campaign create first.conf
expect_match '^its messages are of service$' "$out"

note "what the preflight counts is what is sent: the link is as long for everybody"
expect_status 0 "$MUSTER" campaign preflight first --format json
expect_equal 6 "$(jq -r '.[] | select(.figure == "parts").value' <<<"$out")" "the parts"
expect_status 0 "$MUSTER" campaign start first
expect_status 0 "$MUSTER" run --until-idle
expect_match '^6 accepted' "$out"
wait_until 20 callbacks_done
texts=$(jq -r 'select(.event == "message").text' "$REHEARSAL_LOG")
expect_equal 6 "$(grep -cE "$PUBLIC_URL/b/[a-z2-7]{18}$" <<<"$texts")" "texts with a link"
expect_equal 6 "$(grep -oE '/b/[a-z2-7]+' <<<"$texts" | sort -u | wc -l)" "different links"

note "GET and HEAD show a page, and change nothing"
one=$(link +447700900001)
expect_equal 200 "$(ask GET "$one")"
expect_match 'value="voted"' "$(cat answer)" "the page"
expect_match '^X-Robots-Tag: noindex' "$(cat headers)" "the headers"
expect_match '^Referrer-Policy: no-referrer' "$(cat headers)" "the headers"
expect_match '^Cache-Control: no-store' "$(cat headers)" "the headers"
for told in Tess T1 07700 4477009 "Anytown Hospital" "Pay ballot"; do
    if grep -q -- "$told" answer; then fail "the page tells of $told"; fi
done
expect_equal 200 "$(curl -sS -o answer -w '%{http_code}\n' -I "$one")"
expect_equal 200 "$(ask GET "$one?answer=voted&lang=cy")" "a query that says something"
expect_equal unknown "$(place T1)" "the state"
expect_equal '' "$(ledger)" "the ledger"
expect_equal 200 "$(ask GET "$PUBLIC_URL/style.css")"

note "each button does what the reply of the same meaning would, once and again"
for n in 1 2; do
    expect_equal 200 "$(ask POST "$one" --data answer=voted)" "tap $n"
    expect_match 'Noted: you have voted' "$(cat answer)" "the page"
    expect_equal voted "$(place T1)" "the state"
done
expect_status 0 "$MUSTER" member show T1
expect_match 'voted, told by a tap$' "$out"
expect_equal 200 "$(ask POST "$(link +447700900002)" --data answer=no-paper)"
expect_equal no-paper "$(place T2)" "the state"
expect_equal 200 "$(ask POST "$(link +447700900003)" -F answer=declined)" "a form in parts"
expect_equal declined "$(place T3)" "the state"
expect_equal 200 "$(ask POST "$(link +447700900004)" --data answer=stop)"
expect_match 'Texts: nothing more comes' "$(cat answer)" "the page"
expect_equal 'stop tap false' "$(ledger)" "the ledger"
expect_status 0 "$MUSTER" member show T4
expect_match '^texts +no, not to \+447700900004: stopped by a link on 20' "$out"

note "the Welsh text has a Welsh page"
welsh=$(link +447700900101)
expect_equal 200 "$(ask GET "$welsh")"
expect_match '<html lang="cy">' "$(cat answer)" "the page"
expect_match 'Rwyf wedi pleidleisio' "$(cat answer)" "the page"
expect_equal 200 "$(ask GET "$welsh?lang=en")"
expect_match 'I have voted' "$(cat answer)" "the page"

note "what is bad is told so, changes nothing and holds nobody up"
five=$(link +447700900005)
expect_equal 400 "$(ask POST "$five")"
expect_equal 400 "$(ask POST "$five" --data answer=yes)"
expect_equal 400 "$(ask POST "$five" --data 'answer=voted&answer=voted')"
expect_equal 400 "$(ask POST "$five" --data 'answer=%zz')"
expect_equal 400 "$(ask POST "$five" -H 'Content-Type: application/json' \
    --data '{"answer":"voted"}')"
expect_equal 400 "$(ask POST "$five" -H 'Content-Type: multipart/form-data' --data 'answer=voted')"
expect_equal 405 "$(ask DELETE "$five")"
expect_equal 405 "$(ask PUT "$five" --data answer=voted)"
expect_match '^Allow: GET, HEAD, POST' "$(cat headers)" "the headers"
head -c 1000000 /dev/zero | tr '\0' a >megabyte
expect_equal 413 "$(ask POST "$five" --data-binary @megabyte)"
head -c 9000000 /dev/zero >megabytes
expect_equal 413 "$(ask POST "$five" --data-binary @megabytes)" "what announces itself as too large"
for ((i = 0; i < 40; i++)); do
    start "half$i" bash -c "exec 3<>/dev/tcp/${PUBLIC_LISTEN/://}
        printf 'POST ${five#"$PUBLIC_URL"} HTTP/1.1\r\nHost: x\r\n' >&3
        printf 'Content-Length: 100\r\n\r\nanswer=vo' >&3
        read -r <&3" || true
done
expect_equal 200 "$(ask POST "$one" --data answer=voted)" "a tap while others send half"
for ((i = 0; i < 40; i++)); do stop "half$i" 143; done
expect_equal unknown "$(place T5)" "the state"

note "a link that is none of ours leads to one and the same page"
leave=$PUBLIC_URL/u/${five##*/}
expect_equal 404 "$(ask GET "$leave")" "a link to answer by as one to leave by"
cp answer unknown
for forged in "${five%?}" "${five}a" "${five%??}aa" "$PUBLIC_URL/b/aaaaaaaaaaaaaaaaaa" \
    "$PUBLIC_URL/b/$(head -c 2000 /dev/zero | tr '\0' b)" "$PUBLIC_URL/b/%2e%2e" \
    "$PUBLIC_URL/u/x"; do
    expect_equal 404 "$(ask GET "$forged")" "the status of $forged"
    expect_equal '' "$(diff answer unknown || true)" "the difference of the pages"
    expect_equal 404 "$(ask POST "$forged" --data 'answer=stop&List-Unsubscribe=One-Click')"
    expect_equal '' "$(diff answer unknown || true)" "the difference of the pages"
done
expect_equal 'stop tap false' "$(ledger)" "the ledger"

note "what a link stopped it can start; what a STOP stopped it cannot"
four=$(link +447700900004)
expect_equal 200 "$(ask POST "$four" --data sms=all)"
expect_match 'Texts: everything comes' "$(cat answer)" "the page"
expect_equal 'stop tap true' "$(ledger)" "the ledger"
reply +447700900004 STOP
expect_equal 200 "$(ask POST "$four" --data sms=all)"
expect_match 'stopped in another way than by this link' "$(cat answer)" "the page"
expect_equal 1 "$(suppressed stop)" "opt-outs in force"

expect_sound_books
note "who is erased leaves a link that leads nowhere"
expect_status 0 "$MUSTER" member erase T5 --reason 'asked in writing'
expect_equal 404 "$(ask GET "$five")"
expect_equal '' "$(diff answer unknown || true)" "the difference of the pages"

note "answers count: the next reminder leaves out who has voted and who would rather not say"
write_campaign second 'unknown or no-paper' pay
sed -i 's/"sms", "email"/"sms"/; s/email = "note";//' second.conf
echo "$words" >note.en.sms
expect_status 0 "$MUSTER" campaign create second.conf
expect_status 0 "$MUSTER" campaign start second
expect_match '3 members; 2 texts and 0 mails queued, 0 share .*, 1 cannot be reached' "$out"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^3 accepted' "$out" # with the text that confirms the STOP
wait_until 20 callbacks_done
proof=$(sqlite3 -readonly "$HOUSE/muster.db" <"$MUSTER_ROOT/contrib/proof.sql")
expect_equal '' "$proof" "the proof"

note "what was turned away is in the metrics"
stop public
start console "$MUSTERD" --only console
wait_until 20 curl -fsS "http://$CONSOLE/health"
metrics=$(curl -fsS "http://$CONSOLE/metrics")
for kind in 'link"} 16' 'form"} 6' 'method"} 2' 'size"} 2'; do
    expect_match "^muster_public_refused_total\{why=\"$kind\$" "$metrics" "the metrics"
done
stop console
