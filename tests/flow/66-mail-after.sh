#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A text first, a mail if there is no mobile, or if the text has not arrived after a day: once, and
# never both to who has the text.
source "$(dirname "$0")/branch.sh"
source "$(dirname "$0")/other_day.sh"

store() {
    sqlite3 "$HOUSE/muster.db" "$@"
}

# reference_of CHANNEL NUMBER: of the message to a member.
reference_of() {
    store "SELECT reference FROM outbox o JOIN member m ON m.id = o.member_id
        WHERE o.channel = '$1' AND m.number = '$2' ORDER BY o.id DESC LIMIT 1"
}

# mailed [NAME]: whose mail is in which state, "T1 accepted" a line.
mailed() {
    store -separator ' ' "SELECT m.number, o.state FROM outbox o JOIN member m ON m.id = o.member_id
        JOIN step s ON s.id = o.step_id JOIN campaign k ON k.id = s.campaign_id
        WHERE o.channel = 'email' AND k.name = '${1:-day}' ORDER BY 1"
}

# receipt INSTANT NUMBER STATUS: the provider posts one, of the text to a member, at that time.
receipt() {
    local reference id
    reference=$(reference_of sms "$2")
    id=$(store "SELECT remote_id FROM outbox WHERE reference = '$reference'")
    start_on public "$1" "$MUSTERD" --only public
    wait_until 20 public_listens
    expect_equal 200 "$(curl -sS -o /dev/null -w '%{http_code}' --data-urlencode "id=$id" \
        --data "reference=$reference&status=$3" --data-urlencode "to=+44770090000${2#T}" \
        "$receipts")" "the answer to the receipt of $2"
    stop public
}

start_rehearsal --faults receipt.lose=100%
make_branch "mail.bounces="
cat >members.csv <<'END'
Membership number,First name,Surname,Mobile,Email,Employer
T1,Ann,Never,07700 900001,t1@mail.example,City Trust
T2,Bea,Delivered,07700 900002,t2@mail.example,City Trust
T3,Cai,Undelivered,07700 900003,t3@mail.example,City Trust
T4,Dot,Voted,07700 900004,t4@mail.example,City Trust
T5,Eva,Late,07700 900005,t5@mail.example,City Trust
T6,Flo,Unmailable,07700 900006,,City Trust
T7,Gus,Shares,07700 900007,t1@mail.example,City Trust
T8,Hal,Stopped,07700 900008,t8@mail.example,City Trust
T9,Ida,Corrected,07700 900009,t9@mail.example,City Trust
E1,Jan,Mobileless,,e1@mail.example,City Trust
END
expect_status 0 "$MUSTER" import members.csv
make_ballot
write_campaign day 'not voted' pay '2027-01-15 20:00'

note "it is for campaigns that text first, and says in what it is reckoned"
# try LINE REGEX [SED]: the campaign with this line is refused, and why.
try() {
    sed -e "s/at = /$1 &/" -e "${3:-}" day.conf >wrong.conf
    expect_status 65 "$MUSTER" campaign create wrong.conf
    expect_match "^wrong\.conf:6: campaign\.mail_after$2" "$err"
}
days='but must be hours or days, such as "24 hours" or "2 days": at least an hour, at most 60 days'
for span in soon 24 '24 minutes' '0 hours' '61 days' '-1 day'; do
    try "mail_after = \"$span\";" " is \"$span\", $days$"
done
follows=': a mail can follow a text only where the channels are \[ "sms", "email" \], texts first$'
try 'mail_after = "24 hours";' "$follows" 's/"sms", "email" ]/"email", "sms" ]/'
try 'mail_after = "24 hours";' "$follows" 's/, "email" ]; *\(sms = "note";\).*/ ]; \1/'

note "the preflight says how many mails there may be, and what they cost"
sed -i 's/at = /mail_after = "24 hours"; &/' day.conf
expect_status 0 on '2027-01-11 09:59' "$MUSTER" campaign create day.conf
expect_match '^a text that has not arrived after 24 hours is followed by the mail$' "$out"
if grep -q '^but none' <<<"$out"; then fail "there is time enough for the mail"; fi
sed 's/name = "day"/name = "short"/; s/deadline = .*/within = "24 hours";/' day.conf >short.conf
expect_status 0 on '2027-01-11 09:59' "$MUSTER" campaign create short.conf
expect_match '^but none will be: its deadline comes before that$' "$out"
cat >steps.conf <<'END'
campaign = {
    name = "steps";  title = "Two steps";  ballot = "pay";  who = "not voted";
    channels = [ "sms", "email" ];  sms = "note";  email = "note";  mail_after = "24 hours";
    steps = ( { name = "long";  at = "now";  within = "25 hours"; },
              { name = "brief";  at = "now";  within = "8 hours"; } );
};
END
expect_status 0 on '2027-01-11 09:59' "$MUSTER" campaign create steps.conf
expect_match '^but none of step brief: its deadline comes before that$' "$out"
expect_status 0 on '2027-01-11 09:59' "$MUSTER" campaign preflight day
expect_match '^campaign day would write to 10 members now: 9 texts, 1 mail$' "$out"
more='up to 8 mails more: a mail follows a text that has not arrived after 24 hours'
expect_match "^$more; mails cost nothing$" "$out"
expect_status 0 on '2027-01-11 09:59' "$MUSTER" campaign preflight day --format csv
expect_match '^mails_after_texts,8,$' "$out"

note "where no receipts come, it says that everybody would get both"
sed '/^ *receipt = {/,/^ *};/d' "$MUSTER_ROOT/etc/gateways/rehearsal.conf" >silent.conf
sed "s|^ *gateway = .*|    gateway = \"$PWD/silent.conf\";|" "$HOUSE/muster.conf" \
    >"$HOUSE/silent.conf"
