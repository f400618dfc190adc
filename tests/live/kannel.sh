#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Texts, receipts and replies through a real Kannel, set up with the very lines that the shipped
# profile tells to put into kannel.conf. It has two networks: Kannel's own fakesmsc for a few
# numbers, which can do no more than take a text and write one, and network.py for all others, which
# also refuses, is busy, and speaks the protocol and the alphabets of real ones.
PATH=$PATH:/usr/sbin
fakesmsc=/usr/lib/kannel/test/fakesmsc
if ! command -v bearerbox >/dev/null || ! command -v smsbox >/dev/null; then
    echo "skipped: Kannel is not installed"
    exit 77
fi
if [[ ! -x $fakesmsc ]]; then
    echo "skipped: Kannel's fake network is not installed; it is in the package kannel-extras"
    exit 77
fi
source "$(dirname "$0")/../flow/branch.sh"

here=$MUSTER_ROOT/tests/live
profile=$MUSTER_ROOT/etc/gateways/kannel.conf
password=k4nn3l
queue=150 # Kannel takes no more before its networks do
members=165
mapfile -t ports < <(free_port 6)
read -r admin_port box_port sms_port network_port fake_port phones_port <<<"${ports[*]}"

# told BLOCK: the lines for kannel.conf that stand in the profile, from this one to the next gap.
told() {
    awk -v first="$1" '!/^#     / { inside = 0; next }
        { sub(/^#     /, ""); inside = inside || $0 == first }
        inside' "$profile" |
        sed -e "s|/var/spool/kannel|$SCRATCH|" -e "s|PASSWORD|$password|" \
            -e "s|ADDRESS-OF-REPLIES|$reply_url|" -e 's|\(http-queue-delay =\) .*|\1 1|'
}

kannel_conf() {
    cat <<END
group = core
admin-port = $admin_port
admin-interface = 127.0.0.1
admin-password = admin
status-password = status
smsbox-port = $box_port
smsbox-interface = 127.0.0.1
sms-outgoing-queue-limit = $queue
sms-resend-freq = 1
log-file = "$SCRATCH/bearerbox.log"
log-level = 1
$(told '# in the group core')

group = smsc
smsc = smpp
smsc-id = network
host = 127.0.0.1
port = $network_port
transceiver-mode = true
smsc-username = muster
smsc-password = muster
system-type = "muster"
reconnect-delay = 1
denied-prefix = "+4477009005"

group = smsc
smsc = fake
smsc-id = fake
port = $fake_port
host = 127.0.0.1
connect-allow-ip = 127.0.0.1
allowed-prefix = "+4477009005"

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = $box_port
sendsms-port = $sms_port
sendsms-interface = 127.0.0.1
access-log = "$SCRATCH/asked.log"
log-file = "$SCRATCH/smsbox.log"
log-level = 1
$(told '# in the group smsbox')

$(told 'group = sendsms-user')

$(told 'group = sms-service')
END
}

kannel_status() {
    curl -fsS "http://127.0.0.1:$admin_port/status.txt?password=status"
}

kannel_has() {
    kannel_status | grep -qE "$1"
}

start_kannel() {
    start bearerbox bearerbox -v 4 kannel.conf
    bearerbox_pid=$pid
    wait_until 30 kannel_has '^Status: running'
    start smsbox smsbox -v 4 kannel.conf
    smsbox_pid=$pid
    wait_until 30 kannel_has 'smsbox:.*on-line'
}

# Members T1 to T165, and T501 and T502, whose numbers go to the fake network. The first have names
# and workplaces that make texts of every kind.
members_csv() {
    local i name place
    local long='the old wing, where nobody has been since the lift was mended and all the signs'
    echo "Membership number,First name,Surname,Mobile,Workplace"
    for i in 501 502; do
        printf 'T%d,Tess,Tester,07700 9%05d,\n' "$i" "$i"
    done
    for ((i = 1; i <= members; i++)); do
        case $i in
            1) name=Siân place='' ;;
            2) name=Jo place="Ward {3} ~ $long ^ $long [both], at €2 a day | \\\\ £1" ;;
            3) name=Llŷr place="Ŵyr Ward, $long, and $long" ;;
            4) name=José place='Ward 4' ;;
            5) name=Ng place='the 👩‍⚕️ ward' ;;
            *) name=Tess place='' ;;
        esac
        printf 'T%d,%s,Tester,07700 9%05d,"%s"\n' "$i" "$name" "$i" "$place"
    done
}

start_network() {
    start network python3 "$here/network.py" "$network_port" "$phones_port" \
        "$SCRATCH/network.log" "$@"
}

# kill_hard NAME PID
kill_hard() {
    kill -KILL "$2"
    wait_until 30 flow_ended "$1"
    stop "$1" 137
}

# say NUMBER TEXT [PARTS]: somebody writes a text, as one or in parts, on a phone of network.py.
say() {
    jq -nc --arg from "$1" --arg text "$2" --argjson parts "${3:-1}" \
        '{$from, to: "447700900999", $text, $parts}' >"/dev/tcp/127.0.0.1/$phones_port"
}

