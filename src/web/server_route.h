/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which route a request fits. Private to server.c. */
#ifndef MUSTER_WEB_SERVER_ROUTE_H
#define MUSTER_WEB_SERVER_ROUTE_H

#include "server.h"

/* The route of a request, whose stars become its parts. Without one, NULL, and `*allow` is the
 * methods that its path has, in the request's arena; NULL: there is no such path. */
const struct server_route *server_route_find(const struct server_route *routes, size_t count,
                                             struct server_request *request,
                                             const char **allow) MUST_USE;

#endif
