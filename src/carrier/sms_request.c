/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request to the provider, as its profile says: the templates are parsed once, the values that
 * are the same for all messages are put in once, and each message adds its own. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/message/gsm.h"
#include "muster/message/template.h"
#include "sms_private.h"

struct sms_recipe {
    const struct gateway *gateway;
    const struct gateway_request *request; /* of the gateway */
    enum sms_purpose purpose;
    const char *sender;
    struct json *values;
    struct template *url;
    struct template *text;     /* JSON or XML body; NULL for a form */
    struct template **headers; /* header_count */
    struct template **fields;  /* field_count: the values */
    struct arena *arena;
    struct buffer piece; /* one header or form value at a time */
    struct buffer user;
    struct buffer password;
    /* what the templates ask for, and costs something to find out */
    bool tells_validity;
    bool tells_expires;
    bool tells_unicode;
    bool tells_utf16;
};

enum { NAMES_MAX = 128 };

/* Names that a template may use beside the profile's variables. */
static const char *const message_names[] = {"secret",    "to",       "from",      "text",
                                            "reference", "validity", "expires",   "receipt_url",
                                            "reply_url", "unicode",  "text_utf16"};
static const char *const lookup_names[] = {"secret", "reference", "remote_id"};

/* Every name that may be used, up to NAMES_MAX; gives their number. */
static size_t known_names(const struct sms_recipe *recipe, const char *known[NAMES_MAX])
{
    bool lookup = recipe->purpose == SMS_LOOKUP;
    const char *const *names = lookup ? lookup_names : message_names;
    size_t name_count = lookup ? ARRAY_LENGTH(lookup_names) : ARRAY_LENGTH(message_names);
    size_t count = 0;
    for (size_t i = 0; i < name_count; i++) {
        known[count++] = names[i];
    }
    for (size_t i = 0; i < recipe->gateway->variable_count && count < NAMES_MAX; i++) {
        known[count++] = recipe->gateway->variables[i].name;
    }
    return count;
}

static bool check_names(const struct sms_recipe *recipe, const struct template *template,
                        const char *what, const struct config *config, struct error *err)
{
    const char *known[NAMES_MAX];
    size_t count = known_names(recipe, known);
    const struct template_use *uses = NULL;
    size_t use_count = template_uses(template, &uses);
    for (size_t i = 0; i < use_count; i++) {
        bool found = false;
        for (size_t j = 0; j < count && !found; j++) {
            found = strcmp(uses[i].name, known[j]) == 0;
        }
        if (!found) {
            const char *near = text_nearest(uses[i].name, known, count);
            return error_set(err, ERROR_CONFIG, "%s: {{%s}} is not known%s%s", what, uses[i].name,
                             near == NULL ? "" : "; did you mean ", near == NULL ? "" : near);
        }
        if (strcmp(uses[i].name, "secret") == 0 && text_empty(config->sms.secret_file)) {
            return error_set(err, ERROR_CONFIG,
                             "%s: {{secret}} is asked for, but sms.secret_file is not set", what);
        }
    }
    return true;
}

static bool parse(struct sms_recipe *recipe, const struct config *config, const char *what,
                  const char *source, struct template **template, struct error *err)
{
    const char *name = arena_printf(recipe->arena, "gateway %s, %s%s", recipe->gateway->name,
                                    recipe->purpose == SMS_LOOKUP ? "lookup " : "", what);
    const struct template_source given = {.name = name, .text = source};
    if (!template_parse(&given, template, err)) {
        if (err != NULL) {
            err->kind = ERROR_CONFIG;
        }
        return false;
    }
    return check_names(recipe, *template, name, config, err);
}

/* Render a text that does not depend on the message, such as the user's name. */
static bool render_once(struct sms_recipe *recipe, const struct config *config, const char *what,
                        const char *source, struct buffer *out, struct error *err)
{
    CLEANUP(template_free) struct template *template = NULL;
    return parse(recipe, config, what, source, &template, err) &&
           template_render(template, recipe->values, TEMPLATE_HEADER, out, err);
}

static bool parse_all(struct sms_recipe *recipe, const struct config *config, struct error *err)
{
    const struct gateway_request *request = recipe->request;
    if (!parse(recipe, config, "url", request->url, &recipe->url, err)) {
        return false;
    }
    if (request->body != GATEWAY_FORM &&
        !parse(recipe, config, "body", request->text, &recipe->text, err)) {
        return false;
    }
    for (size_t i = 0; i < request->header_count; i++) {
        if (!parse(recipe, config, "headers", request->headers[i], &recipe->headers[i], err)) {
            return false;
        }
    }
    for (size_t i = 0; i < request->field_count; i++) {
        if (!parse(recipe, config, request->fields[i].name, request->fields[i].value,
                   &recipe->fields[i], err)) {
            return false;
        }
    }
    return render_once(recipe, config, "user", request->user, &recipe->user, err) &&
           render_once(recipe, config, "password", request->password, &recipe->password, err);
}

