#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# An nginx with contrib/nginx/muster.conf in front of musterd: members, providers and organisers
# come by https, a crowd at one door does not shut the other, and no log of nginx's has a secret.
if ! PATH=$PATH:/usr/sbin command -v nginx >/dev/null; then
    echo "skipped: nginx is not installed"
    exit 77
fi
PATH=$PATH:/usr/sbin
source "$(dirname "$0")/../flow/branch.sh"
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
mapfile -t ports < <(free_port 2)
PLAIN=${ports[0]} TLS=${ports[1]}
GOTV=gotv.branch.example DESK=desk.branch.example

# sign URL FIELD=VALUE...: as the profile below wants it, in base 64.
sign() {
    python3 -c 'import base64, hashlib, hmac, sys
fields = sorted(pair.split("=", 1) for pair in sys.argv[2:])
text = sys.argv[1] + "".join(name + value for name, value in fields)
mac = hmac.new(b"branch key", text.encode(), hashlib.sha1)
print(base64.b64encode(mac.digest()).decode())' "$@"
}
sed '/^};/i signature = { scheme = "mac"; algorithm = "sha1"; place = "header X-Signature";\
    signed = [ "url", "fields" ]; };' "$MUSTER_ROOT/etc/gateways/rehearsal.conf" >signing.conf
(umask 077 && echo "branch key" >key)
make_branch "sms.gateway=$PWD/signing.conf" "sms.callback_secret_file=$PWD/key" \
    "public.url=https://$GOTV:$TLS" "console.listen=$CONSOLE" "console.url=https://$DESK:$TLS"
make_members 3 1

# The shipped file, with ports, folders and a certificate of this test's. Nothing else is changed.
start_nginx() {
    local root=$SCRATCH/nginx
    mkdir -p "$root/temp"
    expect_status 0 openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$GOTV" \
        -addext "subjectAltName=DNS:$GOTV,DNS:$DESK" -keyout "$root/key.pem" -out "$root/cert.pem"
    sed -e "s|listen 80;|listen 127.0.0.1:$PLAIN;|" -e "s|listen 443 |listen 127.0.0.1:$TLS |" \
        -e "s|https://\$host|https://\$host:$TLS|" \
        -e "s|127.0.0.1:8080|$PUBLIC_LISTEN|" -e "s|127.0.0.1:8081|$CONSOLE|" \
        -e "s|/etc/letsencrypt/live/.*/fullchain.pem|$root/cert.pem|" \
        -e "s|/etc/letsencrypt/live/.*/privkey.pem|$root/key.pem|" \
        -e "s|/var/log/nginx/|$root/|" "$MUSTER_ROOT/contrib/nginx/muster.conf" >"$root/muster.conf"
    {
        echo "daemon off; pid $root/pid; error_log $root/error.log; worker_processes 2;"
        echo "events { worker_connections 1024; } http { access_log off;"
        for kind in client_body proxy fastcgi uwsgi scgi; do
            echo "${kind}_temp_path $root/temp/$kind;"
        done
        echo "include $root/muster.conf; }"
    } >"$root/nginx.conf"
    if ((EUID == 0)); then sed -i '1i user root;' "$root/nginx.conf"; fi
    expect_status 0 nginx -t -c "$root/nginx.conf"
    start nginx nginx -c "$root/nginx.conf"
}

# web ARGUMENTS...: by the names of the proxy, which are this machine's here.
web() {
    curl -sS --cacert "$SCRATCH/nginx/cert.pem" --resolve "$GOTV:$TLS:127.0.0.1" \
        --resolve "$DESK:$TLS:127.0.0.1" --resolve "$GOTV:$PLAIN:127.0.0.1" "$@"
}
# answered STATUS ARGUMENTS...: demand this status; the answer is in $SCRATCH/answer, its head in
# $SCRATCH/head.
answered() {
    local wanted=$1
    shift
    expect_equal "$wanted" "$(web -D "$SCRATCH/head" -o "$SCRATCH/answer" -w '%{http_code}' "$@")" \
        "the status of ${*: -1}"
}
inside() {
    curl -fsS "http://$PUBLIC_LISTEN/health" && curl -fsS "http://$CONSOLE/health"
}
outside() {
    web "https://$GOTV:$TLS/style.css" -f
}

start musterd "$MUSTERD"
wait_until 20 inside
start_nginx
wait_until 20 outside

note "what comes without TLS is sent to where it has it"
answered 308 "http://$GOTV:$PLAIN/u/some-mark"
expect_match "^Location: https://$GOTV:$TLS/u/some-mark" "$(tr -d '\r' <head)"

note "old versions of TLS are not spoken, new ones are"
for version in 1.2 1.3; do
    answered 200 --tlsv1.2 --tls-max "$version" "https://$GOTV:$TLS/style.css"
done
for version in 1.0 1.1; do
    if web --ciphers DEFAULT@SECLEVEL=0 --tlsv1.0 --tls-max "$version" \
        "https://$GOTV:$TLS/style.css" >/dev/null 2>&1; then
        fail "TLS $version is spoken"
    fi
done
expect_match '^strict-transport-security: max-age=31536000$' "$(tr -d '\r' <head)"

