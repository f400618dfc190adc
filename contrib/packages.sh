# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The Debian packages that muster needs, in one place. To be sourced:
#
#   install_packages build         what `cmake -DMUSTER_TESTS=OFF` and the programs need
#   install_packages build test    and what contrib/check needs beyond that
#   install_packages build demo    and what contrib/demo needs beyond that
#   install_packages browser       what the tests in a browser need
#   install_modules FOLDER         and the modules of node that they need
#
# Does nothing, and needs no network and no root, when all of them are there already.

packages_build=(
    build-essential cmake ninja-build pkg-config
    libconfig-dev libcsv-dev libcurl4-openssl-dev libesmtp-dev libgmime-3.0-dev libidn2-dev
    libjansson-dev libmicrohttpd-dev libphonenumber-dev libqrencode-dev libseccomp-dev libsodium-dev
    libsqlite3-dev libssl-dev libsystemd-dev libuchardet-dev libunistring-dev libxml2-dev tzdata
)

packages_test=(
    clang clang-format clang-tidy curl dovecot-imapd faketime git jq kannel kannel-extras
    libcmocka-dev openssl postfix python3 sqlite3 universal-ctags
)

packages_demo=(sqlite3)

packages_browser=(ca-certificates chromium fonts-dejavu-core)
# A node that is not Debian's brings its npm along, and they do not go together.
if ! command -v node >/dev/null; then packages_browser+=(nodejs); fi
if ! command -v npm >/dev/null; then packages_browser+=(npm); fi

# packages_missing PACKAGE...: those that are not installed, one a line.
packages_missing() {
    local package status
    for package in "$@"; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        if [[ $status != installed ]]; then echo "$package"; fi
    done
}

# packages_as_root COMMAND...: run it as root, asking nothing and saying only what goes wrong.
packages_as_root() {
    if ((EUID == 0)); then
        env DEBIAN_FRONTEND=noninteractive "$@" </dev/null >/dev/null
    elif command -v sudo >/dev/null; then
        sudo env DEBIAN_FRONTEND=noninteractive "$@" </dev/null >/dev/null
    else
        echo "packages are missing, and this is neither root nor has it sudo: ${packages[*]}" >&2
        return 1
    fi
}

# packages_mail_server: the mail server of this machine, if it has one other than Postfix. Debian
# allows one, and would remove it in favour of Postfix.
packages_mail_server() {
    dpkg-query -W -f '${db:Status-Status} ${Package} ${Provides}\n' |
        awk '$1 == "installed" && $2 != "postfix" && /[ ,]mail-transport-agent/ { name = $2 }
            END { print name }'
}

# packages_answer: what debconf would ask. A Postfix without a configuration of the machine's is not
# started; the tests start theirs.
packages_answer() {
    packages_as_root sh -c \
        'echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections'
}

# packages_mask SERVICE: Debian starts a Dovecot, or a Kannel, as soon as it is installed, for all
# the world. The tests start theirs; this machine's stays off until somebody says systemctl unmask.
packages_mask() {
    if [[ -d /run/systemd/system ]]; then
        packages_as_root sh -c "test -e /etc/systemd/system/$1.service ||
            ln -s /dev/null /etc/systemd/system/$1.service"
    fi
}

# packages_known PACKAGE...: whether apt's lists name all of them.
packages_known() {
    apt-cache show --no-all-versions "$@" >/dev/null 2>&1
}

# install_packages KIND...: `build`, `test`, `demo`, `browser`.
install_packages() {
    local kind packages=()
    for kind in "$@"; do
        case $kind in
            build) packages+=("${packages_build[@]}") ;;
            test) packages+=("${packages_test[@]}") ;;
            demo) packages+=("${packages_demo[@]}") ;;
            browser) packages+=("${packages_browser[@]}") ;;
            *) echo "install_packages: no packages for $kind" >&2 && return 1 ;;
        esac
    done
    if ! command -v dpkg-query >/dev/null; then
        echo "this is not Debian: please see to it that these are installed: ${packages[*]}" >&2
        return 0
    fi
    mapfile -t packages < <(packages_missing "${packages[@]}")
    if [[ " ${packages[*]} " == *" postfix "* ]]; then
        local server
        server=$(packages_mail_server)
        if [[ -z $server ]]; then
            packages_answer
        else
            echo "$server is this machine's mail server, so Postfix is left out, and its test"
            mapfile -t packages < <(printf '%s\n' "${packages[@]}" | grep -vx postfix)
        fi
    fi
    if ((${#packages[@]} == 0)); then return 0; fi
    if [[ " ${packages[*]} " == *" dovecot-imapd "* ]]; then packages_mask dovecot; fi
    if [[ " ${packages[*]} " == *" kannel "* ]]; then packages_mask kannel; fi

    echo "installing ${packages[*]}"
    local install=(apt-get install -y -qq --no-install-recommends)
    if packages_known "${packages[@]}" && packages_as_root "${install[@]}" "${packages[@]}"; then
        return 0
    fi
    # The lists were empty, or so old that what they name is gone.
    packages_as_root apt-get update -qq
    packages_as_root "${install[@]}" "${packages[@]}"
}

# modules_sound FOLDER: whether it has the modules of tests/browser/package.json as they were when
# they were chosen: npm notes the digest of each package that it has unpacked.
modules_sound() {
    local name digest
    while read -r name digest; do
        grep -qF "$digest" "$1/node_modules/.package-lock.json" 2>/dev/null &&
            [[ -e $1/node_modules/$name/package.json ]] || return 1
    done <tests/browser/modules.sha512
    cmp -s tests/browser/package.json "$1/package.json"
}

# install_modules FOLDER: put them there; to be called in the root of the tree.
install_modules() {
    if modules_sound "$1"; then return 0; fi
    echo "installing $(awk '{ print $1 }' tests/browser/modules.sha512 | xargs) into $1"
    rm -rf "$1"
    mkdir -p "$1"
    cp tests/browser/package.json "$1"
    (cd "$1" && npm install --no-save --no-package-lock --no-audit --no-fund --ignore-scripts \
        --loglevel=error </dev/null >/dev/null)
    if ! modules_sound "$1"; then
        echo "the modules in $1 are not those that tests/browser/modules.sha512 names" >&2
        return 1
    fi
}