/* A number as the provider wants it; a sender that is a name stays as it is. */
static const char *number_for(const struct gateway *gateway, const char *number)
{
    return gateway->number == GATEWAY_DIGITS && number[0] == '+' ? number + 1 : number;
}

static bool fill_values(struct sms_recipe *recipe, const struct config *config,
                        const char *receipt_url, const char *reply_url, struct error *err)
{
    recipe->values = json_make_object();
    for (size_t i = 0; i < recipe->gateway->variable_count; i++) {
        const struct config_pair *variable = &recipe->gateway->variables[i];
        json_put_text(recipe->values, variable->name, variable->value);
    }
    for (size_t i = 0; i < config->sms.variable_count; i++) {
        json_put_text(recipe->values, config->sms.variables[i].name,
                      config->sms.variables[i].value);
    }
    json_put_text(recipe->values, "from", number_for(recipe->gateway, recipe->sender));
    json_put_text(recipe->values, "receipt_url", receipt_url == NULL ? "" : receipt_url);
    json_put_text(recipe->values, "reply_url", reply_url == NULL ? "" : reply_url);
    if (!text_empty(config->sms.secret_file)) {
        char secret[FILE_SECRET_MAX];
        if (!file_secret(config->sms.secret_file, secret, err)) {
            return error_prefix(err, "sms.secret_file");
        }
        json_put_text(recipe->values, "secret", secret);
        explicit_bzero(secret, sizeof secret);
    }
    return true;
}

bool sms_recipe_create(const struct config *config, const struct gateway *gateway,
                       enum sms_purpose purpose, const char *receipt_url, const char *reply_url,
                       struct sms_recipe **recipe, struct error *err)
{
    const struct gateway_request *request =
        purpose == SMS_LOOKUP ? &gateway->lookup.request : &gateway->request;
    CLEANUP(sms_recipe_free) struct sms_recipe *made = calloc(1, sizeof *made);
    if (made == NULL) {
        abort();
    }
    made->gateway = gateway;
    made->request = request;
    made->purpose = purpose;
    made->sender = config->sms.sender;
    made->arena = arena_create();
    made->headers = arena_array(made->arena, request->header_count + 1, sizeof *made->headers);
    made->fields = arena_array(made->arena, request->field_count + 1, sizeof *made->fields);
    buffer_init(&made->piece, SMS_REQUEST_MAX);
    buffer_init(&made->user, FILE_SECRET_MAX);
    buffer_init(&made->password, FILE_SECRET_MAX);
    if (!fill_values(made, config, receipt_url, reply_url, err) || !parse_all(made, config, err)) {
        return false;
    }
    made->tells_expires = sms_recipe_uses(made, "expires");
    made->tells_validity = made->tells_expires || sms_recipe_uses(made, "validity");
    made->tells_unicode = sms_recipe_uses(made, "unicode");
    made->tells_utf16 = sms_recipe_uses(made, "text_utf16");
    *recipe = STEAL(made);
    return true;
}

void sms_recipe_free(struct sms_recipe **recipe)
{
    struct sms_recipe *old = *recipe;
    if (old == NULL) {
        return;
    }
    for (size_t i = 0; i < old->request->header_count; i++) {
        template_free(&old->headers[i]);
    }
    for (size_t i = 0; i < old->request->field_count; i++) {
        template_free(&old->fields[i]);
    }
    template_free(&old->url);
    template_free(&old->text);
    json_free(&old->values);
    buffer_free(&old->piece);
    buffer_free(&old->user);
    buffer_free(&old->password);
    arena_free(&old->arena);
    free(old);
    *recipe = NULL;
}