note "a provider's signed call is taken, through the address that it knows"
expect_status 0 "$MUSTER" gateway list --format json
HOOK=$(jq -r '.[0].reply_url' <<<"$out")
expect_match "^https://$GOTV:$TLS/hook/signing/[0-9a-f]{32}/reply\$" "$HOOK"
reply_signed() { # STATUS ID NUMBER TEXT
    local said=("id=$2" "from=$3" to=+447700900999 "text=$4") fields=() pair
    for pair in "${said[@]}"; do fields+=(--data-urlencode "$pair"); done
    answered "$1" -H "X-Signature: $(sign "$HOOK" "${said[@]}")" "${fields[@]}" "$HOOK"
}
reply_signed 200 r1 +447700900001 STOP
answered 403 -d id=r2 -d from=+447700900002 -d text=STOP "$HOOK"
expect_equal 1 "$(suppressed stop)" "the number of opt-outs"

note "one-click unsubscribe, as a mailbox does it"
start_campaign first everyone
mail_is_out() {
    jq -e 'select(.event == "message" and .to == "e1@mail.example")' "$REHEARSAL_LOG"
}
wait_until 30 mail_is_out
id=$(jq -r 'select(.event == "message" and .to == "e1@mail.example").id' "$REHEARSAL_LOG")
link=$(curl -fsS "$SMS_URL/mailbox/e1@mail.example/$id" |
    grep -oE "https://$GOTV:$TLS/u/[a-z0-9-]+" | head -n 1)
answered 200 "$link"
mail_opt_outs() {
    "$MUSTER" suppress list --format json | jq 'map(select(.channel == "email")) | length'
}
expect_equal 0 "$(mail_opt_outs)" "the number of mail opt-outs after a look"
answered 200 -d List-Unsubscribe=One-Click "$link"
expect_equal 1 "$(mail_opt_outs)" "the number of mail opt-outs"

source "$MUSTER_ROOT/tests/flow/console.sh"
make_accounts asha:administrator
note "an organiser signs in, by cookies that go by https only; the metrics stay inside"
desk() { # STATUS PATH ARGUMENTS...
    local status=$1 path=$2
    shift 2
    answered "$status" -b "$JAR" -c "$JAR" "$@" "https://$DESK:$TLS$path"
}
right=(-d name=asha --data-urlencode 'password=a long enough pass phrase')
desk 303 /sign-in "${right[@]}"
cookie=$(grep -i '^set-cookie: __Host-' head)
for part in Secure HttpOnly SameSite; do expect_match "; $part" "$cookie" "the cookie"; done
expect_match '^strict-transport-security: max-age=31536000' "$(tr -d '\r' <head)"
expect_equal 1 "$(grep -ci '^strict-transport-security' head)" "the number of such headers"
desk 200 /members
expect_match 'T1' "$(<answer)" "the page of members"
expect_match '^cache-control: no-store' "$(tr -d '\r' <head)"
desk 403 /metrics
desk 403 /health

note "whoever forges X-Forwarded-For is counted as one browser all the same"
for n in {1..5}; do
    desk 200 /sign-in -d name=asha -d password=wrong -H "X-Forwarded-For: 198.51.100.$n"
done
desk 200 /sign-in "${right[@]}" -H 'X-Forwarded-For: 198.51.100.99'
expect_match 'too many wrong' "$(<answer)" "the page of the sign-in"

note "what is too large is told so, at each door by its own measure"
head -c 300000 /dev/zero >large
answered 413 --data-binary @large "$HOOK"
head -c 2000000 /dev/zero >large
desk 413 /members --data-binary @large
truncate -s 70000000 larger
desk 413 /imports --data-binary @larger

note "a flood of one address is turned away, and a provider's call comes through beside it"
start flood curl -sk -Z --resolve "$GOTV:$TLS:127.0.0.1" -o /dev/null -w '%{http_code}\n' \
    "https://$GOTV:$TLS/u/none?[1-3000]"
turned_away() {
    grep -q '^429$' flood.out
}
wait_until 60 turned_away
for n in {1..20}; do reply_signed 200 "f$n" +447700900002 "hello $n"; done
wait_until 120 flow_ended flood
stop flood
expect_status 0 "$MUSTER" reply list --format json
expect_equal 20 "$(jq 'map(select(.text | startswith("hello"))) | length' <<<"$out")" \
    "the number of replies during the flood"

note "crowds that say nothing, or half of something, keep nobody out"
start crowd python3 -c 'import socket, sys, time
peers = []
for n in range(400):
    peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    if n % 2:
        peer.sendall(b"\x16\x03\x01")
    peers.append(peer)
print("there", flush=True)
time.sleep(600)' "$TLS"
wait_until 30 test -s crowd.out
reply_signed 200 c1 +447700900003 "beside a crowd"
stop crowd 143

note "no log has a secret, a mark, a query or an address of a member in it"
answered 404 "https://$GOTV:$TLS/u/forged-mark?secret=query"
answered 404 "https://$GOTV:$TLS/b/forged-mark"
stop musterd
answered 502 -d id=r9 "$HOOK"
stop nginx
logged() {
    cat nginx/muster.log nginx/muster-error.log
}
expect_match ' POST /hook/signing/-/reply 200 ' "$(logged)" "the log"
expect_match ' GET /u/- 404 ' "$(logged)" "the log"
expect_match ' POST /u/- 200 ' "$(logged)" "the log"
secret=$(cut -d/ -f6 <<<"$HOOK")
for told in "$secret" "${link##*/}" forged-mark secret=query 7700 e1@mail; do
    if logged | grep -qF -- "$told"; then fail "the log of nginx has $told"; fi
done
