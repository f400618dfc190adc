/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages behind an unsubscribe link; see public_pages.h.
 *
 * The form has no action: it posts to the address that it was read from, and a mail program that
 * posts by itself (RFC 8058) sends the very same field. */
#include "public_pages.h"

#include "muster/base/buffer.h"
#include "muster/base/json.h"
#include "muster/message/template.h"

enum { PAGE_MAX = 64 * 1024 };

static const char page[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"robots\" content=\"noindex\">\n"
    "<title>Messages from {{organisation}}</title>\n"
    "<style>\n"
    "body { margin: 0; background: #f4f2ee; color: #22201d;\n"
    "       font: 1.125rem/1.5 system-ui, sans-serif; }\n"
    "main { max-width: 34rem; margin: 8vh auto; padding: 2rem; background: #fff;\n"
    "       border-radius: .75rem; }\n"
    "h1 { font-size: 1.375rem; line-height: 1.3; margin: 0 0 .5rem; }\n"
    "p { margin: 0 0 1.25rem; }\n"
    "section { border-top: 1px solid #d9d4cb; padding-top: 1.25rem; }\n"
    "button { font: inherit; font-weight: 600; padding: .75rem 1.5rem; border: 0; color: #fff;\n"
    "         border-radius: .5rem; background: #1d5c4d; cursor: pointer; }\n"
    "button:focus-visible { outline: 3px solid #e0a526; outline-offset: 2px; }\n"
    "form { margin: 0 0 1.5rem; }\n"
    "@media (max-width: 36rem) { main { margin: 0; border-radius: 0; } }\n"
    "</style>\n"
    "</head>\n"
    "<body>\n"
    "<main>\n"
    "{{#ask}}\n"
    "<h1>No more messages from {{organisation}}?</h1>\n"
    "<p>Press the button and we stop writing to the address or number that this link came to.\n"
    "Nothing else changes: you stay a member. Texts and e-mail are separate choices.</p>\n"
    "<form method=\"post\">\n"
    "<button name=\"List-Unsubscribe\" value=\"One-Click\">Stop them "
    "<span lang=\"cy\">/ Dim mwy o negeseuon</span></button>\n"
    "</form>\n"
    "<section lang=\"cy\">\n"
    "<h1>Dim mwy o negeseuon gan {{organisation}}?</h1>\n"
    "<p>Pwyswch y botwm a byddwn yn peidio ag ysgrifennu i'r cyfeiriad neu'r rhif y daeth y "
    "ddolen\n"
    "hon iddo. Does dim byd arall yn newid: rydych yn dal yn aelod. Mae negeseuon testun ac "
    "e-byst\n"
    "yn ddewisiadau ar wahân.</p>\n"
    "</section>\n"
    "{{/ask}}\n"
    "{{#done}}\n"
    "<h1>Done. We will not write to you there again.</h1>\n"
    "<p>A message that was already on its way may still arrive. You remain a member of\n"
    "{{organisation}}.</p>\n"
    "<section lang=\"cy\">\n"
    "<h1>Wedi'i wneud. Fyddwn ni ddim yn ysgrifennu atoch chi yno eto.</h1>\n"
    "<p>Gall neges a oedd eisoes ar ei ffordd gyrraedd o hyd. Rydych yn dal yn aelod o\n"
    "{{organisation}}.</p>\n"
    "</section>\n"
    "{{/done}}\n"
    "{{#unknown}}\n"
    "<h1>This link does not work.</h1>\n"
    "<p>It may be incomplete, or older than our records. To stop messages from {{organisation}},\n"
    "open the link in a newer message, or reply to any message and say so.</p>\n"
    "<section lang=\"cy\">\n"
    "<h1>Nid yw'r ddolen hon yn gweithio.</h1>\n"
    "<p>Efallai ei bod yn anghyflawn, neu'n hŷn na'n cofnodion. I atal negeseuon gan\n"
    "{{organisation}}, agorwch y ddolen mewn neges fwy diweddar, neu atebwch unrhyw neges.</p>\n"
    "</section>\n"
    "{{/unknown}}\n"
    "</main>\n"
    "</body>\n"
    "</html>\n";

static bool render(const struct template *template, const char *organisation, const char *which,
                   struct arena *arena, const char **html, struct error *err)
{
    CLEANUP(json_free) struct json *values = json_make_object();
    json_put_text(values, "organisation", organisation);
    json_put_flag(values, which, true);
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, PAGE_MAX);
    if (!template_render(template, values, TEMPLATE_HTML, &out, err)) {
        return false;
    }
    *html = arena_text(arena, buffer_text(&out));
    return true;
}

bool public_pages_render(const char *organisation, struct arena *arena, struct public_pages *pages,
                         struct error *err)
{
    const struct template_source source = {.name = "public page", .text = page};
    CLEANUP(template_free) struct template *template = NULL;
    struct public_pages rendered;
    if (!template_parse(&source, &template, err) ||
        !render(template, organisation, "ask", arena, &rendered.ask, err) ||
        !render(template, organisation, "done", arena, &rendered.done, err) ||
        !render(template, organisation, "unknown", arena, &rendered.unknown, err)) {
        return false;
    }
    *pages = rendered;
    return true;
}