expect_status 0 on '2027-01-11 09:59' "$MUSTER" campaign preflight day --config "$HOUSE/silent.conf"
expect_match '^gateway silent sends no receipts: whoever is texted by it gets the mail' "$err"

note "texts first, and a mail where there is no mobile"
expect_status 0 on '2027-01-11 10:00' "$MUSTER" campaign start day
expect_status 0 on '2027-01-11 10:00' "$MUSTER" run --until-idle
expect_match '^10 accepted' "$out"
first='9 texts may yet be followed by a mail: the first at Tue 12 Jan 2027 10:00,'
expect_match "^$first if it has not arrived by then$" "$out"
expect_equal 'E1 accepted' "$(mailed)" "who has a mail"
expect_status 0 on '2027-01-11 10:05' "$MUSTER" campaign status day
expect_match '^campaign day \(service\) is running' "$out"
expect_match '^a mail follows a text that has not arrived after 24 hours: 0 so far$' "$out"
expect_match "^ +$first" "$out"
expect_status 0 on '2027-01-11 10:05' "$MUSTER" message show "$(reference_of sms T1)"
expect_match 'its mail +is queued at 2027-01-12 10:00.*, if this has not arrived by then$' "$out"
expect_status 0 on '2027-01-11 10:05' "$MUSTER" campaign preflight day
expect_match '^up to 8 mails more' "$out"

expect_status 0 on '2027-01-11 10:05' "$MUSTER" campaign status day --format json
expect_equal '{"hours":24,"mails":0,"texts_waiting":9,"next_at":"2027-01-12T10:00:00Z"}' \
    "$(jq -c .mail_after <<<"$out" | sed 's/10:00:0[0-9]/10:00:00/')" "the mails that may follow"

note "what did not arrive has its mail after an hour, unless a later receipt knows better"
receipts=$("$MUSTER" gateway list --format json | jq -r '.[0].receipt_url')
receipt '2027-01-11 11:00' T2 delivered
receipt '2027-01-11 11:00' T3 undelivered
receipt '2027-01-11 11:00' T9 undelivered
expect_status 0 on '2027-01-11 11:55' "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
receipt '2027-01-11 11:56' T9 delivered
expect_status 0 on '2027-01-11 12:05' "$MUSTER" run --until-idle
expect_match '^1 accepted' "$out"
expect_match '^6 texts may yet be followed by a mail' "$out"
expect_equal $'E1 accepted\nT3 accepted' "$(mailed)" "who has a mail"
expect_status 0 "$MUSTER" message show "$(reference_of email T3)"
expect_match ' queued +a mail, since the text did not arrive$' "$out"
expect_match "its text +$(reference_of sms T3), undelivered$" "$out"

note "a day later who has voted, or said STOP, or has the text, is left in peace"
expect_status 0 on '2027-01-11 12:10' "$MUSTER" ballot mark pay voted T4
expect_status 0 on '2027-01-11 12:10' "$MUSTER" suppress add '07700 900008' --reason 'asked us to'
expect_status 0 on '2027-01-12 09:59' "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
start_on campaign '2027-01-12 10:01' "$MUSTERD" --only campaign
queued() {
    grep -q 'campaign day: 2 mails queued, since the texts have not arrived' campaign.err
}
wait_until 20 queued
stop campaign
expect_equal $'E1 accepted\nT1 queued\nT3 accepted\nT5 queued' "$(mailed)" "who has a mail"

note "a receipt that comes before the mail goes withholds it"
receipt '2027-01-12 10:02' T5 delivered
expect_status 0 on '2027-01-12 10:03' "$MUSTER" run --until-idle
expect_match '^1 accepted' "$out"
expect_equal $'E1 accepted\nT1 accepted\nT3 accepted\nT5 withheld' "$(mailed)" "who has a mail"
expect_status 0 "$MUSTER" message show "$(reference_of email T5)"
expect_match ' queued +a mail, since the text had not arrived after 24 hours$' "$out"
expect_match ' withheld +the text has arrived after all$' "$out"
expect_status 0 "$MUSTER" message show "$(reference_of email T1)"
expect_match ' queued +a mail, since the text had not arrived after 24 hours$' "$out"

note "when nothing more can follow, the campaign is over"
expect_status 0 on '2027-01-12 10:03' "$MUSTER" campaign status day
expect_match '^campaign day \(service\) is finished' "$out"
expect_match '^a mail follows a text .* after 24 hours: 3 so far$' "$out"
expect_sound_books

note "what the provider refuses has its mail at once, and the limits do not hold it up"
sed -i "s/^ *\(# \)\?per_week = .*/    per_week = 1;/" "$HOUSE/muster.conf"
start_rehearsal --faults sms.refuse=100%
sed -i "s|base_url = .*|base_url = \"$SMS_URL\";|" "$HOUSE/muster.conf"
sed -e 's/"day"/"refused"/' -e 's/who = .*/who = "number:T1 or number:T2";/' \
    -e 's/deadline = .*/deadline = "2027-02-15 20:00";/' day.conf >refused.conf
expect_status 0 on '2027-02-08 10:00' "$MUSTER" campaign create refused.conf
expect_status 0 on '2027-02-08 10:00' "$MUSTER" campaign start refused
expect_status 0 on '2027-02-08 10:01' "$MUSTER" run --until-idle
expect_match '^2 accepted, 2 refused' "$out"
expect_equal $'T1 accepted\nT2 accepted' "$(mailed refused)" "who has a mail"
expect_status 0 "$MUSTER" message show "$(reference_of email T1)"
expect_match ' queued +a mail, since the text was refused$' "$out"