static bool uses(const struct template *template, const char *name)
{
    const struct template_use *all = NULL;
    size_t count = template == NULL ? 0 : template_uses(template, &all);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

bool sms_recipe_uses(const struct sms_recipe *recipe, const char *name)
{
    bool found = uses(recipe->url, name) || uses(recipe->text, name);
    for (size_t i = 0; i < recipe->request->header_count && !found; i++) {
        found = uses(recipe->headers[i], name);
    }
    for (size_t i = 0; i < recipe->request->field_count && !found; i++) {
        found = uses(recipe->fields[i], name);
    }
    return found;
}

const char *sms_recipe_user(const struct sms_recipe *recipe)
{
    return buffer_text(&recipe->user);
}

const char *sms_recipe_password(const struct sms_recipe *recipe)
{
    return buffer_text(&recipe->password);
}

void sms_request_init(struct sms_request *request)
{
    *request = (struct sms_request){.headers = NULL};
    buffer_init(&request->url, SMS_REQUEST_MAX);
    buffer_init(&request->body, SMS_REQUEST_MAX);
}

void sms_request_free(struct sms_request *request)
{
    buffer_free(&request->url);
    buffer_free(&request->body);
    curl_slist_free_all(request->headers);
    request->headers = NULL;
}

static void add_header(struct sms_request *request, const char *header)
{
    struct curl_slist *longer = curl_slist_append(request->headers, header);
    if (longer == NULL) {
        abort();
    }
    request->headers = longer;
}

static const char hexadecimal[] = "0123456789ABCDEF";

/* What stands for itself (RFC 3986 2.3). */
static bool is_unreserved(unsigned char byte)
{
    const unsigned char small = byte | 0x20;
    return (small >= 'a' && small <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' ||
           byte == '.' || byte == '_' || byte == '~';
}

/* Append percent-encoded text (RFC 3986 2.1, which a form may use too). */
static void add_encoded(struct buffer *out, const char *text)
{
    size_t length = 0;
    for (const char *at = text; *at != '\0'; at++) {
        length += is_unreserved((unsigned char)*at) ? 1 : 3;
    }
    char *to = buffer_reserve(out, length);
    for (const char *at = text; to != NULL && *at != '\0'; at++) {
        const unsigned char byte = (unsigned char)*at;
        if (is_unreserved(byte)) {
            *to++ = *at;
        } else {
            *to++ = '%';
            *to++ = hexadecimal[byte >> 4];
            *to++ = hexadecimal[byte & 15];
        }
    }
    if (to != NULL) {
        buffer_extend(out, length);
    }
}

/* Append the form, leaving out fields that come out empty. What is escaped is the whole value, the
 * profile's own words included, so that a profile is written in plain text. */
static bool add_form(struct sms_recipe *recipe, struct buffer *out, const char *first,
                     struct error *err)
{
    const char *between = first;
    for (size_t i = 0; i < recipe->request->field_count; i++) {
        buffer_clear(&recipe->piece);
        if (!template_render(recipe->fields[i], recipe->values, TEMPLATE_TEXT, &recipe->piece,
                             err)) {
            return false;
        }
        if (recipe->piece.length > 0) {
            (void)buffer_puts(out, between);
            add_encoded(out, recipe->request->fields[i].name);
            (void)buffer_putc(out, '=');
            add_encoded(out, buffer_text(&recipe->piece));
            between = "&";
        }
    }
    return true;
}

static bool make_body(struct sms_recipe *recipe, struct sms_request *request, struct error *err)
{
    const struct gateway_request *form = recipe->request;
    if (form->body != GATEWAY_FORM) {
        enum template_escape escape = form->body == GATEWAY_JSON ? TEMPLATE_JSON : TEMPLATE_XML;
        return template_render(recipe->text, recipe->values, escape, &request->body, err);
    }
    if (strcmp(form->method, "GET") == 0) {
        bool has_query = strchr(buffer_text(&request->url), '?') != NULL;
        return add_form(recipe, &request->url, has_query ? "&" : "?", err);
    }
    return add_form(recipe, &request->body, "", err);
}

static bool make_headers(struct sms_recipe *recipe, struct sms_request *request, struct error *err)
{
    static const char *const types[] = {
        [GATEWAY_FORM] = "Content-Type: application/x-www-form-urlencoded",
        [GATEWAY_JSON] = "Content-Type: application/json",
        [GATEWAY_XML] = "Content-Type: application/xml",
    };
    bool typed = strcmp(recipe->request->method, "GET") == 0;
    for (size_t i = 0; i < recipe->request->header_count; i++) {
        buffer_clear(&recipe->piece);
        if (!template_render(recipe->headers[i], recipe->values, TEMPLATE_HEADER, &recipe->piece,
                             err)) {
            return false;
        }
        const char *header = buffer_text(&recipe->piece);
        typed = typed || strncasecmp(header, "Content-Type:", 13) == 0;
        add_header(request, header);
    }
    if (!typed) {
        add_header(request, types[recipe->request->body]);
    }
    add_header(request, "Expect:"); /* do not wait for "100 Continue" */
    return true;
}

static void begin_request(struct sms_request *request)
{
    buffer_clear(&request->url);
    buffer_clear(&request->body);
    curl_slist_free_all(request->headers);
    request->headers = NULL;
}

/* Body and headers, when the URL is there. */
static bool finish_request(struct sms_recipe *recipe, struct sms_request *request,
                           struct error *err)
{
    if (!make_body(recipe, request, err) || !make_headers(recipe, request, err)) {
        return false;
    }
    if (request->url.full || request->body.full) {
        return error_set(err, ERROR_DATA, "the request is larger than %d bytes", SMS_REQUEST_MAX);
    }
    return true;
}

/* Until when the provider may deliver the text; see struct gateway_validity. */
static bool put_validity(struct sms_recipe *recipe, const struct parcel *parcel, struct error *err)
{
    static const int64_t spans[] = {[GATEWAY_SECONDS] = CLOCK_SECOND,
                                    [GATEWAY_MILLISECONDS] = 1,
                                    [GATEWAY_MINUTES] = CLOCK_MINUTE,
                                    [GATEWAY_HOURS] = CLOCK_HOUR};
    const struct gateway_validity *bounds = &recipe->gateway->validity;
    int64_t units = parcel->validity * CLOCK_SECOND / spans[bounds->unit];
    if (units < bounds->least) {
        return error_set(err, ERROR_DATA,
                         "its deadline is nearer than the provider can be told to give it up");
    }
    units = units < bounds->most ? units : bounds->most;
    json_put_number(recipe->values, "validity", units);
    if (recipe->tells_expires) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        const int64_t instant = clock_now() + units * spans[bounds->unit];
        json_put_text(recipe->values, "expires", clock_iso(instant, arena));
    }
    return true;
}

/* What is not UTF-8 is sent with U+FFFD in it, which the GSM alphabet does not have. */
static void put_unicode(struct sms_recipe *recipe, const struct parcel *parcel)
{
    struct gsm_size size;
    bool known = gsm_measure(parcel->body, parcel->length, &size);
    json_put_flag(recipe->values, "unicode", !known || size.encoding == GSM_UCS2);
}

static void add_unit(struct buffer *out, uint32_t unit)
{
    enum { NIBBLE = 4, UNIT = 16 };
    for (unsigned shift = UNIT; shift > 0; shift -= NIBBLE) {
        (void)buffer_putc(out, hexadecimal[unit >> (shift - NIBBLE) & 15]);
    }
}

static void put_utf16(struct sms_recipe *recipe, const struct parcel *parcel)
{
    enum { PLANE = 0x10000, HIGH = 0xD800, LOW = 0xDC00, HALF_BITS = 10, HALF = 0x3FF };
    buffer_clear(&recipe->piece);
    uint32_t rune = 0;
    for (size_t at = 0; at < parcel->length;) {
        at += text_rune(parcel->body + at, parcel->length - at, &rune);
        if (rune < PLANE) {
            add_unit(&recipe->piece, rune);
        } else {
            add_unit(&recipe->piece, HIGH + ((rune - PLANE) >> HALF_BITS));
            add_unit(&recipe->piece, LOW + ((rune - PLANE) & HALF));
        }
    }
    json_put_text(recipe->values, "text_utf16", buffer_text(&recipe->piece));
}

/* The text, and what some providers want to know of it. */
static bool put_text(struct sms_recipe *recipe, const struct parcel *parcel, struct error *err)
{
    buffer_clear(&recipe->piece);
    (void)buffer_add(&recipe->piece, parcel->body, parcel->length);
    json_put_text(recipe->values, "text", buffer_text(&recipe->piece));
    bool whole = !recipe->piece.full && strlen(buffer_text(&recipe->piece)) == parcel->length;
    if (whole && recipe->tells_unicode) {
        put_unicode(recipe, parcel);
    }
    if (whole && recipe->tells_utf16) {
        put_utf16(recipe, parcel);
        whole = !recipe->piece.full;
    }
    return whole || error_set(err, ERROR_DATA, "the text is too long, or holds a NUL");
}

bool sms_request_make(struct sms_recipe *recipe, const struct parcel *parcel,
                      struct sms_request *request, struct error *err)
{
    begin_request(request);
    json_put_text(recipe->values, "to", number_for(recipe->gateway, parcel->to));
    json_put_text(recipe->values, "reference", parcel->reference);
    return put_text(recipe, parcel, err) &&
           (!recipe->tells_validity || put_validity(recipe, parcel, err)) &&
           template_render(recipe->url, recipe->values, TEMPLATE_HEADER, &request->url, err) &&
           finish_request(recipe, request, err);
}

/* The id as it may stand in a URL; NULL stays NULL. */
static void put_encoded(struct sms_recipe *recipe, const char *name, const char *id)
{
    buffer_clear(&recipe->piece);
    add_encoded(&recipe->piece, id == NULL ? "" : id);
    json_put_text(recipe->values, name, id == NULL ? NULL : buffer_text(&recipe->piece));
}

bool sms_request_ask(struct sms_recipe *recipe, const struct sms_query *query,
                     struct sms_request *request, struct error *err)
{
    begin_request(request);
    put_encoded(recipe, "reference", query->reference);
    put_encoded(recipe, "remote_id", query->remote_id);
    if (!template_render(recipe->url, recipe->values, TEMPLATE_HEADER, &request->url, err)) {
        return false;
    }
    json_put_text(recipe->values, "reference", query->reference);
    json_put_text(recipe->values, "remote_id", query->remote_id);
    return finish_request(recipe, request, err);
}
