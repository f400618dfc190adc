/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts made from HTML: each rule of the header, mails as Word and Outlook write them, tags in
 * every place, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/json.h"
#include "muster/message/plain.h"
#include "muster/message/template.h"

struct sample {
    const char *html;
    const char *text; /* without the final LF */
};

static const char *made(const char *html, const char **title, struct arena *arena)
{
    const char *text = NULL;
    const char *ignored = NULL;
    struct error err = {0};
    if (!plain_from_html(html, arena, &text, title == NULL ? &ignored : title, &err)) {
        fail_msg("%s: %s", html, err.text);
    }
    return text;
}

static void check(const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        const char *text = made(samples[i].html, NULL, arena);
        const char *wanted =
            samples[i].text[0] == '\0' ? "" : arena_printf(arena, "%s\n", samples[i].text);
        if (strcmp(text, wanted) != 0) {
            fail_msg("%s\ngives\n%s\ninstead of\n%s", samples[i].html, text, wanted);
        }
    }
}

#define CHECK(samples) check(samples, sizeof(samples) / sizeof((samples)[0]))

static const char *rendered(const char *source, const char *values, struct arena *arena)
{
    CLEANUP(template_free) struct template *template = NULL;
    CLEANUP(json_free) struct json *json = NULL;
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, 1024 * 1024);
    struct error err = {0};
    if (!template_parse(&(struct template_source){.name = "text", .text = source}, &template,
                        &err) ||
        !json_parse(values, strlen(values), &json, &err) ||
        !template_render(template, json, TEMPLATE_TEXT, &out, &err)) {
        fail_msg("%s: %s", source, err.text);
    }
    return arena_text(arena, buffer_text(&out));
}

static void test_blocks(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"", ""},
        {"  \n", ""},
        {"bare", "bare"},
        {"<p>One</p><p>Two</p>", "One\n\nTwo"},
        {"<p>One<p>Two", "One\n\nTwo"},
        {"<div>a</div><div>b</div>", "a\nb"},
        {"<div>a</div><div><br></div><div>b</div>", "a\n\nb"},
        {"a<h2>Head</h2>b", "a\n\nHead\n\nb"},
        {"a<br>b<br><br><br>c", "a\nb\n\nc"},
        {"<p>a<br></p><p>b</p>", "a\n\nb"},
        {"<p>&nbsp;</p><p>a</p><p>&nbsp;</p><p>b</p>", "a\n\nb"},
        {"a<hr>b", "a\n\n---\n\nb"},
        {"<blockquote><p>q</p></blockquote>a", "q\n\na"},
        {"<b>bo</b>ld <i> it </i> x", "bold it x"},
        {"<dl><dt>t</dt><dd>d</dd></dl>", "t\nd"},
        {"<pre>\n a  b\t\n\n  c</pre>d", " a  b\n\n  c\n\nd"},
        {"<pre> \n  \n a\n \n\t\nb </pre>", " a\n\nb"},
        {"<pre>a {{#b}}\n  c{{/b}}</pre>", "a {{#b}}\n  c{{/b}}"},
    };
    CHECK(samples);
}

static void test_lists(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"a<ul><li>b<li>c</ul>d", "a\n\n- b\n- c\n\nd"},
        {"<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"},
        {"<ol start=4><li>a</li><li value=9>b</li><li>c</ol>", "4. a\n9. b\n10. c"},
        {"<ul><li>a<ul><li>b<br>c</li></ul></li><li>d</li></ul>", "- a\n  - b\n    c\n- d"},
        {"<ul><li><p>a</p><p>b</p></li><li></li><li> </li></ul>", "- a\n\n  b"},
        {"<li>loose", "- loose"},
        {"<ul>{{#items}}<li>{{name}}</li>{{/items}}</ul>", "{{#items}}\n- {{name}}\n{{/items}}"},
        {"<ol>{{#items}}<li>{{name}}</li>{{/items}}</ol>", "{{#items}}\n- {{name}}\n{{/items}}"},
        {"{{#x}}<ol><li>a</ol>{{/x}}", "{{#x}}\n1. a\n\n{{/x}}"},
    };
    CHECK(samples);
}

