#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# muster init makes a configuration, a key and an empty store, once, for their owner only.
source "$(dirname "$0")/lib.sh"

note "three files of mode 0600 in a folder of mode 0700"
expect_status 0 "$MUSTER" init house --set organisation.name="St Anne's \"East\" Branch" \
    --set mail.from=organiser@branch.example
expect_equal 'house 700
house/muster.conf 600
house/muster.db 600
house/muster.key 600' "$(stat -c '%n %a' house house/* | sort)" "the list of files"
expect_match '^[0-9a-f]{64}$' "$(cat house/muster.key)" "the key"
expect_match '^house/muster\.key +the key' "$out"

note "what it makes is sound, and holds what was set"
export MUSTER_CONFIG=$SCRATCH/house/muster.conf
expect_status 0 "$MUSTER" check
expect_match "^organisation\.name = St Anne's \"East\" Branch\$" "$out"
expect_match '^mail\.from = organiser@branch\.example$' "$out"
expect_match "^store\.file = $SCRATCH/house/muster\.db\$" "$out"
expect_match '^not set yet: public\.url - no campaign can be made without it$' "$out"
expect_match '^not set yet: sms\.gateway - no campaign that sends texts' "$out"
expect_equal 0 "$("$MUSTER" member find a --format json | jq length)" "the number of members"
(cd house && env -u MUSTER_CONFIG "$MUSTER" check >/dev/null)
env -u MUSTER_CONFIG "$MUSTER" --config house/muster.conf check >/dev/null

note "a second one is refused, and the first is as it was"
before=$(sha256sum house/*)
expect_status 73 "$MUSTER" init house
expect_equal "muster: house/muster.conf cannot be made: it exists already" "$err"
expect_equal "$before" "$(sha256sum house/*)" "the sum of the files"

note "half a branch is not left behind"
mkdir half && touch half/muster.db
expect_status 73 "$MUSTER" init half
expect_equal 'half/muster.db' "$(ls half/*)" "the list of files"

note "a folder that is open to others stays so, and its owner hears of it"
mkdir -m 755 open
mkdir -m 700 closed
expect_status 0 "$MUSTER" init open
expect_match '^the folder open is open to others \(mode 755\): chmod 700 keeps it to you$' "$out"
expect_equal 755 "$(stat -c %a open)" "the mode of the folder"
expect_status 0 "$MUSTER" init closed
if grep -q '^the folder' <<<"$out"; then fail "a closed folder is called open"; fi

note "it says how the first account is made"
expect_match '^the first account: muster account add NAME --role administrator; or' "$out"
mkdir -m 700 desk
expect_status 0 "$MUSTER" init desk --set console.url=https://desk.branch.example
expect_match '^https://desk.branch.example/join/[a-z2-7]{32}$' "$out"
expect_equal 1 "$(sqlite3 desk/muster.db "SELECT COUNT(*) FROM invitation WHERE kind = 'first'")"

note "each key is another"
expect_status 0 "$MUSTER" init other
if cmp -s house/muster.key other/muster.key; then fail "two branches have the same key"; fi

note "what a text costs is told: the provider's list price, or what the branch has agreed"
profile=$MUSTER_ROOT/etc/gateways/rehearsal.conf
# priced NAME [OPTION...]: check a branch with a gateway; `out` is what is said.
priced() {
    expect_status 0 "$MUSTER" init "$1" --set organisation.name=A --set mail.from=a@branch.example \
        --set sms.gateway="$profile" --set sms.sender=Branch \
        --set sms.variables.base_url=http://127.0.0.1:1 "${@:2}"
    expect_status 0 "$MUSTER" --config "$1/muster.conf" check
}
others='0\.0700 GBP to the crown dependencies, 0\.0900 GBP to any other country'
priced listed
expect_match "^a text of one part costs 0\\.0350 GBP, $others\$" "$out"
priced agreed --set sms.price=0.02995
expect_match "^a text of one part costs 0\\.02995 GBP, $others\$" "$out"
others='an unknown price to any other country'
priced euro --set sms.price=0.04 --set sms.currency=EUR
expect_match "^a text of one part costs 0\\.0400 EUR, $others\$" "$out"
sed '/tariff = {/,/};/d' "$profile" >plain.conf
profile=$SCRATCH/plain.conf
priced plain
expect_match '^what a text costs is not known: the gateway profile has no tariff, and sms' "$out"
priced only --set sms.price=0.03
expect_match "^a text of one part costs 0\\.0300 GBP, $others\$" "$out"
priced abroad --set sms.price_elsewhere=0.1
expect_match '^a text of one part costs an unknown price, 0\.1000 GBP to any other country$' "$out"
expect_status 64 "$MUSTER" init none --set sms.price=3p
expect_match '^muster: sms\.price is "3p", but must be a price such as "0\.0350": at most' "$err"

note "what cannot be set is said, and nothing is made"
expect_status 64 "$MUSTER" init none --set orgnisation.name=x
expect_equal 'muster: there is no setting orgnisation.name; did you mean organisation.name' "$err"
expect_status 64 "$MUSTER" init none --set organisation.name
expect_equal "muster: --set wants NAME=VALUE, not 'organisation.name'" "$err"
expect_status 64 "$MUSTER" init none --set mail.batch=many
expect_status 64 "$MUSTER" init none --set $'organisation.name=a\nb'
expect_status 73 "$MUSTER" init /proc/none
if [[ -e none ]]; then fail "a folder was made"; fi
