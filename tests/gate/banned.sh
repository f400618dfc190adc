#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Banned: functions that cannot be used safely, or for which the ground floor has something better;
# goto; // comments; and SQL made with printf, which is how injections begin. In comments and in
# strings the words are free.
source "$(dirname "$0")/lib.sh"

# Nowhere: no bound, no error, hidden state, or a shell.
everywhere='strcpy strcat sprintf vsprintf gets strtok atoi atol atoll atof strncpy strncat
    scanf fscanf sscanf vscanf vfscanf vsscanf system popen alloca tmpnam tempnam mktemp
    rand srand random srandom drand48 localtime gmtime ctime asctime'

# In src only in base: others take memory from an arena or a buffer, which end the program when
# there is none. calloc stays free for the one struct of an opaque machine.
memory='malloc realloc reallocarray strdup strndup asprintf vasprintf'

check() {
    code_files src include tests | EVERYWHERE=$everywhere MEMORY=$memory perl -e "$perl_code"'
        my $everywhere = join "|", split " ", $ENV{EVERYWHERE};
        my $memory = join "|", split " ", $ENV{MEMORY};
        my $sql = qr/\b(?:SELECT|INSERT|UPDATE|DELETE)\b/;
        while (my $file = <STDIN>) {
            chomp $file;
            my $source = slurp($file);
            my $text = without_comments($source);
            my $bare = without_strings($text);
            my $report = sub { my ($offset, $sentence) = @_;
                print "$file:" . line_at($text, $offset) . ": $sentence\n" };
            $report->($-[1], "$1 is banned")
                while $bare =~ /(?<![\w.])(?<!->)\b($everywhere)\s*\(/g;
            $report->($-[0], "goto is banned") while $bare =~ /\bgoto\b/g;
            my $unquoted = without_strings($source);
            $unquoted =~ s{/\*.*?\*/}{blanked($&)}gse;
            $report->($-[0], "a // comment; write /* */") while $unquoted =~ m{//}g;
            if ($file =~ m{^src/} && $file !~ m{^src/base/}) {
                $report->($-[1], "$1 outside src/base; use an arena or a buffer")
                    while $bare =~ /(?<![\w.])(?<!->)\b($memory)\s*\(/g;
            }
            if ($file =~ m{^src/store/}) {
                while ($bare =~ /\b(\w*printf\w*)\s*(\((?:[^()]++|(?2))*\))/g) {
                    my ($name, $at, $call) = ($1, $-[1], substr($text, $-[2], $+[2] - $-[2]));
                    $report->($at, "$name makes SQL; bind values instead") if $call =~ $sql;
                }
            } elsif ($file =~ m{^src/}) {
                my $begin = qr/SELECT\s|INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\w+\s+SET/;
                $report->($-[0], "SQL outside src/store") while $text =~ /"\s*$begin/g;
            }
        }'
}

prove() {
    given src/store/members.c <<'END'
/* strcpy(a, b) in a comment, goto too */
static const char find[] = "SELECT id FROM member WHERE number = :number";
void members_find(struct db *db)
{
    strcpy(a, b);
    db->system("a string with // in it and atoi(x)");
    buffer_printf(&sql, "ORDER BY %s", column);
    buffer_printf(&sql, "/* why */ "
                        "DELETE FROM member WHERE id = %d", members_id(row, (1)));
    char *copy = strdup(find);
    struct members *members = calloc(1, sizeof *members);
    goto out; // leave
    snprintf(text, sizeof text, "%s", call_strtok(a));
    localtime_r(&now, &tm);
    localtime (&now);
}
END
    given src/base/arena.c <<'END'
void *arena_alloc(size_t size) { return malloc(size); }
END
    given src/cli/member.c <<'END'
static const char sql[] = "select a member";
static const char other[] = "INSERT INTO member VALUES (1)";
static const char address[] = "https://union.example/";
END
    given tests/unit/base/test_arena.c <<'END'
int main(void) { return atoi(malloc(1)); }
END
    expected=(src/store/members.c:5 src/store/members.c:8 src/store/members.c:10
              src/store/members.c:12 src/store/members.c:15 src/cli/member.c:2
              tests/unit/base/test_arena.c:1)
}

gate "$@"
