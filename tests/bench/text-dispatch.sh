#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# How fast texts go out, beside the barest loop of libcurl (bench/requests.c): as many requests of
# the same size to the same nginx, as many of them in flight, by turns, in one run. What wrk
# reaches, which repeats one request, is printed as the limit of nginx.
#
#   MUSTER_BUILD=build/release tests/bench/text-dispatch.sh [TEXTS] [ROUNDS] [IN_FLIGHT] [SESSIONS]
#                                             50000 texts, the median of 5 rounds, 16 in flight,
#                                             shared by 2 processes of musterd's
#
# muster's figure is that of musterd with all its roles, store commits included and durable: from
# the release of the first text to the outcome of the last. Needs nginx-light, sqlite3 and wrk.
source "$(dirname "$0")/house.sh"
texts=${1:-50000}
rounds=${2:-5}
in_flight=${3:-16}
sessions=${4:-2}
whole TEXTS "$texts" 1000000
whole ROUNDS "$rounds" 99
whole IN_FLIGHT "$in_flight" 256
whole SESSIONS "$sessions" 16
need nginx nginx-light
need sqlite3 sqlite3
need wrk wrk

# take_sample: the form of a request as the gateway's profile has it, in `form`.
take_sample() {
    expect_status 0 "$MUSTER" message show "$(ask "SELECT reference FROM outbox LIMIT 1")" --text
    form=$(python3 -c 'import sys, urllib.parse
print(urllib.parse.urlencode({
    "to": "+447700900001", "from": "+447700900999", "text": sys.argv[1],
    "reference": "abcdefghijklmnopqrstuvwxyz", "validity": "172800",
    "receipt_url": sys.argv[2] + "/hook/receipt/0123456789abcdef0123456789abcdef",
    "reply_url": sys.argv[2] + "/hook/reply/0123456789abcdef0123456789abcdef"},
    quote_via=urllib.parse.quote))' "$out" "$PUBLIC_URL")
}

# limit: requests that wrk makes in two seconds, as milliseconds for as many as there are texts.
limit() {
    expect_status 0 wrk -t1 -c "$in_flight" -d2s -s post.lua "$SMS_URL/messages"
    awk -v texts="$texts" '$1 == "Requests/sec:" { printf "%d\n", texts * 1000 / $2 }' stdout
}

# bound: what the ratio could be on these processors if nothing ever waited: the bare loop and nginx
# have one each at best, and musterd shares all of them with nginx. It cannot be passed, and tells
# more than the ratio that was measured when others are busy on the machine.
bound() {
    awk -v texts="$texts" -v all="$(nproc)" -v muster="$(median used)" -v own="$(median own)" \
        -v nginx="$(median nginx)" 'BEGIN {
        alone = all < 2 ? own + nginx : own > nginx ? own : nginx
        printf "\nof the processor, in microseconds a text:"
        printf " musterd %.1f, the bare loop %.1f, nginx %.1f\n",
            muster * 1000 / texts, own * 1000 / texts, nginx * 1000 / texts
        printf "reckoned from these on %d processors, the ratio is at most %.2f;\n",
            all, alone * all / (muster + nginx)
        printf "for 0.60, musterd may use %.1f microseconds a text, and the requests alone %.1f\n",
            (alone * all / 0.6 - nginx) * 1000 / texts, own * 1000 / texts
    }'
}

start_provider
fill sms "$texts" "sms.in_flight=$in_flight" "sms.sessions=$sessions"
cp -a "$HOUSE" prepared

for ((round = 0; round < rounds; round++)); do
    rm -rf "$HOUSE"
    cp -a prepared "$HOUSE"
    before=$(processor provider)
    hand_over 600
    printf 'muster %d\nused %d\nnginx %d\n' "$took" "$used" \
        $(($(processor provider) - before)) >>figures
    if ((round == 0)); then
        take_sample
        printf 'wrk.method = "POST"\nwrk.body = "%s"\n' "$form" >post.lua
        echo 'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"' >>post.lua
    fi
    expect_status 0 "$MUSTER_BUILD/tests/bench_requests" "$SMS_URL/messages" "$form" "$texts" \
        "$in_flight"
    read -r loop own <<<"$out"
    printf 'libcurl %d\nown %d\n' "$loop" "$own" >>figures
    echo "wrk $(limit)" >>figures
done

printf '%d texts, %d in flight, %d sessions, %d rounds\n\n' \
    "$texts" "$in_flight" "$sessions" "$rounds"
table "$texts" muster \
    muster "musterd, durable" \
    libcurl "a bare loop of libcurl, keeps nothing" \
    wrk "wrk, the limit of nginx"
bound
rm -rf "$HOUSE"
cp -a prepared "$HOUSE"
profile 600
