/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages behind the links of messages; see public_pages.h. One template, a section for each
 * page; its words are the partials of public_words.h, so that it is parsed once for each language.
 *
 * The forms have no action: they post to the address that they were read from. A mail program
 * that posts by itself (RFC 8058) sends the very field of the first button. */
#include "public_pages.h"

#include <stdlib.h>

#include "muster/base/buffer.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/message/template.h"
#include "public_words.h"

enum { PAGE_MAX = 64 * 1024 };

const char public_pages_style[] =
    "body { margin: 0; background: #f4f2ee; color: #22201d;\n"
    "       font: 1.125rem/1.5 system-ui, sans-serif; }\n"
    "main { max-width: 34rem; margin: 6vh auto; padding: 2rem; background: #fff;\n"
    "       border-radius: .75rem; }\n"
    "nav { float: right; margin: 0 0 .5rem 1rem; font-size: 1rem; }\n"
    "h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 .75rem; }\n"
    "h2 { font-size: 1.25rem; line-height: 1.3; margin: 2rem 0 .75rem; padding-top: 1.5rem;\n"
    "     border-top: 1px solid #d9d4cb; }\n"
    "p, ul { margin: 0 0 1.25rem; }\n"
    "ul { padding-left: 1.25rem; }\n"
    "a { color: #1d5c4d; }\n"
    "form { margin: 0 0 1rem; }\n"
    "fieldset { margin: 0 0 1.25rem; padding: 0; border: 0; }\n"
    "legend { padding: 0; font-weight: 600; }\n"
    "label { display: flex; align-items: flex-start; gap: .625rem; padding: .375rem 0; }\n"
    "input { flex: none; width: 1.125rem; height: 1.125rem; margin: .3125rem 0 0;\n"
    "        accent-color: #1d5c4d; }\n"
    "label.number { align-items: center; justify-content: space-between; padding: 0 0 1rem; }\n"
    "input[type=number] { width: 4.5rem; height: auto; margin: 0; padding: .5rem; font: inherit; "
    "}\n"
    "button { font: inherit; font-weight: 600; padding: .75rem 1.5rem; color: #fff;\n"
    "         border: 2px solid #1d5c4d; border-radius: .5rem; background: #1d5c4d;\n"
    "         cursor: pointer; }\n"
    "button.wide { display: block; width: 100%; margin: 0 0 .75rem; text-align: left; }\n"
    "button.quiet { color: #1d5c4d; background: #fff; }\n"
    "button:hover { background: #174a3e; color: #fff; }\n"
    ":focus-visible { outline: 3px solid #b06f00; outline-offset: 2px; }\n"
    ".note { padding: .75rem 1rem; background: #fdf3d8; border-left: .25rem solid #b06f00; }\n"
    ".small { font-size: 1rem; color: #55504a; }\n"
    "@media (max-width: 36rem) { main { margin: 0; padding: 1.25rem; border-radius: 0; }\n"
    "                            form.leave button { width: 100%; } }\n";

