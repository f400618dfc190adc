#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A rep in the console sees and marks the members of their own part, and nobody of any other, by
# whatever path; without a part they see nobody.
source "$(dirname "$0")/branch.sh"
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
source "$(dirname "$0")/console.sh"
make_branch "console.listen=$CONSOLE"
make_members 4 3 # T1 to T4 of Anytown Hospital, E1 to E3 of City Trust
make_ballot
make_accounts asha:administrator olu:organiser ravi:rep
AS=(--as asha --as-password-file "$SCRATCH/password")
start_console

note "a part is said in words, and words that say more are refused"
for words in everyone 'not employer:"City Trust"' 'employer:"City*"' 'mobile:+447700900001' \
    'employer:"City Trust" or everyone' 'employer:'; do
    expect_status 64 "$MUSTER" account set ravi --scope "$words" "${AS[@]}"
    expect_match '^muster: --scope: ' "$err"
done
expect_status 64 "$MUSTER" account set ravi --scope 'branch:X' --branch Y "${AS[@]}"
expect_status 64 "$MUSTER" account set olu --scope 'branch:X' "${AS[@]}"

note "without a part nobody is seen"
sign_in ravi
page /
expect_equal 303 "$status"
expect_page 200 /mine
expect_match 'Nobody has said yet which members are yours' "$out"
for path in /members '/members?find=Tess' '/members?find=T1' /ballots/pay/phone; do
    expect_page 200 "$path"
    expect_absent '/members/[TE]' "$path shows somebody to a rep without a part"
done
expect_page 404 /members/E1

note "with one, its members are seen: their names, not their numbers and addresses"
expect_status 0 "$MUSTER" account set ravi --scope 'employer:"City Trust"' "${AS[@]}"
expect_page 303 /mine # other rights end the session
sign_in ravi
expect_page 200 /mine
expect_match 'City Trust' "$out"
expect_absent 'Anytown Hospital' "another unit is shown"
expect_page 200 /members
expect_match '/members/E3' "$out"
expect_absent '/members/T' "members of another part are listed"
expect_page 200 '/members?find=Tess'
expect_absent '/members/T' "members of another part are found"
expect_page 200 '/members?find=mail.example'
expect_absent '/members/E' "a rep finds members by their addresses"
expect_page 200 /members/E1
expect_match 'Ed Tester 1' "$out"
expect_match 'Messages reach this member' "$out"
expect_absent 'mail.example' "an address is shown"
expect_status 0 "$MUSTER" suppress add e1@mail.example --reason 'wrote a letter'
expect_page 200 /members/E1
expect_match 'Please do not contact' "$out"
expect_absent 'letter' "why somebody is not to be contacted is shown"

note "who is of another part is as unknown as nobody"
expect_page 404 /members/NOBODY
unknown=$out
expect_page 404 /members/T1
expect_equal "${unknown//NOBODY/T1}" "$out" "what is said of a member of another part"
page /mine
for number in T1 NOBODY; do
    post "/members/$number/mark" ballot=pay state=voted
    expect_equal 404 "$status"
    post /ballots/pay/phone "voted=$number"
    expect_equal 404 "$status"
done
expect_match '^ballots .*: unknown' "$("$MUSTER" member show T1)"

note "the other pages are not for reps"
for path in /ballots /ballots/pay /ballots/pay/calls /ballots/pay/calls.csv /campaigns /replies; do
    expect_page 403 "$path"
done

note "their own are marked, on their page and on the call list"
page /members/E1
post /members/E1/mark ballot=pay state=no-paper
expect_equal 303 "$status"
expect_match '^ballots .*: no-paper' "$("$MUSTER" member show E1)"
expect_page 200 '/ballots/pay/phone?unit=City%20Trust'
expect_match 'Ed Tester 2' "$out"
expect_absent 'Tess' "the call list has members of another part"
post /ballots/pay/phone 'unit=City Trust' page=1 voted=E2
expect_equal 303 "$status"
expect_match '^ballots .*: voted' "$("$MUSTER" member show E2)"
expect_page 200 '/ballots/pay/phone?unit=City%20Trust'
expect_absent '/members/E2' "who has voted is still to be called"
expect_page 200 '/ballots/pay/phone?unit=Anytown%20Hospital'
expect_absent '/members/T' "the call list of another unit shows its members"
expect_page 404 /ballots/none/phone
post /members/E2/mark ballot=none state=voted
expect_equal 404 "$status"
post /members/E2/mark ballot=pay state=ineligible
expect_equal 400 "$status"
page /members/E2/mark -d ballot=pay -d state=declined
expect_equal 403 "$status" "the status of a form without a token"

note "who has left is seen no more, and a part that is taken away ends at once"
expect_status 0 "$MUSTER" member set E3 status=left
expect_page 404 /members/E3
expect_status 0 "$MUSTER" account set ravi --branch 'Nowhere' "${AS[@]}"
sign_in ravi
expect_page 404 /members/E1
expect_status 0 "$MUSTER" account set ravi --branch '' "${AS[@]}"
sign_in ravi
expect_page 404 /members/E1

note "the call list of an organiser has everybody"
sign_in olu
expect_page 200 /ballots/pay/phone
expect_match 'phone.unit=Anytown%20Hospital' "$out"
expect_page 200 '/ballots/pay/phone?unit=Anytown%20Hospital'
expect_match 'Tess' "$out"
expect_page 403 /mine
stop console
