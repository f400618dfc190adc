#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A member asks what is held of them: one command, or a button of the console, writes down
# everything both ways, in a file that only its owner may read; and the record says that it did.
source "$(dirname "$0")/branch.sh"
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
source "$(dirname "$0")/console.sh"
make_branch "console.listen=$CONSOLE"
cat >week-1.csv <<'END'
Membership number,First name,Surname,Mobile,Email,Employer,Language,Shift
W1,Siân,Jenkins,07700 900001,sian@mail.example,City Trust,cy,Nights
W2,Owen,O'Brien,07700 900002,owen@mail.example,City Trust,,Days
END
expect_status 0 "$MUSTER" import week-1.csv --custom
sed 's/City Trust/Calder Vale/' week-1.csv >week-2.csv
expect_status 0 "$MUSTER" import week-2.csv --custom
expect_status 0 "$MUSTER" member set W1 band=5
make_ballot
start_public
start_campaign first everyone pay
expect_status 0 "$MUSTER" run --until-idle
wait_until 20 callbacks_done
reply +447700900001 'What is on at the gate?'
reply +447700900002 'Leave me out of this'
reply +447700900001 STOP
expect_status 0 "$MUSTER" run --until-idle

note "the file holds all of one member, and nothing of the other"
umask 0002
expect_status 0 "$MUSTER" member export W1 --output w1.json
expect_match '^w1.json holds everything about member W1: hand it to nobody else' "$out"
expect_equal 600 "$(stat -c %a w1.json)" "the mode of the file"
expect_equal 'facts contacts suppressions restrictions imports import_changes edits ballots actions
trials messages replies bounces test_messages record' \
    "$(jq -r 'keys_unsorted - ["export", "version", "made_at", "organisation", "number"] |
        join(" ") | sub("actions "; "actions\n")' w1.json)"
expect_equal 'Calder Vale import week-2.csv' \
    "$(jq -r '.facts[] | select(.fact == "employer") | "\(.value) \(.source) \(.file)"' w1.json)"
expect_equal '5 person' \
    "$(jq -r '.facts[] | select(.fact == "band") | "\(.value) \(.source)"' w1.json)"
expect_equal 'Nights Shift' \
    "$(jq -r '.facts[] | select(.fact == "custom.shift") | "\(.value) \(.heading)"' w1.json)"
expect_match '^20..-..-..T..:..:..Z$' "$(jq -r '.facts[0].at' w1.json)"
expect_equal 'sms delivered as sent|Anytown Health Branch: Siân, please vote. STOP to leave.' \
    "$(jq -r '.messages[] | "\(.channel) \(.state) \(.text_is)|\(.text)"' w1.json)"
expect_equal '1 true' \
    "$(jq -r '.messages[0] | "\(.attempts | length) \(.receipts | length > 0)"' w1.json)"
expect_equal $'What is on at the gate?\nSTOP' "$(jq -r '.replies[].text' w1.json)"
expect_match 'stopped' "$(jq -r '.replies[1].answers[0].kind' w1.json)"
expect_equal 'stop +447700900001' "$(jq -r '.suppressions[] | "\(.kind) \(.address)"' w1.json)"
expect_match 'member.set' "$(jq -r '.record[].deed' w1.json)"
for word in W2 900002 Owen O.Brien 'Leave me out'; do
    if grep -qF -- "$word" w1.json; then fail "the export of W1 tells of W2: $word"; fi
done
expect_match 'member.export' "$("$MUSTER" audit show --format json | jq -r '.[].deed')"
expect_equal "O'Brien" \
    "$("$MUSTER" member export W2 | jq -r '.facts[] | select(.fact == "last_name").value')"

note "the page is in the member's language, needs nothing from elsewhere, and runs nothing"
expect_status 0 "$MUSTER" member export W1 --format html --output w1.html
expect_match '<html lang="cy">' "$(cat w1.html)"
expect_match 'Yr hyn a gedwir amdanoch' "$(cat w1.html)"
expect_match 'What is on at the gate\?' "$(cat w1.html)"
if grep -qiE '<script|src=|href=|url\(' w1.html; then fail "the page asks for something"; fi
"$MUSTER" member export W2 --format html >w2.html
expect_match 'Owen' "$(cat w2.html)"
expect_match 'O&#39;Brien' "$(cat w2.html)"

note "what is there already is not written over, and what is wrong is a sentence"
before=$(sha256sum w1.json)
expect_status 73 "$MUSTER" member export W1 --output w1.json
expect_equal "$before" "$(sha256sum w1.json)" "the file"
expect_status 64 "$MUSTER" member export W1 --format csv
expect_equal "muster: the format of an export is json or html, not 'csv'" "$err"
expect_status 65 "$MUSTER" member export W7 --output w7.json
expect_match 'there is no member W7' "$err"
if [[ -e w7.json ]]; then fail "a file was made for nobody"; fi

note "in the console an administrator has a button for it, and nobody else"
make_accounts asha:administrator olu:organiser
expect_status 64 env -u MUSTER_ACCOUNT "$MUSTER" member export W1
expect_match 'who does this\?' "$err"
expect_status 77 "$MUSTER" member export W1 --as olu --password-file "$SCRATCH/password"
expect_match 'olu may not export a member: the role is organiser' "$err"
start_console
sign_in asha
page /members/W1
expect_match 'action="/members/W1/export"' "$out"
post /members/W1/export form=json
expect_equal 200 "$status"
expect_equal 'Calder Vale' "$(jq -r '.facts[] | select(.fact == "employer").value' <<<"$out")"
page /members/W1
post /members/W1/export form=html
expect_equal 200 "$status"
expect_match '<html lang="cy">' "$out"
expect_match 'asha' \
    "$("$MUSTER" audit show --format json |
        jq -r '.[] | select(.deed == "member.export").account')"
sign_in olu
page /members/W1
expect_absent '/members/W1/export' "an organiser is shown the export"
post /members/W1/export form=json
expect_equal 403 "$status"
