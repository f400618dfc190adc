#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Members answer with digits, a word or a day, and are answered: one text that confirms an opt-out,
# one a day that says who we are, and what a person writes. Nothing else goes to a number that is
# silenced.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch
make_members 12 0
cat >welsh.csv <<'END'
Membership number,First name,Surname,Mobile,Employer,Language
W1,Wyn,Prysor,07700 900101,Anytown Hospital,Welsh
S1,Sam,Sharer,07700 900102,Anytown Hospital,
S2,Sol,Sharer,07700 900102,Anytown Hospital,
END
expect_status 0 "$MUSTER" import welsh.csv
make_ballot
start_public

# ask NAME WHO LINES: a campaign whose file has these lines as well.
ask() {
    write_campaign "$1" "$2" pay
    sed -i "s|^ *at = .*|&\n    $3|" "$1.conf"
}

# texts_of NUMBER: the texts that its phone has got, a line each.
texts_of() {
    jq -r --arg to "$1" 'select(.event == "message" and .to == $to).text' "$REHEARSAL_LOG"
}

meaning_of_last() {
    "$MUSTER" reply list --format json | jq -r '.[0].meaning'
}

state_of() {
    "$MUSTER" member show "$1" | sed -n 's/^ballots .*: //p'
}

note "words that providers keep for themselves are not asked for, nor what nobody can note"
ask bad everyone 'answers = { voted = [ "1", "YES" ];  no-paper = "END";  declined = "help"; \
    gone = 4; };'
expect_status 65 "$MUSTER" campaign create bad.conf
expect_match '^bad\.conf:[0-9]+: answers\.voted: members cannot be asked to answer "YES": prov' \
    "$err"
expect_match 'answers\.no-paper: .* "END": it is a word for leaving' "$err"
expect_match 'answers\.declined: .* "help": it asks for help' "$err"
expect_match 'answers\.gone: what members answer may mean voted, no-paper or declined' "$err"
ask bad everyone 'answers = { voted = "one two"; };  question = "plan";'
sed -i '/ballot = /d' bad.conf
expect_status 65 "$MUSTER" campaign create bad.conf
expect_match 'answers\.voted is "one two", but an answer is a digit or one word' "$err"
expect_match 'campaign\.answers: .* names none' "$err"
ask bad everyone 'answers = { voted = 1;  no-paper = [ 2, 1 ]; };'
expect_status 65 "$MUSTER" campaign create bad.conf
expect_match 'answers: "1" has two meanings' "$err"

note "a digit that nobody asked for is only read"
start_campaign before everyone pay
expect_status 0 "$MUSTER" run --until-idle
reply +447700900001 "1"
expect_equal other "$(meaning_of_last)"

note "after a question it is an answer, in any dress"
ask survey everyone 'answers = { voted = [ "1", "POSTED" ];  no-paper = 2;  declined = 3; };'
expect_status 0 "$MUSTER" campaign create survey.conf
expect_status 0 "$MUSTER" campaign start survey
expect_status 0 "$MUSTER" run --until-idle
reply +447700900001 "1. voted!"
reply +447700900002 "2 thanks"
reply +447700900003 "３"
reply +447700900004 "posted"
reply +447700900005 "1 or 2?"
expect_equal other "$(meaning_of_last)"
reply +447700900006 "1, now stop texting me"
expect_equal stop "$(meaning_of_last)"
expect_equal 'voted no-paper declined voted unknown unknown' "$(for i in 1 2 3 4 5 6; do
    state_of "T$i"
done | xargs)"

note "a day is kept as the member's plan"
ask plan everyone 'question = "plan";'
expect_status 0 "$MUSTER" campaign create plan.conf
expect_status 0 "$MUSTER" campaign start plan
expect_status 0 "$MUSTER" run --until-idle
reply +447700900007 "Tomorrow I think"
expect_equal plan "$(meaning_of_last)"
expect_equal "unknown, means to vote on $(TZ=Europe/London date -d tomorrow +%F)" "$(state_of T7)"
day=$(TZ=Europe/London date -d tomorrow +%F)
expect_status 0 "$MUSTER" segment count "not voted and plan:$day" --format csv
expect_equal $'members,sms,email\n1,1,0' "$out"
expect_status 0 "$MUSTER" segment count "plan:<$(TZ=Europe/London date +%F)" --format csv
expect_equal $'members,sms,email\n0,0,0' "$out"
reply +447700900008 "not sure yet"
expect_equal other "$(meaning_of_last)"

