/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Form posts to the client's hooks; see callbacks.h. curl's multi interface is driven by our loop:
 * it names the sockets and the timer it wants, we tell it what happened. */
#include "callbacks.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "cell.h"

enum { BODY_CEILING = 1 << 18, CONNECT_SECONDS = 5, ANSWER_SECONDS = 30, FIRST_PAUSE = 1000 };

struct slot {
    CURL *easy;
    struct buffer body;
    struct callback *callback; /* NULL: free */
    struct slot *next_free;
};

struct callbacks {
    struct loop *loop;
    CURLM *multi;
    struct loop_timer timer; /* curl's */
    struct slot slots[CALLBACKS_AT_ONCE];
    struct slot *free_slots;
    struct callback *first, **last; /* ready to go, in order */
    struct callback *due;           /* all of them */
    size_t waiting;
};

/* What curl wants of one socket. */
struct interest {
    struct callbacks *callbacks;
    struct loop_watch *watch;
    curl_socket_t socket;
};

static void start_more(struct callbacks *callbacks);

static void queue(struct callbacks *callbacks, struct callback *callback)
{
    callback->next = NULL;
    *callbacks->last = callback;
    callbacks->last = &callback->next;
}

static void now_due(void *data)
{
    struct callback *callback = data;
    queue(callback->callbacks, callback);
    start_more(callback->callbacks);
}

void callbacks_post(struct callbacks *callbacks, struct callback *callback, int64_t milliseconds)
{
    callback->callbacks = callbacks;
    callback->tries = 0;
    callback->timer.fire = now_due;
    callback->timer.data = callback;
    callbacks->waiting++;
    callback->earlier = NULL;
    callback->later = callbacks->due;
    if (callback->later != NULL) {
        callback->later->earlier = callback;
    }
    callbacks->due = callback;
    loop_set(callbacks->loop, &callback->timer, milliseconds);
}

size_t callbacks_waiting(const struct callbacks *callbacks)
{
    return callbacks->waiting;
}

static void forget(struct callbacks *callbacks, struct callback *callback)
{
    *(callback->earlier != NULL ? &callback->earlier->later : &callbacks->due) = callback->later;
    if (callback->later != NULL) {
        callback->later->earlier = callback->earlier;
    }
    callbacks->waiting--;
}

static void settle(struct callbacks *callbacks, struct callback *callback, long status)
{
    bool answered = status >= 200 && status < 300;
    if (!answered && callback->tries < CALLBACKS_TRIES) {
        int64_t pause = (int64_t)FIRST_PAUSE << (callback->tries - 1);
        loop_set(callbacks->loop, &callback->timer, pause);
        return;
    }
    forget(callbacks, callback);
    callback->done(callback->data, status, callback->tries);
}

/* Take back the slots of transfers that are over. */
static void collect(struct callbacks *callbacks)
{
    CURLMsg *message = NULL;
    int left = 0;
    while ((message = curl_multi_info_read(callbacks->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        CURL *easy = message->easy_handle;
        bool whole = message->data.result == CURLE_OK;
        struct slot *slot = NULL;
        long status = 0;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&slot);
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        curl_multi_remove_handle(callbacks->multi, easy);
        struct callback *callback = slot->callback;
        slot->callback = NULL;
        slot->next_free = callbacks->free_slots;
        callbacks->free_slots = slot;
        settle(callbacks, callback, whole ? status : 0);
    }
    start_more(callbacks);
}

static void start_more(struct callbacks *callbacks)
{
    while (callbacks->first != NULL && callbacks->free_slots != NULL) {
        struct callback *callback = callbacks->first;
        callbacks->first = callback->next;
        if (callbacks->first == NULL) {
            callbacks->last = &callbacks->first;
        }
        struct slot *slot = callbacks->free_slots;
        callbacks->free_slots = slot->next_free;
        slot->callback = callback;
        callback->tries++;
        buffer_clear(&slot->body);
        callback->compose(callback->data, &slot->body);
        curl_easy_setopt(slot->easy, CURLOPT_URL, callback->url);
        curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS, buffer_text(&slot->body));
        curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDSIZE, (long)slot->body.length);
        curl_multi_add_handle(callbacks->multi, slot->easy);
    }
}

static void act(struct callbacks *callbacks, curl_socket_t socket, int bits)
{
    int running = 0;
    curl_multi_socket_action(callbacks->multi, socket, bits, &running);
    collect(callbacks);
}