static void test_links(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"<a href='https://u.example/a?b=1&amp;c=2'>Our page</a>",
         "Our page: https://u.example/a?b=1&c=2"},
        {"<p>See <a href='https://u.example'>our page</a>.</p>",
         "See our page (https://u.example)."},
        {"<p>Do look at <a href='https://u.example'>our page</a></p>",
         "Do look at our page: https://u.example"},
        {"<a href='h:a'>A</a> | <a href='h:b'>B</a>", "A (h:a) | B (h:b)"},
        {"<a href='h:a'>Join us!</a><br><a href='h:b'>Here:</a>", "Join us! h:a\nHere: h:b"},
        {"<a href='https://www.u.example/'>u.example</a>", "https://www.u.example/"},
        {"<a href='https://u.example'><b>https://</b>U.example/</a> now", "https://u.example now"},
        {"<a href='{{links.unsubscribe}}'>No more mails</a>",
         "No more mails: {{links.unsubscribe}}"},
        {"<a href='{{links.vote}}'>{{links.vote}}</a>", "{{links.vote}}"},
        {"<a href='{{{base}}}/v?m={{n | or \"0>\"}}'>go</a>",
         "go: {{{base}}}/v?m={{n | or \"0>\"}}"},
        {"<a href='mailto:rep@u.example?subject=Hi%20you'>a rep</a>", "a rep: rep@u.example"},
        {"<a href='mailto:a%2Bb@u.example'>A+b@U.example</a>", "A+b@U.example"},
        {"<a href='mailto:{{reply_to}}'>{{reply_to}}</a>", "{{reply_to}}"},
        {"<a href='tel:+447700900123'>07700 900123</a>", "07700 900123"},
        {"Ring <a href='tel:07700900123'>us</a>.", "Ring us (07700900123)."},
        {"<a href='#top'>Top</a> <a name=x>a</a> <a href='JavaScript:x'>j</a> <a href=''>e</a>",
         "Top a j e"},
        {"<a href='h:a'><table><tr><td>Vote now</td></tr></table></a><p>b</p>",
         "Vote now: h:a\n\nb"},
        {"<p>a</p><a href='h:a'>\n<table><tr><td>Vote</td></tr></table>\n</a>b",
         "a\n\nVote: h:a\n\nb"},
        {"a <a href='h:a'></a> b", "a h:a b"},
        {"(<a href='https://u.example'>u.example</a>)", "(https://u.example)"},
        {"<a href=' h:\n a b '>t</a>", "t: h:%20a%20b"},
        {"<p>a <a href='h:a'><img src=x></a></p>", "a h:a"},
        {"<a href='h:a'><img alt='Face'></a><a href='h:b'><img alt='Tube'></a>",
         "Face (h:a) Tube (h:b)"},
        {"<a href='h:a'>never closed <p>b</p>", "never closed\n\nb: h:a"},
        {"<p>{{#x}}<a href='{{x}}'>t</a>{{/x}}</p>", "{{#x}}\nt: {{x}}\n\n{{/x}}"},
        {"<p>a <a href='{{#x}}{{x}}{{/x}}{{^x}}h:b{{/x}}'>t</a></p>",
         "a t: {{#x}}{{x}}{{/x}}{{^x}}h:b{{/x}}"},
        {"<a href='{{! nothing }}'>t</a>", "t"},
    };
    CHECK(samples);
}

static void test_tables(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"<table role=presentation><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
         "a\n\nb\n\nc"},
        {"<table><tr><th>Day<th>Hours<tr><td>Mon<td>9</table>d", "Day | Hours\nMon | 9\n\nd"},
        {"<table><tr><td><p>Day</p></td><td><p>Hours</p></td></tr>"
         "<tr><td><p>Mon</p></td><td></td><td><p>9</p></td></tr></table>",
         "Day | Hours\nMon | 9"},
        {"<table><tr><td>a</td><td><p>b</p><p>c</p></td></tr></table>", "a\n\nb\n\nc"},
        {"<table><tr><td>a</td></tr>{{#rows}}<tr><td>{{x}}</td><td>{{y}}</td></tr>{{/rows}}"
         "<tr><td>z</td></tr></table>",
         "a\n\n{{#rows}}\n{{x}} | {{y}}\n{{/rows}}\n\nz"},
        {"<table>{{#rows}}<tr>{{#cells}}<td>{{.}}</td>{{/cells}}</tr>{{/rows}}</table>",
         "{{#rows}}\n{{#cells}}\n{{.}}\n\n{{/cells}}\n{{/rows}}"},
        {"<table><tr><td><table><tr><td>{{a}}<table><tr><td>b</table></table></td><td>c</table>",
         "{{a}}\n\nb\n\nc"},
        {"<table>x<tr>y<td>z</table>", "x\ny | z"},
    };
    CHECK(samples);
}

