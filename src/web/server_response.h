/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers, with the headers that every one has. Private to server.c. */
#ifndef MUSTER_WEB_SERVER_RESPONSE_H
#define MUSTER_WEB_SERVER_RESPONSE_H

#include <microhttpd.h>

#include "server.h"

/* The answer, for the library to send and the caller to release; NULL when it cannot be made. */
struct MHD_Response *server_response_make(const struct server_answer *answer,
                                          bool strict_transport) MUST_USE;

#endif