# begin NAME WHO WORDS: start a campaign with this text.
begin() {
    write_campaign "$1" "$2" pay
    printf 'Anytown %s: %s. STOP to leave.\n' "$1" "$3" >note.en.sms
    expect_status 0 "$MUSTER" campaign create "$1.conf"
    expect_status 0 "$MUSTER" campaign start "$1"
}

# on_phones NAME: what the phones of network.py have of a campaign, by number: how often the text
# came, in how many parts, and what it says.
on_phones() {
    jq -nR --arg name "Anytown $1:" '[inputs | fromjson? | select(.event == "text")]
        | group_by([.to, .part[0], if .part[0] == 0 then .text else "" end])
        | map({to: "+\(.[0].to)", parts: .[0].part[1], times: (length / .[0].part[1]),
            text: unique_by(.part[2]) | map(.text) | add})
        | map(select(.text | startswith($name)) | {key: .to, value: .}) | from_entries' network.log
}

# read_as NUMBER: whether this reply of theirs was understood so.
read_as() {
    "$MUSTER" reply list --format json |
        jq -e --arg from "$1" --arg meaning "$2" --arg text "$3" \
            'any(.[]; .from == $from and .meaning == $meaning and .text == $text)'
}

settled() {
    (($(in_state queued claimed sending accepted) == 0))
}

SMS_URL=http://127.0.0.1:$sms_port
SMTP_ADDRESS=127.0.0.1:9
(umask 077 && echo "not the password" >secret)
make_branch "sms.gateway=$profile" sms.variables.username=muster "sms.secret_file=$PWD/secret" \
    retry.first=1 retry.longest=2 retry.attempts=100 sms.rate=40 sms.burst=20
expect_status 0 "$MUSTER" gateway list --format json
reply_url=$(jq -r '.[0].reply_url' <<<"$out")
mkdir texts receipts
kannel_conf >kannel.conf
start_kannel
members_csv >members.csv
expect_status 0 "$MUSTER" import members.csv
make_ballot

note "a wrong password is a fault of ours, and uses no text up"
# shellcheck disable=SC2016
begin first everyone '{{first_name}}, £1 or €1: vote{{#workplace}} at {{workplace}}{{/workplace}}'
expect_status 78 "$MUSTER" run
expect_match 'does not accept us: 403 Authorization failed for sendsms$' "$err"
expect_equal "sms queued $((members + 2))" "$(states first)" "the messages"
echo "$password" >secret

note "what Kannel does not want to keep for networks that are away is put off"
start musterd "$MUSTERD"
put_off() {
    "$MUSTER" message show "$one" | grep 'deferred: 503 Temporal failure'
}
became_full() {
    (($(in_state accepted) == queue))
}
wait_until 60 became_full
one=$("$MUSTER" message list first --state queued --format json | jq -r '.[0].reference')
wait_until 60 put_off
expect_equal $queue "$(in_state accepted)" "the texts that Kannel has"

note "then each goes once, and the receipts say what became of it"
start_network undelivered=447700900011 rejected=447700900012 unknown=447700900013 \
    busy=447700900014
start fakesmsc "$fakesmsc" -v 0 -H 127.0.0.1 -r "$fake_port" -m 0 'x x text x'
fakesmsc_pid=$pid
wait_until 60 settled
expect_equal "sms delivered $((members + 2 - 3))"$'\n'"sms undelivered 3" "$(states first)" \
    "the messages"
expect_equal '+447700900011 +447700900012 +447700900013' \
    "$("$MUSTER" message list first --state undelivered --format json |
        jq -r 'map(.to) | sort | join(" ")')" "what did not arrive"
on_phones first >first.json
expect_equal "$((members - 1)) 1" \
    "$(jq -r '"\(length) \([.[].times] | unique | join(" "))"' first.json)" "phones, and how often"
expect_match '"busy", "to": "447700900014"' "$(cat network.log)"

note "the network is told how long a text is good for"
validity=$(jq -r 'select(.event == "text").validity' network.log | head -n 1)
until=$(date -u -d "20${validity:0:2}-${validity:2:2}-${validity:4:2} \
    ${validity:6:2}:${validity:8:2}" +%s)
expect_equal 48 $(((until - $(date +%s) + 1800) / 3600)) "the hours"

note "the text of a phone is the text that was rendered, in as many parts as were reckoned"
"$MUSTER" message list first --format json >first.list
sent_to() { # NUMBER
    jq -r --arg to "$1" '.[] | select(.to == $to).reference' first.list
}
for i in 1 2 3 4 5 6; do
    to=+44770090000$i
    expect_status 0 "$MUSTER" message show "$(sent_to "$to")" --text
    expect_equal "$out" "$(jq -r --arg to "$to" '.[$to].text' first.json)" "the text to $to"
    expect_equal "$(sqlite3 "$HOUSE/muster.db" \
        "SELECT parts FROM outbox WHERE reference = '$(sent_to "$to")'")" \
        "$(jq --arg to "$to" '.[$to].parts' first.json)" "the parts to $to"
