#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a campaign will cost is what it costs: the preflight before it, against what the carriers
# have seen after it. And what was sent can be rendered again.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch "hours.sms=Mon-Fri 09:00-20:00, Sat 10:00-18:00"
sed -i 's/^\( *\)# price_crown = .*/\1price_crown = "0.0811";/' "$HOUSE/muster.conf"

# Names of every kind: plain, with letters that GSM-7 has not, too long for one part, in Welsh; one
# handset shared, one on an island, one that is suppressed, one that nobody can reach.
long="North Anytown and Old Newtown Mental Health, Learning Disability and Community Services Trust"
island=0$((7829 * 1000000 + 800001)) # a range of Guernsey's
cat >members.csv <<END
Membership number,First name,Surname,Mobile,Email,Employer,Language
1,Ann,Ash,07700 900001,,Anytown Hospital,
2,Siân,Beech,07700 900002,,Anytown Hospital,
3,Zoë,Cedar,07700 900003,,Anytown Hospital,
4,Dai,Derwen,07700 900004,,Anytown Hospital,Welsh
5,Eve,Elm,07700 900005,,"$long",
6,Fay,Ash,07700 900001,fay@mail.example,Anytown Hospital,
7,Guy,Gorse,$island,,Anytown Hospital,
8,Hal,Holly,07700 900008,hal@mail.example,Anytown Hospital,
9,Ida,Ivy,,,Anytown Hospital,
10,Łukasz,Jasmine,,lukasz@mail.example,Anytown Hospital,
11,O’Neil,Kale,07700 900011,,Anytown Hospital,
END
expect_status 0 "$MUSTER" import members.csv
expect_status 0 "$MUSTER" suppress add 07700900008
cat >ask.en.sms <<'END'
{{organisation.name}}: {{first_name}}, the members at {{employer}} meet on {{>day}}. {{>foot}}
END
printf '%s' '{{details.day | date "%A %-d %B"}}' >day.sms
echo 'Come, it’s in {{details.place}}. STOP to leave.' >foot.sms
cat >ask.cy.sms <<'END'
{{organisation.name}}: cyfarfod aelodau {{employer}}, {{>day}}, {{details.place}}. I adael: STOP.
END
cat >ask.en.html <<'END'
<html><head><title>{{first_name}}, we meet on {{details.day | date "%-d %B"}}</title></head>
<body><p>Dear {{first_name}},</p><p>we meet in <b>{{details.place}}</b>.</p>
<p><a href="{{links.unsubscribe}}">No more of these</a></p></body></html>
END
cat >ask.conf <<'END'
campaign = {
    name = "ask";  title = "We meet";  who = "everyone";
    channels = [ "sms", "email" ];  sms = "ask";  email = "ask";
    at = "now";  deadline = "2099-12-01 20:00";
    details = { place = "Town Hall"; day = "2099-12-01"; };
};
END

# figure NAME: of the preflight in $out.
figure() {
    jq -r --arg name "$1" '.[] | select(.figure == $name).value' <<<"$out"
}

note "every message is reckoned, and nothing is written"
expect_status 0 "$MUSTER" campaign create ask.conf
expect_match '^languages: texts cy, en; mails en$' "$out"
before=$(sqlite3 "$HOUSE/muster.db" .dump | sha256sum)
expect_status 0 "$MUSTER" campaign preflight ask --format json
expect_equal "$before" "$(sqlite3 "$HOUSE/muster.db" .dump | sha256sum)" "the store"
expect_equal 11 "$(figure audience)" "the audience"
expect_equal 7 "$(figure texts)" "texts"
expect_equal 3 "$(figure mails)" "mails"
expect_equal 1 "$(figure no_address)" "not reached"
foreseen=$(figure parts)
expect_equal "$foreseen" $(($(figure parts_uk) + $(figure parts_crown))) "parts by route"
expect_equal $(($(figure parts_uk) * 35000 + $(figure parts_crown) * 81100)) \
    "$(figure cost_millionths)" "the cost"
bytes=$(figure mail_bytes)

note "who costs more is told, and why"
expect_status 0 "$MUSTER" campaign preflight ask --members --format csv
expect_match '^2,2,ucs2,[0-9]+,â in first_name$' "$out"
expect_match '^3,2,ucs2,[0-9]+,ë in first_name$' "$out"
expect_match '^5,2,gsm7,[0-9]+,"?too long with employer' "$out"
expect_equal '' "$(grep -E '^(1|4|7|11),' <<<"$out" || true)" "those who cost one part"
expect_status 0 "$MUSTER" campaign preflight ask
expect_match '"â" in \{\{first_name\}\}: 1 text' "$out"
expect_match 'written plainer, as the campaign allows: saves 5 parts in 4 texts, 0.2211 GBP' "$out"
expect_match 'letters without marks in what is merged in, too: would save 2 parts in 2 texts' "$out"
expect_match '^  - .* Siân, ' "$out"
expect_match '^  \+ .* Sian, ' "$out"
expect_match 'too long with \{\{employer\}\}: 1 text' "$out"
expect_match 'they cost [0-9.]+ GBP' "$out"