note "an opt-out is confirmed once, in the member's language"
expect_equal '1' "$(answers stopped | grep -c 'delivered\|accepted')"
expect_equal 'Anytown Health Branch: done, no more texts from us. Text START to undo.' \
    "$(texts_of +447700900006 | tail -n 1)"
reply +447700900101 "STOPIWCH"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^1 accepted' "$out"
expect_match '^Anytown Health Branch: iawn, dim mwy o negeseuon .* START i ailddechrau\.$' \
    "$(texts_of +447700900101 | tail -n 1)"
reply +447700900101 "STOP"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"

note "only the same number takes it back; a new opt-out is confirmed again"
reply +447700900009 "START"
expect_equal 2 "$(suppressed stop)" "the number of opt-outs in force"
reply +447700900101 "START"
expect_equal 1 "$(suppressed stop)" "the number of opt-outs in force"
reply +447700900101 "stop."
expect_status 0 "$MUSTER" run --until-idle
expect_match '^1 accepted' "$out"

note "a confirmation that was overtaken by START does not go"
reply +447700900010 "STOP"
reply +447700900010 "START"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
expect_match '^stopped withheld .* \+447700900010$' "$(answers)"

note "who asks is told who we are, once a day"
reply +447700900011 "who is this?"
reply +447700900011 "HELP"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^1 accepted' "$out"
expect_match '^This is Anytown Health Branch, .* STOP' "$(texts_of +447700900011 | tail -n 1)"

note "a number of nobody is not talked to"
replies=$("$MUSTER" gateway list --format json | jq -r '.[0].reply_url')
for text in HELP STOP; do
    curl -fsS -o /dev/null --data-urlencode from=+447700900777 --data-urlencode "text=$text" \
        --data "id=$text" "$replies"
done
expect_status 0 "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
expect_equal '' "$("$MUSTER" reply list --format json | jq -r '.[0].member')"

note "what is doubtful is held until a person decides"
reply +447700900012 "wrong number mate"
reply +447700900011 "leave me alone"
expect_equal 2 "$(suppressed hold)" "the number of numbers on hold"
expect_equal 0 "$(answers | grep -c '900012' || true)"
expect_status 0 "$MUSTER" reply list --held --format json
expect_equal 'T11 T12' "$(jq -r '.[].member' <<<"$out" | sort | xargs)"
held=$(jq -r '.[] | select(.member == "T12").id' <<<"$out")
other=$(jq -r '.[] | select(.member == "T11").id' <<<"$out")
expect_status 0 "$MUSTER" reply show "$held"
expect_match 'texts +no, hold since' "$out"
expect_match 'muster suppress remove \+447700900012 --reason WHY' "$out"
expect_status 65 "$MUSTER" reply answer "$held" "Sorry!"
expect_match 'gets no texts \(hold\)' "$err"
expect_status 0 "$MUSTER" suppress remove +447700900012 --reason "it is the right one after all"
expect_status 0 "$MUSTER" suppress add +447700900011 --reason "meant it"
expect_equal 0 "$(suppressed hold)" "the number of numbers on hold"
expect_equal '[]' "$("$MUSTER" reply list --held --format json | jq -c .)"
expect_status 65 "$MUSTER" reply answer "$other" "Sorry!"

note "a STOP after a doubt decides it, and is confirmed"
reply +447700900009 "remove me"
expect_equal 1 "$(suppressed hold)" "the number of numbers on hold"
reply +447700900009 "STOP"
expect_equal 0 "$(suppressed hold)" "the number of numbers on hold"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^1 accepted' "$out"

note "a person answers, and the text goes by itself"
expect_status 0 "$MUSTER" reply answer "$held" "Thank you, we have it right now."
expect_match '^1 part to \+447700900012' "$out"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^1 accepted' "$out"
expect_equal 'Thank you, we have it right now.' "$(texts_of +447700900012 | tail -n 1)"
wait_until 20 callbacks_done
expect_status 0 "$MUSTER" reply show "$held"
expect_match 'answer +person: delivered' "$out"
expect_status 64 "$MUSTER" reply answer "$held" ""
expect_status 64 "$MUSTER" reply answer nobody "Hello"
expect_status 65 "$MUSTER" reply answer 99999 "Hello"

