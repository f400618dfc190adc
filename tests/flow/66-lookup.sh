#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A hand-over that ended without an answer: the provider is asked what became of the text. What it
# has is settled and never sent again; what it certainly has not goes out once more; and whoever
# answers nonsense settles nothing.
source "$(dirname "$0")/branch.sh"

# A web server for all that is not the provider. Whatever is posted to it is taken, as receipts are;
# what it answers to a look-up stands in front of the path.
cat >stranger.py <<'END'
import http.server, sys, time

class Stranger(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(200, b"")

    def do_GET(self):
        kind = self.path.split("/")[1]
        if kind == "html":
            self.answer(200, b'<html>Log in. {"messages":[]}</html>', Content_Type="text/html")
        elif kind == "gone":
            self.answer(404, b"<h1>There is no such page</h1>")
        elif kind == "huge":
            self.answer(200, b'{"messages":[],"x":"' + b"x" * 1000000 + b'"}')
        elif kind == "redirect":
            self.answer(302, b'{"messages":[]}', Location="/empty/messages")
        elif kind == "wrong":
            self.answer(200, b'{"messages":{"0":{"status":"sent"}},"count":0}')
        elif kind == "another":
            self.answer(200, b'{"messages":[{"id":"R1","reference":"x","status":"delivered"}]}')
        elif kind == "hang":
            time.sleep(4)
        else:
            self.answer(200, b'{"messages":[]}')

    def log_message(self, *words):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Stranger)
server.daemon_threads = True
server.serve_forever()
END
stranger=http://127.0.0.1:$(free_port)
start stranger python3 stranger.py "${stranger##*:}"
wait_until 20 curl -fsS "$stranger/empty"

# profile SECONDS: the practice profile, whose "absent" counts so soon.
profile() {
    sed "s/settle_after = 300;/settle_after = $1;/" "$MUSTER_ROOT/etc/gateways/rehearsal.conf" \
        >rehearsal.conf
    expect_match "settle_after = $1;" "$(cat rehearsal.conf)"
}

# restart FAULTS [LOG]: the provider with this luck from now on, and this log.
restart() {
    stop rehearsal
    start rehearsal "$MUSTER_BUILD/muster-rehearsal" --smtp "$SMTP_ADDRESS" \
        --sms "${SMS_URL#http://}" --faults "$1" ${2+--log "$2"}
    wait_until 20 curl -fsS "$SMS_URL/status"
}

# unsure: the references of the unsure texts, a line each.
unsure() {
    "$MUSTER" message list --state unsure --format json | jq -r '.[].reference'
}

# lost: of the unsure ones, those that the provider did not keep.
lost() {
    comm -23 <(unsure | sort) \
        <(jq -r 'select(.event == "message").reference' "$REHEARSAL_LOG" | sort)
}

no_copies() {
    expect_equal '' "$(jq -r 'select(.event == "message").to' "$REHEARSAL_LOG" | sort | uniq -d)" \
        "the list of who was written to twice"
}

start_rehearsal --seed 3 --faults sms.drop=25%,sms.drop-after=30%,sms.error-after=10%
profile 300
make_branch retry.first=1 sms.timeout=2 "public.url=$stranger" "sms.gateway=$SCRATCH/rehearsal.conf"
make_members 60 0

note "what the provider has kept is settled by asking it, and nothing is sent twice"
start_campaign first everyone
expect_status 0 "$MUSTER" run --until-idle
expect_match 'unsure texts settled by what the provider says of them: [1-9]' "$err"
expect_equal 0 "$(in_state queued claimed sending)" "the number of messages without an end"
answered=$(jq -r 'select(.outcome == "accepted").reference' "$REHEARSAL_LOG" | wc -l)
kept=$(heard)
if ((kept <= answered)); then fail "no answer was lost"; fi
expect_equal "$kept" "$(in_state accepted delivered)" "the number of messages that were taken"
expect_equal $((60 - kept)) "$(unsure | wc -l)" "the number of unsure ones"
expect_equal "$(lost)" "$(unsure | sort)" "the list of unsure ones"
expect_sound_books
no_copies
settled_one=$("$MUSTER" message list --format json |
    jq -r 'map(select(.reason | startswith("the provider says: 200 {\"messages\"")))[0].reference')
expect_status 0 "$MUSTER" message show "$settled_one"
expect_match 'attempt 1 +unsure: ' "$out"
expect_match 'look-up 1 +200 \{"messages"' "$out"
expect_match "carrier's id +R[0-9]{10}" "$out"

note "what it has not yet may still come: that stays unsure, and says why"
one=$(unsure | head -n 1)
expect_status 0 "$MUSTER" message resolve --lookup "$one"
expect_match "^$one .* unsure +not there yet, which counts from [0-9:]+ on: 200 " "$out"
expect_status 0 "$MUSTER" run --until-idle
expect_match '^0 accepted' "$out"
expect_equal "$kept" "$(heard)" "the number of messages kept"

