#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sandbox: each unit of contrib/systemd is one that systemd understands, and is as closed as
# `systemd-analyze security` can tell: an exposure of 1.5 of 10 at most. What is open there is what
# a gateway needs: the internet. A unit for one role is closed in every way as the one for all is.
source "$(dirname "$0")/lib.sh"
needs systemd-analyze

most=15 # tenths

# settings UNIT: what its [Service] says of the sandbox, without what differs by nature.
settings() {
    sed -n '/^\[Service\]/,/^\[Install\]/p' "$1" | grep -E '^[A-Z]' |
        grep -vE '^(ExecStart|Watchdog|Timeout|Type|Restart=|KillMode|MemoryH|MemoryMax|Tasks)' |
        sort
}

# exposure UNIT: in tenths.
exposure() {
    systemd-analyze security --offline=yes --no-pager "$1" 2>/dev/null |
        sed -n 's/.*Overall exposure level for .*: \([0-9]*\)\.\([0-9]\).*/\1\2/p'
}

# verify UNIT FOLDER: what systemd does not understand, "LINE: sentence". Programs that are not
# installed here are no fault.
verify() {
    local copy=$2/${1##*/}
    copy=${copy/@./@one.}
    sed 's|/usr/local/bin/[a-z]*|/bin/true|g' "$1" >"$copy"
    systemd-analyze verify --man=no "$copy" 2>&1 |
        sed -n "s|^$copy:\([0-9]*\): \(.*\)|\1: \2|p"
}

check() {
    local unit exposed line scratch
    scratch=$(mktemp -d)
    for unit in contrib/systemd/*.service; do
        while IFS= read -r line; do echo "$unit:$line"; done < <(verify "$unit" "$scratch")
        exposed=$(exposure "$PWD/$unit")
        if ((10#${exposed:-100} > most)); then
            echo "$unit:1: its exposure is ${exposed:-100} tenths, and $most are the most"
        fi
        if [[ $unit == *@.service ]]; then
            line=$(diff <(settings "${unit/@/}") <(settings "$unit") | grep -m 1 '^<' || true)
            if [[ -n $line ]]; then echo "$unit:1: lacks ${line#< }"; fi
        fi
    done
    rm -rf "$scratch"
}

prove() {
    local closed='CapabilityBoundingSet= NoNewPrivileges=yes PrivateDevices=yes PrivateNetwork=yes
        PrivateTmp=yes PrivateUsers=yes ProtectClock=yes ProtectControlGroups=yes ProtectHome=yes
        ProtectHostname=yes UMask=0077 ProtectKernelLogs=yes ProtectKernelModules=yes ProcSubset=pid
        ProtectKernelTunables=yes ProtectProc=invisible ProtectSystem=strict RestrictNamespaces=yes
        RestrictRealtime=yes RestrictSUIDSGID=yes LockPersonality=yes MemoryDenyWriteExecute=yes
        RestrictAddressFamilies=AF_UNIX SystemCallArchitectures=native IPAddressDeny=any
        SystemCallFilter=@basic-io RemoveIPC=yes User=muster
        KeyringMode=private DevicePolicy=closed'
    {
        printf '[Service]\nExecStart=/bin/true\n'
        # shellcheck disable=SC2086
        printf '%s\n' $closed
        echo '[Install]'
    } | tee closed.service | given contrib/systemd/closed.service
    grep -v ProtectHome closed.service | given contrib/systemd/closed@.service
    sed 's/^ProtectClock/ProtectClocks/' closed.service | given contrib/systemd/odd.service
    rm closed.service
    printf '[Service]\nExecStart=/bin/true\nUser=muster\n' | given contrib/systemd/open.service
    expected=(contrib/systemd/closed@.service:1
              "contrib/systemd/odd.service:$(grep -n ProtectClocks contrib/systemd/odd.service |
                  cut -d: -f1)"
              contrib/systemd/open.service:1)
}

gate "$@"
