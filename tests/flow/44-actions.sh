#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# An action from its file to the steward's sheet: members answer by text and by tap, it changes
# while messages wait, and it is cancelled. No message says the old place after the change, and
# those who come hear of it before anything else goes.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch
cat >members.csv <<'END'
Membership number,First name,Surname,Mobile,Email,Employer,Workplace,Branch,Language
1,Ann,Ash,07700 900001,,Anytown Trust,General,Anytown Health,en
2,Bea,Birch,07700 900002,,Anytown Trust,General,Anytown Health,en
3,Cai,Cedar,07700 900003,,Anytown Trust,Annexe,Anytown Health,cy
4,Dee,Damson,07700 900004,,Anytown Trust,Annexe,Anytown Health,en
5,Eve,Elm,,eve@mail.example,Anytown Trust,General,Anytown Health,en
6,Flo,Fir,07700 900006,,City Trust,,City Health,en
7,=Gil,Gorse,07700 900007,,Anytown Trust,General,Anytown Health,en
END
expect_status 0 "$MUSTER" import members.csv
start_public

write_action() { # NAME PLACE STARTS ENDS [LINES]
    cat >"$1.action" <<END
action = {
    name = "$1";  title = "Rally for pay";  place = "$2";
    starts = "$3";  ends = "$4";
    who = "branch:\"Anytown Health\"";  contact = "Bea";  ${5-}
};
END
}

call_to() { # NAME ACTION WHO TEMPLATE [LINES]
    cat >"$1.conf" <<END
campaign = {
    name = "$1";  title = "Come";  action = "$2";  who = "$3";
    channels = [ "sms", "email" ];  sms = "$4";  email = "$4";
    answers = { coming = 1;  maybe = 2;  cannot = 3; };
    at = "now";  deadline = "starts - 1 hour";  ${5-}
};
END
}

board() {
    "$MUSTER" action board rally --format csv
}

attends() {
    sqlite3 "$HOUSE/muster.db" "SELECT m.number || ' ' || x.state || ' ' || x.guests || ' ' ||
        x.source FROM attendee x JOIN member m ON m.id = x.member_id ORDER BY m.number"
}

texts() {
    jq -r 'select(.event == "message" and .channel == "sms").text' "$REHEARSAL_LOG"
}

note "an action that cannot be is not made, and each fault is one sentence"
bad() { # SENTENCE NAME PLACE STARTS ENDS
    local sentence=$1
    shift
    write_action "$@"
    expect_status 65 "$MUSTER" action create "$1.action"
    expect_match "$sentence" "$err"
}
bad 'x\.action:3: action\.ends is not after action\.starts' x Here '2099-12-08 17:30' \
    '2099-12-08 17:30'
bad 'x\.action:3: action\.starts lies in the past' x Here '2020-12-08 17:30' '2020-12-08 19:00'
bad 'action\.starts is "2099-03-29 01:30", but must be a day and time that exist' x Here \
    '2099-03-29 01:30' '2099-03-29 03:30'
bad 'action\.starts needs a time of day too' x Here '2099-12-08' '2099-12-08 19:00'
bad 'action\.place must be one line' x "$(printf 'x%.0s' {1..121})" '2099-12-08 17:30' \
    '2099-12-08 19:00'
write_action x Here '2099-12-08 17:30' '2099-12-08 19:00' 'kontact = "B";'
expect_status 65 "$MUSTER" action create x.action
expect_match 'kontact' "$err"
write_action x Here '2099-12-08 17:30' '2099-12-08 19:00'
sed -i 's/branch:.*Health[^;]*/branch:Nowhere"/' x.action
expect_status 65 "$MUSTER" action create x.action
expect_match "action 'x' concerns nobody: 'branch:Nowhere' selects no member" "$err"
expect_status 0 "$MUSTER" action list
expect_equal 'no actions yet' "$out"

note "an action is made, and shown"
write_action rally 'Jubilee Square' '2099-12-08 17:30' '2099-12-08 19:00'
expect_status 0 "$MUSTER" action create rally.action
expect_equal 'rally: Rally for pay
  where    Jubilee Square
  when     Tuesday 8 December 2099, 17:30 to 19:00
  who      branch:"Anytown Health"
  steward  Bea
a campaign calls to it that says action = "rally"
it concerns 6 members: 5 can be texted, 1 can be mailed' "$out"
expect_status 65 "$MUSTER" action create rally.action
expect_equal "muster: there is an action 'rally' already" "$err"
expect_status 65 "$MUSTER" action show raly
expect_equal "muster: there is no action 'raly'; did you mean 'rally'?" "$err"