note "a handset that two members share is silenced for both, and confirmed once"
reply +447700900102 "STOP"
expect_equal 2 "$("$MUSTER" suppress list --format json |
    jq '[.[] | select(.kind == "stop" and .lifted_at == "" and .members == 2).members] | add')"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^1 accepted' "$out"
start_campaign after 'number:S1 or number:S2'
expect_match '0 texts and 0 mails queued' "$out"

note "no answer where the provider gives its own, and none when none is wanted"
cp "$HOUSE/muster.conf" before.conf
cp "$MUSTER_ROOT/etc/gateways/rehearsal.conf" rehearsal.conf
sed -i 's|^    reply = {|&\n        answered = [ "stop", "help" ];|' rehearsal.conf
sed -i "s|^ *gateway = .*|    gateway = \"$PWD/rehearsal.conf\";|" "$HOUSE/muster.conf"
reply +447700900002 "STOP"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
cp before.conf "$HOUSE/muster.conf"
sed -i 's|^ *# confirm = .*|    confirm = "no";|; s|^ *# help = .*|    help = "no";|' \
    "$HOUSE/muster.conf"
reply +447700900003 "STOP"
reply +447700900004 "HELP"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
expect_equal 2 "$(answers stopped | grep -c ' withheld .*90000[23]$')"
cp before.conf "$HOUSE/muster.conf"

note "texts that cannot be sent are found at once"
for text in '{{first_name}}, done.' '{{organisation.name}' ''; do
    sed -i "s|^ *# stopped_en = .*|    stopped_en = \"$text\";|" "$HOUSE/muster.conf"
    expect_status 78 "$MUSTER" check
    cp before.conf "$HOUSE/muster.conf"
done

note "an answer that comes too late is none"
reply +447700900005 "STOP"
sqlite3 "$HOUSE/muster.db" "UPDATE answer SET expires_at = 0 WHERE state = 'queued'"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
expect_match '^stopped expired .* \+447700900005$' "$(answers)"

note "a worker that dies over one leaves it unsure, and nobody sends it again"
reply +447700900008 "STOP"
sqlite3 "$HOUSE/muster.db" "UPDATE answer SET state = 'sending', worker_id = 0, released_at = 1,
    attempt = 1, cleared_under = (SELECT position FROM ledger) WHERE state = 'queued'"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
expect_match '^stopped unsure .* \+447700900008$' "$(answers)"

note "a person settles it by its reference, which is shown wherever it is looked for"
reference=$(answers | sed -n 's/^stopped unsure \([^ ]*\) +447700900008$/\1/p')
expect_status 0 "$MUSTER" message list --state unsure
expect_match '^and 1 answer to replies: muster message list --answers --state unsure$' "$out"
expect_status 0 "$MUSTER" message list --answers --state unsure
expect_match "^$reference +[0-9]+ +stopped +\+447700900008 +unsure +1 " "$out"
expect_status 0 "$MUSTER" member show T8
expect_match 'stop +STOP$' "$out"
expect_match 'answer unsure: the program ended' "$out"
id=$("$MUSTER" reply list --format json | jq '.[] | select(.from == "+447700900008" and
    .meaning == "stop").id')
expect_status 0 "$MUSTER" reply show "$id"
expect_match "stopped: unsure, .*, muster message resolve $reference" "$out"
expect_status 65 "$MUSTER" message show "$reference"
expect_match "is what was texted back to a reply: see muster reply show $id" "$err"
expect_status 65 "$MUSTER" message resolve "$reference" queued
expect_match 'can become accepted, delivered or undelivered, and is not sent again' "$err"
expect_status 0 "$MUSTER" message resolve "$reference" delivered
expect_equal "answer $reference is delivered" "$out"
expect_status 65 "$MUSTER" message resolve "$reference" undelivered
expect_match "answer $reference is delivered, not unsure" "$err"
expect_status 0 "$MUSTER" message list --answers --state unsure
expect_equal 'no answers' "$out"
sqlite3 "$HOUSE/muster.db" "DELETE FROM answer WHERE reference = '$reference'" # no carrier has it

