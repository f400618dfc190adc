/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An answer as the library sends it; see server_response.h. */
#include "server_response.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name;
    const char *value;
} common_headers[] = {
    {"Cache-Control", "no-store"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Robots-Tag", "noindex"},
};

static const char strict_policy[] =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'";

/* A header, where there is one. */
static bool add_header(struct MHD_Response *response, const char *name, const char *value)
{
    return value == NULL || MHD_add_response_header(response, name, value) == MHD_YES;
}

static struct MHD_Response *wrap_text(const char *text)
{
    /* The library takes a plain pointer, but with this mode it copies and does not write. */
    void *body = NULL;
    memcpy(&body, &text, sizeof body);
    return MHD_create_response_from_buffer(strlen(text), body, MHD_RESPMEM_MUST_COPY);
}

/* The library closes the descriptor when the answer has gone. */
static struct MHD_Response *wrap_file(const struct server_file *file)
{
    char value[128];
    const int fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 0);
    struct MHD_Response *response = fd < 0 ? NULL : MHD_create_response_from_fd(file->length, fd);
    (void)snprintf(value, sizeof value, "attachment; filename=\"%s\"", file->name);
    if (response == NULL && fd >= 0) {
        (void)close(fd);
    } else if (response != NULL && !add_header(response, "Content-Disposition", value)) {
        MHD_destroy_response(response);
        response = NULL;
    }
    return response;
}

struct MHD_Response *server_response_make(const struct server_answer *answer, bool strict_transport)
{
    struct MHD_Response *response =
        answer->file == NULL ? wrap_text(answer->body) : wrap_file(answer->file);
    if (response == NULL) {
        return NULL;
    }
    bool ok = add_header(response, "Content-Type", answer->type) &&
              add_header(response, "Allow", answer->allow) &&
              add_header(response, "WWW-Authenticate", answer->challenge) &&
              add_header(response, "Location", answer->location) &&
              add_header(response, "Content-Security-Policy",
                         answer->policy == NULL ? strict_policy : answer->policy) &&
              add_header(response, "Strict-Transport-Security",
                         strict_transport ? "max-age=31536000" : NULL) &&
              add_header(response, "Set-Cookie", answer->cookie);
    for (size_t i = 0; i < ARRAY_LENGTH(common_headers); i++) {
        ok = ok && add_header(response, common_headers[i].name, common_headers[i].value);
    }
    if (!ok) {
        MHD_destroy_response(response);
        return NULL;
    }
    return response;
}