static const char layout[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"{{code}}\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"robots\" content=\"noindex\">\n"
    "<title>{{>messages}}</title>\n"
    "<link rel=\"stylesheet\" href=\"../style.css\">\n"
    "</head>\n"
    "<body>\n"
    "<main>\n"
    "{{#switch}}\n"
    "<nav><a href=\"?lang={{other_code}}\" lang=\"{{other_code}}\" hreflang=\"{{other_code}}\">"
    "{{>other}}</a></nav>\n"
    "{{/switch}}\n"
    /* leaving */
    "{{#leave}}\n"
    "<h1>{{>messages}}</h1>\n"
    "{{#puzzled}}<p class=\"note\" role=\"status\">{{>puzzled}}</p>{{/puzzled}}\n"
    "<p>{{#texts}}{{>leave-texts}}{{/texts}}{{^texts}}{{>leave-mails}}{{/texts}}</p>\n"
    "<form class=\"leave\" method=\"post\">\n"
    "<button name=\"List-Unsubscribe\" value=\"One-Click\">"
    "{{#texts}}{{>no-more-texts}}{{/texts}}{{^texts}}{{>no-more-mails}}{{/texts}}</button>\n"
    "</form>\n"
    "<h2>{{>choose}}</h2>\n"
    "<form class=\"leave\" method=\"post\">\n"
    "<fieldset>\n"
    "<legend>{{>mails}}</legend>\n"
    "<label><input type=\"radio\" name=\"email\" value=\"as-it-is\" checked>{{>as-it-is}}</label>\n"
    "<label><input type=\"radio\" name=\"email\" value=\"all\">{{>all}}</label>\n"
    "<label><input type=\"radio\" name=\"email\" value=\"service\">{{>service}}</label>\n"
    "<label><input type=\"radio\" name=\"email\" value=\"nothing\">{{>nothing}}</label>\n"
    "</fieldset>\n"
    "<fieldset>\n"
    "<legend>{{>texts}}</legend>\n"
    "<label><input type=\"radio\" name=\"sms\" value=\"as-it-is\" checked>{{>as-it-is}}</label>\n"
    "<label><input type=\"radio\" name=\"sms\" value=\"all\">{{>all}}</label>\n"
    "<label><input type=\"radio\" name=\"sms\" value=\"service\">{{>service}}</label>\n"
    "<label><input type=\"radio\" name=\"sms\" value=\"nothing\">{{>nothing}}</label>\n"
    "</fieldset>\n"
    "<p class=\"small\">{{>which-number}}</p>\n"
    "<button class=\"quiet\">{{>save}}</button>\n"
    "</form>\n"
    "{{/leave}}\n"
    /* answering */
    "{{#answer}}\n"
    "<h1>{{#ballot}}{{>ballot}}{{/ballot}}{{#action}}{{>are-you-coming}}{{/action}}"
    "{{#neither}}{{>messages}}{{/neither}}</h1>\n"
    "{{#crowd}}<p class=\"note\" role=\"status\">{{>crowd}}</p>{{/crowd}}\n"
    "{{#puzzled}}<p class=\"note\" role=\"status\">{{>puzzled}}</p>{{/puzzled}}\n"
    "{{#closed}}<p>{{#ballot}}{{>closed}}{{/ballot}}{{#action}}{{>over}}{{/action}}</p>"
    "{{/closed}}\n"
    "{{#asks}}<p>{{>one-tap}}</p>{{/asks}}\n"
    "{{#calls}}<p>{{>tell-us}}</p>{{/calls}}\n"
    "{{#neither}}<p>{{#texts}}{{>leave-texts}}{{/texts}}{{^texts}}{{>leave-mails}}{{/texts}}</p>"
    "{{/neither}}\n"
    "<form method=\"post\">\n"
    "{{#calls}}\n"
    "<label class=\"number\">{{>guests}}"
    "<input type=\"number\" name=\"guests\" min=\"0\" max=\"20\" value=\"0\"></label>\n"
    "<button class=\"wide\" name=\"answer\" value=\"coming\">{{>coming}}</button>\n"
    "<button class=\"wide\" name=\"answer\" value=\"maybe\">{{>maybe}}</button>\n"
    "<button class=\"wide\" formnovalidate name=\"answer\" value=\"cannot\">{{>cannot}}</button>\n"
    "{{/calls}}\n"
    "{{#asks}}\n"
    "<button class=\"wide\" name=\"answer\" value=\"voted\">{{>voted}}</button>\n"
    "<button class=\"wide\" name=\"answer\" value=\"no-paper\">{{>no-paper}}</button>\n"
    "<button class=\"wide\" name=\"answer\" value=\"declined\">{{>declined}}</button>\n"
    "{{/asks}}\n"
    "<button class=\"wide quiet\" formnovalidate name=\"answer\" value=\"stop\">"
    "{{#texts}}{{>stop-texts}}{{/texts}}{{^texts}}{{>stop-mails}}{{/texts}}</button>\n"
    "</form>\n"
    "{{/answer}}\n"
    /* what came of it */
    "{{#chosen}}\n"
    "<h1>{{>done}}</h1>\n"
    "<ul>\n"
    "{{#lines}}\n"
    "<li>{{#texts}}{{>texts}}{{/texts}}{{^texts}}{{>mails}}{{/texts}}: "
    "{{#all}}{{>now-all}}{{/all}}{{#service}}{{>now-service}}{{/service}}"
    "{{#nothing}}{{>now-nothing}}{{/nothing}}{{#elsewhere}} {{>stopped-elsewhere}}{{/elsewhere}}"
    "</li>\n"
    "{{/lines}}\n"
    "</ul>\n"
    "{{#stopped}}\n"
    "<p>{{>on-its-way}}</p>\n"
    "<h2>{{>slip}}</h2>\n"
    "<form method=\"post\">\n"
    "{{#undo}}<input type=\"hidden\" name=\"{{.}}\" value=\"all\">{{/undo}}\n"
    "<button class=\"quiet\">{{>again}}</button>\n"
    "</form>\n"
    "{{/stopped}}\n"
    "<p><a href=\"?lang={{code}}\">{{>back}}</a></p>\n"
    "{{/chosen}}\n"
    "{{#answered}}\n"
    "<h1>{{>thanks}}</h1>\n"
    "<p>{{#voted}}{{>noted-voted}}{{/voted}}{{#no_paper}}{{>noted-no-paper}}{{/no_paper}}"
    "{{#declined}}{{>noted-declined}}{{/declined}}{{#coming}}{{>noted-coming}}{{/coming}}"
    "{{#maybe}}{{>noted-maybe}}{{/maybe}}{{#cannot}}{{>noted-cannot}}{{/cannot}}"
    "{{#guests}} {{>noted-guests}}{{/guests}}</p>\n"
    "<p><a href=\"?lang={{code}}\">{{>back}}</a></p>\n"
    "{{/answered}}\n"
    /* nowhere */
    "{{#unknown}}\n"
    "<h1>{{>unknown}}</h1>\n"
    "<p>{{>why-unknown}}</p>\n"
    "{{/unknown}}\n"
    "</main>\n"
    "</body>\n"
    "</html>\n";

struct public_pages {
    struct arena *arena;
    const char *organisation;
    struct template *templates[LANGUAGE_COUNT];
};

static const char *find_words(const char *name, void *context, struct arena *arena)
{
    (void)arena;
    const enum language *language = context;
    for (size_t i = 0; i < ARRAY_LENGTH(public_words); i++) {
        if (text_equal(public_words[i].name, name)) {
            return public_words[i].says[*language];
        }
    }
    return NULL;
}

bool public_pages_create(const char *organisation, struct public_pages **pages, struct error *err)
{
    CLEANUP(public_pages_free) struct public_pages *made = calloc(1, sizeof *made);
    if (made == NULL) {
        abort();
    }
    made->arena = arena_create();
    made->organisation = arena_text(made->arena, organisation);
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        enum language language = (enum language)i;
        const struct template_source source = {.name = "public page",
                                               .text = layout,
                                               .language = language_code(language),
                                               .partial = find_words,
                                               .context = &language};
        if (!template_parse(&source, &made->templates[i], err)) {
            return false;
        }
    }
    *pages = STEAL(made);
    return true;
}

