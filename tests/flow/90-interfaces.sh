#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What scripts rely on: commands that answer a line per line, exit codes, CSV and JSON.
source "$(dirname "$0")/branch.sh"
unset MUSTER_CONFIG # these need no configuration

# answers EXPECTED COMMAND...: the lines of standard input are answered so.
answers() {
    local expected=$1
    shift
    expect_status 0 "$@"
    expect_equal "$expected" "$out"
}

note "address check --channel sms"
answers $'ok\t+447700900123
refused\tis blank
refused\thas letters in it
ok\t+447700900123
refused\tis a landline
ok\t+447700900123' "$MUSTER" address check --channel sms <<'END'
07700 900123

hello
+44 (0)7700 900 123
020 7946 0123
7700900123
END
answers $'ok\t+447700900123\nok\t+353850000000' "$MUSTER" address check --channel sms --region IE \
    <<<$'+447700900123\n085 000 0000'
printf '07700 900001' >unended
answers $'ok\t+447700900001' "$MUSTER" address check --channel sms <unended

note "address check --channel email"
answers $'ok\tAnn.Ash@mail.example
refused\thas no @
ok\tx@y.example
ok\tx@xn--bcher-kva.example' "$MUSTER" address check --channel email <<'END'
Ann.Ash@Mail.Example
nothing
mailto:x@y.example
x@bücher.example
END

note "each line is answered before the next is asked for"
coproc answerer { "$MUSTER" address check --channel sms; }
for number in 1 2 3; do
    echo "07700 90000$number" >&"${answerer[1]}"
    read -r -t 20 verdict address <&"${answerer[0]}" || fail "no answer to line $number"
    expect_equal "ok +44770090000$number" "$verdict $address"
done
eval "exec ${answerer[1]}>&-"
wait

note "template parts: where a text breaks (a pair of units may not straddle two parts)"
repeat() {
    printf "%0.s$2" $(seq "$1")
}
parts() {
    local expected=$1
    shift
    printf '%s' "$*" >text
    answers "${expected// /$'\t'}" "$MUSTER" template parts <text
}
parts 'gsm7 160 1' "$(repeat 160 a)"
parts 'gsm7 161 2' "$(repeat 161 a)"
parts 'gsm7 160 1' "$(repeat 158 a)€"
parts 'gsm7 161 2' "$(repeat 159 a)€"
parts 'gsm7 306 3' "$(repeat 152 a)€$(repeat 152 a)"
parts 'gsm7 306 2' "$(repeat 306 a)"
parts 'gsm7 307 3' "$(repeat 307 a)"
parts 'ucs2 70 1' "$(repeat 70 ŵ)"
parts 'ucs2 71 2' "$(repeat 71 ŵ)"
parts 'ucs2 70 1' "$(repeat 68 ŵ)😀"
parts 'ucs2 71 2' "$(repeat 69 ŵ)😀"
parts 'ucs2 134 3' "$(repeat 66 ŵ)😀$(repeat 66 ŵ)"
parts 'ucs2 134 2' "$(repeat 134 ŵ)"
answers $'gsm7\t3\t1' "$MUSTER" template parts <<<$'a\nb'
answers $'gsm7\t0\t0' "$MUSTER" template parts </dev/null
printf '\377' >text
expect_status 65 "$MUSTER" template parts <text

note "reply classify"
answers 'stop
stop
start
help
voted
no-paper
declined
hold
other
other' "$MUSTER" reply classify <<'END'
STOP
please stop texting me!!
Start
help
I've already voted thanks
no paper yet
rather not say
wrong number
Who is this for?

END

