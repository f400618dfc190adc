#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Doors: each library is included in one place, so that it can be replaced there and so that its
# types and traps do not spread. A header that is neither the C library's, the system's, nor that of
# a library with a door is a fault too: whoever brings a new library writes its door down here.
source "$(dirname "$0")/lib.sh"

# libxml2 is two parsers, and each has a door: mails are read as readers of HTML do, on the floor of
# messages; XML from carriers is read on the ground floor, strictly, for whoever hears from one.

# A door: the library's headers, then the files that may include them (Perl patterns, whole names).
doors='
(?:libesmtp|auth-client)\.h         src/carrier/smtp_esmtp\.c
(?:resolv|arpa/nameser)\.h          src/carrier/mx\.c
curl/.*                             src/carrier/.* src/inbound/mailbox\.c src/rehearsal/.*
sqlite3\.h                          src/store/.*
libconfig\.h                        src/conf/.*
microhttpd\.h                       src/web/server\.c src/web/server_response\.[ch] src/rehearsal/.*
(?:gmime|glib).*                    src/message/mime\.c src/inbound/returned_mime\.c
libxml/HTMLparser\.h                src/message/plain\.c
libxml/parser\.h                    src/base/xml\.c
phonenumbers/.*                     src/model/phone\.cc
csv\.h                              src/roster/csv\.c
uchardet.*                          src/roster/.*
iconv\.h                            src/roster/.*
uni(?:case|conv|ctype|name|norm)\.h  src/base/text\.c src/model/address\.c
uni(?:stdio|str|types|width)\.h     src/base/text\.c src/model/address\.c
uni(?:gbrk|lbrk|wbrk)\.h            src/base/text\.c src/model/address\.c
idn2\.h                             src/base/text\.c src/model/address\.c
jansson\.h                          src/base/json\.c
qrencode\.h                         src/web/console_picture\.c
sodium(?:/.*|\.h)                   src/base/token\.c
openssl/.*        src/base/token\.c src/carrier/smtp_.* src/inbound/signature.* src/rehearsal/.*
systemd/.*                          src/daemon/manager\.c
seccomp\.h                          src/daemon/confinement\.c
(?:pthread|threads)\.h              src/web/console_job\.c
'

# The C library and the system; a name without a dot is the C++ library.
system='(?:assert|ctype|dirent|endian|err|errno|fcntl|fenv|float|fnmatch|getopt|glob|grp|ifaddrs
    |inttypes|langinfo|libgen|limits|locale|math|netdb|poll|pwd|regex|sched|search|setjmp|signal
    |spawn|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|strings
    |syslog|sysexits|termios|time|uchar|unistd|wchar|wctype)\.h|(?:arpa|linux|net|netinet|sys)/.*'

check() {
    code_files src include | DOORS=$doors SYSTEM=$system perl -e "$perl_code"'
        my @doors = map { [split " "] } grep { /\S/ } split /\n/, $ENV{DOORS};
        my $system = qr{^(?:$ENV{SYSTEM})$}x;
        while (my $file = <STDIN>) {
            chomp $file;
            my $text = without_comments(slurp($file));
            while ($text =~ /^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]/mg) {
                my ($quote, $header, $line) = ($1, $2, line_at($text, $-[0]));
                my ($door) = grep { $header =~ /^$_->[0]$/ } @doors;
                if ($door) {
                    my (undef, @places) = @$door;
                    next if grep { $file =~ /^$_$/ } @places;
                    next if $quote eq "\"" && -e ($file =~ s{[^/]*$}{}r) . $header;
                    print "$file:$line: the door of $header is @places\n";
                } elsif ($quote eq "<" && $header !~ $system && $header !~ m{^muster/}
                         && !($file =~ /\.cc$/ && $header =~ /^\w+$/)) {
                    print "$file:$line: $header belongs to a library without a door\n";
                }
            }
        }'
}

prove() {
    given src/store/db.c <<'END'
#include <sqlite3.h>
#include <string.h>
#include <curl/curl.h>
END
    given src/roster/import.c <<'END'
#include "csv.h"
/* #include <sqlite3.h> */
#include <sqlite3.h>
#include <sys/stat.h>
#include <zlib.h>
#include <vector>
END
    given src/roster/csv.h </dev/null
    given src/roster/csv.c <<'END'
#include <csv.h>
END
    given include/muster/base/json.h <<'END'
#include <jansson.h>
END
    given src/model/phone.cc <<'END'
#include <phonenumbers/phonenumberutil.h>
#include <string>
#include <unistd.h>
#include <pthread.h>
END
    expected=(src/store/db.c:3 src/roster/import.c:3 src/roster/import.c:5 src/roster/import.c:6
              include/muster/base/json.h:1 src/model/phone.cc:4)
}

gate "$@"
