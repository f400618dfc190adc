#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# One text to a phone of one's own, and all that was said over it: no secret among it.
source "$(dirname "$0")/branch.sh"
start_rehearsal

note "a profile that has its secret everywhere"
sed 's|url = "{{base_url}}/messages";|url = "{{base_url}}/messages"; user = "anna";\
    password = "{{secret}}"; headers = [ "X-Key: {{secret}}" ];|
    s|{ name = "to"; |{ name = "key"; value = "{{secret}}"; }, { name = "to"; |' \
    "$MUSTER_ROOT/etc/gateways/rehearsal.conf" >open.conf
(umask 077 && echo 'se/cret & word' >secret)
make_branch "sms.gateway=$PWD/open.conf" "sms.secret_file=$PWD/secret"

note "what was said is shown, and what came back"
expect_status 0 "$MUSTER" gateway test --to 07700900123
expect_match '^> POST /messages HTTP/1\.1' "$out"
expect_match '^> Authorization: \*+$' "$out"
expect_match '^> X-Key: \*+$' "$out"
expect_match 'to=%2B447700900123' "$out"
expect_match 'text=Anytown%20Health%20Branch%3A%20this%20is%20a%20test%20of%20muster' "$out"
expect_match '^< HTTP/1\.1 201' "$out"
expect_match '^accepted, the provider calls it ' "$out"
expect_equal 1 "$(jq -s 'map(select(.event == "message")) | length' "$REHEARSAL_LOG")" \
    "the number of texts that went"

note "and no secret among it"
secrets() {
    grep -ciE 'se/cret|se%2Fcret|YW5uYTp|/hook/open/[0-9a-f]{32}|%2Fhook%2Fopen%2F[0-9a-f]{32}' \
        stdout stderr || true
}
expect_equal $'stdout:0\nstderr:0' "$(secrets)" "what is secret in what is shown"

note "a text of one's own; a wrong key; a number that has opted out; a provider that is away"
expect_status 0 "$MUSTER" gateway test open --to +447700900124 --text "Hello & goodbye"
expect_match 'text=Hello%20%26%20goodbye' "$out"
expect_status 64 "$MUSTER" gateway test open
expect_match 'which phone is to be written to' "$(cat stderr)"
expect_status 64 "$MUSTER" gateway test open --to 12
expect_status 65 "$MUSTER" gateway test closed --to 07700900123
expect_match "there is no gateway 'closed'" "$(cat stderr)"
expect_status 0 "$MUSTER" suppress add +447700900125 --reason "wants no texts"
expect_status 65 "$MUSTER" gateway test open --to +447700900125
expect_match 'has opted out' "$(cat stderr)"
stop rehearsal
expect_status 69 "$MUSTER" gateway test open --to +447700900123
expect_match '^nothing was sent: ' "$out"
