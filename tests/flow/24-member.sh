#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The administrator and the single member: looking for somebody, correcting a fact by hand, and
# erasing somebody who asks for it, whom next week's list does not bring back; STOP outlives it all.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch
cat >week-1.csv <<'END'
Membership number,First name,Surname,Mobile,Email,Employer,Tags
0012345,Siân,Jenkins,07700 900001,sian@mail.example,City Trust,rep
T2,Owen,Jenkins,07700 900001,,City Trust,
T3,Sean,O’Brien,07700 900003,,Anytown Hospital,
T4,Mary,OBrien,,mary@mail.example,Anytown Hospital,
END
expect_status 0 "$MUSTER" import week-1.csv
make_ballot
start_public
start_campaign first everyone pay
expect_status 0 "$MUSTER" run --until-idle
wait_until 20 callbacks_done

# found TEXT: the numbers that are found, in their order.
found() {
    "$MUSTER" member find "$1" --format json | jq -r 'map(.number) | join(" ")'
}

note "somebody is found by what one remembers"
while IFS='|' read -r text numbers; do
    expect_equal "$numbers" "$(found "$text")" "who is found by '$text'"
done <<'END'
0012345|0012345
12345|0012345
00123|0012345
000123|0012345
sian jenkins|0012345
JENKINS, SIAN|0012345
jenkings|T2 0012345
obrien|T4 T3
O'Brien sean|T3
07700 900 003|T3
+44 (0)7700 900001|T2 0012345
mary@mail|T4
nobody at all|
END
expect_status 0 "$MUSTER" member find zzz
expect_equal nobody "$out"
expect_status 0 "$MUSTER" member show 12345
expect_match '^0012345 +Siân Jenkins$' "$out"
expect_equal 'there is no member 12345: this is member 0012345' "$err"
expect_status 65 "$MUSTER" member set 12345 band=5
expect_equal 'muster: there is no member 12345; did you mean 0012345?' "$err"

note "STOP from a handset that two share covers both"
reply +447700900001 "STOP"
for number in 0012345 T2; do
    expect_status 0 "$MUSTER" member show "$number"
    expect_match '^texts +no, not to \+447700900001: said STOP on 20' "$out"
done
expect_match 'shared with 0012345 \(Siân Jenkins\)' "$out"

note "one screen tells everything"
expect_status 0 "$MUSTER" member show 0012345
for line in '^0012345 +Siân Jenkins$' '^status +active$' '^employer +City Trust$' \
    '^mail +yes, to sian@mail\.example$' '^ballots +pay, in City Trust: unknown$' \
    '^messages +20.* text +delivered +first$' '^replies +20.* stop +STOP$' \
    '^imports +20.* brought by week-1\.csv$' '^nothing of +changes by hand$'; do
    expect_match "$line" "$out"
done
if (($(wc -l <<<"$out") > 24)); then fail "it is more than a screen"; fi
if (($(wc -L <<<"$out") > 80)); then fail "it is wider than a screen"; fi
expect_status 0 "$MUSTER" member show 0012345 --format json
expect_equal 'City Trust' "$(jq -r '.[] | select(.fact == "employer").value' <<<"$out")"
expect_equal 'sms, T2' "$(jq -r '.[] | select(.fact == "shared with").value' <<<"$out")"

note "a fact is set by hand, in any spelling, and shows what it was"
expect_status 0 "$MUSTER" member set 0012345 employer='Calder Vale Trust' lang=cy tags=+steward
expect_equal 'employer: City Trust -> Calder Vale Trust
language: not known -> cy
tags: rep -> rep,steward' "$out"
expect_status 0 "$MUSTER" member set 0012345 employer='Calder Vale Trust'
expect_equal 'nothing changed: employer is Calder Vale Trust already' "$out"
expect_status 0 "$MUSTER" member set 0012345 Employer='Calder Vale Trust' LANG=Cymraeg email=
expect_equal $'e-mail: sian@mail.example -> not known
unchanged: employer is Calder Vale Trust already; language is cy already' "$out"
expect_status 0 "$MUSTER" member set 0012345 email=sian@mail.example band= tags=+steward
expect_equal $'e-mail: not known -> sian@mail.example
unchanged: band was not known; tags are rep,steward already' "$out"
expect_status 0 "$MUSTER" member set T2 joined=01/02/2020
expect_equal 'joined: not known -> 2020-02-01' "$out"
expect_status 0 "$MUSTER" member set T4 mobile='(07700) 900 004' email=
expect_equal $'mobile: not known -> +447700900004\ne-mail: mary@mail.example -> not known' "$out"
expect_status 0 "$MUSTER" member show 0012345
expect_match ' tags: rep -> rep,steward$' "$out"
sqlite3 "$HOUSE/muster.db" "INSERT INTO custom_field VALUES ('shift_pattern', 'Shift Pattern')"
expect_status 0 "$MUSTER" member set T3 shift_pattern=Nights
expect_equal 'Shift Pattern: not known -> Nights' "$out"
expect_status 0 "$MUSTER" member set T3 Custom.Shift_Pattern=Nights
expect_equal 'nothing changed: Shift Pattern is Nights already' "$out"
expect_status 0 "$MUSTER" member set T3 'Shift Pattern=Days'
expect_equal 'Shift Pattern: Nights -> Days' "$out"
expect_status 0 "$MUSTER" member show T3
expect_match '^Shift Pattern +Days$' "$out"

note "an address brings its opt-out along"
expect_status 0 "$MUSTER" member set T3 mobile=07700900001
expect_match '^  texts to it are stopped: said STOP on 20' "$out"
expect_match '^  it is shared with 0012345 \(Siân Jenkins\), T2 \(Owen Jenkins\)$' "$out"
expect_equal 1 "$(suppressed stop)" "the number of opt-outs in force"