note "a campaign calls to an action, before it begins, and asks for what can be noted"
call_to late rally everyone join-us
sed -i 's/"starts - 1 hour"/"2099-12-08 18:00"/' late.conf
expect_status 65 "$MUSTER" campaign create late.conf
expect_match 'late\.conf:5: campaign\.deadline is Tuesday 8 December 2099, 18:00, but action' "$err"
expect_match "'rally' has begun by then: Tuesday 8 December 2099, 17:30" "$err"
call_to both rally everyone join-us 'ballot = "pay";'
expect_status 65 "$MUSTER" campaign create both.conf
expect_match 'campaign\.action: a campaign is of a ballot or of an action, not of both' "$err"
call_to odd rally everyone join-us
sed -i 's/coming = 1/voted = 1/; s/cannot = 3/cannot = "CANCEL"/' odd.conf
expect_status 65 "$MUSTER" campaign create odd.conf
expect_match 'answers\.voted: what members answer to a call may mean coming, maybe or cannot' "$err"
expect_match 'answers\.cannot: members cannot be asked to answer "CANCEL"' "$err"
call_to lost rallye everyone join-us
expect_status 65 "$MUSTER" campaign create lost.conf
expect_match "there is no action 'rallye'" "$err"
write_campaign plain everyone
sed -i 's/note/join-us/g' plain.conf
expect_status 65 "$MUSTER" campaign create plain.conf
expect_match 'action\.place is known only in a campaign that names an action' "$err"

note "members answer in digits, in words, and by a tap"
call_to call rally everyone join-us
expect_status 0 "$MUSTER" campaign create call.conf
expect_match 'its messages are promotional' "$out"
expect_match 'it means 6 members now' "$out"
expect_status 0 "$MUSTER" campaign start call
expect_status 0 "$MUSTER" run --until-idle
expect_match 'Branch: Ann, Rally for pay: Tue 8 Dec 17:30, Jubilee Square\. Coming\?' "$(texts)"
expect_match 'Dod\? Atebwch 1' "$(texts)"
reply +447700900001 "1 +2"
reply +447700900002 "Maybe, not sure yet"
reply +447700900003 "methu dod, sori"
reply +447700900004 "1 or 3"
expect_equal '1 coming 2 reply
2 maybe 0 reply
3 cannot 0 reply' "$(attends)"
expect_equal 'other cannot maybe coming' \
    "$("$MUSTER" reply list --format json | jq -r '.[].meaning' | xargs)"
mail=$(jq -r 'select(.event == "message" and .channel == "email").id' "$REHEARSAL_LOG" | tail -1)
page=$(curl -fsS "$SMS_URL/mailbox/eve%40mail.example/$mail.eml" | python3 -c '
import email, email.policy, re, sys
mail = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
print(re.search(r"https?://\S+/b/\S+", mail.get_body(("plain",)).get_content())[0])')
expect_match 'Are you coming' "$(curl -fsS "$page")"
curl -fsS -o /dev/null -d 'answer=coming&guests=1' "$page"
reply +447700900002 "I'm coming after all, with my wife"
expect_equal '1 coming 2 reply
2 coming 1 reply
3 cannot 0 reply
5 coming 1 tap' "$(attends)"
expect_equal 5 "$(sqlite3 "$HOUSE/muster.db" 'SELECT COUNT(*) FROM attendee_event')"

note "a STOP is a STOP, whatever was asked"
reply +447700900007 "3, and stop texting me"
expect_equal 1 "$(suppressed stop)"
expect_equal 4 "$(attends | wc -l)"

note "a person notes what was told on the phone"
expect_status 65 "$MUSTER" action mark rally coming 99
expect_equal "muster: there is no member 99; nobody was marked" "$err"
expect_status 64 "$MUSTER" action mark rally comming 7
expect_match "did you mean 'coming'" "$err"
expect_status 64 "$MUSTER" action mark rally coming 7 --guests 21
expect_equal "muster: --guests is '21', but a member brings 0 to 20" "$err"
expect_status 0 "$MUSTER" action mark rally maybe 7

note "heads are counted by branch and workplace, and the steward has a sheet"
expect_status 0 "$MUSTER" action board rally --format csv
expect_equal 'branch,workplace,concerned,asked,coming,guests,heads,maybe,cannot,unanswered
Anytown Health,Annexe,2,2,0,0,0,0,1,1
Anytown Health,General,4,4,3,4,7,1,0,0' "$out"
expect_status 0 "$MUSTER" action board rally
expect_match '^all +6 +6 +3 +4 +7 +1 +1 +1$' "$out"
expect_status 0 "$MUSTER" action steward rally
expect_match '^\[  \] +Ash, Ann +General +Anytown Health +coming +2$' "$out"
expect_match '^3 coming with 4 guests: 7 heads; 1 more may come$' "$out"
if grep -qE '0770|Cedar' <<<"$out"; then fail "the sheet says more than a steward needs"; fi
expect_status 0 "$MUSTER" action steward rally --format csv
expect_match "^Gorse,.?'=Gil.?,General," "$out"
expect_status 0 "$MUSTER" action list --format json
expect_equal 3 "$(jq '.[0].coming' <<<"$out")"

note "segments: bare words in its campaigns, with its name elsewhere"
count() {
    "$MUSTER" segment count "$1" --format json | jq '.[0].members'
}
expect_equal 3 "$(count 'coming:rally')"
expect_equal 1 "$(count 'unanswered:rally')"
expect_equal 4 "$(count 'coming:rally or maybe:rally')"
expect_status 65 "$MUSTER" segment count coming
expect_match 'said with the action.s name, coming:NAME' "$err"
call_to remind rally coming action-reminder 'purpose = "service";'
expect_status 0 "$MUSTER" campaign create remind.conf
expect_match 'it means 3 members now' "$out"

note "it changes while messages wait: none says the old place, and the news goes first"
write_campaign other everyone
expect_status 0 "$MUSTER" campaign create other.conf
expect_status 0 "$MUSTER" campaign start other
expect_status 0 "$MUSTER" campaign start remind
before=$(heard)
write_action rally 'Castle Green' '2099-12-08 16:00' '2099-12-08 18:00' \
    'why = "the square is closed";'
expect_status 0 "$MUSTER" action change rally.action --start
expect_match '^3 messages that wait to go say so now$' "$out"
expect_match '^3 are coming, 1 may be; 1 more was asked and has not answered \(--all tells' "$out"
expect_match '^campaign rally-changed tells them, before all other messages$' "$out"
expect_status 0 "$MUSTER" run --until-idle
new=$(jq -r 'select(.event == "message") | .text // .subject' "$REHEARSAL_LOG" |
    tail -n +$((before + 1)))
if grep -q 'Jubilee Square' <<<"$new"; then fail "a message says the old place: $new"; fi
expect_match 'Ann, CHANGED: Rally for pay now Tue 8 Dec 16:00, Castle Green' "$new"
# On each channel the news went before the campaign that had waited longer.
expect_equal 'changed vote' "$(grep -oE 'this has changed|Eve, please vote' <<<"$new" |
    grep -oE 'changed|vote' | xargs)"
