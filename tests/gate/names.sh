#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Names: a file is a noun, and what it shows to others begins with it.
# - an external function or variable of src/FLOOR/NOUN.c or NOUN_MORE.c begins with NOUN_, and so
#   does what NOUN.h declares; `main` is a program's own;
# - enumerators are upper case; those of a header begin with the noun: NOUN_VALUE;
# - typedef is for function types only: `typedef bool noun_visit_fn(...)`, and `noun_visit_fn *`.
source "$(dirname "$0")/lib.sh"
needs ctags

# Names that a library looks for, and so chooses: "FILE NAME" a line. None so far.
exceptions=''

check() {
    code_files src include/muster | ctags_of fvpxet | EXCEPTIONS=$exceptions perl -e '
        use strict; use warnings;
        # ctags does not see the `static` of a variable whose struct is described in place.
        sub begins_static {
            my ($file, $line) = @_;
            open(my $in, "<", $file) or die "$file: $!\n";
            my @lines = <$in>;
            $line-- while $line > 1 && $lines[$line - 1] !~ /^[A-Za-z_]/;
            return $lines[$line - 1] =~ /^static\b/;
        }
        my %excepted = map { $_ => 1 } split /\n/, $ENV{EXCEPTIONS};
        while (my $tag = <STDIN>) {
            chomp $tag;
            my ($file, $name, $kind, @fields) = split /\t/, $tag;
            my %is = map { /^(\w+):(.*)$/ ? ($1 => $2) : () } @fields;
            my ($noun) = $file =~ m{([A-Za-z0-9]+)[^/]*$};
            my $header = $file =~ /\.h$/;
            my $static = ($is{properties} || "") =~ /\bstatic\b/;
            my $inside = $is{class} || $is{struct} || $is{function} || $is{union}
                || ($is{namespace} || "") =~ /^__anon/;
            next if $excepted{"$file $name"};
            if ($kind =~ /^(?:function|variable|prototype|externvar)$/) {
                next if $static || $inside || $name eq "main" || $name =~ /^\Q$noun\E_/;
                next if $kind eq "prototype" && !$header;
                next if $kind eq "variable" && begins_static($file, $is{line});
                print "$file:$is{line}: $name is external and does not begin with ${noun}_\n";
            } elsif ($kind eq "enumerator") {
                my $prefix = uc $noun;
                print "$file:$is{line}: enumerator $name is not upper case\n"
                    if $name !~ /^[A-Z][A-Z0-9_]*$/;
                print "$file:$is{line}: enumerator $name does not begin with ${prefix}_\n"
                    if $file =~ m{^include/} && $name !~ /^\Q$prefix\E_/;
            } elsif ($kind eq "typedef" && ($is{typeref} || "") !~ / \(\)\(/) {
                print "$file:$is{line}: typedef $name is not a function type\n";
            }
        }'
}

prove() {
    given src/store/outbox_claim.c <<'END'
static int hidden(void) { return 0; }
int outbox_claim(void) { return hidden(); }
int claim_outbox(void) { return 0; }
const char *loose = "x";
enum { LIMIT = 3, Other = 4 };
typedef struct row { int a; } row_t;
typedef int outbox_visit_fn(int row);
int outboxes(void) { return 0; }
static const struct {
    int a;
} table[] = {{1}};
struct {
    int a;
} shown[] = {{1}};
END
    given include/muster/store/outbox.h <<'END'
MUSTER_C_BEGIN
enum outbox_state { OUTBOX_QUEUED, CLAIMED };
bool outbox_sweep(int a) MUST_USE;
static inline int twice(int a) { return 2 * a; }
bool sweep(int a) PRINTF_LIKE(1, 2);
typedef int (*outbox_pointer)(int);
MUSTER_C_END
END
    given src/model/phone.cc <<'END'
namespace {
int hidden(int a) { return a; }
}
extern "C" bool phone_parse(const char *text) noexcept { return hidden(text != nullptr); }
bool shown() { return true; }
END
    given src/cli/main.c <<'END'
int main(void)
{
    return 0;
}
END
    expected=(src/store/outbox_claim.c:3 src/store/outbox_claim.c:4 src/store/outbox_claim.c:5
              src/store/outbox_claim.c:6 src/store/outbox_claim.c:8 src/store/outbox_claim.c:14
              include/muster/store/outbox.h:2 include/muster/store/outbox.h:5
              include/muster/store/outbox.h:6 src/model/phone.cc:5)
}

gate "$@"