note "when it would go is told: within the hours, at the pace, and what the deadline cuts off"
expect_match '^texts go without a limit, reckoned as 10 a second, hours: Mon-Fri 09:00-20:' "$out"
expect_match '^mails go without a limit, reckoned as 10 a second, hours: always$' "$out"
expect_match '^  all of them go before the deadline, Tue 1 Dec 2099, 20:00:00$' "$out"
set_hours() { # SMS [RATE]: of the configuration
    sed -i -e "/^hours = /,/^}/ s/^ *\(# \)\?sms = .*/    sms = \"$1\";/" \
        -e "/^sms = /,/^}/ s/^ *\(# \)\?rate = .*/    rate = ${2:-0};/" "$HOUSE/muster.conf"
}
# Open for a minute on one day of the week, the one after next.
day=$(TZ=Europe/London date -d '+2 days' +%F)
open="$(LC_ALL=C date -d "$day" +%a) 12:00-12:01"
set_hours "$open, holidays 12:00-12:01" 1
printf 'england-and-wales = ( { date = "2026-01-01"; } );\n' >"$HOUSE/ours.conf"
sed -i 's/^ *holidays = .*/    holidays = "ours.conf";/' "$HOUSE/muster.conf"
noon() { # SECONDS: after noon of that day, in UTC
    date -u -d "@$(($(TZ=Europe/London date -d "$day 12:00" +%s) + $1))" +%FT%TZ
}
for seconds in 30 03 00; do
    sed "s/2099-12-01 20:00/$day 12:00:$seconds/; s/\"ask\";  title/\"cut$seconds\";  title/" \
        ask.conf >"cut$seconds.conf"
    expect_status 0 "$MUSTER" campaign create "cut$seconds.conf"
done
expect_status 0 "$MUSTER" campaign preflight cut30 --format json
expect_equal "0 $(noon 0) $(noon 6)" \
    "$(figure texts_late) $(figure texts_first) $(figure texts_last)" "7 texts in 30 seconds"
expect_equal 0 "$(figure mails_late)" "mails"
expect_status 0 "$MUSTER" campaign preflight cut03 --format csv
expect_match '^texts_late,4,$' "$out"
expect_match "^texts_last,$(noon 2),\$" "$out"
expect_status 0 "$MUSTER" campaign preflight cut03
expect_match "^texts go at 1 a second, hours: ${open/ /,holidays }$" "$out"
expect_match '^  the first on .* 12:00:00, the last on .* 12:00:02$' "$out"
expect_match '^  4 of 7 would expire: not sent before the deadline, .* 12:00:03$' "$out"
expect_status 0 "$MUSTER" campaign preflight cut00 --format json
expect_equal '7 ' "$(figure texts_late) $(figure texts_last)" "texts without any time"
expect_status 0 "$MUSTER" campaign preflight cut00
expect_match '^  7 of 7 would expire' "$out"

note "a bank holiday is closed; a list of them with faults is told, one that is not there too"
printf 'england-and-wales = ( { date = "%s"; } );\n' "$day" >"$HOUSE/ours.conf"
set_hours "$open" 1
expect_status 0 "$MUSTER" campaign preflight cut30 --format json
expect_equal '7 ' "$(figure texts_late) $(figure texts_first)" "texts on a bank holiday"
printf 'england-and-wales = (\n { date = "2026-02-30"; } );\n' >"$HOUSE/ours.conf"
expect_status 78 "$MUSTER" campaign preflight cut30
expect_match 'ours\.conf:2: england-and-wales\[0\]\.date is "2026-02-30", but must be a day' "$err"
rm "$HOUSE/ours.conf"
expect_status 66 "$MUSTER" campaign preflight cut30
expect_match 'ours\.conf' "$err"
sed -i "s|^ *holidays = .*|    holidays = \"$MUSTER_ROOT/etc/holidays.conf\";|" "$HOUSE/muster.conf"
set_hours always
expect_status 0 "$MUSTER" campaign preflight ask
expect_match '^texts go without a limit, reckoned as 10 a second, hours: always$' "$out"

note "what is sent is what was foreseen, by somebody else's count"
expect_status 0 "$MUSTER" campaign start ask
expect_status 0 "$MUSTER" campaign preflight ask --format json
expect_equal "$foreseen" "$(figure parts)" "parts of what waits"
expect_equal 10 "$(figure waiting)" "messages that wait"
reference=$("$MUSTER" message list ask --format json | jq -r '.[0].reference')
expect_status 65 "$MUSTER" message show "$reference" --text
expect_match 'was never handed over' "$err"
expect_status 0 "$MUSTER" campaign pause ask
sqlite3 "$HOUSE/muster.db" "UPDATE step SET who = 'not number:2'"
expect_status 0 "$MUSTER" campaign preflight ask --format json
expect_equal 9 "$(figure waiting)" "messages to those who are still meant"
sqlite3 "$HOUSE/muster.db" "UPDATE step SET who = 'everyone'"
expect_status 0 "$MUSTER" campaign resume ask
expect_status 0 "$MUSTER" run --until-idle
expect_equal '10 accepted, 0 refused, 0 put off, 0 unsure, 0 withheld' "$out"
seen=$(jq -r 'select(.event == "message" and .channel == "sms").text | @json' "$REHEARSAL_LOG" |
    "$MUSTER_ROOT/tests/flow/parts.py")
