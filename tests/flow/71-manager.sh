#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# musterd under a service manager, which a few lines of Python stand in for: it is ready when its
# listeners are up, gives signs of life for as long as they move, and starts again what hangs.
source "$(dirname "$0")/branch.sh"
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
make_branch "console.listen=$CONSOLE"
make_members 2 0
export NOTIFY_SOCKET=$SCRATCH/notify

# What is told, a line each, in $SCRATCH/told.
start manager python3 -c 'import os, socket
inbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
inbox.bind(os.environ["NOTIFY_SOCKET"])
with open("told", "a", buffering=1) as told:
    while True:
        for line in inbox.recv(4096).decode().splitlines():
            print(line, file=told)'
wait_until 10 test -S "$NOTIFY_SOCKET"

told() { # LINE: how often
    grep -cxF "$1" told || true
}
was_told() {
    (($(told "$1") > 0))
}
pings_beyond() {
    (($(told WATCHDOG=1) > $1))
}

role() { # NAME: the process of this role, by the port that it listens on
    local port=${1##*:} inode
    inode=$(awk -v port="$(printf ':%04X$' "$port")" '$2 ~ port && $4 == "0A" { print $10 }' \
        /proc/net/tcp)
    for child in $(children "$pid"); do
        if find "/proc/$child/fd" -lname "socket:\[$inode\]" 2>/dev/null | grep -q .; then
            echo "$child"
        fi
    done
}

note "while a listener's port is taken, it is not ready, though the other roles work"
start squatter python3 -c 'import socket, sys, time
taken = socket.socket()
taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
taken.bind(("127.0.0.1", int(sys.argv[1])))
taken.listen()
print("bound", flush=True)
time.sleep(600)' "${PUBLIC_LISTEN##*:}"
wait_until 10 test -s squatter.out
WATCHDOG_USEC=3000000 start musterd "$MUSTERD"
musterd=$pid
refused() {
    grep -q "cannot listen on $PUBLIC_LISTEN" musterd.err
}
wait_until 20 refused
start_campaign first everyone
delivered() {
    (($(in_state delivered accepted) == 2))
}
wait_until 30 delivered
wait_until 10 pings_beyond 1
expect_equal 0 "$(told READY=1)" "how often it said that it was ready"

note "as soon as it listens, it is"
stop squatter 143
wait_until 60 was_told READY=1
public_listens || fail "it said so too early"
curl -fsS "http://$CONSOLE/health" >/dev/null || fail "the console was not up"
expect_equal 1 "$(told READY=1)" "how often it said so"
wait_until 10 was_told "STATUS=7 of 7 roles are running"

note "every role is confined, and the one that faces the internet twice over"
filters() {
    awk '/^(NoNewPrivs|Seccomp|Seccomp_filters):/ { printf "%s ", $2 }' "/proc/$1/status"
}
for child in $(children "$musterd"); do
    case $child in
        "$(role "$PUBLIC_LISTEN")") expect_equal '1 2 2 ' "$(filters "$child")" "the public role" ;;
        *) expect_equal '1 2 1 ' "$(filters "$child")" "another role" ;;
    esac
done

note "a listener that hangs is started again, and nobody need do anything"
for address in "$PUBLIC_LISTEN" "$CONSOLE"; do
    victim=$(role "$address")
    kill -STOP "$victim"
    replaced() {
        local now
        now=$(role "$address")
        [[ -n $now && $now != "$victim" ]] && curl -fsS -m 2 "http://$address/health"
    }
    wait_until 60 replaced
    expect_match "\(process $victim\) has not moved for 3 seconds and is ended" "$(<musterd.err)"
done
reply +447700900001 STOP
expect_equal 1 "$(suppressed stop)" "the number of opt-outs in force"

note "it goes on giving signs of life, and says once only that it is ready"
wait_until 20 pings_beyond $(($(told WATCHDOG=1) + 3))
expect_equal 1 "$(told READY=1)" "how often it was ready"

note "it says that it stops, and a role that does not is ended with it"
kill -STOP "$(role "$PUBLIC_LISTEN")"
kill -TERM "$musterd"
wait_until 10 was_told STOPPING=1
before=$(told WATCHDOG=1)
wait_until 10 pings_beyond "$before"
wait_until 60 flow_ended musterd
expect_match '1 roles did not finish in time and are ended' "$(<musterd.err)"
stop musterd
if public_listens >/dev/null 2>&1; then fail "the public listener is still there"; fi

note "a role alone is ready in the same way, listens or not"
for one in console sweep; do
    : >told
    WATCHDOG_USEC=3000000 start only "$MUSTERD" --only "$one"
    wait_until 20 was_told READY=1
    wait_until 20 pings_beyond 1
    stop only
    wait_until 10 was_told STOPPING=1
done
