# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the flow tests of the console share: accounts, signing in, pages. Needs $CONSOLE, where it
# listens, and the functions of branch.sh.
JAR=$SCRATCH/cookies

# make_accounts NAME:ROLE...: the first is an administrator, who does what `muster` is asked for
# from then on; all have the same pass phrase.
make_accounts() {
    local account first=${1%:*} by=()
    printf 'a long enough pass phrase\n' >password
    chmod 600 password
    for account in "$@"; do
        expect_status 0 "$MUSTER" account add "${account%:*}" --role "${account#*:}" \
            --password-file "$SCRATCH/password" "${by[@]}"
        by=(--as "$first" --as-password-file "$SCRATCH/password")
    done
    export MUSTER_ACCOUNT=$first MUSTER_PASSWORD_FILE=$SCRATCH/password
}

console_listens() {
    curl -fsS "http://$CONSOLE/health"
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

start_console() {
    start console "$MUSTERD" --only console
    wait_until 20 console_listens
}

# post PATH [NAME=VALUE...]: send a form with the token of the page that was shown last, or of
# another one of the session.
post() {
    local path=$1 fields=() field
    shift
    if [[ -z $(token) ]]; then page /members; fi
    for field in "token=$(token)" "$@"; do
        fields+=(--data-urlencode "$field")
    done
    page "$path" "${fields[@]}"
}

# expect_page STATUS PATH
expect_page() {
    page "$2"
    expect_equal "$1" "$status" "the status of $2"
}

# expect_absent PATTERN WHAT: the page does not have it.
expect_absent() {
    if grep -q -- "$1" "$SCRATCH/page"; then fail "$2"; fi
}
