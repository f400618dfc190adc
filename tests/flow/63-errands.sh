#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What members write in their own words is somebody's to answer: the campaign names a person, who
# sees what waits, answers from a store of answers, or says that it is done.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch
cat >members.csv <<'END'
Membership number,First name,Surname,Mobile,Employer,Language
A1,Ann,Adams,07700 900001,City Trust,
A2,Bea,Brown,07700 900002,City Trust,Welsh
A3,Cai,Cole,07700 900003,City Trust,
A4,Dee,Dunn,07700 900004,City Trust,
END
expect_status 0 "$MUSTER" import members.csv
make_ballot
start_public

# waiting [OPTION...]: who waits for an answer, "MEMBER PERSON" each, in the order of the listing.
waiting() {
    "$MUSTER" reply list --unanswered "$@" --format json |
        jq -r 'map("\(.member) \(.assigned)") | join(", ")'
}

# id_of MEMBER: the latest reply of a member in words of their own.
id_of() {
    "$MUSTER" reply list --meaning other --format json |
        jq -r --arg m "$1" 'map(select(.member == $m))[0].id'
}

# texts_of NUMBER: the texts that its phone has got, a line each.
texts_of() {
    jq -r --arg to "$1" 'select(.event == "message" and .to == $to).text' "$REHEARSAL_LOG"
}

note "a campaign names who answers; the file is checked"
write_campaign ask everyone pay
sed -i 's|^ *at = .*|&\n    replies_to = "two words";|' ask.conf
expect_status 65 "$MUSTER" campaign create ask.conf
expect_match '^ask\.conf:[0-9]+: campaign\.replies_to' "$err"
sed -i 's|two words|asha|' ask.conf
expect_status 0 "$MUSTER" campaign create ask.conf
expect_status 0 "$MUSTER" campaign start ask
expect_status 0 "$MUSTER" run --until-idle

note "what is understood waits for nobody; the rest is asha's, held ones first, then the longest"
reply +447700900001 "When does it close?"
reply +447700900002 "Can my partner post it for me?"
reply +447700900003 "voted"
reply +447700900004 "wrong number"
expect_equal 'A4 asha, A1 asha, A2 asha' "$(waiting)"
expect_equal 'A4 asha, A1 asha, A2 asha' "$(MUSTER_ACCOUNT=asha waiting --mine)"
expect_equal '' "$(waiting --assigned bob)"
expect_status 64 env -u MUSTER_ACCOUNT "$MUSTER" reply list --mine
expect_match 'who are you' "$err"
expect_status 0 "$MUSTER" reply list --unanswered
expect_match 'A1 .* ask +asha +waits +When does it close' "$out"

# papers: who has asked for another paper, "MEMBER SOURCE STATE" each.
papers() {
    "$MUSTER" ballot replacements pay --format json |
        jq -r 'map("\(.number) \(.told_by) \(.state)") | join(", ")'
}

note "who writes that no paper has come has asked for another, and a vote settles that"
reply +447700900001 "no paper"
reply +447700900003 "no paper"
expect_equal 'A1 reply outstanding' "$(papers)" "what A3, who has voted, writes later asks for none"
reply +447700900001 "voted"
expect_equal 'A1 reply settled' "$(papers)"

note "it can be handed to another, and to nobody"
expect_status 0 "$MUSTER" reply assign "$(id_of A1)" bob
expect_match '^reply [0-9]+ is for bob$' "$out"
expect_equal 'A1 bob' "$(waiting --assigned bob)"
expect_status 0 "$MUSTER" reply assign "$(id_of A1)" nobody
expect_equal 'A4 asha, A1 , A2 asha' "$(waiting)"
expect_status 64 "$MUSTER" reply assign "$(id_of A1)" 'two words'
expect_status 65 "$MUSTER" reply assign 999 bob

note "saved answers go out in the language of the member"
expect_status 0 "$MUSTER" reply answers set partner 'Yes, sealed and signed by you.'
expect_match '^partner \(en\): 1 part$' "$out"
expect_status 0 "$MUSTER" reply answers set partner --language cy 'Caiff, os ydych wedi ei selio.'
expect_status 64 "$MUSTER" reply answers set partner --language Welsh x
expect_status 64 "$MUSTER" reply answers set 'My answer' x
expect_status 0 "$MUSTER" reply answers list --format csv
expect_match '^partner,cy,"Caiff, os ydych wedi ei selio\."$' "$out"
expect_status 64 "$MUSTER" reply answer "$(id_of A2)"
expect_status 64 "$MUSTER" reply answer "$(id_of A2)" --saved partner 'and words'
expect_status 65 "$MUSTER" reply answer "$(id_of A2)" --saved partnr
expect_match "no saved answer 'partnr'" "$err"
expect_status 0 "$MUSTER" reply answer "$(id_of A2)" --saved partner
expect_status 0 "$MUSTER" reply answer "$(id_of A1)" --saved partner
expect_equal 'A4 asha' "$(waiting)"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^Caiff, os ydych wedi ei selio\.$' "$(texts_of +447700900002)"
expect_match '^Yes, sealed and signed by you\.$' "$(texts_of +447700900001)"
expect_status 0 "$MUSTER" reply answers remove partner
expect_match 'in all its languages' "$out"
expect_status 65 "$MUSTER" reply answers remove partner

note "what needs no answer is done, and so is what a decision has answered"
expect_status 0 "$MUSTER" suppress add +447700900004 --reason 'meant to leave'
expect_equal '' "$(waiting)"
reply +447700900001 "Thanks, very kind"
expect_equal 'A1 asha' "$(waiting)"
expect_status 0 "$MUSTER" reply done "$(id_of A1)"
expect_equal '' "$(waiting)"
expect_status 0 "$MUSTER" reply show "$(id_of A1)"
expect_match '^for +asha$' "$out"
expect_match '^state +done$' "$out"
expect_sound_books
