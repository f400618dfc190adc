#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The templates that are shipped hold together: each in English and Welsh, as text, mail and HTML.
# Real campaigns send all of them to typical members; what the carriers got is looked at here and by
# templates.py.
source "$(dirname "$0")/branch.sh"
templates=$MUSTER_ROOT/templates/message
names=(action-call ballot-opens has-your-paper-come last-safe-post rally replacement-paper result
    thank-you)
links=(has-your-paper-come-link) # texts only, for a sender that cannot be answered
texts=(paper-survey plan-question plan-day) # texts only, as they want an answer by text

note "every template has six forms, or two as a text only, each sound; nothing else lies there"
# A template can be sent: it has a text, or a mail with a subject. All the rest must be asked for.
all=("${names[@]}" "${links[@]}" "${texts[@]}")
expect_equal "$(printf '%s\n' "${all[@]}" | sort | xargs)" "$(cd "$templates" && {
    printf '%s\n' *.sms
    grep -l '^Subject:' -- *.txt
} | sed 's/\..*//' | sort -u | xargs)" "the list of templates"
for file in "$templates"/*; do
    base=$(basename "$file")
    name=${base%%.*}
    if [[ " ${names[*]} ${links[*]} ${texts[*]} " == *" $name "* ]]; then continue; fi
    grep -qE "\{\{[<>]$name\}\}" "$templates"/* || fail "no template asks for $base"
done
for name in "${names[@]}"; do
    for form in {en,cy}.{sms,txt,html}; do
        expect_status 0 "$MUSTER" template check "$templates/$name.$form"
    done
    expect_equal 6 "$(find "$templates" -name "$name.*" | wc -l)" "the number of files of $name"
done
for name in "${links[@]}" "${texts[@]}"; do
    for form in {en,cy}.sms; do
        expect_status 0 "$MUSTER" template check "$templates/$name.$form"
    done
    expect_equal 2 "$(find "$templates" -name "$name.*" | wc -l)" "the number of files of $name"
done
if grep -nE '//|<(img|link|script|form|iframe)|src=|url\(|@import|@font-face' "$templates"/*; then
    fail "a template reaches outside"
fi

note "each goes out to typical members, and to one of whom nothing is known"
start_rehearsal
make_branch
cat >members.csv <<'END'
Membership number,First name,Surname,Mobile,Email,Employer,Workplace,Branch,Language
1,Alexandra,Ash,07700 900001,,Calder Vale Community Nursing Trust,The Annexe,Anytown Health,en
2,Siân,Ŵyn,07700 900002,,Calder Vale Community Nursing Trust,The Annexe,Anytown Health,cy
3,Alexandra,Elm,,en@mail.example,Calder Vale Community Nursing Trust,The Annexe,Anytown Health,en
4,Siân,Elm,,cy@mail.example,Calder Vale Community Nursing Trust,The Annexe,Anytown Health,cy
5,,Cedar,07700 900005,,,,,en
6,,Cedar,,en-bare@mail.example,,,,en
7,,Cedar,,cy-bare@mail.example,,,,cy
END
expect_status 0 "$MUSTER" import members.csv
# September and Gorffennaf have the longest short names.
cat >ballot.conf <<'END'
ballot = {
    name = "pay-2099";  title = "the NHS pay ballot 2099";
    opens = "2098-09-30";  closes = "2099-07-31 17:00";
    who = "everyone";  threshold = "1/2";
};
END
expect_status 0 "$MUSTER" ballot create ballot.conf
declare -A details=(
    [rally]='place = "Jubilee Square, beside the library";  time = "2099-07-29 17:30";'
    [replacement-paper]='contact = "0808 157 0123";'
    [result]='ballot = "the NHS pay ballot 2099";  votes = 1402;  yes = 1190;
        outcome = "We have a clear mandate to take action.";'
)
details[result-full]="${details[result]}"'  entitled = 2331;  no = 203;  spoiled = 9;
        ballot_cy = "pleidlais gyflog y GIG 2099";  outcome_cy = "Mae gennym fandad i weithredu.";'

# write_letter NAME TEMPLATE DETAILS: a campaign that sends it to everybody.
write_letter() {
    local ballot='ballot = "pay-2099";' ways='channels = [ "sms", "email" ];'
    case $2 in action-call* | rally* | result*) ballot='' ;; esac
    case $2 in
        *-alone) ways="channels = [ \"email\" ];  email = \"$2\";" ;;
        *-link | paper-survey | plan-*) ways="channels = [ \"sms\" ];  sms = \"$2\";" ;;
        *) ways+="  sms = \"$2\";  email = \"$2\";" ;;
    esac
    cat >"$1.conf" <<END
campaign = {
    name = "$1";  title = "$1";  $ballot
    who = "everyone";  $ways
    details = { ${3-} };
    at = "now";  deadline = "2099-07-01 20:00";
};
END
}

# send NAME TEMPLATE DETAILS COUNTS: and put its messages into the outbox.
send() {
    write_letter "$@"
    expect_status 0 "$MUSTER" campaign create "$1.conf"
    expect_status 0 "$MUSTER" campaign start "$1"
    expect_match " $4 queued" "$out" "$1"
    "$MUSTER" message list "$1" --format json |
        jq -c --arg campaign "$1" '.[] | . + {campaign: $campaign}' >>messages.jsonl
}

for name in "${names[@]}"; do send "$name" "$name" "${details[$name]-}" '3 texts and 4 mails'; done
for name in "${links[@]}" "${texts[@]}"; do send "$name" "$name" '' '3 texts and 0 mails'; done
send result-full result "${details[result-full]}" '3 texts and 4 mails'
# Once more without the text that is written by hand, as somebody may who likes HTML.
for name in "${names[@]}"; do
    for language in en cy; do
        cp "$templates/$name.$language.html" "$name-alone.$language.html"
    done
    send "$name-alone" "$name-alone" "${details[$name]-}" '0 texts and 4 mails'
done
expect_status 0 "$MUSTER" run --until-idle
expect_equal '107 accepted, 0 refused, 0 put off, 0 unsure, 0 withheld' "$out"
mkdir got
expect_status 0 python3 "$MUSTER_ROOT/tests/flow/templates.py" collect got
expect_equal $((13 * 3 + (9 + 8) * 4 * 3)) "$(find got -type f -size +0 | wc -l)" "the files"

note "a text is one part in GSM-7, names its sender, and says how to leave"
for file in got/*.sms; do
    expect_status 0 "$MUSTER" template parts <"$file"
    expect_match $'^gsm7\t[0-9]+\t1$' "$out" "$file: $(cat "$file")"
    expect_match '^Anytown Health Branch: ' "$(cat "$file")"
    case $file in
        *-link.*) expect_match ": $PUBLIC_URL/b/[a-z2-7]{18}\$" "$(cat "$file")" ;;
        *.cy.sms) expect_match ' I adael: STOPIO\.$' "$(cat "$file")" ;;
        *) expect_match ' STOP to leave\.$' "$(cat "$file")" ;;
    esac
done

note "the answers that a text asks for are understood, and none is a provider's own word"
while IFS='|' read -r name language meanings answers; do
    text=$(cat "got/$name.$language.sms")
    IFS=, read -ra words <<<"$answers"
    for word in "${words[@]}"; do expect_match "\\b$word\\b" "$text"; done
    expect_status 0 "$MUSTER" reply classify < <(printf '%s\n' "${words[@]}")
    expect_equal "$meanings" "$(paste -sd, <<<"$out")" "what the answers of $name.$language mean"
    if grep -wE 'YES|NO|END|CANCEL|QUIT|START|HELP|INFO' <<<"${text//NO PAPER/}"; then
        fail "$name.$language offers a word that providers answer themselves"
    fi
done <<'END'
action-call|en|other,stop|COUNT ME IN,STOP
action-call|cy|other,stop|1,STOPIO
ballot-opens|en|voted,stop|VOTED,STOP
ballot-opens|cy|voted,stop|WEDI PLEIDLEISIO,STOPIO
has-your-paper-come|en|voted,no-paper,stop|VOTED,NO PAPER,STOP
has-your-paper-come|cy|voted,no-paper,stop|WEDI PLEIDLEISIO,DIM PAPUR,STOPIO
last-safe-post|en|voted,no-paper,stop|VOTED,NO PAPER,STOP
last-safe-post|cy|voted,no-paper,stop|WEDI PLEIDLEISIO,DIM PAPUR,STOPIO
paper-survey|en|stop|STOP
paper-survey|cy|stop|STOPIO
plan-day|en|voted,no-paper,stop|VOTED,NO PAPER,STOP
plan-day|cy|voted,no-paper,stop|WEDI PLEIDLEISIO,DIM PAPUR,STOPIO
plan-question|en|voted,stop|VOTED,STOP
plan-question|cy|voted,stop|WEDI PLEIDLEISIO,STOPIO
rally|en|other,stop|1,STOP
rally|cy|other,stop|1,STOPIO
replacement-paper|en|voted,stop|VOTED,STOP
replacement-paper|cy|voted,stop|WEDI PLEIDLEISIO,STOPIO
result|en|stop|STOP
result|cy|stop|STOPIO
thank-you|en|stop|STOP
thank-you|cy|stop|STOPIO
END
if grep -HE '\?|\b([Rr]eply|[Aa]nswer|[Aa]tebwch)\b' got/{thank-you,result,result-full}.*; then
    fail "thanks and results ask for nothing"
fi

note "no sentence has a hole, and names stand where there are any"
if grep -nHE '[^ ]  +[^ ]|[^ ] +[.,:;?]|\( *\)|,,|\{\{|\}\}' got/*.{sms,subject,txt}; then
    fail "a field was missing, and it shows"
fi
for name in "${names[@]}"; do
    for form in sms subject txt; do expect_match Alexandra "$(cat "got/$name.en.$form")"; done
    for form in subject txt; do expect_match Siân "$(cat "got/$name.cy.$form")"; done
done
expect_match '^Annwyl aelod,$' "$(cat got/rally.cy-bare.txt)"
expect_match '^Dear colleague,$' "$(cat got/rally.en-bare.txt)"

note "dates, numbers and details are those of the language"
expect_match 'Friday 31 July at 17:00' "$(cat got/ballot-opens.en.txt)"
expect_match 'dydd Gwener 31 Gorffennaf am 17:00' "$(cat got/ballot-opens.cy.txt)"
expect_match 'Jubilee Square, beside the library, Wed 29 Jul, 17:30' "$(cat got/rally.en.sms)"
expect_match 'Jubilee Square, beside the library, Mer 29 Gorff, 17:30' "$(cat got/rally.cy.sms)"
expect_match "1,190 o'r 1,402 o bleidleisiau" "$(cat got/result.cy.sms)"
expect_match '^Entitled to vote: 2,331$' "$(cat got/result-full.en.txt)"
expect_match '^Papurau a ddifethwyd: 9$' "$(cat got/result-full.cy.txt)"
expect_equal '' "$(grep -lE 'Entitled|Spoiled|ddifethwyd' got/result.* || true)" \
    "results with figures that were not given"
expect_match '^We have a clear mandate' "$(cat got/result.cy.txt)"
expect_match '^Mae gennym fandad' "$(cat got/result-full.cy.txt)"

note "each HTML is whole, in its language, tells what the text tells, and links only to the way out"
export PUBLIC_URL
expect_status 0 python3 "$MUSTER_ROOT/tests/flow/templates.py" look got
expect_equal '68 mails are sound' "$out"

note "a detail that is not given makes no campaign"
for name in rally:place replacement-paper:contact result:outcome; do
    detail=${name#*:} name=${name%:*}
    sed "s/\b$detail = \"[^\"]*\";//; s/name = \"$name\"/name = \"short\"/" "$name.conf" >short.conf
    expect_status 65 "$MUSTER" campaign create short.conf
    expect_match "details\.$detail" "$err"
done

note "the examples with details are campaigns"
for name in rally result; do
    sed -E 's/^( *name *= ")/\1example-/; s/^( *at *= *)"[^"]*"/\1"now"/
        s/^( *deadline *= *)"[^"]*"/\1"2099-12-01 20:00"/' \
        "$MUSTER_ROOT/etc/examples/$name.conf" >"$name-example.conf"
    expect_status 0 "$MUSTER" campaign create "$name-example.conf"
done
