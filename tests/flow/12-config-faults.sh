#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A configuration with faults: all of them at once, with file and line, status 78, nothing started.
source "$(dirname "$0")/lib.sh"
musterd=$MUSTER_BUILD/musterd

cat >bad.conf <<'END'
organisation = {
    name = "";
    zone = "Europe/Lodnon";
};
mail = {
    relay = "nowhere";
    tls = "mabye";
    from = "not an address";
    sesions = 3;
    batch = 5000;
    rate = "fast";
};
sms = { gateway = "rehearsal"; };
END

note "every fault is told at once, with file and line"
expect_status 78 "$MUSTER" --config bad.conf check
faults=$err
for fault in 'bad\.conf:2: organisation\.name must not be empty' \
    "bad\\.conf:3: organisation\\.zone: 'Europe/Lodnon' is not a time zone" \
    'bad\.conf:6: mail\.relay is "nowhere", but must be a HOST:PORT' \
    'bad\.conf:7: mail\.tls is "mabye", but must be one of none|opportunistic|required' \
    'bad\.conf:8: mail\.from is "not an address"' \
    'bad\.conf:9: mail\.sesions is not known; did you mean sessions' \
    'bad\.conf:10: mail\.batch is "5000", but must be a whole number from 1 to 512' \
    'bad\.conf:11: mail\.rate must be a whole number' \
    'bad\.conf:13: sms\.sender is missing'; do
    expect_match "^$fault" "$faults"
done
expect_equal 'muster: bad.conf has 9 faults' "$(tail -n 1 <<<"$faults")"
expect_equal 10 "$(wc -l <<<"$faults")" "the number of lines"

note "musterd says the same, and ends at once"
expect_status 78 "$musterd" --config bad.conf
expect_equal "$(head -n 9 <<<"$faults")" "$(head -n 9 <<<"$err")"
expect_match 'musterd error: bad\.conf has 9 faults$' "$err"
expect_equal '' "$out" "standard output"

note "a syntax error has its line"
printf 'organisation = { name = "x";\n  zone = "Europe/London"\n' >syntax.conf
expect_status 78 "$MUSTER" --config syntax.conf check
expect_match '^syntax\.conf:[23]: syntax error' "$err"

note "files that are not there"
expect_status 66 "$MUSTER" --config none.conf check
expect_match '^muster: .*none\.conf cannot be opened: No such file' "$err"
expect_status 66 "$musterd" --config none.conf
expect_match 'musterd error: --config: none\.conf cannot be opened: No such file' "$err"
expect_status 66 env MUSTER_CONFIG=none.conf "$MUSTER" check
expect_equal 'muster: MUSTER_CONFIG: none.conf cannot be opened: No such file or directory' "$err"
mkdir folder
expect_status 66 "$MUSTER" --config folder check
expect_equal 'muster: --config: folder is a folder, not a file' "$err"
if [[ ! -e /etc/muster/muster.conf ]]; then
    expect_status 66 env -u MUSTER_CONFIG "$MUSTER" check
    expect_match '^muster: no configuration was found: .* neither \./muster\.conf nor /etc/' "$err"
    expect_match 'name one by --config FILE, or make a new branch by muster init FOLDER$' "$err"
    expect_status 66 env -u MUSTER_CONFIG "$musterd"
fi
expect_status 0 "$MUSTER" init house --set organisation.name=A --set mail.from=a@branch.example
export MUSTER_CONFIG=$SCRATCH/house/muster.conf
mv house/muster.db saved
expect_status 66 "$MUSTER" check
expect_match 'the store .*/house/muster\.db cannot be opened' "$err"
expect_status 66 "$musterd"

note "a store that is none, or of something else"
(umask 077 && head -c 8192 /dev/urandom >house/muster.db)
expect_status 78 "$MUSTER" check
expect_match 'is not a sound store of muster' "$err"
rm house/muster.db
(umask 077 && sqlite3 house/muster.db 'CREATE TABLE t (a); INSERT INTO t VALUES (1)')
expect_status 78 "$MUSTER" check
expect_match 'is not a store of muster' "$err"
cp saved house/muster.db
sqlite3 house/muster.db 'PRAGMA user_version = 999'
expect_status 78 "$MUSTER" check
expect_match 'was made by a newer muster' "$err"
mv saved house/muster.db
expect_status 0 "$MUSTER" check

note "roles that are not there"
expect_status 64 "$musterd" --only nosuch
expect_match "there is no role 'nosuch'" "$err"
expect_status 64 "$musterd" --bogus

note "a key that others may read is refused"
chmod 640 house/muster.key
expect_status 78 "$MUSTER" check
expect_match 'others may read or write .*muster\.key; chmod 600 mends it' "$err"
chmod 600 house/muster.key
echo 'not a key' >house/muster.key
expect_status 78 "$MUSTER" check
expect_match 'is not a key of 64 hexadecimal digits' "$err"

note "a store that this user may not write, or that belongs to somebody else"
expect_status 0 "$MUSTER" init shut --set organisation.name=A --set mail.from=a@branch.example
expect_status 0 "$MUSTER" --config shut/muster.conf segment set all everyone
# Modes do not hold back root, who therefore becomes nobody.
cp "$MUSTER" muster
become=()
if ((EUID == 0)); then
    become=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    chmod 711 .
    chmod 755 muster
    chown -R 65534:65534 shut
fi
expect_status 0 "${become[@]}" ./muster --config shut/muster.conf check
chmod 500 shut
expect_status 77 "${become[@]}" ./muster --config shut/muster.conf segment list
expect_match '/shut/muster\.db lies in a folder that is not writable for this user$' "$err"
chmod 700 shut
chmod 400 shut/muster.db
expect_status 77 "${become[@]}" ./muster --config shut/muster.conf segment set most everyone
expect_match '^muster: .*/shut/muster\.db is not writable for this user$' "$err"
chmod 0 shut/muster.conf
expect_status 66 "${become[@]}" ./muster --config shut/muster.conf check
expect_match '^muster: --config: shut/muster\.conf cannot be opened: Permission denied$' "$err"
chmod 600 shut/muster.conf
if ((EUID == 0)); then
    chmod 640 shut/muster.db
    expect_status 77 "$MUSTER" --config shut/muster.conf check
    expect_match '; it belongs to [a-z0-9 ]+, and chmod 600 mends it$' "$err"
fi