note "mail-in --explain"
mails=$MUSTER_ROOT/tests/data/returned
explains() {
    answers "$1" "$MUSTER" mail-in --explain <"$mails/$2.eml"
}
explains $'bounce\tnia@trust.example\t5.1.1\tdead' postfix
explains $'bounce\tnia@trust.example\t-\tdead
bounce\ttom@council.example\t5.7.1\tblocked' exim-two
explains $'bounce\tnia@trust.example\t4.4.1\ttemporary' postfix-delayed
explains $'bounce\tnia@icloud.example\t5.2.2\tfull' apple
explains $'bounce\tnia@trust.example\t5.3.4\tconfig' too-large
explains $'complaint\tnia@yahoo.example\t-\t-' arf-yahoo
explains $'complaint\t-\t-\t-' arf-comcast
explains $'unsubscribe\tnia@trust.example\t-\t-' leave-text
explains $'reply\tnia@trust.example\t-\t-' reply-outlook
explains $'other\tnia@trust.example\t-\t-' away-welsh
explains $'other\t-\t-\t-' no-mail
printf 'From: <n@trust.example>\nSubject: =?utf-8?q?a=09b=0Ac?=\n\nhello\n' >mail
answers $'reply\tn@trust.example\t-\t-' "$MUSTER" mail-in --explain <mail
printf 'From: MAILER-DAEMON@x.example\nX-Failed-Recipients: a\033[31mb@x.example\n\nhello\n' >mail
expect_status 0 "$MUSTER" mail-in --explain <mail
if grep -q $'\033' stdout; then fail "a mail can colour the screen"; fi
{ cat "$mails/postfix.eml" && head -c 3000000 /dev/zero; } >mail
answers $'bounce\tnia@trust.example\t5.1.1\tdead' "$MUSTER" mail-in --explain <mail
expect_status 65 "$MUSTER" mail-in --explain </dev/null

note "template render writes the rendering and nothing else"
mkdir partials
printf '[{{name}}]' >partials/sign.mustache
printf 'Hi {{name}}{{^none}} & {{{name}}}{{/none}} {{>sign}}%s' '{{when | date "%A %-d %B"}}' \
    >greeting
echo '{"name": "A & <B>", "when": "2026-12-18T17:00:00Z"}' >data.json
expect_status 0 "$MUSTER" template render greeting --data data.json --as sms --partials partials
printf 'Hi A & <B> & A & <B> [A & <B>]Friday 18 December' | cmp - stdout
expect_status 0 "$MUSTER" template render greeting --data data.json --as html --partials partials
printf 'Hi A &amp; &lt;B&gt; & A & <B> [A &amp; &lt;B&gt;]Friday 18 December' | cmp - stdout
expect_status 0 "$MUSTER" template check "$MUSTER_ROOT/templates/message/action-call.en.html"

note "statuses follow sysexits"
echo '{{#a}}' >open
echo '{{first_nam}}' >field.sms
while IFS='|' read -r status words; do
    # shellcheck disable=SC2086
    expect_status "$status" "$MUSTER" $words </dev/null
    if [[ $status != 0 ]]; then expect_match '^muster: .*[^.]$' "$err" "standard error"; fi
done <<'END'
0|--help
0|--version
0|--config nosuch.conf --version
0|import --version
0|import --help
64|
64|frobnicate
64|campaign
64|campaign strat x
64|campaign frobnicate
64|import
64|member show 1 2
64|--frob check
64|address check
64|address check --channel fax
64|address check --channel
64|mail-in --explain x
64|template render greeting --as xml
64|template check --as=x greeting
65|template render open --as text
65|template render greeting --data greeting --as text
65|template check field.sms
65|template check open
66|template check nosuch
66|template check partials
66|template render greeting --data nosuch --as text
66|--config nosuch.conf import list
END
expect_status 64 "$MUSTER" campaign strat x
expect_match "did you mean 'muster campaign start'" "$err"
expect_status 64 "$MUSTER" campaign frobnicate
expect_equal "muster: there is no command 'campaign frobnicate'; see muster campaign --help" "$err"
expect_status 0 "$MUSTER" --config nosuch.conf --version
expect_match '^muster [0-9]+\.[0-9]+' "$out"
expect_status 64 "$MUSTER" import x --dry-rnu
expect_match 'did you mean --dry-run' "$err"
if [[ -w /dev/full ]]; then
    status=0
    "$MUSTER" --help >/dev/full 2>/dev/null || status=$?
    expect_equal 74 "$status" "the status of a full disk"
