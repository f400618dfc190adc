# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Providers that are played as their manuals have them (providers.py), each with a branch of its own
# whose texts go by the shipped profile: `play NAME...` is the whole story for these, told side by
# side, so that what one has to wait for the others wait for as well.
source "$(dirname "${BASH_SOURCE[0]}")/branch.sh"

declare -A play_urls=() # name -> PUBLIC_URL of its branch
declare -A facts=()     # "name.fact" -> what is known of a provider
said=()                 # see told
PLAY=''                 # where the providers are
SMTP_ADDRESS=127.0.0.1:1

# What is said to Tess, and to Lucja, whose name is not in the GSM alphabet.
play_text='{{organisation.name}}: {{first_name}}, vote 50% + 1 & "now" for £2 = 1/2! STOP to leave.'
tess='Anytown Health Branch: Tess, vote 50% + 1 & "now" for £2 = 1/2! STOP to leave.'
lucja='Anytown Health Branch: Łucja, vote 50% + 1 & "now" for £2 = 1/2! STOP to leave.'

# order NAME VERB FIELD=VALUE...: have the provider do something; prints what it says of it.
order() {
    local fields=(--data x=) pair url=$PLAY/-/$1/$2
    shift 2
    for pair in "$@"; do fields+=(--data-urlencode "$pair"); done
    curl -fsS "${fields[@]}" "$url"
}

# learn NAME: what is known of a provider, into $facts.
learn() {
    local key value
    while IFS=$'\t' read -r key value; do facts[$1.$key]=$value; done < <(order "$1" facts |
        jq -r 'to_entries[] | [.key, (.value | if type == "array" then .[] else . end)] as $row
            | "\($row[0])\t\($row[1:] | join(" "))"')
}

# fact FACT: one of these, of the provider that is meant now.
fact() {
    echo "${facts[${HOUSE##*/}.$1]}"
}

# told FACT: the word and the error of a receipt, as fields of an order, into $said.
told() {
    local word error
    read -r word error <<<"$(fact "$1")"
    said=("word=$word" "error=$error")
}

# enter NAME: the branch of this provider is the one that is meant now.
enter() {
    HOUSE=$SCRATCH/$1
    export MUSTER_CONFIG=$HOUSE/muster.conf
    PUBLIC_URL=${play_urls[$1]-}
}

# play_settings NAME: what the profile asks for, and the keys.
play_settings() {
    case $1 in
        kannel | jasmin | textmagic) echo sms.variables.username=branch ;;
        twilio) echo sms.variables.account_sid=AC1 ;;
        vonage | vonage-messages) echo sms.variables.api_key=abcd1234 ;;
        esendex) printf 'sms.variables.%s\n' user=user@branch.example account=EX0000001 ;;
        plivo) echo sms.variables.auth_id=MA1 ;;
        sinch) echo sms.variables.service_plan_id=plan1 ;;
        bulksms) echo sms.variables.token_id=token1 ;;
    esac
    echo "sms.secret_file=$SCRATCH/keys/$1.secret"
    # Plivo signs with the secret of the account.
    if [[ -n ${facts[$1.signs]} && $1 != plivo ]]; then
        echo "sms.callback_secret_file=$SCRATCH/keys/$1.callback"
    fi
}

# play_members: numbers by what becomes of their texts; those of City Trust have to wait.
play_members() {
    echo "Membership number,First name,Surname,Mobile,Employer"
    local number
    for number in {01..17} {20..49} {60..63} 90 91; do
        printf 'T%s,%s,Tester,07700 9000%s,%s\n' "$number" \
            "$( ((10#$number % 2)) && echo Tess || echo Łucja)" "$number" \
            "$([[ $number == 9* ]] && echo City Trust || echo Anytown Hospital)"
    done
}

# play_campaign NAME EMPLOYER: make and start it.
play_campaign() {
    echo "$play_text" >"$HOUSE/note.en.sms"
    cat >"$HOUSE/$1.conf" <<END
campaign = {
    name = "$1";  title = "Campaign $1";  who = "employer:\"$2\"";
    channels = [ "sms" ];  sms = "note";  at = "now";  deadline = "2099-12-01 20:00";
};
END
    expect_status 0 "$MUSTER" campaign create "$HOUSE/$1.conf"
    expect_status 0 "$MUSTER" campaign start "$1"
}

play_begin() {
    local name=$1 settings
    learn "$name"
    enter "$name"
    mapfile -t settings < <(play_settings "$name")
    SMS_URL=$PLAY/$name
    make_branch "sms.gateway=$MUSTER_ROOT/etc/gateways/$name.conf" sms.timeout=4 retry.first=1 \
        retry.longest=1 retry.attempts=2 "${settings[@]}"
    play_urls[$name]=$PUBLIC_URL
    play_members >"$HOUSE/members.csv"
    expect_status 0 "$MUSTER" import "$HOUSE/members.csv"
    expect_status 0 "$MUSTER" gateway list --format json
    expect_equal '' "$(order "$name" urls "receipt=$(jq -r '.[0].receipt_url' <<<"$out")" \
        "reply=$(jq -r '.[0].reply_url' <<<"$out")" | grep -v '^null$' || true)"
    start "musterd-$name" "$MUSTERD"
    wait_until 60 public_listens
    play_campaign first 'Anytown Hospital'
}

