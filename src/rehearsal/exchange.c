/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One HTTP request and what becomes of it; see exchange.h. */
#include "exchange.h"

#include <string.h>

#include "journal.h"

enum { BODY_CEILING = 8 << 20 };

void exchange_init(struct response *response)
{
    memset(response, 0, sizeof *response);
    response->status = 200;
    response->type = "application/json";
    buffer_init(&response->body, BODY_CEILING);
}

void exchange_sentence(struct response *response, unsigned status, const char *sentence)
{
    response->status = status;
    response->type = "text/plain; charset=utf-8";
    buffer_clear(&response->body);
    buffer_printf(&response->body, "%s\n", sentence);
}

void exchange_error(struct response *response, unsigned status, const char *code,
                    const char *message)
{
    response->status = status;
    response->type = "application/json";
    buffer_clear(&response->body);
    buffer_printf(&response->body, "{\"error\":{\"code\":\"%s\",\"message\":", code);
    journal_quote(&response->body, message, strlen(message));
    buffer_puts(&response->body, "}}");
}
