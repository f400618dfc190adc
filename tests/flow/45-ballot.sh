#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What goes wrong without a word elsewhere: a unit too many, a status forgotten, a line that is no
# member, a sentence with a hole, a text that nobody can answer.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch

note "a line of words below the list is no member"
cat >members.csv <<'END'
Membership number,First name,Surname,Mobile,Email,Employer,Status
A1,Ann,Adams,07700 900001,,City NHS Trust,Active
A2,Bea,Brown,07700 900002,,City NHS trust,Active
A3,Cai,Cole,,a3@mail.example,Vale Trust,Maternity leave
A4,Dee,Dunn,,a4@mail.example,Vale Trust,Lapsed
End of report,,,,,,
END
expect_status 0 "$MUSTER" import members.csv
expect_match '5 rows: 4 added, 0 changed, 0 unchanged, 1 refused' "$out"
expect_match 'line 6: .*no member' "$err"

note "an employer is one unit, however its name is capitalised, and who is left out is said"
make_ballot 'not (status:left or status:lapsed)'
expect_match '^ballot pay: 3 entitled, in 2 units' "$out"
expect_match '^ +2  City NHS [Tt]rust' "$out"
expect_match '^not entitled: 1 lapsed' "$out"
expect_status 0 "$MUSTER" ballot board --format json
expect_equal '2 1' "$(jq -r 'map(.entitled) | map(tostring) | join(" ")' <<<"$out")"

note "a ballot's fields need a ballot"
write_campaign rally everyone
echo '{{first_name}}, {{ballot.title}} closes soon. STOP to leave.' >note.en.sms
expect_status 65 "$MUSTER" campaign create rally.conf
expect_match 'note\.en\.sms:1: column 19: ballot\.title is known only in a campaign' "$err"
write_campaign vote everyone pay
echo '{{first_name}}, {{ballot.title}} closes soon. STOP to leave.' >note.en.sms
expect_status 0 "$MUSTER" campaign create vote.conf

note "a text that nobody can answer must hold the link to leave by"
sed -i 's/^\( *sender *=\).*/\1 "AnytownHlth";/' "$HOUSE/muster.conf"
write_campaign mute everyone
expect_status 65 "$MUSTER" campaign create mute.conf
expect_match "nobody can answer a text that comes from a name" "$err"
echo '{{first_name}}, come. No more: {{links.unsubscribe}}' >note.en.sms
expect_status 0 "$MUSTER" campaign create mute.conf