void public_pages_free(struct public_pages **pages)
{
    struct public_pages *old = *pages;
    *pages = NULL;
    if (old == NULL) {
        return;
    }
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        template_free(&old->templates[i]);
    }
    arena_free(&old->arena);
    free(old);
}

static void put_leave(struct json *values, const struct public_page *page)
{
    struct json *leave = json_make_object();
    json_put_flag(leave, "puzzled", page->puzzled);
    json_put_flag(leave, "texts", page->channel == CHANNEL_SMS);
    json_put(values, "leave", leave);
}

static void put_answer(struct json *values, const struct public_page *page)
{
    struct json *answer = json_make_object();
    json_put_flag(answer, "puzzled", page->puzzled);
    json_put_flag(answer, "texts", page->channel == CHANNEL_SMS);
    const bool subject = page->asks || page->closed;
    json_put_flag(answer, "crowd", page->crowd);
    json_put_flag(answer, "asks", page->asks && !page->calls);
    json_put_flag(answer, "calls", page->asks && page->calls);
    json_put_flag(answer, "closed", page->closed);
    json_put_flag(answer, "ballot", subject && !page->calls);
    json_put_flag(answer, "action", subject && page->calls);
    json_put_flag(answer, "neither", !subject);
    json_put(values, "answer", answer);
}

