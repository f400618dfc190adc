#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Members in the console: found, chosen in words, corrected, opted out and in again, and marked by
# the list; and what a person types wrongly is said, and lost by no form.
source "$(dirname "$0")/branch.sh"
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
source "$(dirname "$0")/console.sh"
make_branch "console.listen=$CONSOLE"
make_members 60 3 # T1 to T60 of Anytown Hospital, E1 to E3 of City Trust
make_ballot
make_accounts asha:administrator olu:organiser ravi:rep dot:auditor
AS=(--as asha --as-password-file "$SCRATCH/password")
start_console
sign_in olu

note "members are chosen by facts, which become words, are counted and saved"
expect_page 200 '/members?employer=City+Trust'
expect_match 'employer:&quot;City Trust&quot;' "$out"
expect_match '<b>3</b> members are meant: <b>0</b> can be texted, <b>3</b> can be mailed' "$out"
expect_match '/members/E3' "$out"
expect_absent '/members/T1"' "a member of another employer is listed"
expect_page 200 '/members?employer=City+Trus'
expect_match 'Did you mean “City Trust”' "$out"
expect_page 200 '/members?employer=a%22b'
expect_match 'cannot be said in words' "$out"
expect_page 200 '/members?who=employer:%22City+Trust%22+and+not+voted'
expect_match '<b>3</b> members' "$out"
expect_page 200 '/members?who=employr:X'
expect_match 'did you mean &#39;employer&#39;' "$out"
expect_match 'aria-invalid="true">employr:X' "$out"
expect_page 200 '/members?state=voted&ballot=none'
expect_match 'There is no ballot of this name' "$out"
page /members
post /members/count 'employer=City Trust' reach=email
expect_equal 200 "$status"
expect_match '<b>3</b> members' "$out"
expect_absent '<html' "a part of a page has the layout"
page /members
post /members/found find=Ed
expect_match '/members/E1' "$out"
page /members
post /segments segment=city 'who=employer:"City Trust"'
expect_equal 303 "$status"
expect_match 'city' "$("$MUSTER" segment list)"
expect_page 200 /segments
expect_match 'employer:&quot;City Trust&quot;' "$out"
page /members
post /segments 'segment=no name' 'who=employer:"City Trust"'
expect_equal 200 "$status"
expect_match 'is no name for a segment' "$out"
expect_match 'value="no name"' "$out"

note "the list goes on from page to page, nobody twice and nobody left out"
seen=()
next='who=everyone'
while [[ -n $next ]]; do
    expect_page 200 "/members?$next"
    mapfile -t -O "${#seen[@]}" seen < <(grep -o 'href="/members/[TE][0-9]*"' "$SCRATCH/page")
    next=$(grep -o 'href="/members?who=[^"]*after=[^"]*"' "$SCRATCH/page" |
        sed 's/^href="[^?]*?//; s/"$//; s/&amp;/\&/g' || true)
done
expect_equal 63 "${#seen[@]}"
expect_equal 63 "$(printf '%s\n' "${seen[@]}" | sort -u | wc -l)"

note "everything about a member is shown, and facts are corrected with their history"
expect_page 200 /members/T3
expect_match 'Tess Tester 3' "$out"
expect_match '[+]447700900003' "$out"
expect_page 200 /members/T3/edit
edit() {
    page /members/T3/edit
    post /members/T3/edit "first_name=Tess" "$@" # what a form does not say stays
}
edit 'band=6'
expect_equal 303 "$status"
expect_match '^band +6' "$("$MUSTER" member show T3)"
expect_page 200 /members/T3
expect_match 'Band: – → 6' "$out"
edit 'band=6' 'mobile=12'
expect_equal 200 "$status"
expect_match 'aria-describedby="w-mobile"' "$out"
expect_match 'value="12"' "$out"
expect_match '447700900003' "$("$MUSTER" member show T3)"
edit 'band=6' 'status=activ'
expect_equal 200 "$status"
expect_match 'Did you mean “active”' "$out"
edit 'band=6' 'status=seconded' 'new_status=1'
expect_equal 303 "$status"
expect_match 'status +seconded' "$("$MUSTER" member show T3)"
page /members/NOBODY/edit
expect_equal 404 "$status"

