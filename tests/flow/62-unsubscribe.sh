#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# One tap leaves the mails: by POST only, because scanners follow links.
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
stop public
