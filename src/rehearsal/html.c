/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing pages; see html.h. */
#include "html.h"

#include <string.h>

#include "muster/base/arena.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"

static const char style[] =
    ":root{color-scheme:light dark;--ink:#1d2733;--soft:#5d6b7a;--line:#dbe1e8;--paper:#fff;"
    "--ground:#eef1f5;--accent:#0b5cad;--mine:#d7ebd3;--theirs:#e9edf2;--bad:#a32020}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6ebf0;--soft:#9fadbb;--line:#33404d;"
    "--paper:#1b232c;--ground:#12181f;--accent:#7db8f2;--mine:#29462f;--theirs:#2a3541;"
    "--bad:#ff9b9b}}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--ground);color:var(--ink);"
    "font:16px/1.45 system-ui,'Segoe UI','DejaVu Sans',sans-serif}"
    "a{color:var(--accent)}"
    "header{background:var(--paper);border-bottom:1px solid var(--line);padding:.7rem 1rem}"
    "header div{max-width:68rem;margin:auto;display:flex;gap:.4rem 1.2rem;flex-wrap:wrap;"
    "align-items:baseline}"
    "header b{font-size:1.05rem;margin-right:auto}"
    "main{max-width:68rem;margin:1rem auto;padding:0 1rem 3rem}"
    "h1{font-size:1.35rem;margin:.6rem 0 1rem;overflow-wrap:anywhere}"
    "h2{font-size:1.05rem;margin:0;display:flex;justify-content:space-between}"
    "small,.soft{color:var(--soft);font-size:.85rem;font-weight:normal}"
    ".counts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.7rem;"
    "margin:0 0 1rem}"
    ".counts div,section{background:var(--paper);border:1px solid var(--line);"
    "border-radius:.7rem;padding:.7rem .9rem}"
    ".counts b{display:block;font-size:1.5rem;font-variant-numeric:tabular-nums}"
    ".lists{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,25rem),1fr));"
    "gap:1rem;align-items:start}"
    ".rows{list-style:none;margin:.6rem -.9rem 0;padding:0}"
    ".rows a{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:0 .8rem;"
    "padding:.5rem .9rem;border-top:1px solid var(--line);color:inherit;text-decoration:none}"
    ".rows a:hover,.rows a:focus{background:var(--ground)}"
    ".rows b{overflow-wrap:anywhere}"
    ".cut{grid-column:1/-1;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}"
    "form{display:flex;gap:.5rem;margin:0 0 1rem}"
    "input{flex:1;min-width:0;font:inherit;color:inherit;background:var(--paper);"
    "border:1px solid var(--line);border-radius:1.2rem;padding:.45rem .9rem}"
    "button{font:inherit;border:0;border-radius:1.2rem;padding:.45rem 1.1rem;cursor:pointer;"
    "background:var(--accent);color:var(--paper)}"
    ".pager{display:flex;justify-content:space-between;padding-top:.6rem}"
    ".phone{max-width:24rem;margin:0 auto;background:#11161c;border-radius:2.4rem;"
    "padding:.8rem;box-shadow:0 .6rem 2rem #0004}"
    ".screen{background:var(--paper);border-radius:1.7rem;overflow:hidden}"
    ".screen h1{margin:0;padding:.9rem 1rem .7rem;font-size:1.05rem;text-align:center;"
    "border-bottom:1px solid var(--line)}"
    ".talk{display:flex;flex-direction:column;gap:.2rem;padding:1rem .8rem;min-height:22rem}"
    ".talk p{margin:.3rem 0 0;max-width:82%;padding:.5rem .8rem;border-radius:1.1rem;"
    "white-space:pre-wrap;overflow-wrap:anywhere}"
    ".in{align-self:flex-start;background:var(--theirs);border-bottom-left-radius:.3rem!important}"
    ".out{align-self:flex-end;background:var(--mine);border-bottom-right-radius:.3rem!important}"
    ".talk small.out{background:none}.talk small.in{background:none}"
    ".talk small{padding:0 .5rem}"
    ".screen form{margin:0;padding:.7rem;border-top:1px solid var(--line)}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0 0;font:.84rem/1.5 "
    "ui-monospace,'DejaVu Sans Mono',monospace}"
    ".letter{white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0 0}"
    "dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.15rem .9rem;margin:0}"
    "dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}"
    "section{margin-bottom:1rem}.lists section{margin:0}"
    "iframe{width:100%;height:32rem;border:1px solid var(--line);border-radius:.5rem;"
    "background:#fff;margin-top:.6rem;color-scheme:light}"
    "summary{cursor:pointer}.bad{color:var(--bad)}"
    "@media(max-width:30rem){main{padding:0 .6rem 2rem}}";