static void on_socket(void *data, uint32_t events)
{
    struct interest *interest = data;
    int bits = ((events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
               ((events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
               ((events & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);
    act(interest->callbacks, interest->socket, bits);
}

static void on_timer(void *data)
{
    act(data, CURL_SOCKET_TIMEOUT, 0);
}

static int want_socket(CURL *easy, curl_socket_t socket, int what, void *data, void *mine)
{
    (void)easy;
    struct callbacks *callbacks = data;
    struct interest *interest = mine;
    if (what == CURL_POLL_REMOVE) {
        if (interest != NULL) {
            loop_unwatch(callbacks->loop, interest->watch);
            curl_multi_assign(callbacks->multi, socket, NULL);
            free(interest);
        }
        return 0;
    }
    uint32_t events = (what & CURL_POLL_IN ? (uint32_t)EPOLLIN : 0) |
                      (what & CURL_POLL_OUT ? (uint32_t)EPOLLOUT : 0);
    if (interest == NULL) {
        interest = cell_new(sizeof *interest);
        interest->callbacks = callbacks;
        interest->socket = socket;
        interest->watch = loop_watch(callbacks->loop, socket, events, on_socket, interest);
        curl_multi_assign(callbacks->multi, socket, interest);
    } else {
        loop_change(callbacks->loop, interest->watch, events);
    }
    return 0;
}

static int want_timer(CURLM *multi, long milliseconds, void *data)
{
    (void)multi;
    struct callbacks *callbacks = data;
    if (milliseconds < 0) {
        loop_clear(callbacks->loop, &callbacks->timer);
    } else {
        loop_set(callbacks->loop, &callbacks->timer, milliseconds);
    }
    return 0;
}

static size_t swallow(char *bytes, size_t size, size_t count, void *data)
{
    (void)bytes;
    (void)data;
    return size * count;
}

static bool open_slot(struct slot *slot)
{
    buffer_init(&slot->body, BODY_CEILING);
    CURL *easy = curl_easy_init();
    slot->easy = easy;
    return easy != NULL && curl_easy_setopt(easy, CURLOPT_PRIVATE, slot) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http") == CURLE_OK &&
           /* Straight to this machine, whatever http_proxy says. */
           curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)ANSWER_SECONDS) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USERAGENT, "muster-rehearsal") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, swallow) == CURLE_OK;
}

bool callbacks_create(struct loop *loop, struct callbacks **callbacks, struct error *err)
{
    struct callbacks *fresh = cell_new(sizeof *fresh);
    fresh->loop = loop;
    fresh->last = &fresh->first;
    fresh->timer.fire = on_timer;
    fresh->timer.data = fresh;
    bool fine = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    fresh->multi = fine ? curl_multi_init() : NULL;
    for (size_t i = 0; i < CALLBACKS_AT_ONCE && fresh->multi != NULL && fine; i++) {
        fine = open_slot(&fresh->slots[i]);
        fresh->slots[i].next_free = fresh->free_slots;
        fresh->free_slots = &fresh->slots[i];
    }
    if (fresh->multi == NULL || !fine) {
        callbacks_free(&fresh);
        return error_set(err, ERROR_INTERNAL, "cannot set up libcurl");
    }
    curl_multi_setopt(fresh->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
    curl_multi_setopt(fresh->multi, CURLMOPT_SOCKETDATA, fresh);
    curl_multi_setopt(fresh->multi, CURLMOPT_TIMERFUNCTION, want_timer);
    curl_multi_setopt(fresh->multi, CURLMOPT_TIMERDATA, fresh);
    curl_multi_setopt(fresh->multi, CURLMOPT_MAXCONNECTS, (long)CALLBACKS_AT_ONCE);
    *callbacks = fresh;
    return true;
}

void callbacks_free(struct callbacks **callbacks)
{
    struct callbacks *old = *callbacks;
    if (old == NULL) {
        return;
    }
    for (size_t i = 0; i < CALLBACKS_AT_ONCE; i++) {
        if (old->slots[i].callback != NULL) {
            curl_multi_remove_handle(old->multi, old->slots[i].easy);
        }
        curl_easy_cleanup(old->slots[i].easy);
        buffer_free(&old->slots[i].body);
    }
    curl_multi_cleanup(old->multi);
    while (old->due != NULL) {
        struct callback *callback = old->due;
        forget(old, callback);
        loop_clear(old->loop, &callback->timer);
        callback->drop(callback->data);
    }
    loop_clear(old->loop, &old->timer);
    free(old);
    curl_global_cleanup();
    *callbacks = NULL;
}