fi

note "every listing as CSV and as JSON, empty and full"
export MUSTER_CONFIG=$HOUSE/muster.conf
start_rehearsal
make_branch
listings=('import list' 'member find e' 'segment list' 'segment count everyone' 'suppress list'
    'campaign list' 'message list' 'message list --answers' 'reply list' 'gateway list'
    'account list' 'campaign tests' 'action list')
check_listings() {
    local listing
    for listing in "$@"; do
        # shellcheck disable=SC2086
        expect_status 0 "$MUSTER" $listing --format json
        jq -e 'type == "array"' stdout >/dev/null || fail "$listing gives no JSON array"
        local rows
        rows=$(jq length stdout)
        jq -r '.[0] // {} | keys_unsorted | join(",")' stdout >names
        # shellcheck disable=SC2086
        expect_status 0 "$MUSTER" $listing --format csv
        python3 - stdout "$rows" "$(cat names)" <<'END' || fail "$listing gives no sound CSV"
import csv, sys
rows = list(csv.reader(open(sys.argv[1], newline='')))
assert len(rows) == int(sys.argv[2]) + 1, len(rows)
assert all(len(row) == len(rows[0]) for row in rows)
assert sys.argv[3] in ('', ','.join(rows[0])), rows[0]
assert not any(cell[:1] in '=+-@\t' and cell for row in rows[1:] for cell in row
               if not cell.lstrip('-').isdigit())
END
        # shellcheck disable=SC2086
        expect_status 0 "$MUSTER" $listing
        if [[ -z $out ]]; then fail "$listing says nothing to people"; fi
    done
}
check_listings "${listings[@]}"
make_members 3 3
printf '%s\n' 'Membership number,First name,Employer,Email' \
    '=1+1,"=HYPERLINK(""x"")","A ""B"", C",a@mail.example' >evil.csv
expect_status 0 "$MUSTER" import evil.csv
make_ballot
expect_status 0 "$MUSTER" segment set a 'not voted'
expect_status 0 "$MUSTER" suppress add 07700900001 --reason '=cmd, "quoted"'
start_campaign first everyone pay
expect_status 0 "$MUSTER" run --until-idle
reference=$("$MUSTER" message list --format json | jq -r '.[0].reference')
check_listings "${listings[@]}" 'member show T1' 'segment show a' 'ballot show pay' \
    'ballot board pay' 'campaign results first' 'campaign results first --by-hour' \
    "message show $reference"

note "how a campaign stands is one object, or a table of its states"
expect_status 0 "$MUSTER" campaign status first --format json
expect_equal "campaign,title,state,purpose,paused_why,waits,seen_at,begins,deadline,expanded,\
channels,errors,routes,budget,mail_after,steps,by_lot" \
    "$(jq -r 'keys_unsorted | join(",")' <<<"$out")" \
    "what it holds"
messages=$(jq '[.channels[].states[]] | add' <<<"$out")
expect_status 0 "$MUSTER" campaign status first --format csv
expect_match '^channel,state,messages$' "$out"
expect_equal "$messages" "$(awk -F, 'NR > 1 { sum += $3 } END { print sum }' <<<"$out")" \
    "the number of messages"

note "people see columns; a pipe sees no colours and no bars"
expect_status 0 "$MUSTER" campaign list
expect_match '^CAMPAIGN  +STATE  +NEXT STEP +LAST DEADLINE +APPROVAL +TITLE +PURPOSE +MADE$' "$out"
if grep -q $'\033' stdout stderr; then fail "there are escape sequences in a pipe"; fi
