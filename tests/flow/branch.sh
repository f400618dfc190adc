# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A branch of the union, for the flow tests that need one: a configuration and a store in $HOUSE,
# members, a ballot, campaigns; and the books, which compare what the store says became of each
# message with what the rehearsal carriers have seen of it.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

MUSTERD=$MUSTER_BUILD/musterd
HOUSE=$SCRATCH/house
export MUSTER_CONFIG=$HOUSE/muster.conf

# free_port [N]: a port of the loopback that nobody has, or N different ones, a line each.
free_port() {
    python3 -c 'import socket, sys
taken = [socket.socket() for _ in range(int(sys.argv[1]))]
for one in taken:
    one.bind(("127.0.0.1", 0))
    print(one.getsockname()[1])' "${1:-1}"
}

# make_branch [NAME=VALUE...]: `muster init` for the carriers that start_rehearsal has started, with
# these settings besides. The public listener gets a free port; PUBLIC_URL is how it is reached.
make_branch() {
    local settings=() setting
    PUBLIC_LISTEN=127.0.0.1:$(free_port)
    PUBLIC_URL=http://$PUBLIC_LISTEN
    for setting in "organisation.name=Anytown Health Branch" \
        "templates.dir=$MUSTER_ROOT/templates/message" \
        "public.listen=$PUBLIC_LISTEN" "public.url=$PUBLIC_URL" console.totp=nobody \
        "mail.from=organiser@branch.example" "mail.relay=$SMTP_ADDRESS" mail.tls=none \
        mail.timeout=5 "sms.gateway=$MUSTER_ROOT/etc/gateways/rehearsal.conf" sms.timeout=5 \
        hours.sms=always "hours.holidays=$MUSTER_ROOT/etc/holidays.conf" \
        sms.sender=+447700900999 "sms.variables.base_url=$SMS_URL" "$@"; do
        settings+=(--set "$setting")
    done
    expect_status 0 "$MUSTER" init "$HOUSE" "${settings[@]}"
}

# make_members TEXTS MAILS: import so many members with a mobile, T1 (07700 900001) onwards, and so
# many with a mail address, E1 (e1@mail.example) onwards.
make_members() {
    awk -v texts="$1" -v mails="$2" 'BEGIN {
        print "Membership number,First name,Surname,Mobile,Email,Employer"
        for (i = 1; i <= texts; i++)
            printf "T%d,Tess,Tester %d,07700 9%05d,,Anytown Hospital\n", i, i, i
        for (i = 1; i <= mails; i++)
            printf "E%d,Ed,Tester %d,,e%d@mail.example,City Trust\n", i, i, i
    }' >members.csv
    expect_status 0 "$MUSTER" import members.csv
}

# make_ballot [WHO]: the ballot "pay", open now, closing far away.
make_ballot() {
    cat >ballot.conf <<END
ballot = {
    name = "pay";  title = "Pay ballot";
    opens = "2026-01-05";  closes = "2099-12-18 17:00";
    who = "${1:-everyone}";  threshold = "1/2";
};
END
    expect_status 0 "$MUSTER" ballot create ballot.conf
}

