#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The console: who is nobody sees nothing, who is signed in sees what the role allows, and a form is
# taken only from a page of ours.
source "$(dirname "$0")/branch.sh"
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
make_branch "console.listen=$CONSOLE"
make_members 6 2
make_ballot
source "$(dirname "$0")/console.sh"

make_accounts asha:administrator olu:organiser ravi:rep dot:auditor
start_console

note "who is not signed in is led to the sign-in, from every page, and sees no member"
for path in / /ballots /ballots/pay /campaigns /members '/members?find=Tess' /members/T1 \
    /replies; do
    page "$path"
    expect_equal 303 "$status" "the status of $path"
    expect_equal '' "$out"
done
page /members/T1/mark -d ballot=pay -d state=voted
expect_equal 303 "$status"
expect_match '^ballots .*: unknown' "$("$MUSTER" member show T1)"
page /style.css
expect_equal 200 "$status"

note "a wrong password says no more than that, and a right one lets in"
sign_in asha 'a wrong pass phrase, though long'
expect_equal 200 "$status"
expect_match 'role="alert"' "$out"
wrong=$(grep 'role="alert"' <<<"$out")
sign_in nobody 'a wrong pass phrase, though long'
expect_equal "$wrong" "$(grep 'role="alert"' <<<"$out")" "what is said of an account that is none"
page /
expect_equal 303 "$status"
sign_in asha
expect_equal 303 "$status"
expect_match 'HttpOnly' "$(<"$JAR")"
page /
expect_equal 200 "$status"
expect_match '<h1>Today</h1>' "$out"

note "the sign-in leads nowhere else"
rm -f "$JAR"
for to in //evil.example https://evil.example '/\evil.example'; do
    location=$(curl -sS -o /dev/null -w '%{redirect_url}' -d name=asha \
        --data-urlencode 'password=a long enough pass phrase' --data-urlencode "to=$to" \
        "http://$CONSOLE/sign-in")
    expect_equal "http://$CONSOLE/" "$location" "where $to leads"
done

note "the board says what muster ballot board says"
"$MUSTER" ballot mark pay voted T1 T2
sign_in asha
page /ballots/pay
expect_match 'Anytown Hospital' "$out"
expect_match '<b>2</b> reported voted' "$out"

note "a member is found, shown and marked; a form of another site marks nobody"
page '/members?find=Tess'
expect_match '/members/T3' "$out"
page /members/T3
good=$(token)
page /members/T3/mark -d ballot=pay -d state=voted -d "token=$good" -H 'Sec-Fetch-Site: cross-site'
expect_equal 403 "$status"
page /members/T3/mark -d ballot=pay -d state=voted -d "token=${good//[0-9]/a}"
expect_equal 403 "$status"
page /members/T3/mark -d ballot=pay -d state=voted
expect_equal 403 "$status"
expect_match '^ballots .*: unknown' "$("$MUSTER" member show T3)"
page /members/T3/mark -d ballot=pay -d state=voted -d "token=$good" -H 'Sec-Fetch-Site: same-origin'
expect_equal 303 "$status"
expect_match '^ballots .*: voted' "$("$MUSTER" member show T3)"
expect_match 'voted, told by a person, put down by (asha|olu)$' "$("$MUSTER" member show T3)"
page /members/T3/mark -d ballot=pay -d state=ineligible -d "token=$good"
expect_equal 400 "$status"
page /members/NOBODY
expect_equal 404 "$status"
page /members/%ZZ
expect_equal 404 "$status"

note "an address that is no page: said in the frame of the console, and to strangers without it"
page /campaings
expect_equal 404 "$status"
expect_match 'There is no such page' "$out"
expect_match '<nav ' "$out"
expect_equal $'not found\n404' "$(curl -sS -w '%{http_code}' "http://$CONSOLE/campaings")"

note "an address shows no sentence but those that say what was done"
page '/ballots?done=done-marked'
expect_match '<p class="notice" role="status">It is noted' "$out"
for word in not-allowed sign-in no-such-page done-none done-; do
    page "/ballots?done=$word"
    expect_equal 200 "$status"
    if grep -q 'class="notice"' <<<"$out"; then fail "$word is shown"; fi
done

note "who may only look changes nothing, and a rep sees nothing of others"
sign_in dot
page /members/T4
expect_equal 200 "$status"
if grep -q 'value="voted"' <<<"$out"; then fail "an auditor is offered to mark"; fi
page / # its form of signing out has the token
good=$(token)
page /members/T4/mark -d ballot=pay -d state=voted -d "token=$good"
expect_equal 403 "$status"
sign_in ravi
page /members/T4
expect_equal 404 "$status"
if grep -q Tess <<<"$out"; then fail "a rep sees a member of no branch of theirs"; fi

note "Welsh, and back"
sign_in olu
page /language -d language=cy -d to=/ballots -d "token=$(page /; token)"
expect_equal 303 "$status"
page /ballots
expect_match '<html lang="cy">' "$out"
expect_match '<h1>Pleidleisiau</h1>' "$out"
page /pleidleisiau
expect_equal 404 "$status"
expect_match 'Nid oes tudalen' "$out"

note "a session ends with signing out, and with its account"
page /
page /sign-out -d "token=$(token)"
page /
expect_equal 303 "$status"
sign_in olu
printf 'another long pass phrase\n' >another
chmod 600 another
expect_status 0 "$MUSTER" account password olu --password-file "$SCRATCH/another" --as asha \
    --as-password-file "$SCRATCH/password"
page /
expect_equal 303 "$status"
sign_in olu 'another long pass phrase'
page /
expect_equal 200 "$status"
expect_status 0 "$MUSTER" account disable olu --as asha --as-password-file "$SCRATCH/password"
page /
expect_equal 303 "$status"
stop console
