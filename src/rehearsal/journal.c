/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log; see journal.h. Written by hand and not through a JSON tree: at ten thousand mails a
 * second the tree would cost more than taking the mail. */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cell.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"

enum { LINE_CEILING = 1 << 20, BATCH_CEILING = 64 << 20, BATCH_EARLY = 1 << 20 };

struct journal {
    int file; /* -1: none */
    bool failed;
    uint64_t inherited;
    struct buffer line;  /* being written */
    struct buffer batch; /* complete lines on their way to the file */
    struct buffer recent[JOURNAL_RECENT];
    size_t written; /* lines so far; the next recent one is at this modulo JOURNAL_RECENT */
    int64_t second; /* the second that `stamp` tells */
    char stamp[32];
};

static uint64_t count_lines(int file)
{
    static char block[1 << 16];
    uint64_t lines = 0;
    struct stat about;
    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
        return 0;
    }
    off_t at = 0;
    ssize_t got = 0;
    while ((got = pread(file, block, sizeof block, at)) > 0) {
        for (ssize_t i = 0; i < got; i++) {
            lines += block[i] == '\n';
        }
        at += got;
    }
    return lines;
}

bool journal_open(const char *path, struct journal **journal, struct error *err)
{
    int file = -1;
    if (path != NULL) {
        file = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0) {
            return error_set(err, ERROR_CREATE, "cannot open the log %s: %s", path,
                             strerror(errno));
        }
    }
    struct journal *fresh = cell_new(sizeof *fresh);
    fresh->file = file;
    fresh->second = -1;
    fresh->inherited = file < 0 ? 0 : count_lines(file);
    buffer_init(&fresh->line, LINE_CEILING);
    buffer_init(&fresh->batch, BATCH_CEILING);
    for (size_t i = 0; i < JOURNAL_RECENT; i++) {
        buffer_init(&fresh->recent[i], LINE_CEILING);
    }
    *journal = fresh;
    return true;
}

void journal_free(struct journal **journal)
{
    struct journal *old = *journal;
    if (old == NULL) {
        return;
    }
    if (journal_flush(old) && old->file >= 0) {
        fsync(old->file);
    }
    if (old->file >= 0) {
        close(old->file);
    }
    buffer_free(&old->line);
    buffer_free(&old->batch);
    for (size_t i = 0; i < JOURNAL_RECENT; i++) {
        buffer_free(&old->recent[i]);
    }
    free(old);
    *journal = NULL;
}

uint64_t journal_inherited(const struct journal *journal)
{
    return journal->inherited;
}

void journal_quote(struct buffer *out, const char *bytes, size_t length)
{
    buffer_putc(out, '"');
    size_t plain = 0; /* begin of the run that needs no escape */
    size_t i = 0;
    while (i < length) {
        unsigned char byte = (unsigned char)bytes[i];
        uint32_t rune = byte;
        size_t width = byte < 0x80 ? 1 : text_rune(bytes + i, length - i, &rune);
        bool bad = byte >= 0x80 && width == 1;
        if (byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7f && !bad) {
            i += width;
            continue;
        }
        buffer_add(out, bytes + plain, i - plain);
        if (byte == '"' || byte == '\\') {
            buffer_putc(out, '\\');
            buffer_putc(out, (char)byte);
        } else if (byte == '\n') {
            buffer_puts(out, "\\n");
        } else {
            buffer_printf(out, "\\u%04x", bad ? 0xfffdU : (unsigned)byte);
        }
        i += width;
        plain = i;
    }
    buffer_add(out, bytes + plain, length - plain);
    buffer_putc(out, '"');
}

void journal_time(int64_t instant, char text[32])
{
    time_t second = (time_t)(instant / CLOCK_SECOND);
    struct tm parts = {0};
    gmtime_r(&second, &parts);
    char date[24] = "";
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text, 32, "%s.%03dZ", date, (int)(instant % CLOCK_SECOND));
}

void journal_begin(struct journal *journal, const char *event)
{
    int64_t now = clock_now();
    if (now / CLOCK_SECOND != journal->second) {
        journal->second = now / CLOCK_SECOND;
        journal_time(now, journal->stamp);
    }
    buffer_clear(&journal->line);
    buffer_printf(&journal->line, "{\"at\":\"%.20s%03dZ\",\"event\":\"%s\"", journal->stamp,
                  (int)(now % CLOCK_SECOND), event);
}

void journal_text(struct journal *journal, const char *name, const char *text)
{
    journal_span(journal, name, text == NULL ? "" : text, text == NULL ? 0 : strlen(text));
}

void journal_span(struct journal *journal, const char *name, const char *bytes, size_t length)
{
    buffer_puts(&journal->line, ",\"");
    buffer_puts(&journal->line, name);
    buffer_puts(&journal->line, "\":");
    journal_quote(&journal->line, bytes, length);
}

void journal_number(struct journal *journal, const char *name, int64_t number)
{
    buffer_printf(&journal->line, ",\"%s\":%lld", name, (long long)number);
}

void journal_end(struct journal *journal)
{
    buffer_putc(&journal->line, '}');
    if (journal->line.full) {
        journal->failed = true;
        return;
    }
    struct buffer *recent = &journal->recent[journal->written % JOURNAL_RECENT];
    buffer_clear(recent);
    buffer_add(recent, journal->line.data, journal->line.length);
    journal->written++;
    if (journal->file < 0) {
        return;
    }
    buffer_putc(&journal->line, '\n');
    buffer_add(&journal->batch, journal->line.data, journal->line.length);
    if (journal->batch.length > BATCH_EARLY) {
        journal->failed = !journal_flush(journal);
    }
}

bool journal_flush(struct journal *journal)
{
    size_t done = 0;
    while (!journal->failed && done < journal->batch.length) {
        ssize_t put =
            write(journal->file, journal->batch.data + done, journal->batch.length - done);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        journal->failed = put <= 0;
        done += put > 0 ? (size_t)put : 0;
    }
    buffer_clear(&journal->batch);
    return !journal->failed;
}

bool journal_failed(const struct journal *journal)
{
    return journal->failed;
}

const char *journal_recent(const struct journal *journal, size_t index)
{
    if (index >= JOURNAL_RECENT || index >= journal->written) {
        return NULL;
    }
    return buffer_text(&journal->recent[(journal->written - 1 - index) % JOURNAL_RECENT]);
}