note "what cannot be set is refused in a sentence, and nothing changes"
before=$("$MUSTER" member show T4)
while IFS='|' read -r status argument sentence; do
    expect_status "$status" "$MUSTER" member set T4 band=5 "$argument"
    expect_match "^muster: .*$sentence" "$err"
    expect_equal "$before" "$("$MUSTER" member show T4)" "the member"
done <<'END'
64|emplyer=x|did you mean 'employer'
64|shift_patern=x|did you mean 'shift_pattern'
64|number=T5|a membership number cannot be changed
64|band=6|band is given twice
64|band|not of the form FIELD=VALUE
65|mobile=0113 496 0964|landline
65|email=mary|mary
65|joined=31/31/2026|a day that does not exist
65|joined=yesterday|not a date such as 2026-01-31
65|lang=Klingon|not a language code
65|status=retierd|no member has status 'retierd'; did you mean 'retired'
65|status=seconded|to bring it in, add --new-status
64|no-sms=yes|muster suppress add ADDRESS makes an opt-out
65|tags=+a,b|tags with a sign
END
expect_status 0 "$MUSTER" member set T4 status=seconded --new-status
expect_equal 'status: active -> seconded' "$out"
expect_status 0 "$MUSTER" member set T3 status=Seconded
expect_status 0 "$MUSTER" member set T3 status=active
expect_status 0 "$MUSTER" member set T4 status=
expect_equal 'status: seconded -> active' "$out"
expect_status 65 "$MUSTER" member set T04 band=5
expect_match '^muster: there is no member T04$' "$err"
expect_status 64 "$MUSTER" member set T4
expect_status 0 "$MUSTER" member set --help
expect_match '^FIELD is one of first, last, mobile, ' "$out"

note "a member is erased, with everything that hangs on them"
expect_status 64 "$MUSTER" member erase 0012345
expect_match '--reason' "$err"
expect_status 64 "$MUSTER" member erase 0012345 --reason "0012345 asked for it"
expect_status 65 "$MUSTER" member erase 12345 --reason "asked for it"
expect_match 'did you mean 0012345' "$err"
expect_status 0 "$MUSTER" member erase 0012345 --reason "asked for it in writing"
expect_match '^member 0012345 \(Siân Jenkins\) is erased, with$' "$out"
for line in '2  addresses' '1  message' '1  attempt to hand one over' '1  reply' \
    '1  place in a ballot' '5  changes by hand'; do
    expect_match "^ +$line$" "$out"
done
expect_match 'no list brings 0012345 back' "$out"
if grep -q '^ *0 ' <<<"$out"; then fail "it tells what there was nothing of"; fi
for trace in Siân sian@mail.example 0012345; do
    if grep -qF "$trace" "$HOUSE"/muster.db*; then fail "the store still holds $trace"; fi
done
expect_equal 0 "$("$MUSTER" message list --format json |
    jq 'map(select(.to == "+447700900001")) | length')" "messages to the number"
expect_equal '' "$(found sian@mail.example)"
expect_status 65 "$MUSTER" member show 0012345
expect_match '^muster: member 0012345 was erased on 20.*: asked for it in writing$' "$err"

note "next week's list still has them, and they stay out; the opt-out stays"
sed 's/,rep$/,rep;steward/' week-1.csv >week-2.csv
expect_status 0 "$MUSTER" import week-2.csv
expect_match '^4 rows: 0 added' "$out"
expect_status 65 "$MUSTER" member show 0012345
expect_equal 1 "$(suppressed stop)" "the number of opt-outs in force"
expect_status 65 "$MUSTER" member erase 0012345 --reason again
expect_match 'was erased on' "$err"

note "who joins again is readmitted by a person, and is not texted"
expect_status 65 "$MUSTER" member readmit T9
expect_match 'no member T9 was erased' "$err"
expect_status 0 "$MUSTER" member readmit 0012345
expect_match '^0012345 comes in again' "$out"
expect_status 0 "$MUSTER" import week-2.csv
expect_match '^4 rows: 1 added' "$out"
expect_status 0 "$MUSTER" member show 0012345
expect_match '^texts +no, not to \+447700900001: said STOP on 20' "$out"
expect_match '^nothing of +ballots, messages, replies, changes by hand$' "$out"
start_campaign second everyone
expect_status 0 "$MUSTER" run --until-idle
wait_until 20 callbacks_done
expect_equal 1 "$(jq -s 'map(select(.event == "message" and .to == "+447700900001")) | length' \
    "$REHEARSAL_LOG")" "texts ever to that number"
expect_equal 0 "$("$MUSTER" message list second --format json |
    jq 'map(select(.to == "+447700900001")) | length')" "texts to the number that said STOP"
stop public

note "nobody is erased while a message to them is on its way"
sqlite3 "$HOUSE/muster.db" "INSERT INTO outbox (step_id, member_id, channel, address, address_key,
    template_id, reference, merge, state, due_at, changed_at)
    SELECT 1, m.id, 'sms', '+447700900004', x'00', 1, 'wire', '{}', 'sending', 1, 1
    FROM member m WHERE m.number = 'T4'"
expect_status 75 "$MUSTER" member erase T4 --reason "asked for it"
expect_match 'on its way at this moment; try again' "$err"
sqlite3 "$HOUSE/muster.db" "UPDATE outbox SET state = 'expired' WHERE reference = 'wire'"
expect_status 0 "$MUSTER" member erase T4 --reason "asked for it"