done
expect_equal '1 2 4 1 1 1' \
    "$(jq -r '[.[].parts][:6] | join(" ")' first.json)" "the parts of the first texts"
for to in +447700900501 +447700900502; do
    expect_status 0 "$MUSTER" message show "$(sent_to "$to")" --text
    expect_equal 1 "$(grep -cF "<+447700900999 $to text $out>" fakesmsc.err)" \
        "how often $to got its text from the fake network"
done

note "what is written on the phones is heard, whatever its letters and parts"
long='Please do not write to me – I am on leave until the ŵyl, and after that I shall be away for '
long+='some weeks, so there is no use in it at all. Please stop texting me 😀'
kill_hard fakesmsc "$fakesmsc_pid" # it serves one at a time
start fakephone "$fakesmsc" -H 127.0.0.1 -r "$fake_port" -m 1 \
    '447700900501 447700900999 text STOP'
say 447700900021 VOTED
say 447700900022 'Stop'
say 447700900023 'STOP 😀'
say 447700900024 "$long" 3
wait_until 30 read_as +447700900501 stop STOP
wait_until 30 read_as +447700900021 voted VOTED
wait_until 30 read_as +447700900022 stop Stop
wait_until 30 read_as +447700900023 stop 'STOP 😀'
wait_until 30 read_as +447700900024 stop "$long"
expect_status 0 "$MUSTER" segment count voted --format json
expect_equal 1 "$(jq '.[0].members' <<<"$out")" "who has voted"

note "a STOP that comes while muster is away is kept, and brought again"
stop musterd
say 447700900025 STOP
kannel_has_tried() {
    grep "Couldn't fetch .*%2B447700900025" smsbox.log
}
wait_until 30 kannel_has_tried
start musterd "$MUSTERD"
wait_until 30 read_as +447700900025 stop STOP
expect_equal 5 "$(suppressed stop)" "the opt-outs"

note "Kannel dies while it has texts in its hands that it has not answered for"
begin second 'not voted' '{{first_name}}, one more thing'
ten_arrived() {
    (($(on_phones second | jq length) >= 10))
}
asked() {
    grep -c "request: 'Anytown second:" asked.log
}
wait_until 30 ten_arrived
kill -STOP "$bearerbox_pid"
answered=$(asked) # what smsbox is asked for from now on it cannot answer
in_its_hands() {
    (($(asked) > answered)) || (($(in_state unsure) > 0))
}
wait_until 30 in_its_hands
kill_hard smsbox "$smsbox_pid"
kill_hard bearerbox "$bearerbox_pid"
say 447700900026 STOP
some_unsure() {
    (($(in_state unsure) > 0))
}
wait_until 30 some_unsure
start_kannel
start fakesmsc "$fakesmsc" -H 127.0.0.1 -r "$fake_port" -m 0 'x x text x'

note "nothing is lost, nothing is asked for twice, and what nobody can know is listed"
faults() {
    "$MUSTER" message list second --format json >second.list
    on_phones second >second.json
    sed -n "s/.* target:\(+[0-9]*\) request: 'Anytown second:.*/\1/p" asked.log | jq -nR \
        '[inputs] | group_by(.) | map({key: .[0], value: length}) | from_entries' >second.asked
    # A text that the network had not acknowledged is sent again by Kannel itself: "came" may be 2.
    jq -r --slurpfile phones second.json --slurpfile asked second.asked '.[]
        | ($asked[0][.to] // 0) as $asked | ($phones[0][.to].times // 0) as $came
        | select(if .state == "unsure" then $asked > 1 or $came > 0
            elif .state == "withheld" then $asked > 0 or .to != "+447700900026"
            elif .to == "+447700900013" or .to == "+447700900502" then $asked != 1
            else $asked != 1 or $came == 0 end)
        | "\(.to) is \(.state), was asked for \($asked) times and came \($came) times"' second.list
}
no_faults() {
    settled && [[ -z $(faults) ]]
}
wait_until 60 settled
wait_until 30 no_faults
wait_until 30 read_as +447700900026 stop STOP
expect_match "unsure .* the provider may have taken the message: " \
    "$("$MUSTER" message list second --state unsure)" "the list of what is unsure"

note "nobody had it who had voted or opted out, and no phone got anything else"
for to in +447700900021 +447700900022 +447700900023 +447700900024 +447700900025 +447700900501; do
    expect_equal 0 "$(jq --arg to "$to" 'map(select(.to == $to)) | length' second.list)" \
        "messages to $to"
    expect_equal 0 "$(grep -c "target:$to request: 'Anytown second:" asked.log || true)" \
        "texts to $to"
done
expect_equal 0 "$(jq -s 'map(select(.event == "text" and .part[2] == 1
    and (.text | startswith("Anytown ") | not))) | length' network.log)" "texts of Kannel's own"
