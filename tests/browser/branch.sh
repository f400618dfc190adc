# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The branch that the stories in a browser are about: 24 members of two employers in two branches,
# a ballot, two campaigns, an account for each role. All of it is invented.
source "$(dirname "${BASH_SOURCE[0]}")/../flow/branch.sh"

# make_house_list: T1 to T16 have a mobile, E1 to E8 mail; every fourth member reads Welsh.
make_house_list() {
    awk 'BEGIN {
        split("Ann Siân Owen Megan Priya Femi Zoë Grace Kwame Rhys Eleri Tomos", first, " ")
        split("Jones Patel Okafor Nowak Griffiths Kaur Evans Murphy Singh Begum", last, " ")
        print "Membership number,First name,Surname,Mobile,Email,Employer,Workplace,Branch," \
            "Job title,Band,Language"
        for (i = 1; i <= 24; i++) {
            texts = i <= 16
            printf "%s%d,%s,%s,%s,%s,%s,%s,%s,%s,%d,%s\n", texts ? "T" : "E", texts ? i : i - 16,
                first[i % 12 + 1], last[i % 10 + 1], texts ? sprintf("07700 9%05d", i) : "",
                texts ? "" : "e" (i - 16) "@mail.example",
                i % 3 ? "Anytown Hospital" : "City Trust", "Ward " i % 4,
                i % 3 ? "Anytown Health" : "City Health", i % 2 ? "Nurse" : "Porter", 2 + i % 6,
                i % 4 ? "English" : "Welsh"
        }
    }' >members.csv
    expect_status 0 "$MUSTER" import members.csv
}

# add_account NAME ROLE [ARGUMENTS...]: it is added, and its owner sets the password $PASSWORD.
add_account() {
    expect_status 0 "$MUSTER" account add "$1" --role "$2" --password-file "$SCRATCH/first" "${@:3}"
    expect_status 0 "$MUSTER" account password "$1" --password-file "$SCRATCH/password" --as "$1" \
        --as-password-file "$SCRATCH/first"
}

# make_accounts: the first is the administrator's, who does what `muster` is asked for from then on.
make_accounts() {
    PASSWORD='a long enough pass phrase'
    export PASSWORD
    (umask 077 && echo "$PASSWORD" >password && echo 'what an administrator thought up' >first)
    add_account asha administrator --full-name 'Asha Rahman' --mobile '07700 900901'
    export MUSTER_ACCOUNT=asha MUSTER_PASSWORD_FILE=$SCRATCH/password
    add_account olu organiser --full-name 'Olu Adeyemi' --mobile '07700 900902'
    add_account ceri approver --full-name 'Ceri Pugh'
    add_account dot auditor --full-name 'Dot Bailey'
    add_account ravi rep --full-name 'Ravi Shah' --branch 'City Health'
}

console_listens() {
    curl -fsS "$CONSOLE_URL/health"
}

# start_house STORY: all of it; the settings in the story's line "branch: NAME=VALUE..." besides,
# and what its line "rehearsal: --faults SPEC..." has go wrong.
start_house() {
    local listen settings mishaps
    read -ra settings < <(sed -n 's/^\/\/ branch: //p' "${BASH_SOURCE[0]%/*}/$1.js"; echo)
    read -ra mishaps < <(sed -n 's/^\/\/ rehearsal: //p' "${BASH_SOURCE[0]%/*}/$1.js"; echo)
    start_rehearsal "${mishaps[@]}"
    listen=127.0.0.1:$(free_port)
    CONSOLE_URL=http://$listen
    export CONSOLE_URL PUBLIC_URL
    # A copy, as the console may change them.
    cp -r "$MUSTER_ROOT/templates/message" templates
    make_branch "templates.dir=$SCRATCH/templates" "console.listen=$listen" "${settings[@]}"
    make_house_list
    make_ballot
    write_campaign reminder 'unknown or no-paper' pay
    expect_status 0 "$MUSTER" campaign create reminder.conf
    expect_status 0 "$MUSTER" segment set nurses job:nurse
    make_accounts
    start musterd "$MUSTERD"
    wait_until 60 console_listens
    wait_until 60 public_listens
}
