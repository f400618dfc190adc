#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What strangers throw at the public listener: crowds of connections, requests without an end, bombs,
# lies and noise. Each gets a short answer or none, is counted, and keeps no honest caller out for
# good; the store stays free, and the listener comes out of it as it went in.
source "$(dirname "$0")/branch.sh"
hard=$(ulimit -Hn)
if [[ $hard != unlimited ]] && ((hard < 4096)); then
    echo "skipped: 2000 connections need more open files than the $hard that are allowed here"
    exit 77
fi
ulimit -n 4096
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
make_branch "console.listen=$CONSOLE"
start_public
listener=$pid
expect_status 0 "$MUSTER" gateway list --format json
hook=/$(jq -r '.[0].reply_url' <<<"$out" | cut -d/ -f4-)

attack() { # NAME
    expect_status 0 python3 "$MUSTER_ROOT/tests/flow/hostile.py" "${PUBLIC_LISTEN##*:}" "$hook" \
        /u/nobody "$1"
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
start flood python3 "$MUSTER_ROOT/tests/flow/hostile.py" "${PUBLIC_LISTEN##*:}" "$hook" /u/nobody flood
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
expect_equal 0 "$("$MUSTER" reply list --format json | jq 'map(select(.text != "hello")) | length')" \
    "the replies that nobody wrote"
stop public
start console "$MUSTERD" --only console
wait_until 20 curl -fsS "http://$CONSOLE/health"
metrics=$(curl -fsS "http://$CONSOLE/metrics")
for kind in 'callback"} [1-9].*' 'method"} 30' 'route"} [1-9].*' 'link"} [1-9].*' 'caller"} [1-9].*' \
    'size"} [1-9].*' 'slow"} [1-9].*' 'broken"} [1-9].*'; do
    expect_match "^muster_public_refused_total\{why=\"$kind\$" "$metrics" "the metrics"
done
stop console
