#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Watching: a campaign while it sends, a message from its queueing to its receipt, the metrics, and
# a log that tells each batch but nobody's address.
source "$(dirname "$0")/branch.sh"
start_rehearsal --seed 5 --faults sms.refuse=25%,sms.busy=20%,mail.refuse=25%
CONSOLE=127.0.0.1:$(free_port)
make_branch sms.rate=8 sms.burst=1 mail.rate=20 retry.first=1 retry.longest=1 \
    "console.listen=$CONSOLE"
make_members 40 40
start musterd "$MUSTERD"
wait_until 20 public_listens

# metrics: read strictly, a sample a line.
metrics() {
    curl -fsS "http://$CONSOLE/metrics" | python3 "$MUSTER_ROOT/tests/flow/metrics.py"
}
# sample NAME{LABELS}: its value.
sample() {
    metrics | awk -v name="$1" 'substr($0, 1, length(name) + 1) == name " " {
        print substr($0, length(name) + 2) }'
}
# attempts_of: the counter of attempts in the metrics, "sms rehearsal accepted 3" a line.
attempts_of() {
    sed -nE 's/^muster_attempts_total\{channel="(.*)",route="(.*)",verdict="(.*)"\} /\1 \2 \3 /p' |
        sort
}
in_state_is() {
    (($(in_state "$2") == $1))
}
wait_until 20 metrics
expect_equal '' "$(metrics | grep '^muster_messages{' || true)" "the messages before there are any"
expect_equal 1 "$(sample 'muster_build_info{version="'"$("$MUSTER" --version | cut -d' ' -f2)"'"}')"

note "a watch shows a campaign until it is over, on a terminal and in a pipe"
start_campaign first everyone
start piped "$MUSTER" campaign status first --watch
start json "$MUSTER" campaign status first --watch --format json
start screen env TERM=xterm NO_COLOR= python3 "$MUSTER_ROOT/tests/flow/terminal.py" 40 72 \
    "$MUSTER" campaign status first --watch
start plain env TERM=xterm NO_COLOR=1 python3 "$MUSTER_ROOT/tests/flow/terminal.py" 6 40 \
    "$MUSTER" campaign status first --watch
for name in piped json screen plain; do
    wait_until 60 flow_ended "$name"
    stop "$name" # it has ended well
done
expect_equal finished "$("$MUSTER" campaign list --format json | jq -r '.[0].state')" "the state"

if grep -q $'\033' piped.out json.out; then fail "there are escape sequences in a pipe"; fi
if (($(wc -l <piped.out) < 2)); then fail "the pipe has only $(wc -l <piped.out) lines"; fi
running='^[0-9:]{8} campaign first is running; texts [0-9]+ of 40 \([0-9]+ %\), [0-9]+ a minute'
expect_match "$running" "$(<piped.out)" "the pipe"
expect_match '^[0-9:]{8} campaign first is finished; texts 40 of 40 \(100 %\); mails 40 of 40' \
    "$(tail -n 1 piped.out)" "the last line"
expect_match ', the last at about [0-9]{2}:[0-9]{2}:[0-9]{2}' "$(<piped.out)" "the forecast"
expect_equal 'running finished' "$(jq -r .state json.out | uniq | paste -sd' ')" "the states seen"
expect_equal 'true' "$(jq -s 'map(.channels[0].done) as $d | $d == ($d | sort)' json.out)"

# What a terminal would show at the end, by the few codes that are used.
show() {
    python3 - "$1" <<'END'
import re, sys
lines, row, column = [""], 0, 0
for part in re.split(r"(\033\[[0-9;]*[A-Za-z]|\r|\n)", open(sys.argv[1], newline="").read()):
    if part == "\n":
        row += 1
        lines += [""] * (row + 1 - len(lines))
    elif part == "\r":
        column = 0
    elif match := re.fullmatch(r"\033\[([0-9]+)A", part):
        row -= int(match[1])
        assert row >= 0, "above the screen"
    elif part == "\033[K":
        lines[row] = lines[row][:column]
    elif part == "\033[J":
        del lines[row:]
        lines.append("")
    elif not part.startswith("\033"):
        lines[row] = lines[row][:column] + part + lines[row][column + len(part):]
        column += len(part)
print("\n".join(lines).rstrip("\n"))
END
}
shown=$(show screen.out)
expect_match '^campaign first \(promotional\) is finished, at ' "$shown" "the screen"
expect_equal 1 "$(grep -c '^campaign first' <<<"$shown")" "how often it is on the screen"
expect_match '^texts  \[#{40}\] 100 %  40 of 40 done' "$shown" "the screen"
expect_match '^refused +[1-9][0-9]* +[1-9]' "$shown" "the screen"
expect_match '^ +[0-9]+  mails  refused +550 5\.1\.1 ' "$shown" "the screen"
expect_match '^sms/rehearsal +open' "$shown" "the screen"
if ! grep -q $'\033\[32m' screen.out; then fail "there is no colour"; fi
if grep -q $'\033\[[0-9;]*m' plain.out; then fail "there are colours, against NO_COLOR"; fi
shown=$(show plain.out)
expect_equal 5 "$(wc -l <<<"$shown")" "the lines on a small terminal"
if grep -qE '^.{40}' <<<"$shown"; then fail "a line is wider than the terminal"; fi