note "what was texted back is counted, with what it cost"
expect_status 0 "$MUSTER" gateway list --format json
cost=$(jq -r '.[0].answers_cost' <<<"$out")
texts=$(jq -r '.[0].answers' <<<"$out")
expect_equal "$(sqlite3 "$HOUSE/muster.db" "SELECT SUM(texts) FROM answer_count")" "$texts"
((texts > 5)) || fail "only $texts answers were counted"
expect_match '^[0-9.]+ GBP$' "$cost"

note "the store refuses any other text to a silenced number, and the ledger proves that none went"
sqlite3 "$HOUSE/muster.db" "INSERT INTO answer (reply_id, kind, reference, gateway, address,
    address_key, text, made_at, due_at, expires_at, changed_at)
    SELECT id, 'person', 'forged', gateway, address, address_key, 'Hello', 1, 1, 2, 1
    FROM reply WHERE address = '+447700900008' ORDER BY id DESC LIMIT 1"
if sqlite3 "$HOUSE/muster.db" "UPDATE answer SET state = 'sending'
    WHERE reference = 'forged'" 2>said; then
    fail "a text to a silenced number was released"
fi
expect_match 'an answer to a number that is suppressed' "$(cat said)"
# refused WORDS SQL: the store does not let that be done.
refused() {
    if sqlite3 "$HOUSE/muster.db" "$2" 2>said; then fail "this was done: $2"; fi
    expect_match "$1" "$(cat said)"
}
columns='reply_id, kind, gateway, address, address_key, made_at, due_at, expires_at, changed_at'
for state in sending accepted unsure; do
    refused 'an answer begins in the queue' "INSERT INTO answer ($columns, reference, state)
        SELECT $columns, 'x', '$state' FROM answer WHERE reference = 'forged'"
done
for change in "address = '+447700900999'" "address_key = x'00'" "kind = 'help'" "reply_id = 1" \
    "gateway = 'other'"; do
    refused 'an answer stays whose it is' "UPDATE answer SET $change WHERE reference = 'forged'"
done
refused 'no legal step of an answer' "UPDATE answer SET state = 'accepted'
    WHERE reference = 'forged'"
refused 'an answer stays whose it is' "UPDATE answer SET kind = 'stopped',
    confirms = (SELECT MAX(id) FROM suppression) WHERE reference = 'forged'"
sqlite3 "$HOUSE/muster.db" "INSERT INTO suppression (address_key, channel, kind, source, reason, at)
    SELECT address_key, 'sms', 'manual', 'person', 'by hand', 1 FROM answer
    WHERE reference = 'forged'"
sqlite3 "$HOUSE/muster.db" "INSERT INTO answer ($columns, reference, confirms)
    SELECT reply_id, 'stopped', gateway, address, address_key, 1, 1, 2, 1, 'forged-too',
    (SELECT MAX(id) FROM suppression) FROM answer WHERE reference = 'forged'"
refused 'an answer to a number that is suppressed' "UPDATE answer SET state = 'sending'
    WHERE reference = 'forged-too'"
sqlite3 "$HOUSE/muster.db" "DELETE FROM answer WHERE reference = 'forged-too'"
proof() {
    sqlite3 -readonly "$HOUSE/muster.db" <"$MUSTER_ROOT/contrib/proof.sql"
}
expect_equal '' "$(proof)" "the proof"
sqlite3 "$HOUSE/muster.db" "UPDATE answer SET cleared_under = (SELECT position FROM ledger)
    WHERE reference = 'forged'"
expect_match '^forged\|sms\|' "$(proof)" "what a text to a silenced number would look like"
sqlite3 "$HOUSE/muster.db" "DELETE FROM answer WHERE reference = 'forged'"
wait_until 20 callbacks_done
expect_sound_books
stop public

note "musterd answers by itself, at once"
start musterd "$MUSTERD"
wait_until 20 public_listens
reply +447700900001 "Stop. Thanks"
confirmed() {
    [[ $(texts_of +447700900001 | tail -n 1) == *'done, no more texts from us'* ]]
}
wait_until 20 confirmed
wait_until 20 answers_settled
wait_until 20 callbacks_done
expect_sound_books
expect_equal '' "$(proof)" "the proof"
stop musterd
