#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A branch whose texts go by two accounts with different prices, and which names no gateway but
# those: every command reads both, the preflight reckons with the dearer one, and a text costs what
# the gateway takes that it went by.
source "$(dirname "$0")/branch.sh"
start_rehearsal
make_branch "hours.holidays="
make_members 60 0
cp "$MUSTER_ROOT/etc/holidays.conf" "$HOUSE/holidays.conf"
sed -i -e '/^    variables = {/,/^    };/d' -e '/^    gateway = /d' "$HOUSE/muster.conf"
profile=$MUSTER_ROOT/etc/gateways/rehearsal.conf
set_gateways() { # PRICE-OF-THE-SECOND [MORE-OF-IT]
    sed -i '/^    gateways = /d' "$HOUSE/muster.conf"
    local common="gateway = \"$profile\"; variables = { base_url = \"$SMS_URL\"; };"
    local cheap="{ name = \"cheap\"; price = \"0.02\"; rate = 20; per_day = 40; $common }"
    local dear="{ name = \"dear\"; price = \"$1\"; rate = 10; per_day = 30; $common ${2-} }"
    sed -i "/^sms = {/a\\    gateways = ( $cheap, $dear );" "$HOUSE/muster.conf"
}
set_gateways 0.05

note "a profile of one's own is named with a slash, and who forgets it is told"
cp "$profile" "$HOUSE/ours.conf"
sed "s|gateway = \"$profile\"|gateway = \"ours.conf\"|" "$HOUSE/muster.conf" >"$HOUSE/slip.conf"
expect_status 66 "$MUSTER" --config "$HOUSE/slip.conf" check
expect_match 'no gateway profile ours.conf: .*; the file is named with a slash, ./ours.conf$' "$err"
sed -i 's|"ours.conf"|"./ours.conf"|' "$HOUSE/slip.conf"
expect_status 0 "$MUSTER" --config "$HOUSE/slip.conf" check

note "check and gateway list tell of both"
expect_status 0 "$MUSTER" check
expect_match '^gateway cheap: a text of one part costs 0\.0200 GBP' "$out"
expect_match '^gateway dear: a text of one part costs 0\.0500 GBP' "$out"
expect_match '^texts go always$' "$out"
expect_match '^bank holidays of england-and-wales: [0-9]+ days, the last one 20[0-9-]+, from ' \
    "$out"
expect_equal '' "$(grep 'not set yet: sms' <<<"$out" || true)" "what is said of sms"
expect_status 0 "$MUSTER" gateway list --format json
expect_equal 'cheap dear' "$(jq -r '[.[].gateway] | join(" ")' <<<"$out")" "the gateways"
expect_equal 2 "$(jq -r '[.[].reply_url] | unique | length' <<<"$out")" "where replies go"

note "a list of bank holidays that ends within a year is told; one with faults is refused"
last=$(date +%F)
printf 'england-and-wales = ( { date = "%s"; } );\n' "$last" >"$HOUSE/holidays.conf"
expect_status 0 "$MUSTER" check
expect_match 'the list of bank holidays does not cover the next twelve months' "$err"
printf 'england-and-wales = ( { date = "someday"; } );\n' >"$HOUSE/holidays.conf"
expect_status 78 "$MUSTER" check
expect_match 'holidays\.conf:1: ' "$err"
printf 'england-and-wales = ( { date = "%s-12-26"; } );\n' $(($(date +%Y) + 2)) \
    >"$HOUSE/holidays.conf"
expect_status 0 "$MUSTER" check
expect_equal '' "$err" "the complaints of check"

note "the preflight takes the dearer price and both paces, and what has gone today"
write_campaign both everyone
sed -i 's/at = "now"/budget = "2";  &/' both.conf
expect_status 0 "$MUSTER" campaign create both.conf
expect_status 0 "$MUSTER" campaign preflight both
expect_match '^they cost at most 3\.00 GBP$' "$out"
expect_match '^reckoned as the dearest of 2 gateways takes it$' "$out"
expect_match '^the budget is 2\.00 GBP: it pays for 40 of 60 texts' "$out"
expect_match '^texts go at 30 a second, at most 70 a day, hours: always$' "$out"
expect_match '^  all of them go before the deadline' "$out"

note "what was spent is what each gateway takes"
today=$(TZ=Europe/London date +%F)
expect_status 0 "$MUSTER" campaign start both
start musterd "$MUSTERD"
both_over() {
    [[ $("$MUSTER" campaign list --format csv) == *both,finished* ]]
}
wait_until 60 both_over
stop musterd
by() {
    sqlite3 "$HOUSE/muster.db" "SELECT COUNT(*) FROM outbox WHERE gateway = '$1' AND cost = $2"
}
cheap=$(by cheap 20000)
dear=$(by dear 50000)
if ((cheap == 0 || dear == 0)); then fail "$cheap texts went by one and $dear by the other"; fi
expect_equal $((cheap * 20000 + dear * 50000)) \
    "$(sqlite3 "$HOUSE/muster.db" 'SELECT spent FROM campaign')" "what was spent"
expect_equal $((cheap + dear)) "$(heard)" "the texts that the provider has"
left=$((2000000 - cheap * 20000 - dear * 50000))
if ((left < 0)); then fail "the budget was overdrawn by $((-left)) millionths"; fi
if ((cheap + dear < 60 && left >= 50000)); then fail "$left millionths were left"; fi

note "a day's use counts: the rest of another campaign goes tomorrow"
write_campaign more everyone
expect_status 0 "$MUSTER" campaign create more.conf
expect_status 0 "$MUSTER" campaign preflight more
if [[ $today == "$(TZ=Europe/London date +%F)" ]]; then # no midnight came in between
    first=$(sed -n 's/^  the first on \(.*\), [0-9:]*, the last on .*/\1/p' <<<"$out")
    last=$(sed -n 's/.*, the last on \(.*\), [0-9:]*$/\1/p' <<<"$out")
    if [[ $first == "$last" ]]; then fail "more than 70 texts on one day"; fi
fi

note "no budget where prices are not known, or in two currencies"
set_gateways 0.05 'currency = "EUR";'
sed 's/"both"/"euro"/' both.conf >euro.conf
expect_status 65 "$MUSTER" campaign create euro.conf
expect_match 'what a text costs is not known of every gateway, or not in one currency' "$err"
expect_status 0 "$MUSTER" campaign preflight more
expect_match 'what they cost is not known: no price is known of some gateway, or the' "$out"
