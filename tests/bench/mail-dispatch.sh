#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# How fast mail goes out, beside Postfix's own load generator and beside nodemailer's pool: the same
# number of mails of the same size into the same smtp-sink, by turns, in one run.
#
#   MUSTER_BUILD=build/release tests/bench/mail-dispatch.sh [MAILS] [ROUNDS] [SESSIONS]
#                                             20000 mails, the median of 5 rounds, 4 sessions
#
# muster's figure is that of musterd with all its roles, store commits included and durable: from
# the release of the first mail to the outcome of the last. smtp-source sends bytes that lie ready
# and keeps nothing. nodemailer composes from a text and HTML that lie ready, and keeps nothing; it
# is installed from npm into the scratch folder, unless NODE_PATH has it. Needs postfix, sqlite3,
# nodejs and npm.
source "$(dirname "$0")/house.sh"
mails=${1:-20000}
rounds=${2:-5}
sessions=${3:-4}
whole MAILS "$mails" 1000000
whole ROUNDS "$rounds" 99
whole SESSIONS "$sessions" 16
need smtp-source postfix
need sqlite3 sqlite3
need node nodejs

get_nodemailer() {
    if ! node -e 'require("nodemailer")' 2>/dev/null; then
        need npm npm
        mkdir npm
        expect_status 0 npm install --prefix npm --no-audit --no-fund nodemailer
        export NODE_PATH=$SCRATCH/npm/node_modules
    fi
}

# take_sample: one mail of the campaign as it went out, in sample.eml. Sets `bytes`.
take_sample() {
    expect_status 0 "$MUSTER" message show "$(ask "SELECT reference FROM outbox LIMIT 1")" --text
    cp stdout sample.eml
    bytes=$(stat -c %s sample.eml)
}

get_nodemailer
start_sink
fill email "$mails" "mail.sessions=$sessions" mail.timeout=60
cp -a "$HOUSE" prepared

for ((round = 0; round < rounds; round++)); do
    rm -rf "$HOUSE"
    cp -a prepared "$HOUSE"
    hand_over 600
    echo "muster $took" >>figures
    if ((round == 0)); then take_sample; fi
    timed smtp-source -d -s "$sessions" -m "$mails" -l "$bytes" -f organiser@branch.example \
        -t m1@mail.example "$SMTP_ADDRESS"
    echo "source $took" >>figures
    expect_status 0 node "$BENCH/pooled.cjs" "$SMTP_ADDRESS" "$mails" "$sessions" sample.eml
    echo "nodemailer $out" >>figures
done

printf '%d mails of %d bytes, %d sessions, %d rounds\n\n' "$mails" "$bytes" "$sessions" "$rounds"
table "$mails" muster \
    muster "musterd, durable" \
    source "smtp-source -d, keeps nothing" \
    nodemailer "nodemailer, pooled, keeps nothing"
rm -rf "$HOUSE"
cp -a prepared "$HOUSE"
profile 600
