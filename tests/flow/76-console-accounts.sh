#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Accounts in the console: the first one by a link that serves once, others by invitation, a second
# step by one-time codes, sessions that end when they must, and a form that outlives its session.
source "$(dirname "$0")/branch.sh"
source "$(dirname "$0")/console.sh"
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
URL=http://$CONSOLE
# What counts here is whose second step is asked for: administrators', as where nothing is set.
make_branch "console.listen=$CONSOLE" "console.url=$URL" console.totp=administrators
made=$out
make_members 4 2
make_ballot
GOOD='four brass lamps of old'
OTHER='seven green doors at sea'

# Which library fakes the time, found once: the shell in between would be in the way of signals.
faker=$(faketime -f +0 printenv LD_PRELOAD || faketime -f +0 printenv LD_PRELOAD)

export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0

# console_later SPAN: the console again, so much later.
console_later() {
    stop console
    start console env LD_PRELOAD="$faker" FAKETIME="$1" FAKETIME_DONT_FAKE_MONOTONIC=1 \
        NO_FAKE_STAT=1 "$MUSTERD" --only console
    wait_until 20 console_listens
}

# totp [STEPS]: the code that an app makes of $secret now, or so many steps later.
totp() {
    python3 - "$secret" "${1:-0}" <<'END'
import base64, hashlib, hmac, struct, sys, time
key = base64.b32decode(sys.argv[1].replace(" ", ""))
step = int(time.time()) // 30 + int(sys.argv[2])
mac = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
at = mac[-1] & 15
print(f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}")
END
}

# row SQL: what the store says.
row() {
    sqlite3 "$HOUSE/muster.db" "$1"
}

# send PATH [ARGUMENTS...]: a form of the page that is shown, with its token.
send() {
    local path=$1 good
    shift
    good=$(token)
    page "$path" -d "token=$good" "$@"
}

