/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths by segments; see server_route.h. */
#include "server_route.h"

#include <string.h>

#include "muster/base/text.h"

/* Whether the path fits the route's; gives what its stars stand for. */
static bool match(const char *pattern, const char *path, struct arena *arena,
                  const char *parts[SERVER_PARTS_MAX])
{
    size_t count = 0;
    while (*pattern == '/' && *path == '/') {
        pattern++;
        path++;
        size_t wanted = strcspn(pattern, "/");
        size_t given = strcspn(path, "/");
        if (wanted == 1 && *pattern == '*') {
            if (given == 0 || count == SERVER_PARTS_MAX) {
                return false;
            }
            parts[count++] = arena_span(arena, path, given);
        } else if (wanted != given || memcmp(pattern, path, wanted) != 0) {
            return false;
        }
        pattern += wanted;
        path += given;
    }
    return *pattern == '\0' && *path == '\0';
}

const struct server_route *server_route_find(const struct server_route *routes, size_t count,
                                             struct server_request *request, const char **allow)
{
    *allow = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct server_route *route = &routes[i];
        if (!match(route->path, request->path, request->arena, request->parts)) {
            continue;
        }
        if (text_equal(route->method, request->method)) {
            return route;
        }
        *allow = *allow == NULL ? route->method
                                : arena_printf(request->arena, "%s, %s", *allow, route->method);
    }
    return NULL;
}