note "Ctrl-C ends a watch, and nothing else"
wait_until 20 settled
write_campaign later everyone
expect_status 0 "$MUSTER" campaign create later.conf
expect_status 0 env TERM=xterm TERMINAL_INTERRUPT=1 python3 "$MUSTER_ROOT/tests/flow/terminal.py" \
    24 80 "$MUSTER" campaign status later --watch
expect_match 'campaign later \(promotional\) is draft' "$out"
expect_status 64 "$MUSTER" campaign status later --watch --format csv
expect_status 65 "$MUSTER" campaign status latter --watch
expect_match "did you mean 'later'" "$err"

note "once, for people and for programs"
wait_until 30 callbacks_done
expect_status 0 "$MUSTER" campaign status first --format json
states=$(states first)
expect_equal "$states" "$(jq -r '.channels | sort_by(.channel)[] | .channel as $c
    | .states | to_entries | sort_by(.key)[] | "\($c) \(.key) \(.value)"' <<<"$out")" "the states"
expect_equal "$(awk '$2 == "refused" { sum += $3 } END { print sum }' <<<"$states")" \
    "$(jq '[.errors[] | select(.state == "refused").messages] | add' <<<"$out")" "the errors"
expect_equal 2 "$(jq '.errors | length' <<<"$out")" "the kinds of errors"
expect_equal 'rehearsal open 8, relay open 8' "$(jq -r '[.routes[]
    | "\(.route) \(.state) \(.trust_eighths)"] | join(", ")' <<<"$out")" "the routes"

note "a message tells all that happened to it, in order"
twice=$("$MUSTER" message list --format json |
    jq -r 'map(select(.state == "delivered" and .tries == 2))[0].reference')
expect_status 0 "$MUSTER" message show "$twice" --format json
# A receipt may come before the answer.
expect_equal 'queued claimed released attempt 1 claimed released attempt 2' \
    "$(jq -r '[.[] | select(.at != "" and .what != "receipt").what] | join(" ")' <<<"$out")" \
    "the steps"
expect_equal 2 "$(jq 'map(select(.what == "receipt")) | length' <<<"$out")" "the receipts"
expect_equal true "$(jq 'map(select(.at != "").at) | . == sort' <<<"$out")" "that they are in order"
expect_equal '' "$(jq -r '.[] | select(.at != "").at' <<<"$out" |
    grep -vE '^2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z$' || true)" "the times"
expect_match '^deferred: 503' "$(jq -r '.[] | select(.what == "attempt 1").value' <<<"$out")"
expect_match '^accepted: 201' "$(jq -r '.[] | select(.what == "attempt 2").value' <<<"$out")"
expect_match '^delivered, since ' "$(jq -r '.[] | select(.what == "state").value' <<<"$out")"
expect_equal '1 0.0350 GBP' "$(jq -r '[.[] | select(.what == ("parts", "cost")).value]
    | join(" ")' <<<"$out")" "what it cost"
expect_status 0 "$MUSTER" message show "$twice"
expect_match '^[0-9-]{10} [0-9:]{8}\.[0-9]{3}  released +attempt 2 is handed over by rehearsal' \
    "$out"

note "the metrics are what the store says, to the message"
counted_again() {
    [[ $(sample 'muster_messages{channel="sms",state="delivered"}') == \
        $(awk '$1 == "sms" && $2 == "delivered" { print $3 }' <<<"$states") ]]
}
wait_until 30 counted_again
curl -fsSI "http://$CONSOLE/metrics" | tr -d '\r' >head
expect_match '^Content-Type: text/plain; version=0\.0\.4; charset=utf-8$' "$(<head)" "the head"
expect_match '^ok$' "$(curl -fsS "http://$CONSOLE/health")" "the health"
all=$(metrics)
expect_equal "$states" "$(sed -n 's/^muster_messages{channel="\(.*\)",state="\(.*\)"} /\1 \2 /p' \
    <<<"$all" | sort)" "the messages"
attempts=$(attempts_of <<<"$all")
expect_equal "$(sqlite3 -separator ' ' "$HOUSE/muster.db" "SELECT o.channel, a.gateway, a.verdict,
    COUNT(*) FROM attempt a JOIN outbox o ON o.id = a.outbox_id GROUP BY 1, 2, 3" | sort)" \
    "$attempts" "the attempts"
expect_match '^muster_route_up\{channel="sms",route="rehearsal"\} 1$' "$all" "the metrics"
expect_match '^muster_store_bytes\{file="store"\} [1-9]' "$all" "the metrics"
if grep -qE '077009|447700|@mail|Tess|Tester' <<<"$all"; then fail "they tell of persons"; fi

note "a counter does not go down when a member is erased, nor when musterd starts again"
expect_status 0 "$MUSTER" member erase T1 --reason "asked for it in writing"
expect_equal "$attempts" "$(metrics | attempts_of)" "the attempts"

