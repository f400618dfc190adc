# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the benches of dispatch share: a house with a campaign whose outbox is full, kept aside so
# that each round begins with the same store; the peers; and tables. Made of what flow tests have.
source "$(dirname "${BASH_SOURCE[0]}")/../flow/branch.sh"
PATH=$PATH:/usr/sbin
BENCH=$MUSTER_ROOT/tests/bench
SMTP_ADDRESS=127.0.0.1:9 # nobody listens there: a bench starts the peer that it needs
SMS_URL=http://127.0.0.1:9

# need PROGRAM PACKAGE: ends the bench when the program is not there.
need() {
    if ! command -v "$1" >/dev/null; then
        echo "$flow_name: $1 is not installed (Debian: $2)" >&2
        exit 69
    fi
}

# whole NAME VALUE MOST: ends the bench unless the value is a whole number from 1 to MOST.
whole() {
    if [[ ! $2 =~ ^[1-9][0-9]{0,7}$ ]] || (($2 > $3)); then
        echo "$flow_name: $1 is a whole number from 1 to $3, not '$2'" >&2
        exit 64
    fi
}

# start_sink: Postfix's smtp-sink on SMTP_ADDRESS.
start_sink() {
    local as=()
    if ((EUID == 0)); then as=(-u nobody); fi
    SMTP_ADDRESS=127.0.0.1:$(free_port)
    start sink smtp-sink "${as[@]}" "$SMTP_ADDRESS" 1000
}

# start_provider: nginx on SMS_URL, one process, with the answer of the rehearsal's provider, which
# is the same but for the id.
start_provider() {
    local port as=()
    port=$(free_port)
    SMS_URL=http://127.0.0.1:$port
    if ((EUID == 0)); then as=("user root;"); fi
    mkdir -p "$SCRATCH/nginx"
    cat >"$SCRATCH/nginx.conf" <<END
${as[*]} worker_processes 1;  daemon off;  pid nginx/pid;  error_log nginx/errors;
events { worker_connections 1024; }
http {
    access_log off;  keepalive_requests 1000000000;  keepalive_timeout 600;
    client_body_temp_path nginx/body;  proxy_temp_path nginx/proxy;
    fastcgi_temp_path nginx/fastcgi;  uwsgi_temp_path nginx/uwsgi;  scgi_temp_path nginx/scgi;
    server {
        listen 127.0.0.1:$port;
        location = /messages {
            default_type application/json;
            return 201 '{"id":"\$connection-\$connection_requests","status":"accepted"}';
        }
    }
}
END
    start provider nginx -p "$SCRATCH" -c "$SCRATCH/nginx.conf"
    wait_until 10 curl -fsS -d x "$SMS_URL/messages"
}

# make_list MEMBERS: everybody is made up. The mobiles are in a range that operators give out, since
# no other has so many; they exist only here, and nothing leaves the machine.
make_list() {
    awk -v members="$1" 'BEGIN {
        split("Ann Owen Megan Priya Femi Grace Kwame Rhys Eleri Tomos Aisha Niamh", first, " ")
        split("Jones Patel Okafor Nowak Griffiths Kaur Evans Murphy Singh Begum", last, " ")
        print "Membership number,First name,Surname,Mobile,Email,Employer,Workplace,Job title,Band"
        for (i = 1; i <= members; i++)
            printf "%d,%s,%s,07%09d,m%d@mail.example,%s,Ward %d,Nurse,%d\n", 1000000 + i,
                first[i % 12 + 1], last[i % 10 + 1], 400000000 + i, i, "Calder Vale NHS Trust",
                i % 40, 5 + i % 3
    }' >members.csv
    expect_status 0 "$MUSTER" import members.csv
}

# plan CHANNEL MEMBERS [NAME=VALUE...]: a house in $HOUSE with these settings, a ballot and a
# campaign to so many members. The message is one of those that muster comes with: its mail is about
# 5 kB.
plan() {
    make_branch "${@:3}"
    make_list "$2"
    make_ballot
    cat >speed.conf <<END
campaign = {
    name = "speed";  title = "Speed";  ballot = "pay";
    who = "unknown or no-paper";
    channels = [ "$1" ];  $1 = "last-safe-post";
    at = "now";  deadline = "2099-12-01 20:00";
};
END
    expect_status 0 "$MUSTER" campaign create speed.conf
}

