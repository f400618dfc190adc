#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The console against those who are up to no good, or sit where somebody else has been.
source "$(dirname "$0")/branch.sh"
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
make_branch "console.listen=$CONSOLE"
make_members 6 2
make_ballot
source "$(dirname "$0")/console.sh"
make_accounts asha:administrator olu:organiser ravi:rep dot:auditor pia:approver
start_console

note "what somebody has written is shown to nobody else who signs in on the same browser"
sign_in olu
page /members/T1
good=$(token)
rm -f "$JAR"
written=(-d state=voted --data-urlencode "text=for Olu's eyes")
page /members/T1/mark -d "token=$good" "${written[@]}"
expect_equal 403 "$status"
expect_absent 'eyes' "the sign-in shows what was written"
kept=$(grep -o 'name="kept" value="[0-9a-f]*"' <<<"$out" | grep -o '[0-9a-f]\{50,\}')
password=(--data-urlencode 'password=a long enough pass phrase')
for form in "$kept" "${kept//1/2}" "${kept:2}" "${kept}0" 00 x "$(printf '00%.0s' {1..40})"; do
    rm -f "$JAR"
    page /sign-in -d name=asha "${password[@]}" -d "kept=$form"
    expect_equal 303 "$status" "who signs in with what another account has written, or nobody"
    expect_equal '' "$out"
done
page '/?done=done-kept-of-another'
expect_match 'came from a page of another account' "$out"
page /members/T1/mark -d "token=$good" "${written[@]}"
expect_equal 403 "$status" "a page of the account that was here before"
expect_match 'came from a page of another account' "$out"
expect_absent 'eyes' "what another account has written is shown"
rm -f "$JAR"
page /sign-in -d name=olu "${password[@]}" -d "kept=$kept"
expect_equal 200 "$status"
expect_match 'for Olu&#39;s eyes' "$out" "what was written, to who has written it"

note "a campaign of many fields outlives its session"
page '/campaigns/new?like=reminder'
good=$(token)
rm -f "$JAR"
fields=()
for i in {1..200}; do fields+=(-d "s$i.who=everyone in $i"); done
page /campaigns/new -d "token=$good" "${fields[@]}"
expect_equal 403 "$status"
kept=$(grep -o 'name="kept" value="[0-9a-f]*"' <<<"$out" | grep -o '[0-9a-f]\{50,\}')
page /sign-in -d name=olu "${password[@]}" -d "kept=$kept"
expect_match 'name="s200.who" value="everyone in 200"' "$out"

note "words that are no template yet cost nobody their form"
campaign=(title=Evil ballot=pay steps=1 words=1 s0.who=everyone s0.channels=sms
    s0.sms=message s0.at=now 's0.deadline=2099-12-01 20:00' w0.channel=sms w0.name=message
    w0.language=en)
sign_in olu
for what in preview save add-step; do
    post /campaigns/new "${campaign[@]}" name=evil 'w0.text=Dear {{first_name' do="$what"
    expect_equal 200 "$status" "a tag without an end, and $what"
    expect_match 'Dear {{first_name' "$out" "what was typed"
    expect_match 'this tag is never closed' "$out"
done
post /campaigns/preview "${campaign[@]}" name=evil 'w0.text=Dear {{/first_name}}'
expect_equal 200 "$status" "the preview of a tag that nothing opened"
expect_match 'was not opened' "$out"

note "a form that was shown before somebody else corrected the member takes nothing back"
post /members/T2/edit was.job= job=Nurse 'was.first_name=Tess' first_name=Tess
expect_equal 303 "$status"
post /members/T2/edit was.job= job= 'was.last_name=Tester 2' 'last_name=Tester Two'
expect_equal 303 "$status" "a fact beside it"
expect_match 'Nurse' "$("$MUSTER" member show T2)" "what was corrected meanwhile"
expect_match 'Tester Two' "$("$MUSTER" member show T2)"
post /members/T2/edit was.job= job=Porter
expect_equal 200 "$status" "the same fact"
expect_match 'changed this meanwhile. It is now “Nurse”' "$out"
expect_match 'value="Porter"' "$out" "what was typed"
expect_match 'name="was.job" value="Nurse"' "$out"
expect_match 'Nurse' "$("$MUSTER" member show T2)"
post /members/T2/edit was.job=Nurse job=Porter
expect_equal 303 "$status" "who has seen it"
expect_match 'Porter' "$("$MUSTER" member show T2)"

note "a form acts on the campaign of its address and on no other"
for name in one two; do
    post /campaigns/new "${campaign[@]}" "name=$name" 'w0.text=Dear {{first_name}}, vote' do=save
    expect_equal 303 "$status" "$name is made"
done
page /campaigns/two/start
id=$(grep -o 'name="id" value="[0-9]*"' <<<"$out" | head -n 1 | grep -o '[0-9]*')
post /campaigns/one/start "id=$id" seen=draft
expect_equal 200 "$status" "the form of another campaign"
expect_equal 'draft draft' "$(sqlite3 "$HOUSE/muster.db" 'SELECT state FROM campaign' | xargs)"

note "who makes a link for an approver does not approve by it what they have made"
sign_in pia
sign_in asha
post /campaigns/new "${campaign[@]}" name=own 'w0.text=Dear {{first_name}}, vote' do=save
expect_equal 303 "$status"
post /accounts/pia/link
expect_match 'approves no campaign for three days' "$out"
link=$(grep -o '/join/[a-z0-9]*' <<<"$out" | head -n 1)
rm -f "$JAR"
page "$link" --data-urlencode 'new_password=six tall purple kites' \
    --data-urlencode 'again_password=six tall purple kites'
expect_equal 303 "$status" "the link opened by who made it"
page /campaigns/own/approve
expect_match 'Your password was set without a sign-in, so you approve nothing before' "$out"
digest=$(sed -n 's/.*name="digest" value="\([0-9a-f]*\)".*/\1/p' <<<"$out" | head -n 1)
post /campaigns/own/approve "digest=$digest"
expect_equal 0 "$(sqlite3 "$HOUSE/muster.db" 'SELECT COUNT(*) FROM approval')" "approvals"