note "what stands still is told: a route that is closed, hours, a budget"
closed_now='daily 02:00-03:00'
if (($(TZ=Europe/London date +%-H) < 12)); then closed_now='daily 20:00-21:00'; fi
sqlite3 "$HOUSE/muster.db" "UPDATE campaign SET hours_sms = '$closed_now', hours_why = 'a test',
    budget = 5000000, currency = 'GBP', spent = 1250000 WHERE name = 'later'"
expect_status 0 "$MUSTER" campaign start later
# A role that has just been started tries its route once more: so it is closed until it stays so.
stays_closed() {
    sqlite3 "$HOUSE/muster.db" "
        INSERT OR REPLACE INTO route (channel, name, closed_until, failures, fault, ramp)
        VALUES ('email', 'relay', strftime('%s', 'now') * 1000 + 100000, 3, 'no \"answer\"', 1)"
    sleep 1
    "$MUSTER" campaign status later >closed.out && grep -q 'closed until' closed.out
}
wait_until 30 stays_closed
expect_status 0 "$MUSTER" campaign status later
expect_match "^ +outside the hours \\($closed_now\\) until [0-9A-Z]" "$out"
expect_match '^email/relay +closed until .*, trusted with 1/8 .*: no "answer"$' "$out"
expect_match '^spent 1\.25 GBP of 5\.00 GBP, 25 %$' "$out"
all=$(metrics)
expect_match '^muster_route_up\{channel="email",route="relay"\} 0$' "$all" "the metrics"
expect_match '^muster_campaign_spent\{campaign="later",currency="GBP"\} 1\.250000$' "$all"
expect_match '^muster_campaign_deadline_seconds\{campaign="later"\} [0-9]{9,}\.[0-9]{3}$' "$all"
expect_status 0 "$MUSTER" campaign cancel later

note "the log has a line for each batch, and nobody's address"
stop musterd
batches=$(grep -E ' of first in [0-9]+ ms: ' musterd.err)
sum_of() {
    grep -oE "[0-9]+ $1" <<<"$batches" | awk '{ sum += $1 } END { print sum + 0 }'
}
expect_equal "$(awk '$3 == "accepted" { sum += $4 } END { print sum }' <<<"$attempts")" \
    "$(sum_of accepted)" "those that the log calls accepted"
expect_equal "$(awk '$3 == "refused" { sum += $4 } END { print sum }' <<<"$attempts")" \
    "$(sum_of refused)" "those that the log calls refused"
expect_match 'refused, .*; \+44 77.*\*[0-9]{2,3}: 400' "$batches" "the batches"
expect_match 'refused, .*; e\*+@mail\.example: 550' "$batches" "the batches"
for address in $(tail -n +2 members.csv | cut -d, -f4,5 | tr ',' '\n' | tr -d ' '); do
    if tr -d ' ' <musterd.err | grep -qF -- "${address#0}"; then fail "$address is in the log"; fi
done

note "a console alone, from outside the loopback as well, which is warned of"
sed -i "s/listen = \"$CONSOLE\"/listen = \"0.0.0.0:${CONSOLE#*:}\"/" "$HOUSE/muster.conf"
start console "$MUSTERD" --only console
wait_until 20 metrics
expect_equal "$(sqlite3 -separator ' ' "$HOUSE/muster.db" 'SELECT * FROM attempt_count' | sort)" \
    "$(metrics | attempts_of)" "the attempts"
expect_match '0\.0\.0\.0:[0-9]+ is not on the loopback' "$(<console.err)" "the log"
expect_equal 405 "$(curl -sS -o /dev/null -w '%{http_code}' -d x "http://$CONSOLE/metrics")"
expect_equal 303 "$(curl -sS -o /dev/null -w "%{http_code}" "http://$CONSOLE/")"
expect_equal 404 "$(curl -sS -o /dev/null -w "%{http_code}" "http://$CONSOLE/nowhere")"
stop console
sed -i '/0\.0\.0\.0/d' "$HOUSE/muster.conf"
expect_status 78 "$MUSTERD" --only console
expect_match "role 'console' is not configured" "$err"

note "a message on the wire is shown as one"
start_rehearsal --faults delay=3s
sed -i "s#base_url = .*#base_url = \"$SMS_URL\";#" "$HOUSE/muster.conf"
start_campaign slow number:T2
start run "$MUSTER" run --until-idle
wait_until 20 in_state_is 1 sending
under_way=$("$MUSTER" message list slow --format json | jq -r '.[0].reference')
expect_status 0 "$MUSTER" message show "$under_way" --format json
expect_equal 'queued claimed released' "$(jq -r '[.[] | select(.at != "").what] | join(" ")' \
    <<<"$out")" "the steps"
expect_match 'attempt 1 is handed over by rehearsal; its answer is waited for' "$out"
wait_until 20 flow_ended run
stop run
expect_status 0 "$MUSTER" message show "$under_way" --format csv
expect_match '^2[0-9T:.-]*Z,attempt 1,"?accepted: 201' "$out"
