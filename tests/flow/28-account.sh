#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Accounts: who may act. The first is an administrator's; passwords come from the terminal or from
# files that nobody else may read, and wrong ones close an account for a while.
source "$(dirname "$0")/branch.sh"
SMTP_ADDRESS=127.0.0.1:9 SMS_URL=http://127.0.0.1:9
make_branch

# password NAME WORDS: a file of that name with the words as its first line.
password() {
    (umask 077 && echo "$2" >"$1")
}
password anna 'three old brass lamps'
password bert 'a slow green river boat'
password carys 'llwybr hir i fyny'

note "no accounts: everybody may do everything"
expect_status 0 "$MUSTER" account list
expect_match '^no accounts: everybody who may run muster may do everything' "$out"

note "the first account is an administrator's"
expect_status 64 "$MUSTER" account add anna --password-file anna
expect_match -- '--role is missing' "$err"
expect_status 64 "$MUSTER" account add anna --role adminstrator --password-file anna
expect_match "did you mean 'administrator'\?" "$err"
expect_status 65 "$MUSTER" account add anna --role organiser --password-file anna
expect_match 'the first account must be an administrator' "$err"
expect_status 64 "$MUSTER" account add anna --role administrator --branch North \
    --password-file anna
expect_match 'for the role rep only' "$err"
expect_status 0 "$MUSTER" account add anna --role administrator --full-name 'Anna Morgan' \
    --mobile '07700 900111' --email anna@branch.example --password-file anna
expect_match '^account anna is made: administrator' "$out"

note "a password is long, is not what everybody thinks of, and is read by its owner only"
for bad in 'short' 'Password1234!' 'anna.morgan1987' 'abcabcabcabcabc'; do
    password bad "$bad"
    expect_status 65 "$MUSTER" account password anna --as-password-file anna --password-file bad
    expect_match '^muster: the password ' "$err"
done
cp bert open && chmod 644 open
expect_status 77 "$MUSTER" account password anna --as-password-file anna --password-file open
expect_match 'others may read or write' "$err"
expect_status 78 "$MUSTER" account password anna --as-password-file anna --password-file nowhere

note "further ones are added by an administrator who signs in"
expect_status 64 "$MUSTER" account add bert --role organiser --password-file bert
expect_match 'which administrator does this' "$err"
expect_status 77 "$MUSTER" account add bert --role organiser --password-file bert \
    --as anna --as-password-file bert
expect_match '^muster: name or password is wrong$' "$err"
expect_status 77 "$MUSTER" account add bert --role organiser --password-file bert \
    --as nobody --as-password-file anna
expect_match '^muster: name or password is wrong$' "$err"
export MUSTER_ACCOUNT=anna MUSTER_PASSWORD_FILE=$PWD/anna
expect_status 0 "$MUSTER" account add bert --role organiser --password-file bert
expect_match 'its password is known to anna' "$out"
expect_status 65 "$MUSTER" account add bert --role organiser --password-file bert
expect_match "there is an account 'bert' already" "$err"
expect_status 65 "$MUSTER" account add 'Bert!' --role organiser --password-file bert
expect_match 'is no name of an account' "$err"
expect_status 64 "$MUSTER" account add dai --role rep --mobile 12 --password-file bert
expect_match '^muster: --mobile: ' "$err"
expect_status 0 "$MUSTER" account add dai --role rep --branch North --password-file carys
expect_status 77 "$MUSTER" account disable anna --as bert --as-password-file bert
expect_match 'bert may not change accounts: the role is organiser' "$err"

note "the list"
expect_status 0 "$MUSTER" account list --format json
expect_equal 'anna administrator active +447700900111 own
bert organiser active  set by anna
dai rep active  set by anna' \
    "$(jq -r '.[] | "\(.name) \(.role) \(.state) \(.mobile) \(.password)"' stdout)" "the accounts"
if strings "$HOUSE/muster.db" | grep -qE 'brass lamps|river boat'; then
    fail "a password is in the store"
fi

note "each sets their own"
expect_status 0 "$MUSTER" account password bert --as bert --as-password-file bert \
    --password-file carys
expect_status 0 "$MUSTER" account list --format csv
expect_match '^bert,.*,own,' "$out"
expect_status 77 env -u MUSTER_PASSWORD_FILE "$MUSTER" account password bert --as bert \
    --as-password-file bert --password-file bert
expect_match '^muster: name or password is wrong$' "$err"

note "facts and roles; an administrator is always left"
expect_status 0 "$MUSTER" account set bert --role approver --email bert@branch.example
expect_match '^account bert: approver, bert@branch.example' "$out"
expect_status 0 "$MUSTER" account set bert --email ''
expect_match '^account bert: approver$' "$out"
expect_status 65 "$MUSTER" account disable anna
expect_match 'account anna stays: no administrator would be left' "$err"
expect_status 65 "$MUSTER" account set anna --role rep
expect_status 65 "$MUSTER" account disable nobody
expect_match "there is no account 'nobody'" "$err"

note "a disabled account signs in no more"
expect_status 0 "$MUSTER" account disable dai
expect_status 77 "$MUSTER" account password dai --as dai --as-password-file carys \
    --password-file bert
expect_match 'account dai is disabled' "$err"
expect_status 0 "$MUSTER" account enable dai
expect_status 0 "$MUSTER" account password dai --as dai --as-password-file carys \
    --password-file bert

note "five wrong passwords close it for a minute, the right one among them"
for _ in 1 2 3 4 5; do
    expect_status 77 "$MUSTER" account password dai --as dai --as-password-file carys \
        --password-file bert
    expect_match '^muster: name or password is wrong$' "$err"
done
expect_status 77 "$MUSTER" account password dai --as dai --as-password-file bert \
    --password-file carys
expect_match "^muster: too many wrong passwords for 'dai': try again after [0-9:]+$" "$err"
expect_status 0 "$MUSTER" account password dai --password-file carys
expect_match 'it is known to anna' "$out"

note "a forgotten one: whoever may run muster can set it, and everybody can see it"
unset MUSTER_ACCOUNT MUSTER_PASSWORD_FILE
expect_status 0 "$MUSTER" account password anna --recover --password-file bert
expect_match 'approves nothing for three days' "$out"
expect_match 'the password of account anna was set by somebody who had not signed in' "$err"
expect_status 0 "$MUSTER" account list --format json
expect_equal 'recovered' "$(jq -r '.[] | select(.name == "anna").password' stdout)"

note "on a terminal it is asked for, and not shown"
terminal() {
    TERMINAL_ANSWERS=$1 expect_status "$2" python3 "$MUSTER_ROOT/tests/flow/terminal.py" 24 80 \
        "$MUSTER" "${@:3}"
    out=${out//$'\r'/}
}
terminal $'a slow green river boat\nmoss on the north wall\nmoss on the north wall' 0 \
    account password anna
expect_match '^account anna has another password' "$out"
expect_equal 'Password of anna: 
New password of anna (12 characters or more): 
The same again: ' "$(head -n 3 <<<"$out")" "what the terminal shows"
terminal $'moss on the north wall\nmoss on the south wall\nmoss on the west wall' 65 \
    account password anna
expect_match 'the two passwords are not the same' "$out"
terminal '^C' 75 account password anna
expect_match 'interrupted: nothing was done' "$out"
expect_status 64 setsid "$MUSTER" account password anna </dev/null
expect_match 'there is no terminal to ask for a password on: give --as-password-file FILE' "$err"