# fill CHANNEL MEMBERS [NAME=VALUE...]: the same, and all of it is in the outbox.
fill() {
    plan "$@"
    expect_status 0 "$MUSTER" campaign start speed
}

# ask SQL: one value of the store.
ask() {
    sqlite3 -readonly -cmd ".timeout 10000" "$HOUSE/muster.db" "$1"
}

nothing_waits() {
    (($(ask "SELECT EXISTS (SELECT 1 FROM outbox WHERE step_id = 1
        AND state IN ('queued', 'claimed', 'sending'))") == 0))
}

# processor NAME: how many milliseconds of the processor it has used, what was started under this
# name and its children.
processor() {
    local each stats=("/proc/${flow_pids[$1]}/stat")
    for each in $(pgrep -P "${flow_pids[$1]}"); do stats+=("/proc/$each/stat"); done
    awk -v ticks="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); used += $12 + $13 }
        END { printf "%d\n", used * 1000 / ticks }' "${stats[@]}"
}

# hand_over SECONDS: musterd, all its roles, until nothing waits. Sets `took`, in milliseconds, from
# the first message's release to the last one's outcome, as the store has them, and `used`, what
# musterd and its roles have used of the processor.
hand_over() {
    local others
    start musterd "$MUSTERD"
    wait_until "$1" nothing_waits
    used=$(processor musterd)
    stop musterd
    others=$(ask "SELECT COUNT(*) FROM outbox WHERE state <> 'accepted'")
    expect_equal 0 "$others" "the number of messages that were not accepted"
    took=$(ask "SELECT (SELECT MAX(at) FROM attempt) - (SELECT MIN(released_at) FROM outbox)")
}

# timed COMMAND...: run it; sets `took`, in milliseconds.
timed() {
    local begun=${EPOCHREALTIME/./}
    expect_status 0 "$@"
    took=$(((${EPOCHREALTIME/./} - begun) / 1000))
}

# median NAME: of the figures in $SCRATCH/figures, lines of "NAME VALUE".
median() {
    awk -v name="$1" '$1 == name { print $2 }' "$SCRATCH/figures" | sort -n |
        awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

# profile SECONDS: the same once more under perf, if it is there: where the processor was while
# musterd and its roles had it, by library, and within the kernel by what it was asked for.
profile() {
    if ! command -v perf >/dev/null; then
        printf '\nno profile: perf is not installed (Debian: linux-perf)\n'
        return 0
    fi
    start perf perf record -q -e cpu-clock -F 999 -g -o perf.data "$MUSTERD"
    wait_until "$1" nothing_waits
    kill -TERM "$(pgrep -P "$pid")"
    wait_until 30 flow_ended perf
    stop perf
    printf '\nwhere the processor was, by perf\n'
    perf report -q -i perf.data --no-children -g none -s dso 2>>perf.err | awk 'NF && n++ < 8'
    printf 'of the kernel, asked for\n'
    perf report -q -i perf.data --children -g none -s sym 2>>perf.err |
        awk '/__x64_sys_/ && n++ < 6 { sub("__x64_sys_", "", $NF); printf "%10s  %s\n", $1, $NF }'
}

# table COUNT FIRST [NAME WHAT...]: the medians of these figures, and how fast FIRST is beside each.
table() {
    local count=$1 first name time
    first=$(median "$2")
    shift 2
    printf '%-40s %10s %12s %8s\n' '' 'MS' 'A SECOND' 'RATIO'
    while (($# > 0)); do
        time=$(median "$1")
        name=$2
        awk -v what="$name" -v time="$time" -v count="$count" -v first="$first" 'BEGIN {
            printf "%-40s %10d %12d %8.2f\n", what, time, count * 1000 / time, time / first
        }'
        shift 2
    done
}