static void test_hidden(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"<head><title>T</title><style>p{}</style></head><body>a", "a"},
        {"<div style='max-height:0; Display : NONE'>p{{x}}<p>q</p></div>a", "a"},
        {"<p hidden>p</p>a<script>if (a < b) c('</p>')</script><style>x</style>", "a"},
        {"<HEAD><title>T</title>{{> css}}<meta x><p>Dear {{name}}", "Dear {{name}}"},
        {"<head><title>T</title>Dear {{name}}", "Dear {{name}}"},
        {"<div style='{{#x}}display:none{{/x}}'>a</div>", "a"},
        {"a<!-- b {{c}} {{#d}}{{/d}} -->", "a"},
        {"<!-- {{#x}} --><p>a</p><!-- {{/x}} -->b", "{{#x}}\na\n\n{{/x}}b"},
        {"<head>{{> style}}{{#x}}<style>a</style>{{/x}}</head><body>a", "a"},
        {"<img src=x alt=' A  b '>c<img alt='' src=y><img style='display:none' alt=z>", "A b c"},
        {"a{{! gone }}b {{! gone }} c", "ab c"},
        {"a&shy;b&#8203;c &zwnj;&nbsp;&zwnj; d\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xA7",
         "abc d\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xA7"},
        {"<p {{#k}}class='a'{{/k}}>a</p>", "a"},
        {"<p>{{#src}}<img src='{{src}}'>{{/src}}</p>a", "a"},
    };
    CHECK(samples);
}

static void test_characters(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"Tom &amp; Jerry &lt;3 &euro;5 caf&eacute; &#x1F44B; &unknown; 5 < 6 & 7",
         "Tom & Jerry <3 \xE2\x82\xAC"
         "5 caf\xC3\xA9 \xF0\x9F\x91\x8B &unknown; 5 < 6 & 7"},
        {"a\r\n\t b&nbsp;&nbsp;c", "a b c"},
        {"&#123;&#123;name}} {<b>{{name}}</b>} {<i>{</i>x", "{ {name}} { {{name}}} { {x"},
        {"<meta charset=iso-8859-1>caf\xC3\xA9", "caf\xC3\xA9"},
        {"&lt;{{name}}&gt;", "<{{name}}>"},
    };
    CHECK(samples);
}

static void test_sections(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"<p>a</p>{{#x}}<p>b</p>{{/x}}<p>c</p>", "a\n\n{{#x}}\nb\n\n{{/x}}\nc"},
        {"<p>Hi{{#x}} at {{x}}{{/x}}.</p>", "Hi{{#x}} at {{x}}{{/x}}."},
        {"<p>{{#x}}At {{x}} every{{/x}}{{^x}}Every{{/x}} paper</p>",
         "{{#x}}At {{x}} every{{/x}}{{^x}}Every{{/x}} paper"},
        {"<p>a</p><p>{{#x}}X.{{/x}} {{^x}}Y.{{/x}}</p><p>b</p>",
         "a\n\n{{#x}}\nX.\n\n{{/x}}\n{{^x}}\nY.\n\n{{/x}}\nb"},
        {"<p>{{#names}}{{.}}, {{/names}}</p>", "{{#names}}{{.}}, {{/names}}"},
        {"<p>a\n{{#x}}\n b\n{{/x}}\n c</p>", "a {{#x}}b {{/x}}c"},
        {"a<p>b</p>{{> foot}}<p>c</p>", "a\n\nb\n\n{{> foot}}\n\nc"},
        {"<p>{{#a}}{{a}}<br>{{/a}}{{b}}</p>", "{{#a}}{{a}}\n{{/a}}{{b}}"},
        {"<p>a {{#x}}<b>b</b></p><p>c{{/x}}</p>d", "a {{#x}}b\n\nc{{/x}}\n\nd"},
        {"{{<layout}}{{$title}}T{{/title}}{{$pre}}{{/pre}}{{$body}}<p>a</p>{{/body}}{{/layout}}",
         "{{<layout}}\n{{$title}}T{{/title}}\n{{$pre}}{{/pre}}\n{{$body}}\n\na\n\n{{/body}}\n"
         "{{/layout}}"},
        {"<p><a href=\"/\">{{#x}}a{{/x}}</a></p>", "{{#x}}a{{/x}}: /"},
        {"<h1>{{$t}}{{/t}}</h1>{{$b}}{{/b}}<p>c</p>", "{{$t}}{{/t}}\n\n{{$b}}{{/b}}\n\nc"},
        {"<p>a</p>{{$body}}<p>b</p>{{/body}}", "a\n\n{{$body}}\nb\n\n{{/body}}"},
        {"<p>{{a | or \"<b>}}\" | upper}} {{&a}} {{{a}}}</p>",
         "{{a | or \"<b>}}\" | upper}} {{&a}} {{{a}}}"},
    };
    CHECK(samples);
}