expect_equal 'CHANGED CHANGED vote vote vote vote vote' \
    "$(grep -oE 'CHANGED|please vote\. STOP' <<<"$new" | grep -oE 'CHANGED|vote' | xargs)"
expect_match 'see you at Rally for pay: Tue 8 Dec 16:00, Castle Green' "$new"
expect_status 65 "$MUSTER" action change rally.action
expect_match 'says of action rally what is known already' "$err"

note "its calls move with it, and one that would come too late is left out"
call_to morning rally unanswered join-us
sed -i 's/at = "now"/at = "2099-12-08 10:00"/' morning.conf
expect_status 0 "$MUSTER" campaign create morning.conf
expect_status 0 "$MUSTER" campaign start morning
call_to eve rally coming action-reminder
sed -i 's/at = "now"/at = "starts - 1 day"/' eve.conf
expect_status 0 "$MUSTER" campaign create eve.conf
expect_status 0 "$MUSTER" campaign start eve
write_action rally 'Castle Green' '2099-12-08 09:00' '2099-12-08 11:00'
expect_status 0 "$MUSTER" action change rally.action --all
expect_match '^eve .*Mon 7 Dec 2099 16:00 +Mon 7 Dec 2099 09:00 +Tue 8 Dec 2099 08:00 +moves' "$out"
expect_match '^morning .* skipped +it would go on .* when the action has begun$' "$out"
expect_match 'campaign rally-changed-2 tells them' "$out"
expect_match '^muster campaign start rally-changed-2 sends it$' "$out"
expect_equal 3 "$("$MUSTER" campaign start rally-changed-2 | sed -n 's/.* \([0-9]*\) texts.*/\1/p')"

note "it is cancelled: what calls to it stops, and those who come are told"
before=$(heard)
expect_status 0 "$MUSTER" action cancel rally --why "the employer has offered talks" --start
expect_match '^action rally is cancelled$' "$out"
expect_match 'campaign morning, which was running, calls to it and is cancelled too' "$out"
expect_match 'campaign rally-changed-2, which was running, calls to it and is cancelled too' "$out"
expect_status 0 "$MUSTER" run --until-idle
new=$(jq -r 'select(.event == "message") | .text // .subject' "$REHEARSAL_LOG" |
    tail -n +$((before + 1)))
expect_equal 3 "$(wc -l <<<"$new")"
expect_equal 2 \
    "$(grep -c 'is CANCELLED: the employer has offered talks\. Please do not set out' <<<"$new")"
expect_status 65 "$MUSTER" campaign create call.conf
expect_match "action 'rally' is cancelled: nobody is called to it" "$err"
expect_status 65 "$MUSTER" action cancel rally
expect_equal "muster: action rally is cancelled already" "$err"
expect_status 65 "$MUSTER" action change rally.action
expect_match 'action rally is cancelled: make another one' "$err"
reply +447700900004 "1"
expect_equal 5 "$(attends | wc -l)" "who has answered after the cancellation"
expect_match 'This is over, or cancelled' "$(curl -fsS "$page")"
expect_sound_books