# write_campaign NAME WHO [BALLOT] [DEADLINE]: NAME.conf, with a short template beside it.
write_campaign() {
    # shellcheck disable=SC2016
    echo '{{organisation.name}}: {{first_name}}, please vote. STOP to leave.' >note.en.sms
    printf 'Subject: %s\n\n%s\n' '{{first_name}}, please vote' \
        'Dear {{full_name}}, please vote. No more: {{links.unsubscribe}}' >note.en.txt
    cat >"$1.conf" <<END
campaign = {
    name = "$1";  title = "Campaign $1";
    ${3:+ballot = \"$3\";}
    who = "$2";
    channels = [ "sms", "email" ];  sms = "note";  email = "note";
    at = "now";  deadline = "${4:-2099-12-01 20:00}";
};
END
}

# start_campaign NAME WHO [BALLOT] [DEADLINE]: make it and fill the outbox.
start_campaign() {
    write_campaign "$@"
    expect_status 0 "$MUSTER" campaign create "$1.conf"
    expect_status 0 "$MUSTER" campaign start "$1"
}

# states [NAME]: what became of the messages of a campaign (or all), "sms accepted 3" a line.
states() {
    "$MUSTER" message list "$@" --format json |
        jq -r 'group_by([.channel, .state])[] | "\(.[0].channel) \(.[0].state) \(length)"'
}

# in_state STATE...: how many messages are in one of these states.
in_state() {
    "$MUSTER" message list --format json |
        jq --arg states " $* " 'map(select(.state as $s | $states | contains(" \($s) "))) | length'
}

# heard: how many messages have reached the carriers and were kept.
heard() {
    # A line that is only half there yet is no line yet.
    jq -nR '[inputs | fromjson? | select(.event == "message")] | length' "$REHEARSAL_LOG"
}

# answers [KIND]: what is texted back, "KIND STATE REFERENCE ADDRESS" a line; of one kind, or all.
answers() {
    sqlite3 -separator ' ' "$HOUSE/muster.db" "SELECT kind, state, reference, address FROM answer
        WHERE '${1:-}' IN ('', kind) ORDER BY id"
}

# answers_settled: whether none is waiting or on its way.
answers_settled() {
    ! answers | grep -qE '^[a-z]+ (queued|sending) '
}

# books: hold the store against the log of the carriers, message by message; prints what does not
# agree, a line each.
books() {
    local store
    store=$(mktemp "$SCRATCH/books.XXXXXX")
    { "$MUSTER" message list --format json
      answers | jq -R 'split(" ") | {channel: "sms", state: .[1], reference: .[2], to: .[3]}' |
          jq -s .; } | jq -s add >"$store"
    jq -rn --slurpfile store "$store" '
        {queued: 0, withheld: 0, cancelled: 0, expired: 0, refused: 0,
         accepted: 1, delivered: 1, undelivered: 1} as $copies
        | [inputs | select(.event == "message")
           | {key: (.reference // (.message_id | ltrimstr("<") | split("@")[0]))}]
        | group_by(.key) | map({key: .[0].key, value: length}) | from_entries as $kept
        | ($store[0][] | . as $m | ($kept[.reference] // 0) as $n
           | if .state == "unsure" then select($n > 1)
             elif $copies[.state] == null then .
             else select($n != $copies[$m.state]) end
           | "\(.channel) to \(.to) is \(.state), and the carriers kept \($n) of it"),
          ($kept | keys[] | select(. as $k | $store[0] | all(.reference != $k))
           | "the carriers kept \(.), which is not in the store")' "$REHEARSAL_LOG"
    rm "$store"
}

# expect_sound_books: every message reached the carriers as often as the store says.
expect_sound_books() {
    local faults
    faults=$(books)
    expect_equal '' "$faults" "the books"
}

# settled: whether no message is in a worker's hands: the carriers may have it a moment before the
# store says so.
settled() {
    (($("$MUSTER" message list --format json |
        jq 'map(select(.state == "claimed" or .state == "sending")) | length') == 0))
}

# callbacks_done: whether the rehearsal has no receipt and no reply left to post.
callbacks_done() {
    curl -fsS "$SMS_URL/status" |
        jq -e '.receipts.waiting == 0 and .replies.waiting == 0'
}

public_listens() {
    curl -fsS "$PUBLIC_URL/health"
}

# start_public: the public listener alone, for receipts, replies and taps.
start_public() {
    start public "$MUSTERD" --only public
    wait_until 20 public_listens
}

# reply NUMBER TEXT: a phone of the rehearsal answers; comes back when muster has taken it.
reply() {
    curl -fsS -o /dev/null --data-urlencode "text=$2" "$SMS_URL/phone/$1/reply"
    wait_until 20 callbacks_done
}

# children PID: the processes that this one has started.
children() {
    cat "/proc/$1/task/$1/children" 2>/dev/null || true
}

# suppressed KIND: how many suppressions of this kind are in force.
suppressed() {
    "$MUSTER" suppress list --format json |
        jq --arg kind "$1" 'map(select(.kind == $kind and .lifted_at == "")) | length'
}