note "whoever answers something else settles nothing"
sed -i.right "s#$SMS_URL#$stranger/KIND#" "$HOUSE/muster.conf"
cp "$HOUSE/muster.conf" asked.conf
profile 0 # so that "absent" would count
for kind in html gone redirect wrong another; do
    sed "s#/KIND#/$kind#" asked.conf >"$HOUSE/muster.conf"
    expect_status 0 "$MUSTER" message resolve --lookup "$one" --format json
    expect_equal unsure "$(jq -r '.[0].state' <<<"$out")" "the state after $kind"
done
for kind in huge hang; do
    sed "s#/KIND#/$kind#" asked.conf >"$HOUSE/muster.conf"
    expect_status 69 "$MUSTER" message resolve --lookup "$one"
    expect_match 'does not answer a look-up' "$err"
done
sed "s#$stranger/KIND#http://127.0.0.1:$(free_port)#" asked.conf >"$HOUSE/muster.conf"
expect_status 69 "$MUSTER" message resolve --lookup
expect_equal $((60 - kept)) "$(unsure | wc -l)" "the number of unsure ones"
mv "$HOUSE/muster.conf.right" "$HOUSE/muster.conf"

note "a provider that may have forgotten settles nothing either, and one that has its log does"
restart ''
expect_status 0 curl -sS "$SMS_URL/messages?reference=$one"
expect_match '"code":"forgotten"' "$out"
expect_status 0 "$MUSTER" message resolve --lookup "$one"
expect_match "^$one .* unsure +404 .*forgotten" "$out"
restart sms.drop=30% "$REHEARSAL_LOG"
expect_status 0 curl -fsS "$SMS_URL/messages?reference=$settled_one"
expect_equal "$settled_one" "$(jq -r '.messages[0].reference' <<<"$out")"
id=$(jq -r '.messages[0].id' <<<"$out")
expect_status 0 curl -fsS "$SMS_URL/messages/$id"
expect_equal "$settled_one" "$(jq -r .reference <<<"$out")"
expect_match '^(sent|delivered)$' "$(jq -r .status <<<"$out")"
expect_status 0 curl -fsS "$SMS_URL/messages?reference=nosuch"
expect_equal '{"messages":[]}' "$out"
expect_status 0 curl -sS -w '%{http_code}' "$SMS_URL/messages/R9999999999"
expect_match '"code":"absent".*404$' "$out"
expect_status 0 curl -sS -w '%{http_code}' "$SMS_URL/messages"
expect_match '"code":"field".*400$' "$out"

note "what it certainly has not goes out again, as the same message, until it is taken once"
before=$(unsure | sort)
expect_status 0 "$MUSTER" message resolve --lookup
expect_equal "$before" "$(awk '$3 == "queued" && /it was not taken: 200/ { print $1 }' <<<"$out" |
    sort)" "the list of those that are queued again"
expect_status 0 "$MUSTER" run --until-idle
expect_match 'unsure texts settled by what the provider says of them: [1-9]' "$err"
expect_equal 60 "$(in_state accepted delivered)" "the number of messages that were taken"
expect_equal 60 "$(heard)" "the number of messages kept"
expect_sound_books
no_copies
expect_status 0 "$MUSTER" message resolve --lookup
expect_equal 'no unsure texts' "$out"

note "when there is no time left it has expired"
restart sms.drop=100% "$REHEARSAL_LOG"
profile 300
start_campaign late 'number:T1'
expect_status 0 "$MUSTER" run --until-idle
late=$(unsure)
sqlite3 "$HOUSE/muster.db" "UPDATE step SET deadline = at + 1 WHERE campaign_id =
    (SELECT id FROM campaign WHERE name = 'late')"
profile 0
expect_status 0 "$MUSTER" message resolve --lookup "$late"
expect_match "^$late .* expired +it was not taken" "$out"
expect_status 0 "$MUSTER" run --until-idle
expect_equal 60 "$(heard)" "the number of messages kept"
expect_sound_books

note "what cannot be looked up is said"
expect_status 65 "$MUSTER" message resolve --lookup "$late"
expect_match "message $late is no unsure text: it is a text, and expired" "$err"
expect_status 65 "$MUSTER" message resolve --lookup nosuch
expect_status 64 "$MUSTER" message resolve --lookup "$late" delivered
expect_status 64 "$MUSTER" message resolve "$late"
expect_match 'usage: muster message resolve REFERENCE STATE' "$err"
sed '/^    lookup = {/,/^    };/d' rehearsal.conf >bare.conf
mv bare.conf rehearsal.conf
expect_status 78 "$MUSTER" message resolve --lookup
expect_match 'the gateway profile rehearsal does not say how to look a text up' "$err"

note "musterd asks by itself, and believes a provider that has delivered"
restart sms.drop-after=100% "$REHEARSAL_LOG"
start_campaign again everyone
expect_status 0 "$MUSTER" run --until-idle # by the profile that cannot ask
expect_equal 60 "$(unsure | wc -l)" "the number of unsure ones"
wait_until 60 callbacks_done
profile 300
start sms "$MUSTERD" --only sms
all_settled() {
    (($(unsure | wc -l) == 0))
}
wait_until 60 all_settled
stop sms
expect_equal 'sms delivered 60' "$(states again)"
expect_equal 120 "$(heard)" "the number of messages kept"
expect_sound_books