# join LINK [ARGUMENTS...]: the form behind a link, with a browser that has been nowhere.
join() {
    local link=${1#"$URL"}
    shift
    rm -f "$JAR"
    page "$link" --data-urlencode "new_password=$GOOD" --data-urlencode "again_password=$GOOD" "$@"
}

# renew OLD NEW [AGAIN]: one's own password, in the form of one's own account.
renew() {
    page /account
    send /account/password --data-urlencode "old_password=$1" \
        --data-urlencode "new_password=$2" --data-urlencode "again_password=${3:-$2}"
}

link_of() {
    grep -o "$URL/join/[a-z2-7]*" <<<"$1"
}

start console "$MUSTERD" --only console
wait_until 20 console_listens

note "muster init made a link to the first account: opened it changes nothing, sent it serves once"
first=$(link_of "$made")
page "${first#"$URL"}"
expect_equal 200 "$status"
page "${first#"$URL"}"
expect_equal 200 "$status" "the status of a link that somebody has looked at"
page /join/aaaaaaaabbbbbbbbccccccccdddddddd
expect_equal 404 "$status"
page /join/short
expect_equal 404 "$status"
if row .dump | grep -q "${first##*/}"; then fail "the store has the token"; fi
rm -f "$JAR"
page "${first#"$URL"}" -d name=asha -d new_password=short -d again_password=short
expect_equal 200 "$status"
expect_match 'id="new_password-wrong"' "$out"
join "$first" -d name=Asha
expect_match 'id="name-wrong"' "$out"
expect_equal 0 "$(row 'SELECT COUNT(*) FROM account')"
join "$first" -d name=asha --data-urlencode 'full_name=Asha Khan'
expect_equal 303 "$status"
expect_equal 'asha|administrator' "$(row 'SELECT name, role FROM account')"
join "$first" -d name=eve
expect_equal 404 "$status" "the status of a link that was used"
expect_equal 1 "$(row 'SELECT COUNT(*) FROM account')"
expect_status 64 "$MUSTER" account link
deeds=$(row "SELECT deed FROM record WHERE account = 'asha' ORDER BY id" | paste -sd ' ')
expect_equal 'account.add console.sign-in' "$deeds"

note "an administrator sees nothing before the second step is set up"
sign_in asha "$GOOD"
expect_equal 303 "$status"
for path in / /members /accounts /record /account; do
    page "$path"
    expect_equal 303 "$status" "the status of $path"
done
page /account/totp
expect_equal 200 "$status"
page /account/totp.svg
expect_equal 404 "$status"
page /account/totp
send /account/totp/begin
page /account/totp
secret=$(grep -o 'class="secret">[A-Z2-7 ]*' <<<"$out" | sed 's/.*>//')
expect_match 'otpauth://totp/Anytown%20Health%20Branch:asha\?secret=' "$out"
page /account/totp.svg
expect_match '^<svg ' "$out"
page /account/totp
before=$(grep -o 'muster	.*' "$JAR")
send /account/totp/confirm -d code=000000
expect_equal 200 "$status"
expect_match 'id="confirm-wrong"' "$out"
code=$(totp)
send /account/totp/confirm -d "code=$code"
expect_equal 200 "$status"
mapfile -t codes < <(grep -o '<code>[^<]*' <<<"$out" | sed 's/<code>//')
expect_equal 10 "${#codes[@]}"
if [[ $before == "$(grep -o 'muster	.*' "$JAR")" ]]; then fail "it is the session from before"; fi
page /
expect_equal 200 "$status"
expect_equal 60 "$(row 'SELECT length(totp) FROM account')"
if row .dump | grep -q "$(tr -d ' ' <<<"$secret")"; then fail "the store has the secret"; fi

note "a password alone opens nothing any more, a code serves once, and so does each put away"
sign_in asha "$GOOD"
expect_equal 200 "$status"
expect_match 'action="/sign-in/code"' "$out"
for path in / /members /account/totp /accounts; do
    page "$path"
    expect_equal 303 "$status" "the status of $path"
done
page /sign-in/code -d "code=$code" # the one that has confirmed it
expect_match 'role="alert"' "$out"
code=$(totp 1)
page /sign-in/code -d "code=$code"
expect_equal 303 "$status"
page /
expect_equal 200 "$status"
sign_in asha "$GOOD"
page /sign-in/code -d "code=$code"
expect_match 'role="alert"' "$out" "what is said of a code that was used"
page /sign-in/code -d "code=${codes[0]}"
expect_equal 303 "$status"
page /account
expect_match '<b>9</b>' "$out"
sign_in asha "$GOOD"
page /sign-in/code -d "code=${codes[0]}"
expect_match 'role="alert"' "$out" "what is said of a code put away that was used"
page /sign-in/code -d "code=${codes[1]^^}"
expect_equal 303 "$status"
expect_match '^ *[0-9]+ .* asha +account.recovery-code +asha +8 left' "$("$MUSTER" audit show)"

note "wrong codes close the account as wrong passwords do"
sign_in asha "$GOOD"
for _ in 1 2 3 4 5; do page /sign-in/code -d code=000000; done
page /sign-in/code -d "code=${codes[2]}"
expect_match 'role="alert">too many wrong' "$out"
sign_in asha "$GOOD"
expect_match 'role="alert">too many wrong' "$out"
console_later +2m
sign_in asha "$GOOD"
page /sign-in/code -d "code=${codes[2]}"
expect_equal 303 "$status"

note "an account is made by a link, and its owner alone knows the password"
page /accounts
expect_equal 200 "$status"
page /accounts/new
send /accounts -d name=ben -d role=organiser --data-urlencode 'mobile=not a number'
expect_match 'id="mobile-wrong"' "$out"
expect_match 'value="not a number"' "$out" "the form that is shown again"
send /accounts -d name=ben -d role=emperor
expect_match 'id="role-wrong"' "$out"
send /accounts -d name=ben -d role=organiser -d branch=North
expect_match 'id="branch-wrong"' "$out"
send /accounts -d name=asha -d role=organiser
expect_match 'id="name-wrong"' "$out"
send /accounts -d name=ben -d role=organiser --data-urlencode 'full_name=Ben Blake' \
    -d mobile=07700900123
expect_equal 200 "$status"
ben=$(link_of "$out")
page /accounts/ben
expect_match '\+447700900123' "$out"
send /accounts/ben/link
newer=$(link_of "$out")
ADMIN=$SCRATCH/admin
cp "$JAR" "$ADMIN"
join "$ben"
expect_equal 404 "$status" "the status of a link that another took the place of"
join "$newer"
expect_equal 303 "$status"
page /
expect_equal 200 "$status"
BEN=$SCRATCH/ben
cp "$JAR" "$BEN"
expect_equal '' "$(row "SELECT password_by FROM account WHERE name = 'ben'")"

note "who is no administrator sees no account but their own"
for path in /accounts /accounts/new /accounts/asha /record; do
    page "$path"
    expect_equal 403 "$status" "the status of $path"
done
page /account
expect_equal 200 "$status"
send /accounts/asha/disable
expect_equal 403 "$status"
page /account
send /accounts -d name=eve -d role=administrator
expect_equal 403 "$status"
page /account
send /accounts/ben/totp-off
expect_equal 403 "$status"

note "another password: the old one is asked for, and other sessions end"
SECOND=$SCRATCH/second
sign_in ben "$GOOD"
cp "$JAR" "$SECOND"
renew wrong "$OTHER"
expect_match 'id="old_password-wrong"' "$out"
renew "$GOOD" "$OTHER" x
expect_match 'id="new_password-wrong"' "$out"
renew "$GOOD" "$OTHER"
expect_equal 303 "$status"
page /account
expect_equal 200 "$status"
cp "$JAR" "$SECOND"
cp "$BEN" "$JAR"
page /
expect_equal 303 "$status" "the status of the session from before"

note "a form that outlives its session is kept, and sent again by its owner only"
cp "$SECOND" "$JAR"
page /members/T3
good=$(token)
rm -f "$JAR"
page /members/T3/mark -d ballot=pay -d state=voted -d "token=$good" -d old_password=hush \
    --data-urlencode 'text=two
lines & <b>'
expect_equal 403 "$status"
if grep -q 'lines\|voted\|T3' <<<"$out"; then fail "the sign-in shows what was written"; fi
kept=(-d "kept=$(grep -o 'name="kept" value="[0-9a-f]*"' <<<"$out" | grep -o '[0-9a-f]\{50,\}')")
expect_match '^ballots .*: unknown' "$("$MUSTER" member show T3)"
page /sign-in -d name=ben -d password=wrong "${kept[@]}"
expect_match 'name="kept" value="[0-9a-f]{50,}"' "$out" "the sign-in that is shown again"
page /sign-in -d name=ben --data-urlencode "password=$OTHER" "${kept[@]}"
expect_equal 200 "$status"
expect_match '<dd>pay</dd>' "$out"
expect_match 'action="/members/T3/mark"' "$out"
if grep -q hush <<<"$out"; then fail "a password goes along"; fi
expect_match 'lines &amp; &lt;b&gt;' "$out"
expect_match '^ballots .*: unknown' "$("$MUSTER" member show T3)"
send /members/T3/mark -d ballot=pay -d state=voted
expect_equal 303 "$status"
expect_match '^ballots .*: voted' "$("$MUSTER" member show T3)"

note "so is one whose page is of another session, and none of another site"
for wrong in '' "${good//[0-9]/a}" "${good:0:20}"; do
    page /members/T2/mark -d ballot=pay -d state=voted -d "token=$wrong"
    expect_equal 403 "$status"
    if grep -q 'action="/members/T2/mark"' <<<"$out"; then fail "a form of nobody is offered"; fi
done
old=${good:0:20}
page /members/T2/mark -d ballot=pay -d state=voted -d "token=${old//[0-9]/a}${good:20}"
expect_equal 403 "$status"
expect_match 'action="/members/T2/mark"' "$out"
expect_match '^ballots .*: unknown' "$("$MUSTER" member show T2)"
page /members/T2/mark -d ballot=pay -d state=voted -d "token=$good" -H 'Sec-Fetch-Site: cross-site'
expect_equal 403 "$status"
if grep -q 'action="/members/T2/mark"' <<<"$out"; then fail "a form of another site is offered"; fi
cp "$JAR" "$SECOND"
rm -f "$JAR"
head -c 40000 /dev/zero | tr '\0' 'a' >long
page /members/T3/mark -d ballot=pay -d "token=$good" --data-urlencode "text@long"
expect_equal 403 "$status"
if grep -q 'name="kept"' <<<"$out"; then fail "more is kept than there is room for"; fi

note "another role signs out, and so does an administrator, at once"
cp "$SECOND" "$JAR"
page /
expect_equal 200 "$status"
cp "$ADMIN" "$JAR"
page /accounts/ben
send /accounts/ben -d role=auditor --data-urlencode 'full_name=Ben Blake' -d mobile=07700900123
expect_equal 303 "$status"
cp "$SECOND" "$JAR"
page /
expect_equal 303 "$status" "the status after another role"
sign_in ben "$OTHER"
page /accounts
expect_equal 200 "$status"
if grep -q 'href="/accounts/new"' <<<"$out"; then fail "an auditor is offered to add accounts"; fi
page /record
expect_match 'account.set' "$out"
expect_match 'role auditor, was organiser' "$out"
if grep -q '07700\|+447700' <<<"$out"; then fail "the record has a telephone number"; fi
cp "$JAR" "$SECOND"
cp "$ADMIN" "$JAR"
page /accounts/ben
send /accounts/ben/sign-out
expect_equal 303 "$status"
cp "$SECOND" "$JAR"
page /
expect_equal 303 "$status" "the status after sessions were ended"

note "who is disabled while signed in is out, and no link leads in"
sign_in ben "$OTHER"
cp "$JAR" "$SECOND"
cp "$ADMIN" "$JAR"
page /accounts/ben
send /accounts/ben/link
ben=$(link_of "$out")
page /accounts/ben
send /accounts/ben/disable
expect_equal 303 "$status"
cp "$SECOND" "$JAR"
page /
expect_equal 303 "$status"
join "$ben"
expect_equal 404 "$status"
sign_in ben "$OTHER"
expect_match 'role="alert"' "$out"
cp "$ADMIN" "$JAR"
page /accounts/asha
send /accounts/asha/disable
expect_equal 400 "$status" "the status of disabling oneself"
page /accounts/asha
send /accounts/asha -d role=auditor
expect_match 'id="role-wrong"' "$out" "the last administrator becomes none"
page /accounts/nobody
expect_equal 404 "$status"
page /accounts/ben
send /accounts/ben/enable
expect_equal 303 "$status"

note "a link that is too old leads nowhere, nor does a password whose code comes too late"
page /accounts/ben
send /accounts/ben/link
ben=$(link_of "$out")
sign_in asha "$GOOD"
HALF=$SCRATCH/half
cp "$JAR" "$HALF"
console_later +25h
join "$ben"
expect_equal 404 "$status"
cp "$HALF" "$JAR"
page /sign-in/code -d "code=${codes[3]}"
expect_match 'action="/sign-in"' "$out"
cp "$ADMIN" "$JAR"
page /accounts
expect_equal 303 "$status" "the status of a session of yesterday"

note "the command line takes a second step away, and makes links"
printf '%s\n' "$GOOD" >password
chmod 600 password
as=(--as asha --as-password-file "$SCRATCH/password")
console_later +0
expect_status 0 "$MUSTER" account link ben "${as[@]}"
join "$(link_of "$out")"
expect_equal 303 "$status"
expect_status 0 "$MUSTER" account totp-reset asha "${as[@]}"
sign_in asha "$GOOD"
expect_equal 303 "$status"
page /
expect_equal 303 "$status"
page /account/totp
expect_equal 200 "$status"

note "who guesses shuts out himself, by the address that the proxy tells, and nobody else"
for _ in 1 2 3 4 5; do
    sign_in ben 'a wrong pass phrase, though long' # which is on this machine
    rm -f "$JAR"
    page /sign-in -d name=ben -d password=wrong -H 'X-Forwarded-For: 192.0.2.9, 192.0.2.7'
done
page /sign-in -d name=ben --data-urlencode "password=$GOOD" -H 'X-Forwarded-For: 192.0.2.7'
expect_match 'role="alert">too many wrong' "$out"
page /sign-in -d name=ben --data-urlencode "password=$GOOD" -H 'X-Forwarded-For: 192.0.2.9'
expect_equal 303 "$status" "the status from another address"
sign_in ben "$GOOD"
expect_match 'role="alert">too many wrong' "$out"

note "nothing is kept by the browser, and with https it is told to come by nothing else"
page /sign-in -D headers
expect_match '^Cache-Control: no-store' "$(<headers)"
expect_match "^Content-Security-Policy: .*frame-ancestors 'none'" "$(<headers)"
if grep -qi '^Strict-Transport' headers; then fail "a console without https asks for it"; fi
stop console
sed -i 's|url = "http://127.*|url = "https://desk.branch.example";|' "$MUSTER_CONFIG"
start console "$MUSTERD" --only console
wait_until 20 console_listens
page /sign-in -d name=ben --data-urlencode "password=$GOOD" -D headers \
    -H 'X-Forwarded-For: 192.0.2.9'
expect_match '^Strict-Transport-Security: max-age=31536000' "$(<headers)"
expect_match '^Set-Cookie: __Host-muster=[a-z2-7]{32}; Path=/; HttpOnly; SameSite=Lax; Secure' \
    "$(<headers)"
expect_match '^the record is in order' "$("$MUSTER" audit verify)"
stop console
