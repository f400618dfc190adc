/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A readable text from an HTML template.
 *
 * Every mail has a text to read beside its HTML. Where somebody wrote only the HTML, the text
 * *template* is made from the HTML *template*, once, so that it can be looked at before anything
 * is sent and costs nothing for each member. The tags stay what they are, at their places. */
#ifndef MUSTER_MESSAGE_PLAIN_H
#define MUSTER_MESSAGE_PLAIN_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"

/* Give the text of an HTML template as a text template, in the arena: UTF-8 with LF, no blanks at
 * the ends of lines, at most one empty line together, "" when the HTML says nothing to a reader.
 * `*title` is what stands in the first <title>, in one line with its tags, NULL when that is
 * nothing.
 *
 * Blocks become lines and paragraphs, <br> a line break, items "- " or "1. ", <hr> "---"; a row of
 * short cells is one line, "Monday | 9 to 5", unless its table says role="presentation"; all other
 * cells follow one after the other. White space is collapsed, no-break spaces with it, but for
 * <pre>. Lines are not wrapped, emphasis is not marked. An image is its alt text. What no reader
 * sees is left out: head, style, script, comments, `hidden`, and display:none in a style attribute.
 *
 * A link that ends its line is `text: URL`, in the midst of a sentence or beside another link
 * `text (URL)`; the URL stands alone when the text is the same but for "https://", "www." and a
 * final slash. mailto:, tel: and sms: give the bare address or number, and nothing when the text
 * says it; links within the mail and javascript: give nothing.
 *
 * Tags ({{name}}, {{{name}}}, {{&name}}, sections, {{>partial}}, {{<parent}}, {{$block}}) are as
 * written; comments go. Sections and partials that stand between blocks get a line to themselves,
 * which vanishes when the text is rendered, and so does a section that is all of a block; with such
 * a section goes the empty line behind it. (Where another is left out of its paragraph, or a list
 * has no items, the rendering can have more than one empty line.) Sections that begin or end where
 * nothing is seen are kept, for what stands between; tags in attributes that are not shown go with
 * these. Two braces that would become a tag only in the text are parted by a blank.
 *
 * ERROR_DATA, with a sentence that asks for a .txt, when the HTML is larger than 256 KiB, is not
 * UTF-8, sets delimiters ({{=), has a tag without its end, has a character from U+F0000 to U+FFFFF
 * (which stand for the tags here), is more than 400 elements deep, when a section would not begin
 * and end in the text, and when the text would be larger than 256 KiB. */
bool plain_from_html(const char *html, struct arena *arena, const char **text, const char **title,
                     struct error *err) MUST_USE;

#endif
