/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields, links, size, and the way out. */
#include "muster/message/check.h"

#include <string.h>
#include <strings.h>

#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/message/gsm.h"

enum { TEXT_CEILING = 64 * 1024 };

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Outside of a ballot nobody has a unit, and there is no closing day, and without an action no
 * place: the sentence would have a hole. */
static void check_subject_fields(const struct template *template, const char *file,
                                 const struct check_setting *setting, struct faults *faults)
{
    const struct template_use *uses = NULL;
    const size_t count = template_uses(template, &uses);
    for (size_t i = 0; i < count; i++) {
        if (uses[i].within != NULL) {
            continue;
        }
        const char *name = uses[i].name;
        const bool ballot = begins(name, "ballot.") || begins(name, "unit.");
        const bool lacks =
            (ballot && !setting->of_ballot) || (begins(name, "action.") && !setting->of_action);
        if (lacks && !uses[i].section && fields_known(name)) {
            faults_add(faults, uses[i].partial != NULL ? uses[i].partial : file, uses[i].line,
                       "column %u: %s is known only in a campaign that names %s", uses[i].column,
                       name, ballot ? "a ballot" : "an action");
        }
    }
}

/* Addresses that only name a standard: nobody goes there. */
static bool names_standard(const char *link)
{
    static const char *const standards[] = {"http://www.w3.org/", "http://schemas."};
    for (size_t i = 0; i < ARRAY_LENGTH(standards); i++) {
        if (strncasecmp(link, standards[i], strlen(standards[i])) == 0) {
            return true;
        }
    }
    return false;
}

void check_links(const char *source, const char *file, struct faults *faults)
{
    static const char PLAIN[] = "http://";
    unsigned line = 1;
    unsigned column = 1;
    for (const char *at = source; *at != '\0'; column++) {
        if (strncasecmp(at, PLAIN, strlen(PLAIN)) == 0 && !names_standard(at)) {
            faults_add(faults, file, line,
                       "column %u: a link without https: what a member does there could be read "
                       "and changed on the way",
                       column);
        }
        uint32_t rune = 0;
        at += text_rune(at, strlen(at) < 4 ? strlen(at) : 4, &rune);
        if (rune == '\n') {
            line++;
            column = 0;
        }
    }
}

/* A block that fills no place would be lost without a word. */
static void check_blocks(const struct template *template, const char *file, struct faults *faults)
{
    size_t index = 0;
    const char *parent = NULL;
    unsigned line = 0;
    unsigned column = 0;
    const char *name = NULL;
    while ((name = template_stray(template, &index, &parent, &line, &column)) != NULL) {
        faults_add(faults, file, line, "column %u: %s has no block {{$%s}}, so this is not written",
                   column, parent, name);
    }
}

void check_source(const struct template *template, const char *source, const char *file,
                  const struct check_setting *setting, struct faults *faults)
{
    (void)!fields_check(template, &setting->known, file, faults);
    if (!setting->any_campaign) {
        check_subject_fields(template, file, setting, faults);
    }
    check_blocks(template, file, faults);
    check_links(source, file, faults);
}

void check_fits(const struct template *template, const char *file, struct faults *faults)
{
    CLEANUP(json_free) struct json *nothing = json_make_object();
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, TEXT_CEILING);
    struct error err = {0};
    struct gsm_size size;
    if (!template_render(template, nothing, TEMPLATE_SMS, &out, &err)) {
        faults_add(faults, file, 0, "%s", err.text);
    } else if (gsm_measure(buffer_text(&out), out.length, &size) && size.parts > GSM_PARTS_MOST) {
        faults_add(faults, file, 0,
                   "with nothing merged into it the text takes %zu parts already, and a phone puts "
                   "%d together",
                   size.parts, GSM_PARTS_MOST);
    }
}

/* Whether this is the field `links.NAME`, written as a whole or inside of {{#links}}. */
static bool is_link(const struct template_use *use, const char *name)
{
    static const char LINKS[] = "links.";
    const size_t length = sizeof LINKS - 1;
    return use->within == NULL
               ? strncmp(use->name, LINKS, length) == 0 && text_equal(use->name + length, name)
               : text_equal(use->within, "links") && text_equal(use->name, name);
}

bool check_leaves(const struct template *template)
{
    const struct template_use *uses = NULL;
    const size_t count = template_uses(template, &uses);
    for (size_t i = 0; i < count; i++) {
        if (is_link(&uses[i], "unsubscribe") || is_link(&uses[i], "answer")) {
            return true;
        }
    }
    return false;
}
