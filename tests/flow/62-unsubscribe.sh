#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# One tap leaves the mails: by POST only, because scanners follow links. The page offers a choice,
# and whoever wants nothing promotional still hears of the ballot.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch
printf '%s\n' 'Membership number,First name,Mobile,Email' '1,Ann,07700 900001,ann@mail.example' \
    '2,Bea,,bea@mail.example' >members.csv
expect_status 0 "$MUSTER" import members.csv
start_public
write_campaign first everyone
sed -i 's/"sms", "email"/"email"/; s/sms = "note";//' first.conf
expect_status 0 "$MUSTER" campaign create first.conf
expect_status 0 "$MUSTER" campaign start first
expect_status 0 "$MUSTER" run --until-idle
expect_match '^2 accepted' "$out"

note "the mail has its link, in the header and in the text"
id=$(jq -r 'select(.event == "message" and .to == "ann@mail.example").id' "$REHEARSAL_LOG")
mail=$(curl -fsS "$SMS_URL/mailbox/ann@mail.example/$id")
link=$(grep -oE "$PUBLIC_URL/u/[a-z0-9-]+" <<<"$mail" | sort -u)
expect_equal 1 "$(wc -l <<<"$link")" "the number of different links"
expect_match 'List-Unsubscribe' "$mail" "the mail"
expect_match 'List-Unsubscribe-Post' "$mail" "the mail"

# ask METHOD URL [CURL ARGUMENTS...]: the status; the body is in answer.
ask() {
    local method=$1 url=$2
    shift 2
    curl -sS -o answer -w '%{http_code}\n' -X "$method" "$url" "$@"
}

note "looking at it changes nothing"
expect_equal 200 "$(ask GET "$link")"
expect_match '<form' "$(cat answer)" "the page"
expect_equal 200 "$(curl -sS -o answer -w '%{http_code}\n' -I "$link")"
expect_equal 400 "$(ask POST "$link")"
expect_equal 400 "$(ask POST "$link" --data x=y)"
expect_equal '[]' "$("$MUSTER" suppress list --format json)" "the ledger"

note "a forged or broken token is not found"
for forged in "${link}0" "${link%?}" "$PUBLIC_URL/u/x-y" "$PUBLIC_URL/u/" "$PUBLIC_URL/u/%00-a"; do
    status=$(ask POST "$forged" --data List-Unsubscribe=One-Click)
    expect_match '^40[04]$' "$status" "the status of $forged"
done
expect_equal '[]' "$("$MUSTER" suppress list --format json)" "the ledger"

note "one tap suppresses the address, a second one changes nothing"
for n in 1 2; do
    expect_equal 200 "$(ask POST "$link" --data List-Unsubscribe=One-Click)" "the status of tap $n"
    expect_equal 1 "$("$MUSTER" suppress list --format json | jq length)" "the length of the ledger"
done
expect_equal "$("$MUSTER" suppress list --format json | jq -r '.[0].channel')" email

note "a mail program may send its one field in parts; a page is no redirect and sets no cookie"
curl -sS -D headers -o answer -F List-Unsubscribe=One-Click "$link"
expect_match '^HTTP/1.1 200' "$(cat headers)" "the answer"
if grep -qiE '^(Location|Set-Cookie):' headers; then fail "a redirect or a cookie"; fi
for told in Ann ann@ 07700 4477009; do
    if grep -q -- "$told" answer; then fail "the page tells of $told"; fi
done

note "Ann has no more mails, but her texts; Bea has both"
write_campaign second everyone
sed -i 's/"sms", "email"/"email"/; s/sms = "note";//' second.conf
expect_status 0 "$MUSTER" campaign create second.conf
expect_status 0 "$MUSTER" campaign start second
expect_match '0 texts and 1 mail queued, 0 share .*, 1 cannot be reached' "$out"
start_campaign third everyone
expect_match '1 text and 1 mail queued' "$out"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^3 accepted' "$out"
expect_sound_books

note "without a * in mail.bounces all mails come back to one address, which tells nothing"
expect_equal organiser@branch.example "$(jq -r \
    'select(.event == "message" and .channel == "email").from' "$REHEARSAL_LOG" | sort -u)"
expect_status 65 "$MUSTER" message show organiser@branch.example
expect_match 'tells of no message: mail.bounces has no \*' "$err"

# choose WHAT: by the form of the page; what is in force for her then, "email promotional" a line.
choose() {
    expect_equal 200 "$(ask POST "$bea" --data "$1")" "the status of $1"
    "$MUSTER" suppress list --format json |
        jq -r 'sort_by(.id)[] | select(.lifted_at == "" and .number == "2")
            | "\(.channel) \(.kind)"'
}