static struct json *make_line(enum channel channel, enum tap_level chosen, enum tap_level in_force)
{
    struct json *line = json_make_object();
    json_put_flag(line, "texts", channel == CHANNEL_SMS);
    json_put_flag(line, "all", in_force == TAP_ALL);
    json_put_flag(line, "service", in_force == TAP_SERVICE);
    json_put_flag(line, "nothing", in_force == TAP_NOTHING);
    json_put_flag(line, "elsewhere", in_force > chosen);
    return line;
}

static void put_chosen(struct json *values, const struct public_page *page)
{
    struct json *chosen = json_make_object();
    struct json *lines = json_make_array();
    struct json *undo = json_make_array();
    for (int i = CHANNEL_COUNT - 1; i >= 0; i--) { /* in the order of the form */
        const enum channel channel = (enum channel)i;
        if (page->chosen[i] == TAP_AS_IT_IS) {
            continue;
        }
        json_append(lines, make_line(channel, page->chosen[i], page->in_force[i]));
        if (page->chosen[i] != TAP_ALL) {
            json_append_text(undo, channel_name(channel));
        }
    }
    json_put(chosen, "lines", lines);
    json_put_flag(chosen, "stopped", json_count(undo) > 0);
    json_put(chosen, "undo", undo);
    json_put(values, "chosen", chosen);
}

static void put_answered(struct json *values, const struct public_page *page)
{
    struct json *answered = json_make_object();
    json_put_flag(answered, "voted", page->answer == TAP_VOTED);
    json_put_flag(answered, "no_paper", page->answer == TAP_NO_PAPER);
    json_put_flag(answered, "declined", page->answer == TAP_DECLINED);
    json_put_flag(answered, "coming", page->answer == TAP_COMING);
    json_put_flag(answered, "maybe", page->answer == TAP_MAYBE);
    json_put_flag(answered, "cannot", page->answer == TAP_CANNOT);
    if (page->guests > 0) {
        json_put_number(answered, "guests", page->guests);
    }
    json_put(values, "answered", answered);
}

/* What a page shows. The switch of languages leads to what can be read by GET: it stands where that
 * is the same page. */
static struct json *make_values(const char *organisation, const struct public_page *page)
{
    struct json *values = json_make_object();
    const enum language other =
        page->language == LANGUAGE_WELSH ? LANGUAGE_ENGLISH : LANGUAGE_WELSH;
    json_put_text(values, "organisation", organisation);
    json_put_text(values, "code", language_code(page->language));
    json_put_text(values, "other_code", language_code(other));
    json_put_flag(values, "switch",
                  page->kind != PUBLIC_PAGE_CHOSEN && page->kind != PUBLIC_PAGE_ANSWERED);
    switch (page->kind) {
    case PUBLIC_PAGE_LEAVE: put_leave(values, page); break;
    case PUBLIC_PAGE_ANSWER: put_answer(values, page); break;
    case PUBLIC_PAGE_CHOSEN: put_chosen(values, page); break;
    case PUBLIC_PAGE_ANSWERED: put_answered(values, page); break;
    case PUBLIC_PAGE_UNKNOWN: json_put_flag(values, "unknown", true); break;
    }
    return values;
}

bool public_pages_render(const struct public_pages *pages, const struct public_page *page,
                         struct arena *arena, const char **html, struct error *err)
{
    CLEANUP(json_free) struct json *values = make_values(pages->organisation, page);
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, PAGE_MAX);
    if (!template_render(pages->templates[page->language], values, TEMPLATE_HTML, &out, err)) {
        return false;
    }
    *html = arena_text(arena, buffer_text(&out));
    return true;
}
