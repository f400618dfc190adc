#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A provider that signs what it calls back with: only what is signed with the key of this branch is
# let in, whoever knows the path.
source "$(dirname "$0")/branch.sh"
start_rehearsal

# sign URL FIELD=VALUE...: as Twilio does, in base 64.
sign() {
    python3 -c 'import base64, hashlib, hmac, sys
fields = sorted(pair.split("=", 1) for pair in sys.argv[2:])
text = sys.argv[1] + "".join(name + value for name, value in fields)
mac = hmac.new(b"branch key", text.encode(), hashlib.sha1)
print(base64.b64encode(mac.digest()).decode())' "$@"
}

# post SIGNATURE FIELD=VALUE...: a reply comes in; prints the status.
post() {
    local fields=() pair signature=$1
    shift
    for pair in "$@"; do fields+=(--data-urlencode "$pair"); done
    curl -sS -o answer -w '%{http_code}' -H "X-Signature: $signature" "${fields[@]}" "$HOOK"
}

note "the profile of the rehearsal, with a signature"
sed '/^};/i signature = { scheme = "mac"; algorithm = "sha1"; place = "header X-Signature";\
    signed = [ "url", "fields" ]; };' "$MUSTER_ROOT/etc/gateways/rehearsal.conf" >signing.conf
make_branch "sms.gateway=$PWD/signing.conf"
make_members 3 0
expect_status 78 "$MUSTER" check
expect_match 'sms\.callback_secret_file is missing: the gateway profile signing checks signatures' \
    "$(cat stderr)"
echo "branch key" >key
chmod 644 key
sed -i "s|^ *# callback_secret_file = .*|    callback_secret_file = \"$PWD/key\";|" \
    "$HOUSE/muster.conf"
expect_status 78 "$MUSTERD" --only public
expect_match 'sms.callback_secret_file: others may read or write' "$(cat stderr)"
chmod 600 key
start_public
expect_status 0 "$MUSTER" gateway list --format json
HOOK=$(jq -r '.[0].reply_url' <<<"$out")
expect_match "^$PUBLIC_URL/hook/signing/[0-9a-f]{32}/reply\$" "$HOOK"

note "nothing unsigned is let in, and nothing signed with another key"
said=(id=r1 from=+447700900001 to=+447700900999 text=STOP)
expect_equal 403 "$(post '' "${said[@]}")"
expect_equal 403 "$(post 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' "${said[@]}")"
right=$(sign "$HOOK" "${said[@]}")
expect_equal 403 "$(post "$right" id=r1 from=+447700900002 to=+447700900999 text=STOP)" \
    "the status of somebody else's number under this signature"
expect_equal 0 "$(suppressed stop)" "the number of opt-outs"
expect_equal '' "$(cat answer)" "what is told to who cannot sign"

note "what is signed is taken, and taken once"
expect_equal 200 "$(post "$right" "${said[@]}")"
expect_equal 200 "$(post "$right" "${said[@]}")"
expect_equal 1 "$(suppressed stop)" "the number of opt-outs"
expect_status 0 "$MUSTER" reply list --format json
expect_equal 1 "$(jq length <<<"$out")" "the number of replies"

note "as the provider calls it, with what it adds to the address"
said=(id=r2 from=+447700900002 to=+447700900999 text=Hello)
bare=$HOOK
HOOK="$bare?bodySHA=1"
expect_equal 200 "$(post "$(sign "$HOOK" "${said[@]}")" "${said[@]}")"
expect_equal 403 "$(post "$(sign "$bare" "${said[@]}")" "${said[@]}")"
stop public