# by_number: "NUMBER STATE" of the messages of a campaign, a line each.
by_number() {
    "$MUSTER" message list "$1" --format json | jq -r '.[] | "\(.to[1:]) \(.state)"' | sort
}

state_of() {
    "$MUSTER" message list --format json | jq -r --arg to "+4477009000$1" \
        '.[] | select(.to == $to).state'
}

all_done() {
    (($(in_state queued claimed sending) == 0))
}

# Every answer is understood, nothing is asked twice but what was put off, and what was said arrives
# as it was written.
play_outcomes() {
    local name=$1 log
    enter "$name"
    wait_until 90 all_done
    log=$(order "$name" log)
    expect_equal '[]' "$(jq -c .faults <<<"$log")" "what $name finds malformed"
    expect_equal "$(order "$name" outcomes | jq -r 'to_entries[] | "\(.key) \(.value)"' | sort)" \
        "$(jq -r --argjson tries "$(jq .tries <<<"$log")" \
            '.[] | .to[1:] as $to | "\($to) \(.state) \($tries[$to])"' \
            < <("$MUSTER" message list first --format json) | sort)" "what became of the texts"
    expect_equal '[]' "$(jq -c --arg tess "$tess" --arg lucja "$lucja" '[.kept | to_entries[]
        | select(.value != [if (.key[-1:] | tonumber) % 2 == 1 then $tess else $lucja end])]' \
        <<<"$log")" "what reached $name"
    expect_equal "$([[ $(fact opts_out) == true ]] && echo 1 || echo 0)" \
        "$("$MUSTER" suppress list --format json | jq length)" "the number of opt-outs"
}

# A receipt with our reference settles what was unsure; one that has only an id which never came
# back does not. Whatever order they come in, the end is the same.
play_receipts() {
    local name=$1 final lost number settled=unsure
    enter "$name"
    told final
    final=("${said[@]}")
    told lost
    lost=("${said[@]}")
    if [[ $(fact echoes) == true ]]; then settled=delivered; fi
    for number in 07 08; do
        expect_equal 200 "$(order "$name" receipt "to=4477009000$number" "${final[@]}")"
        expect_equal "$settled" "$(state_of $number)" "the state of what was unsure"
    done
    for number in 12 13; do
        expect_equal 200 "$(order "$name" receipt "to=4477009000$number" "${lost[@]}")"
    done
    expect_equal undelivered "$(state_of 12)" "the state of what was lost"
    for number in 12 14; do
        expect_equal 200 "$(order "$name" receipt "to=4477009000$number" "${final[@]}")"
    done
    expect_equal 200 "$(order "$name" receipt to=447700900014 "${lost[@]}")"
    expect_equal 'delivered undelivered delivered' \
        "$(state_of 12) $(state_of 13) $(state_of 14)" "the states after receipts of both kinds"

    local wanted before
    before=$("$MUSTER" suppress list --format json | jq length)
    wanted=$(order "$name" vocabulary | jq -r 'to_entries[] | "\(.key) \(.value)"' | sort)
    expect_equal "$wanted" "$(by_number first | join - <(cut -d' ' -f1 <<<"$wanted"))" \
        "the states after every word of the manual"
    expect_equal $((before + $(fact stopped))) \
        "$("$MUSTER" suppress list --format json | jq length)" "the number of opt-outs"
}

# refusals NAME: what may be wrong with a call, and how it is answered then, a line each.
refusals() {
    echo "stranger 404"
    case ${facts[$1.signs]} in
        timed) printf '%s 403\n' wrong missing old ;;
        untimed) printf '%s 403\n' wrong missing ;;
        login) printf '%s 401\n' wrong missing ;;
    esac
}

# Nothing is let in that is not signed with the branch's key, for this time, under the branch's
# path; and what is let in twice is stored once.
play_signatures() {
    local name=$1 how status replies lost
    enter "$name"
    told lost
    lost=("${said[@]}")
    while read -r how status; do
        expect_equal "$status" \
            "$(order "$name" receipt to=447700900001 "${lost[@]}" "how=$how")" "a receipt ($how)"
        expect_equal "$status" "$(order "$name" reply number=447700900062 text=STOP "id=x$how" \
            "how=$how")" "a reply ($how)"
    done < <(refusals "$name")
    expect_equal accepted "$(state_of 01)" "the state after receipts that were not let in"
    replies=$("$MUSTER" reply list --format json)
    expect_equal '[]' "$replies" "the replies that were not let in"
    for how in right again again; do
        expect_equal 200 "$(order "$name" receipt to=447700900001 "${lost[@]}" "how=$how")"
    done
    expect_equal undelivered "$(state_of 01)" "the state after a receipt that was let in"
    expect_equal 1 "$(sqlite3 "$HOUSE/muster.db" "SELECT COUNT(*) FROM receipt r JOIN outbox o
        ON o.id = r.outbox_id WHERE o.address = '+447700900001'")" "the receipts that are kept"
}

