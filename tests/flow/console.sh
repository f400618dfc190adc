# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of the console share: a branch with a console, accounts, and a browser of curl.
source "$(dirname "${BASH_SOURCE[0]}")/branch.sh"

JAR=$SCRATCH/cookies

# make_console [NAME=VALUE...]: a branch whose console listens on $CONSOLE.
make_console() {
    CONSOLE=127.0.0.1:$(free_port)
    make_branch "console.listen=$CONSOLE" "$@"
}

# add_accounts NAME:ROLE...: accounts with the same pass phrase; the first makes the others.
add_accounts() {
    local account first=${1%%:*} by=()
    printf 'a long enough pass phrase\n' >password
    chmod 600 password
    for account in "$@"; do
        expect_status 0 "$MUSTER" account add "${account%:*}" --role "${account#*:}" \
            --password-file "$SCRATCH/password" "${by[@]}"
        by=(--as "$first" --as-password-file "$SCRATCH/password")
    done
}

console_listens() {
    curl -fsS "http://$CONSOLE/health"
}

# start_console: the console alone; stop it by `stop console`.
start_console() {
    start console "$MUSTERD" --only console
    wait_until 20 console_listens
}

# page PATH [ARGUMENTS...]: what a browser gets, in $out, and the status in $status.
page() {
    local path=$1
    shift
    status=$(curl -sS -o "$SCRATCH/page" -w '%{http_code}' -b "$JAR" -c "$JAR" "$@" \
        "http://$CONSOLE$path")
    out=$(<"$SCRATCH/page")
}

# sign_in NAME [PASSWORD]
sign_in() {
    rm -f "$JAR"
    page /sign-in -d "name=$1" --data-urlencode "password=${2:-a long enough pass phrase}"
}

# token: the one of the forms of the page.
token() {
    grep -o 'name="token" value="[0-9a-f]*"' "$SCRATCH/page" | head -n 1 | grep -o '[0-9a-f]\{32\}'
}