note "an opt-out holds, asks for a reason without the address, and is lifted with one"
page /members/T4
post /members/T4/stop channel=sms purpose=all reason=
expect_equal 200 "$status"
expect_match 'Say who asked for it' "$out"
page /members/T4
post /members/T4/stop channel=sms purpose=all 'reason=it is 07700 900004'
expect_match 'say it without the address' "$out"
expect_match 'texts +yes' "$("$MUSTER" member show T4)"
page /members/T4
post /members/T4/stop channel=email purpose=all 'reason=said so'
expect_match 'no such address' "$out"
page /members/T4
post /members/T4/stop channel=sms purpose=all 'reason=said so on the ward'
expect_equal 303 "$status"
expect_match 'texts +no' "$("$MUSTER" member show T4)"
expect_page 200 /members/T4
id=$(grep -o 'name="id" value="[0-9]*"' "$SCRATCH/page" | head -n 1 | grep -o '[0-9]*')
expect_page 200 '/opt-outs?find=07700+900004'
expect_match '/members/T4' "$out"
page /members/T5
post /members/T5/lift "id=$id" 'reason=asked by mail'
expect_equal 404 "$status" "lifting what is of another member"
expect_match 'texts +no' "$("$MUSTER" member show T4)"
page /members/T4
post /members/T4/lift "id=$id" reason=
expect_match 'Say who asked for it' "$out"
page /members/T4
post /members/T4/lift "id=$id" 'reason=asked by mail'
expect_equal 303 "$status"
expect_match 'texts +yes' "$("$MUSTER" member show T4)"

note "a number that nobody has is opted out too, and is never shown"
page /opt-outs
post /opt-outs address='07700 900777' purpose=promotional 'reason=rang the office'
expect_equal 303 "$status"
expect_page 200 /opt-outs
expect_match 'rang the office' "$out"
expect_absent '900777' "an address is shown that no member has"
expect_page 200 '/opt-outs?kind=promotional'
expect_match 'rang the office' "$out"
expect_page 200 '/opt-outs?find=07700+900778'
expect_match 'This address is open' "$out"
page /opt-outs
post /opt-outs address=12 purpose=all 'reason=rang'
expect_equal 200 "$status"
expect_match 'id="address-wrong"' "$out"
page /opt-outs
post /opt-outs/99999/lift 'reason=asked'
expect_equal 404 "$status"

note "many are marked at once: first it is shown who is meant, then it is noted"
"$MUSTER" ballot mark pay declined T12
page /ballots/pay/mark
list=$'T10\nTess Tester T11\nT12\nNOBODY\nT10'
post /ballots/pay/mark state=voted "list=$list"
expect_equal 200 "$status"
expect_match '<b>2</b> Will be marked' "$out"
expect_match '<b>1</b> Had said otherwise' "$out"
expect_match '<b>1</b> Not recognised' "$out"
expect_match '^ballots .*: unknown' "$("$MUSTER" member show T10)"
post /ballots/pay/mark state=voted "list=$list" go=mark
expect_equal 303 "$status"
expect_match '^ballots .*: voted' "$("$MUSTER" member show T11)"
expect_match '^ballots .*: declined' "$("$MUSTER" member show T12)"
page /ballots/pay/mark
post /ballots/pay/mark state=voted "list=$list" go=mark overrule=1
expect_match '^ballots .*: voted' "$("$MUSTER" member show T12)"
page /ballots/pay/mark
post /ballots/pay/mark state=voted list=
expect_match 'There is nothing in the list' "$out"
page /ballots/pay/mark
post /ballots/pay/mark state=voted $'list=number,voted\nT20,x\nT21,\n' go=mark
expect_match '^ballots .*: voted' "$("$MUSTER" member show T20)"
expect_match '^ballots .*: unknown' "$("$MUSTER" member show T21)"
expect_page 404 /ballots/none/mark

note "an auditor reads all that and changes nothing"
sign_in dot
for path in /members /segments /opt-outs /members/T4; do
    expect_page 200 "$path"
    expect_absent 'action="/members/T4/stop"' "an auditor is offered to change something"
done
page /members
for path in /members/T4/stop /members/T4/edit /opt-outs /segments /ballots/pay/mark; do
    post "$path" state=voted list=T30 address=07700900030 reason=x
    expect_equal 403 "$status" "the status of $path for an auditor"
done

note "a rep marks their own from a list, and others are not recognised"
expect_status 0 "$MUSTER" account set ravi --scope 'employer:"City Trust"' "${AS[@]}"
sign_in ravi
page /ballots/pay/mark
post /ballots/pay/mark state=voted $'list=E1\nT30' go=mark
expect_equal 303 "$status"
expect_match '^ballots .*: voted' "$("$MUSTER" member show E1)"
expect_match '^ballots .*: unknown' "$("$MUSTER" member show T30)"
page /ballots/pay/mark
post /ballots/pay/mark state=voted $'list=T30\nNOBODY'
expect_match '<b>2</b> Not recognised' "$out"
expect_absent 'Tess Tester' "a list tells a rep the name of another part's member"

note "the record says who did what"
record=$(sqlite3 "$HOUSE/muster.db" "SELECT account || ' ' || deed FROM record")
for deed in 'olu segment.set' 'olu member.set' 'olu suppress.add' 'olu suppress.remove' \
    'olu ballot.mark' 'ravi ballot.mark'; do
    expect_match "^$deed\$" "$record"
done
stop console
