# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Real peers of a live test's own, with their own folders and free ports of the loopback, nothing of
# the machine's, and no way to send anything on:
#
#     source "$(dirname "$0")/lib.sh"
#     need_postfix
#     source "$(dirname "$0")/../flow/branch.sh"
#     start_postfix <<<"smtpd_delay_reject = yes"
#
# The folders of Postfix are $postfix_etc, $postfix_queue, $postfix_boxes, its log is $postfix_log.
postfix_sbin=/usr/lib/postfix/sbin
PATH=$PATH:/usr/sbin

# need_postfix: end the test as skipped where there is none.
need_postfix() {
    if ((EUID != 0)); then
        echo "skipped: this is not root, and only root can start Postfix"
        exit 77
    fi
    if ! command -v postfix >/dev/null || [[ ! -x $postfix_sbin/master ]]; then
        echo "skipped: Postfix is not installed"
        exit 77
    fi
}

# postfix_services: the daemons that a relay needs which only takes mail and delivers it here. There
# is none that speaks SMTP to others.
postfix_services() {
    cat <<END
$SMTP_ADDRESS inet n - n - - smtpd
cleanup    unix n - n -   0 cleanup
qmgr       unix n - n 300 1 qmgr
rewrite    unix - - n -   - trivial-rewrite
bounce     unix - - n -   0 bounce
defer      unix - - n -   0 bounce
trace      unix - - n -   0 bounce
proxymap   unix - - n -   - proxymap
error      unix - - n -   - error
retry      unix - - n -   - error
virtual    unix - n n -   - virtual
anvil      unix - - n -   1 anvil
postlog    unix-dgram n - n - 1 postlogd
END
}

# postfix_settings: what every such relay is told.
postfix_settings() {
    cat <<END
compatibility_level = 3.6
queue_directory = $postfix_queue
data_directory = $SCRATCH/relay-data
maillog_file = $postfix_log
maillog_file_prefixes = $SCRATCH
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example
mydestination =
mynetworks = 127.0.0.0/8
default_transport = error:nothing is sent on
relay_transport = error:nothing is sent on
local_transport = error:nothing is sent on
virtual_mailbox_base = $postfix_boxes
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
END
}

postfix_listens() {
    (exec 3<>"/dev/tcp/${SMTP_ADDRESS/:/\/}")
}

# start_postfix [SERVICE LINE...] <SETTINGS: make its folders, which its daemons, who are not root,
# must reach, and start it with these settings and services besides. Exports SMTP_ADDRESS.
start_postfix() {
    local owner
    postfix_etc=$SCRATCH/relay-etc
    postfix_queue=$SCRATCH/relay-queue
    postfix_boxes=$SCRATCH/boxes
    postfix_log=$SCRATCH/relay.log
    SMTP_ADDRESS=127.0.0.1:$(free_port)
    export SMTP_ADDRESS
    owner=$(postconf -d -h mail_owner)
    chmod 711 "$SCRATCH"
    mkdir "$postfix_etc" "$postfix_queue" "$SCRATCH/relay-data" "$postfix_boxes"
    chown "$owner" "$SCRATCH/relay-data"
    chown nobody "$postfix_boxes"
    {
        postfix_services
        printf '%s\n' "$@"
    } >"$postfix_etc/master.cf"
    {
        postfix_settings
        cat
    } >"$postfix_etc/main.cf"
    expect_status 0 postfix -c "$postfix_etc" check
    start relay "$postfix_sbin/master" -s -c "$postfix_etc"
    wait_until 30 postfix_listens
}

# need_dovecot: end the test as skipped where there is none.
need_dovecot() {
    if ((EUID != 0)); then
        echo "skipped: this is not root, and only root can start Dovecot"
        exit 77
    fi
    if ! command -v dovecot >/dev/null || [[ ! -x /usr/lib/dovecot/imap ]]; then
        echo "skipped: Dovecot's IMAP server is not installed"
        exit 77
    fi
}

dovecot_settings() {
    cat <<END
protocols = imap
base_dir = $SCRATCH/dovecot
log_path = $SCRATCH/dovecot.log
listen = 127.0.0.1
ssl = yes
ssl_cert = <$imap_certificate
ssl_key = <$SCRATCH/imap-key.pem
ssl_dh =
mail_location = maildir:$imap_boxes/%n
first_valid_uid = 1
passdb {
  driver = static
  args = password=let-me-in
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=$imap_boxes/%n
}
service imap-login {
  inet_listener imap {
    port = $imap_port
  }
  inet_listener imaps {
    port = $imaps_port
    ssl = yes
  }
}
END
}

dovecot_listens() {
    (exec 3<>"/dev/tcp/127.0.0.1/$imaps_port")
}

# start_dovecot: an IMAP server on $imaps_port, and on $imap_port with STARTTLS, whose certificate
# is in $imap_certificate. Any user is let in with the password "let-me-in"; the mail of NAME is the
# Maildir $imap_boxes/NAME.
start_dovecot() {
    imap_port=$(free_port)
    imaps_port=$(free_port)
    imap_boxes=$SCRATCH/imap-boxes
    imap_certificate=$SCRATCH/imap.pem
    chmod 711 "$SCRATCH"
    mkdir "$imap_boxes" "$SCRATCH/dovecot"
    chown nobody "$imap_boxes"
    expect_status 0 openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=imap.example \
        -addext subjectAltName=IP:127.0.0.1 -keyout "$SCRATCH/imap-key.pem" -out "$imap_certificate"
    dovecot_settings >"$SCRATCH/dovecot.conf"
    start dovecot dovecot -F -c "$SCRATCH/dovecot.conf"
    wait_until 30 dovecot_listens
}

# put_mail NAME <MAIL: into the inbox of NAME.
put_mail() {
    local name=mail.$RANDOM.$EPOCHREALTIME
    mkdir -p "$imap_boxes/$1"/{cur,new,tmp}
    cat >"$imap_boxes/$1/tmp/$name"
    chown -R nobody "$imap_boxes/$1"
    mv "$imap_boxes/$1/tmp/$name" "$imap_boxes/$1/new/$name"
}
# mails_in NAME [FOLDER]: how many there are in a mailbox, or in one of its folders.
mails_in() {
    find "$imap_boxes/$1${2:+/.$2}"/{cur,new} -type f 2>/dev/null | wc -l
}
