/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values at their places; see places.h. */
#include "places.h"

#include <string.h>

#include "muster/base/text.h"
#include "muster/base/xml.h"

bool places_open(enum gateway_body format, const char *bytes, size_t length, struct arena *arena,
                 struct places *places, struct error *err)
{
    places->format = format;
    switch (format) {
    case GATEWAY_FORM: return form_parse(bytes, length, arena, &places->form, err);
    case GATEWAY_JSON: return json_parse(bytes, length, &places->value, err);
    case GATEWAY_XML: return xml_parse(bytes, length, &places->value, err);
    }
    return error_set(err, ERROR_INTERNAL, "a callback in a format that there is not");
}

void places_free(struct places *places)
{
    json_free(&places->value);
}

bool places_events(const struct places *places, const char *path, struct places_list *list)
{
    *list = (struct places_list){.places = places, .value = places->value, .count = 1};
    if (path == NULL) {
        return true;
    }
    const struct json *value = json_at(places->value, path);
    if (!json_array_given(value) && !json_object_given(value)) {
        return false;
    }
    list->value = value;
    list->listed = true;
    list->count = json_array_given(value) ? json_count(value) : 1;
    return true;
}

struct places_event places_event(const struct places_list *list, size_t index)
{
    const bool array = list->listed && json_array_given(list->value);
    return (struct places_event){.places = list->places,
                                 .value = array ? json_value(list->value, index) : list->value};
}

bool places_get(const struct places_event *event, const char *place, struct arena *arena,
                const char **bytes, size_t *length, struct error *err)
{
    *bytes = NULL;
    *length = 0;
    if (text_empty(place)) {
        return true;
    }
    if (event->places->format != GATEWAY_FORM) {
        *bytes = json_text_at(event->value, place, arena);
        *length = *bytes == NULL ? 0 : strlen(*bytes);
        return true;
    }
    const struct form_field *field = NULL;
    if (!form_find(&event->places->form, place, &field, err)) {
        return false;
    }
    if (field != NULL) {
        *bytes = field->value;
        *length = field->length;
    }
    return true;
}

bool places_word(const struct places_event *event, const char *place, size_t longest,
                 struct arena *arena, const char **word, struct error *err)
{
    const char *bytes = NULL;
    size_t length = 0;
    if (!places_get(event, place, arena, &bytes, &length, err)) {
        return false;
    }
    bytes = bytes == NULL ? "" : bytes;
    if (event->places->format == GATEWAY_XML) { /* laid out in lines, perhaps */
        bytes = text_trim(bytes, arena);
        length = strlen(bytes);
    }
    if (length > longest) {
        return error_set(err, ERROR_DATA, "%s has more than %zu bytes", place, longest);
    }
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)bytes[i] < 0x20 || bytes[i] == 0x7F) {
            return error_set(err, ERROR_DATA, "%s has a control character", place);
        }
    }
    if (!text_is_utf8(bytes, length)) {
        return error_set(err, ERROR_DATA, "%s is not UTF-8", place);
    }
    *word = text_trim(bytes, arena);
    return true;
}