/* What becomes of the lines of sections when they are there, and when they are not. */
static void test_rendered(void **state)
{
    (void)state;
    static const struct {
        const char *html;
        const char *values;
        const char *text;
    } samples[] = {
        {"<p>a</p>{{#x}}<p>b</p>{{/x}}<p>c</p>", "{}", "a\n\nc\n"},
        {"<p>a</p>{{#x}}<p>b</p>{{/x}}<p>c</p>", "{\"x\":true}", "a\n\nb\n\nc\n"},
        {"<p>a</p><p>{{#x}}X{{/x}}{{^x}}Y{{/x}}</p><p>b</p>", "{}", "a\n\nY\n\nb\n"},
        {"<p>a</p><p>{{#x}}X{{/x}}{{^x}}Y{{/x}}</p><p>b</p>", "{\"x\":1}", "a\n\nX\n\nb\n"},
        {"<div>a</div>{{#x}}<p>b</p>{{/x}}<div>c</div>", "{}", "a\nc\n"},
        {"<div>a</div>{{#x}}<p>b</p>{{/x}}<div>c</div>", "{\"x\":1}", "a\n\nb\n\nc\n"},
        {"<p>a</p><ul>{{#l}}<li>{{.}}</li>{{/l}}</ul><p>b</p>", "{\"l\":[1,2]}",
         "a\n\n- 1\n- 2\n\nb\n"},
        {"<p>a\n{{#x}}\n b\n{{/x}}\n c</p>", "{}", "a c\n"},
        {"<p>a\n{{#x}}\n b\n{{/x}}\n c</p>", "{\"x\":[1,2]}", "a b b c\n"},
        {"<p>t {{#x}}<p>b</p>{{/x}}<p>c</p>", "{}", "t \n\nc\n"},
        {"<p>{{#l}}<br>{{.}}{{/l}} end</p>", "{\"l\":[1,2]}", "\n1\n2 end\n"},
        {"<div>t {{#y}}<p>a</p>{{#x}}<p>b</p>{{/x}}</div>{{/y}}<p>c</p>", "{}", "t \nc\n"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        const char *text = made(samples[i].html, NULL, arena);
        assert_string_equal(rendered(text, samples[i].values, arena), samples[i].text);
    }
}

/* --- made-up mails -----------------------------------------------------------------------------*/

struct maker {
    struct buffer html;
    uint32_t state;
    unsigned words;
};

static unsigned pick(struct maker *maker, unsigned choices)
{
    maker->state = maker->state * 1664525 + 1013904223;
    return (maker->state >> 16) % choices;
}

/* Some words, or blocks of them, with sections of every value in every place. */
static void make(struct maker *maker, unsigned depth, bool words)
{
    static const char *const spaces[] = {"", " ", "\n", "  "};
    static const char *const pairs[][2] = {
        {"<p>", "</p>"},          {"<div>", "</div>"},
        {"<b>", "</b>"},          {"<table role=none><tr><td>", "</td></tr></table>"},
        {"<h2>", "</h2>"},        {"{{#yes}}", "{{/yes}}"},
        {"{{#no}}", "{{/no}}"},   {"{{^no}}", "{{/no}}"},
        {"{{#two}}", "{{/two}}"}, {"{{#none}}", "{{/none}}"},
    };
    enum { PAIRS = sizeof pairs / sizeof pairs[0], SECTIONS = 5 };
    for (unsigned left = pick(maker, 4) + 1; left > 0; left--) {
        (void)buffer_puts(&maker->html, spaces[pick(maker, 4)]);
        const unsigned what = pick(maker, 8);
        if (depth == 0 || (words && what < 3)) {
            (void)buffer_printf(&maker->html, "w%u", maker->words++);
        } else if (what == 3) {
            (void)buffer_puts(&maker->html, words ? "<br>" : "{{value}}");
        } else {
            const unsigned pair =
                words ? PAIRS - SECTIONS + pick(maker, SECTIONS) : pick(maker, PAIRS);
            (void)buffer_puts(&maker->html, pairs[pair][0]);
            make(maker, depth - 1, words || pair < 3 || pair == 4);
            (void)buffer_puts(&maker->html, pairs[pair][1]);
        }
        (void)buffer_puts(&maker->html, spaces[pick(maker, 4)]);
    }
}

static const char *without_blanks(const char *text, struct arena *arena)
{
    char *result = arena_text(arena, text);
    char *put = result;
    for (const char *at = text; *at != '\0'; at++) {
        *put = *at;
        put += *at != ' ' && *at != '\n' ? 1 : 0;
    }
    *put = '\0';
    return result;
}

/* The text of the rendered HTML and the rendering of its text have the same words. */
static void test_words_stay(void **state)
{
    (void)state;
    static const char values[] =
        "{\"value\":\"v\",\"yes\":true,\"no\":false,\"two\":[1,2],\"none\":[]}";
    for (uint32_t seed = 0; seed < 1000; seed++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct maker maker = {.state = seed};
        buffer_init(&maker.html, 256 * 1024);
        make(&maker, 4, false);
        const char *html = arena_text(arena, buffer_text(&maker.html));
        buffer_free(&maker.html);
        const char *text = made(html, NULL, arena);
        const char *ours = rendered(text, values, arena);
        const char *theirs = made(rendered(html, values, arena), NULL, arena);
        if (strcmp(without_blanks(ours, arena), without_blanks(theirs, arena)) != 0) {
            fail_msg("%s\ngives\n%s\nso\n%s\ninstead of\n%s", html, text, ours, theirs);
        }
    }
}

static void test_title(void **state)
{
    (void)state;
    static const struct {
        const char *html;
        const char *title;
    } samples[] = {
        {"<p>a", NULL},
        {"<title> </title>a", NULL},
        {"<head><title>\n Vote &amp; \n win </title></head>", "Vote & win"},
        {"<title>{{ballot.title | or \"<x>\"}}{{! c }} now</title>",
         "{{ballot.title | or \"<x>\"}} now"},
        {"{{<l}}<head>{{$title}}<title>T</title>{{/title}}</head>{{/l}}", "T"},
        {"<title>{{$title}}Vote{{/title}}</title>", "{{$title}}Vote{{/title}}"},
        {"<title></title><title>b</title><title>c</title>", "b"},
        {"<title>a<!-- no --></title>", "a"},
        {"<svg><title>Circle</title></svg><p>a", NULL},
        {"<body><p>a</p><title>late</title>", "late"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        const char *title = "unset";
        const char *text = made(samples[i].html, &title, arena);
        assert_null(strstr(text, "itle"));
        if (samples[i].title == NULL) {
            assert_null(title);
        } else {
            assert_string_equal(title, samples[i].title);
        }
    }
}

/* As Word writes a mail. */
static void test_word(void **state)
{
    (void)state;
    static const char html[] =
        "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head>"
        "<meta http-equiv=Content-Type content=\"text/html; charset=windows-1252\">"
        "<!--[if !mso]><style>v\\:* {behavior:url(#default#VML);}</style><![endif]-->"
        "<style><!--\n@font-face {font-family:\"Cambria Math\";}\n--></style>"
        "<!--[if gte mso 9]><xml><o:shapedefaults v:ext=\"edit\"/></xml><![endif]--></head>\n"
        "<body lang=EN-GB><div class=WordSection1>\n"
        "<p class=MsoNormal>Dear {{first_name | or \"colleague\"}},<o:p></o:p></p>\n"
        "<p class=MsoNormal><o:p>&nbsp;</o:p></p>\n"
        "<p class=MsoNormal>Please vote <b>by\n{{ballot.closes}}</b>.&nbsp; Thanks<o:p></o:p></p>\n"
        "<p class=MsoListParagraph><![if !supportLists]><span style='mso-list:Ignore'>\xC2\xB7"
        "<span>&nbsp;&nbsp; </span></span><![endif]>First<o:p></o:p></p>\n"
        "<![if !mso]><p>Not in Outlook</p><![endif]>\n"
        "<!--[if mso]><p>Only in Outlook</p><![endif]-->\n"
        "<!--[if !mso]><!--><p>Elsewhere</p><!--<![endif]-->\n"
        "</div></body></html>";
    CLEANUP(arena_free) struct arena *arena = arena_create();
    assert_string_equal(made(html, NULL, arena), "Dear {{first_name | or \"colleague\"}},\n\n"
                                                 "Please vote by {{ballot.closes}}. Thanks\n\n"
                                                 "\xC2\xB7 First\n\nNot in Outlook\n\nElsewhere\n");
}

static void test_broken(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"<p>a<table><td>b</i></b></table></div>c</html>", "a\n\nb\n\nc"},
        {"a</ul></i>b</li>c</td>", "abc"},
        {"<p>a<b title='h:a>b</p>c", "a"},
        {"<<p>a", "<\n\na"},
        {"<p title='{{x>' }}'>a</p>", "a"},
        {"a<!-- never closed", "a"},
        {"<p>a<", "a<"},
        {"<b><i>a</b>b</i>", "ab"},
        {"<li><li><ul></ul><table></table>", ""},
    };
    CHECK(samples);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *html;
        const char *sentence;
    } samples[] = {
        {"a\n\n{{=<% %>=}}", "line 3: a text cannot be made from HTML that sets its own"},
        {"a\n{{name", "line 2: this tag is never closed"},
        {"{{name | or \"x}}", "line 1: this tag is never closed"},
        {"\xF3\xB0\x80\x80", "line 1: this private character"},
        {"&#xf0000;", "line 1: this private character"},
        {"&#983041", "line 1: this private character"},
        {"<p title='&#XFFFFF;'>", "line 1: this private character"},
        {"caf\xE9", "line 1: this is not UTF-8"},
        {"{{\xFE}}", "line 1: this is not UTF-8"},
        {"{{#a}}x", "the section \"a\""},
        {"x{{/a}}", "the section \"a\""},
        {"{{#a}}x{{/b}}", "the section \"b\""},
        {"<p class='{{#a}}x'>y{{/a}}</p>", "the section \"a\""},
        {"<title>{{#a}}x</title>{{/a}}", "the section \"a\""},
    };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        const char *text = "unset";
        const char *title = "unset";
        struct error err = {0};
        assert_false(plain_from_html(samples[i].html, arena, &text, &title, &err));
        assert_int_equal(err.kind, ERROR_DATA);
        if (strncmp(err.text, samples[i].sentence, strlen(samples[i].sentence)) != 0) {
            fail_msg("%s: %s", samples[i].html, err.text);
        }
        assert_non_null(strstr(err.text, ".txt"));
        assert_string_equal(text, "unset");
        assert_string_equal(title, "unset");
    }
}