void html_open(struct buffer *out, const char *title, bool back)
{
    buffer_puts(out, "<!DOCTYPE html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\">"
                     "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                     "<title>");
    html_text(out, title);
    buffer_puts(out, " · rehearsal</title><style>");
    buffer_puts(out, style);
    buffer_puts(out, "</style></head><body><header><div><b>muster rehearsal</b>");
    if (back) {
        buffer_puts(out, "<a href=\"/\">phones and mailboxes</a>");
    }
    buffer_puts(out, "<a href=\"/log\">log</a><a href=\"\">reload</a></div></header><main>");
}

void html_close(struct buffer *out)
{
    buffer_puts(out, "</main></body></html>\n");
}

static const char *escape_of(char byte)
{
    switch (byte) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    case '\0': return "\xef\xbf\xbd";
    default: return NULL;
    }
}

void html_span(struct buffer *out, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        uint32_t rune = 0;
        size_t width = text_rune(bytes + i, length - i, &rune);
        const char *escape = escape_of(bytes[i]);
        if (escape != NULL) {
            buffer_puts(out, escape);
        } else if (rune == 0xfffd && width == 1) {
            buffer_puts(out, "\xef\xbf\xbd");
        } else {
            buffer_add(out, bytes + i, width);
        }
        i += width;
    }
}

void html_text(struct buffer *out, const char *text)
{
    html_span(out, text, strlen(text));
}

/* Length of the web address that begins here, or 0. A full stop or bracket at its end is prose. */
static size_t address_at(const char *bytes, size_t length)
{
    bool web = (length > 8 && memcmp(bytes, "https://", 8) == 0) ||
               (length > 7 && memcmp(bytes, "http://", 7) == 0);
    size_t size = 0;
    while (web && size < length && bytes[size] > ' ' && bytes[size] < 0x7f &&
           strchr("<>\"'`{}|\\^", bytes[size]) == NULL) {
        size++;
    }
    while (size > 0 && strchr(".,;:!?)]", bytes[size - 1]) != NULL) {
        size--;
    }
    return size > 8 ? size : 0;
}

void html_linked(struct buffer *out, const char *bytes, size_t length)
{
    size_t plain = 0;
    for (size_t i = 0; i < length;) {
        size_t size = bytes[i] == 'h' ? address_at(bytes + i, length - i) : 0;
        if (size == 0) {
            i++;
            continue;
        }
        html_span(out, bytes + plain, i - plain);
        buffer_puts(out, "<a target=\"_blank\" rel=\"noopener noreferrer\" href=\"");
        html_span(out, bytes + i, size);
        buffer_puts(out, "\">");
        html_span(out, bytes + i, size);
        buffer_puts(out, "</a>");
        i += size;
        plain = i;
    }
    html_span(out, bytes + plain, length - plain);
}

void html_time(struct buffer *out, int64_t instant)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *day = "%F";
    const char *format =
        text_equal(clock_format(instant, day, arena), clock_format(clock_now(), day, arena))
            ? "%H:%M:%S"
            : "%-d %B, %H:%M";
    html_text(out, clock_format(instant, format, arena));
}