note "the page lets each channel be chosen, and taken back by the same link"
printf '%s\n' 'Membership number,First name,Mobile,Email' \
    '2,Bea,07700 900002,bea@mail.example' >bea.csv
expect_status 0 "$MUSTER" import bea.csv
start_campaign fourth number:2
expect_status 0 "$MUSTER" run --until-idle
expect_match '^1 accepted' "$out"
wait_until 20 callbacks_done
bea=$(curl -fsS "$SMS_URL/mailbox/bea@mail.example/$(jq -r 'select(.event == "message" and
    .to == "bea@mail.example").id' "$REHEARSAL_LOG" | tail -n 1)" |
    grep -oE "$PUBLIC_URL/u/[a-z0-9-]+" | head -n 1)
expect_equal 200 "$(ask GET "$bea" -H 'Accept-Language: cy')"
expect_match '<html lang="cy">' "$(cat answer)" "the page"
expect_equal 'email promotional' "$(choose 'email=service&sms=as-it-is')"
expect_match 'only what is about ballots and your own affairs comes' "$(cat answer)" "the page"
expect_equal $'email promotional\nsms stop' "$(choose 'email=as-it-is&sms=nothing')"
expect_equal $'email promotional\nsms stop\nemail stop' "$(choose List-Unsubscribe=One-Click)"
expect_equal 'sms stop' "$(choose email=all)"
expect_equal '' "$(choose sms=all)"
reply +447700900002 STOP
expect_equal 'sms stop' "$(choose sms=all)"
expect_match 'stopped in another way than by this link' "$(cat answer)" "the page"
expect_equal $'sms stop\nemail promotional' "$(choose email=service)"
expect_equal 400 "$(ask POST "$bea" --data 'email=as-it-is&sms=as-it-is')"
expect_match 'Nothing was chosen' "$(cat answer)" "the page"
expect_status 0 "$MUSTER" member show 2
expect_match '^mail +yes, to bea@mail\.example' "$out"
expect_match '^ +and nothing promotional since 20' "$out"

note "who plays with a link fills nobody's page"
for ((i = 0; i < 9; i++)); do
    choose email=nothing >chosen
    choose email=service >chosen
done
expect_equal $'sms stop\nemail promotional' "$(<chosen)"
expect_status 0 "$MUSTER" member show 2
expect_equal 6 "$(grep -c 'stopped before' <<<"$out")" "five of her mail, one of her texts"
expect_match 'and [0-9]+ times more before that' "$out"

note "a promotional campaign leaves her out, and says so; one of service reaches her"
write_campaign appeal everyone
expect_status 0 "$MUSTER" campaign create appeal.conf
expect_match '^its messages are promotional: not for members who want none such$' "$out"
expect_status 0 "$MUSTER" campaign preflight appeal
expect_match '^campaign appeal would write to 1 member now: 1 text, 0 mails' "$out"
expect_match '^they are promotional: who wants none such is left out$' "$out"
expect_match '1 cannot be reached, 1 of them as that one wants nothing promotional$' "$out"
expect_status 0 "$MUSTER" campaign start appeal
expect_match '1 cannot be reached, 1 of them as that one wants nothing promotional$' "$out"
write_campaign news everyone
sed -i 's/who =/purpose = "service";  who =/' news.conf
expect_status 0 "$MUSTER" campaign create news.conf
expect_match '^its messages are of service$' "$out"
expect_status 0 "$MUSTER" campaign start news
expect_match '2 members; 1 text and 1 mail queued' "$out"

note "what waits goes by the purpose, too"
expect_status 0 "$MUSTER" suppress add +447700900001 --promotional --reason 'told a rep'
expect_match '^nothing promotional will be sent to \+447700900001 any more$' "$out"
expect_equal 'withheld' "$("$MUSTER" message list appeal --format json | jq -r '.[].state')"
expect_equal 'queued queued' "$("$MUSTER" message list news --format json |
    jq -r 'map(.state) | join(" ")')"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^3 accepted' "$out" # with the text that confirms the STOP
expect_status 0 "$MUSTER" suppress remove +447700900001 --promotional --reason 'told a rep again'
expect_match '^1 suppression of \+447700900001 lifted$' "$out"
expect_sound_books
proof=$(sqlite3 -readonly "$HOUSE/muster.db" <"$MUSTER_ROOT/contrib/proof.sql")
expect_equal '' "$proof" "the proof"
stop public