/* `count` times the same; false, with the sentence, when it is refused. */
static bool repeated(const char *piece, size_t count, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(buffer_free) struct buffer html;
    buffer_init(&html, 1024 * 1024);
    for (size_t i = 0; i < count; i++) {
        assert_true(buffer_puts(&html, piece));
    }
    const char *text = NULL;
    const char *title = NULL;
    return plain_from_html(buffer_text(&html), arena, &text, &title, err);
}

static void test_large(void **state)
{
    (void)state;
    struct error err = {0};
    assert_true(repeated("<p>a</p>", 32 * 1024, &err));
    assert_true(repeated("{{a}} ", 40 * 1024, &err));
    assert_true(repeated("<a href=x>", 25 * 1024, &err));
    assert_true(repeated("<table><tr><td>", 100, &err));
    assert_false(repeated("<p>a</p>", 32 * 1024 + 1, &err));
    assert_non_null(strstr(err.text, "larger than 256 KiB"));
    assert_false(repeated("<div>", 1000, &err));
    assert_non_null(strstr(err.text, "400 deep"));
    assert_false(repeated("<b></i>", 30 * 1024, &err));
    assert_false(repeated("{{#a}}", 42 * 1024, &err)); /* each with a line of its own */
    assert_non_null(strstr(err.text, "text of this HTML is larger"));
    assert_false(repeated("{{#a}}<li>", 10 * 1024, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks),     cmocka_unit_test(test_lists),
        cmocka_unit_test(test_links),      cmocka_unit_test(test_tables),
        cmocka_unit_test(test_hidden),     cmocka_unit_test(test_characters),
        cmocka_unit_test(test_sections),   cmocka_unit_test(test_rendered),
        cmocka_unit_test(test_words_stay), cmocka_unit_test(test_title),
        cmocka_unit_test(test_word),       cmocka_unit_test(test_broken),
        cmocka_unit_test(test_refused),    cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests_name("message/plain", tests, NULL, NULL);
}