# heard_from NUMBER: the texts that came from this phone.
heard_from() {
    "$MUSTER" reply list --format json |
        jq -r --arg from "+4477009000$1" '.[] | select(.from == $from).text'
}

# STOP is heard, once however often it is told, in a long text too that comes in parts; and nothing
# is lost of what somebody writes.
play_replies() {
    local name=$1 text long how
    enter "$name"
    local before
    before=$(suppressed stop)
    for how in right again; do
        expect_equal 200 "$(order "$name" reply number=447700900060 text=STOP id=r1 "how=$how")"
    done
    if [[ $(fact reply_ids) == true ]]; then expect_equal STOP "$(heard_from 60)"; fi
    expect_equal $((before + 1)) "$(suppressed stop)" "the number of opt-outs by reply"
    text='Ŵyl & dim 100% + "pôst" = £1? <ie> 😀'
    expect_equal 200 "$(order "$name" reply number=447700900061 "text=$text" id=r2)"
    expect_equal "$text" "$(heard_from 61)" "what was written"
    long='Stop sending me these texts please. I have told you before, and I shall go on telling you'
    long+=' until somebody at the branch reads what I write, and then once more to be sure.'
    expect_match '^200( 200)*$' "$(order "$name" reply number=447700900063 "text=$long" id=r3)"
    expect_equal "$long" "$(heard_from 63)" "the long text"
    expect_equal $((before + 2)) "$(suppressed stop)" "the number of opt-outs by reply"
}

asked_again() {
    (($(order "$1" log | jq '[.tries["447700900090", "447700900091"] // 0] | max') >= 2))
}

# Without credit the whole run waits, and nobody's tries are used up by it.
play_credit() {
    local name=$1
    enter "$name"
    wait_until 60 asked_again "$name"
    expect_equal '447700900090 queued
447700900091 queued' "$(by_number broke | sed 's/ \(claimed\|sending\)$/ queued/')" \
        "the texts that wait"
    expect_match 'does not accept us' "$(cat "musterd-$name.err")" "the log"
    order "$name" pay >/dev/null
}

play_end() {
    local name=$1
    enter "$name"
    wait_until 90 all_done
    expect_equal '447700900090 accepted
447700900091 accepted' "$(by_number broke)" "the texts that waited"
    expect_equal '[]' "$(order "$name" log | jq -c .faults)" "what $name finds malformed"
    stop "musterd-$name"
}

# A test text goes through, and shows nothing that is secret; with a wrong key it does not. What
# `muster check` says of a branch that has no key for callbacks.
play_test() {
    local name=$1 secrets
    enter "$name"
    expect_status 0 "$MUSTER" gateway test --to +447700900070
    expect_match '^accepted' "$out"
    # The account's key, plain, in a form, and in base 64; the branch's path; FireText's password.
    secrets=$(grep -cE 'a(\+|%2B)secret|YStz|(/|%2F)[0-9a-f]{32}(/|%2F)|ss.{1,5}word' stdout ||
        true)
    expect_equal 0 "$secrets" "the lines with secrets in what is shown"
    echo wrong >"$SCRATCH/keys/$name.secret"
    expect_status 69 "$MUSTER" gateway test --to +447700900070
    expect_match '^not taken now: ' "$out"
    # A provider that always signs cannot be believed without its key; others sign when asked to.
    sed -i 's/^ *callback_secret_file = .*//' "$HOUSE/muster.conf"
    if [[ $(fact always) == true ]]; then
        expect_status 78 "$MUSTER" check
        expect_match 'sms\.callback_secret_file is missing: the gateway profile' "$err"
    else
        expect_status 0 "$MUSTER" check
    fi
}

# play NAME...: the whole story.
play() {
    local name
    mkdir keys
    start providers python3 -B "$MUSTER_ROOT/tests/flow/providers.py" ready keys
    wait_until 60 test -s ready
    PLAY=$(cat ready)
    for name in "$@"; do
        note "$name: a branch, its members and a campaign"
        play_begin "$name"
    done
    for name in "$@"; do
        note "$name: what its answers mean"
        play_outcomes "$name"
        play_campaign broke 'City Trust'
    done
    for name in "$@"; do
        note "$name: no credit, until the branch pays"
        play_credit "$name"
    done
    for name in "$@"; do
        note "$name: who may call back"
        play_signatures "$name"
        note "$name: receipts, in any order"
        play_receipts "$name"
        note "$name: replies"
        play_replies "$name"
    done
    for name in "$@"; do
        note "$name: all that waited goes"
        play_end "$name"
        note "$name: a test text"
        play_test "$name"
    done
    stop providers 143
}