expect_equal "$foreseen" "$seen" "parts of what the provider has"
expect_equal "$foreseen" "$(sqlite3 "$HOUSE/muster.db" 'SELECT SUM(parts) FROM outbox')" \
    "parts that the store has"
text_to() {
    jq -r --arg to "$1" 'select(.event == "message" and .to == $to).text' "$REHEARSAL_LOG"
}
expect_match "^Anytown Health Branch: Ann, .* Come, it's in Town Hall" "$(text_to +447700900001)"
expect_match "it’s in" "$(text_to +447700900002)"
expect_match ', dydd Mawrth 1 Rhagfyr, ' "$(text_to +447700900004)"
expect_match 'Branch: O.Neil, ' "$(text_to +447700900011)"

note "what was sent is rendered again to the byte, whatever the configuration has become"
sed -i -e 's/^\( *\)from = .*/\1from = "other@branch.example";/' \
    -e 's/^\( *\)name = "Anytown.*/\1name = "Other";/' \
    -e 's/^\( *\)# zone = .*/\1zone = "Asia\/Tokyo";/' "$HOUSE/muster.conf"
while IFS=$'\t' read -r reference channel to; do
    expect_status 0 "$MUSTER" message show "$reference" --text
    expect_match 'the digest proves it: this is what was sent, by version 1 of ask\.' "$err"
    if [[ $channel == sms ]]; then
        expect_equal "$(text_to "$to")" "$out" "the text to $to"
    else
        id=$(jq -r --arg to "$to" 'select(.event == "message" and .to == $to).id' "$REHEARSAL_LOG")
        curl -fsS "$SMS_URL/mailbox/$to/$id.eml" >got.eml
        "$MUSTER" message show "$reference" --text >again.eml 2>/dev/null
        expect_equal '' "$(cmp got.eml again.eml 2>&1 || true)" "the mail to $to"
        bytes=$((bytes - $(stat -c %s again.eml)))
    fi
done < <("$MUSTER" message list ask --format json |
    jq -r '.[] | [.reference, .channel, .to] | @tsv')
expect_equal 0 "$bytes" "bytes of mails that were foreseen and not sent"

note "of what is over nothing is left to reckon"
expect_status 0 "$MUSTER" campaign preflight ask
expect_equal 'campaign ask is finished; what it sent: muster campaign status ask' "$out"
expect_status 0 "$MUSTER" campaign preflight ask --format json
expect_equal 0 "$(figure texts)" "texts"

note "a mail of HTML alone has a text and a subject"
expect_match '^Subject: =\?UTF-8|^Subject: ' "$(cat got.eml)" "the mail"
expect_match 'we meet in Town Hall' "$(cat got.eml)" "the mail"

note "a store whose words were changed proves nothing"
reference=$("$MUSTER" message list ask --format json | jq -r '.[0].reference')
sqlite3 "$HOUSE/muster.db" "UPDATE outbox SET merge = replace(merge, 'Town', 'Down')
    WHERE reference = '$reference'"
expect_status 65 "$MUSTER" message show "$reference" --text
expect_match 'this is not what was sent: the digest of message' "$err"

note "a message says whose it is and what it was made of"
expect_status 0 "$MUSTER" message show "$reference"
expect_match ' campaign +ask$' "$out"
expect_match ' member +[0-9]+ .' "$out"
expect_match ' template +ask\.(en|cy), version 1$' "$out"

note "a preview shows members and those who try a template"
cp ask.en.sms kept.sms
echo 'Another text. STOP to leave.' >ask.en.sms # the campaign has taken the one before
expect_status 0 "$MUSTER" template preview ask --member 2 --campaign ask
expect_match '^Siân Beech: text\.en, 2 parts \(ucs2, [0-9]+ units\)' "$out"
expect_match 'meet on Tuesday 1 December' "$out"
expect_status 65 "$MUSTER" template preview other --campaign ask
expect_match "campaign ask has no template 'other'" "$err"
expect_status 65 "$MUSTER" template preview ask --campaign asc
expect_match "there is no campaign 'asc'; did you mean 'ask'\?" "$err"
cp kept.sms ask.en.sms
expect_status 0 "$MUSTER" template preview ask --format json
expect_match 'details are left blank: --campaign NAME fills them in' "$err"
expect_equal 10 "$(jq length <<<"$out")" "messages"
expect_match 'invented: no first name' "$out"
welsh=$(jq -r '.[] | select(.channel == "sms" and .language == "cy").label' <<<"$out")
expect_equal 'in Welsh' "$welsh" "who reads Welsh"
expect_status 0 "$MUSTER" template preview ask --member 2 --campaign ask --html ask.html
expect_match '<p>Dear Siân,</p>' "$(cat ask.html)" "the HTML"
expect_status 73 "$MUSTER" template preview ask --member 2 --campaign ask --html ask.html
expect_status 65 "$MUSTER" template preview nosuch
expect_match "there is no template 'nosuch'" "$err"
