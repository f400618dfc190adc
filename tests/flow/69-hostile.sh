#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What strangers throw at the public listener: crowds of connections, requests without an end,
# bombs, lies and noise. Each gets a short answer or none, is counted, and keeps no honest caller
# out for good; the store stays free, and the listener comes out of it as it went in.
source "$(dirname "$0")/branch.sh"
ulimit -n 4096 # a flood of 2000 needs them
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
make_branch "console.listen=$CONSOLE"
start_public
listener=$pid
expect_status 0 "$MUSTER" gateway list --format json
hook=/$(jq -r '.[0].reply_url' <<<"$out" | cut -d/ -f4-)

hostile() { # ATTACK
    python3 "$MUSTER_ROOT/tests/flow/hostile.py" "${PUBLIC_LISTEN##*:}" "$hook" /u/nobody "$1"
}

attack() {
    expect_status 0 hostile "$1"
}

# expect_answers STATUS...: nothing else came back, and each of these did.
expect_answers() {
    expect_equal "$(printf '%s\n' "$@")" "$(cut -d' ' -f1 <<<"$out")" "the answers to $name"
}

files() {
    find "/proc/$listener/fd" -mindepth 1 | wc -l
}
attack honest
before=$(files)

while read -r name answers; do
    note "$name"
    attack "$name"
    # shellcheck disable=SC2086
    expect_answers $answers
done <<'END'
large 413 closed
lies 400
strangers 404 closed
methods 405
headers 200 400 414 431
lengths 400 413 431 closed
noise 400 404 505 closed
END

for name in broken pipelined slowly; do
    note "$name"
    attack "$name"
done

note "a flood, while somebody works with the store"
start flood hostile flood
all_in_use() {
    grep 'all 512 connections are in use' public.err
}
wait_until 30 all_in_use
expect_status 0 "$MUSTER" suppress add +447700900077 --reason "during a flood"
wait_until 90 flow_ended flood
stop flood
attack honest

note "nothing is left of it but counts"
as_before() {
    (($(files) <= before))
}
wait_until 30 as_before
running public || fail "the listener is gone"
expect_equal '' "$(grep -E 'error|Sanitizer' public.err || true)" "what the listener complains of"
expect_status 0 "$MUSTER" reply list --format json
expect_equal '["hello"]' "$(jq -c 'map(.text) | unique' <<<"$out")" "what honest callers brought"
stop public
start console "$MUSTERD" --only console
wait_until 20 curl -fsS "http://$CONSOLE/health"
metrics=$(curl -fsS "http://$CONSOLE/metrics")
for why in caller callback link route method size slow broken; do
    expect_match "^muster_public_refused_total\{why=\"$why\"\} [1-9]" "$metrics" "the metrics"
done
stop console
