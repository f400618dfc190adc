#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# musterd runs the roles: it sends what is due, starts again what has died, and leaves nobody
# behind.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch mail.sessions=2
make_members 60 60
start musterd "$MUSTERD"
wait_until 20 public_listens

# A process for each role, two for mail.
all_roles_run() {
    (($(children "$pid" | wc -w) == 6))
}
wait_until 10 all_roles_run

note "what is started while it runs goes out, and comes back delivered"
start_campaign first everyone
in_state_is() {
    local number=$1
    shift
    (($(in_state "$@") == number))
}
wait_until 30 in_state_is 60 delivered
wait_until 30 callbacks_done
expect_equal $'email accepted 60\nsms delivered 60' "$(states)"
wait_until 20 settled
expect_sound_books

note "what a start that was cut off had left undone is done"
write_campaign cut everyone
expect_status 0 "$MUSTER" campaign create cut.conf
sqlite3 "$HOUSE/muster.db" "UPDATE campaign SET state = 'running' WHERE name = 'cut'"
wait_until 30 in_state_is 120 delivered
expect_equal 240 "$(heard)" "the number of messages kept"
wait_until 20 settled
expect_sound_books

note "a reply is taken at once"
reply +447700900001 STOP
expect_equal 1 "$(suppressed stop)" "the number of opt-outs in force"

note "a role that dies is started again, the others go on"
before=$(children "$pid" | tr ' ' '\n' | sort -n)
victim=$(tail -n 1 <<<"$before")
kill -KILL "$victim"
replaced() {
    local now
    now=$(children "$pid" | tr ' ' '\n' | sort -n)
    (($(wc -w <<<"$now") == 6)) && ! grep -qx "$victim" <<<"$now"
}
wait_until 20 replaced
expect_match "was ended by signal 9" "$(cat musterd.err)" "the log"
expect_equal 5 "$(comm -12 <(sort <<<"$before") \
    <(children "$pid" | tr ' ' '\n' | sort) | grep -c .)" "the number of roles that stayed"

note "all of them dead: it still sends"
# shellcheck disable=SC2046
kill -KILL $(children "$pid")
start_campaign second everyone
wait_until 40 in_state_is 179 delivered
wait_until 20 settled
expect_sound_books

note "SIGTERM ends all roles within seconds, and none is left"
roles=$(children "$pid")
SECONDS=0
stop musterd
if ((SECONDS > 12)); then fail "it took $SECONDS seconds"; fi
for role in $roles; do
    if [[ -e /proc/$role ]]; then fail "process $role is left"; fi
done
if public_listens >/dev/null 2>&1; then fail "the public listener is still there"; fi

note "a role alone"
start only "$MUSTERD" --only sweep
sleep 0.2
stop only
