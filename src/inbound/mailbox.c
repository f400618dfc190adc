/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IMAP by libcurl. Of its two ways of asking, a mail is fetched by its URL (which gives the body as
 * the server has counted it, whatever stands in it), and all else is a command of our own, whose
 * answer comes in lines. libcurl cuts lines that are very long, as the one that answers SEARCH may
 * be; so mails are listed by FETCH, which says one a line. */
#include "muster/inbound/mailbox.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "muster/base/arena.h"
#include "muster/base/buffer.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "muster/inbound/returned.h"

enum {
    BATCH = 200,
    LINE_MOST = 1024,          /* of an answer; what is longer says nothing that matters here */
    SWALLOWED_MOST = 64 << 20, /* bytes of a mail that are read at all */
    CONNECT_SECONDS = 30,
    ANSWER_SECONDS = 120,
    MAIL_SECONDS = 600,
    TRIES = 3, /* of a mail that cannot be read; then it is left alone */
    LEFT_MOST = 32,
    URL_SIZE = 1024,
};

/* A mail that could not be read. */
struct trouble {
    unsigned long uid;
    int times;
};

struct mailbox {
    const struct config *config;
    struct trouble troubles[LEFT_MOST];
    bool cannot_move;    /* the server does not know MOVE */
    bool cannot_expunge; /* nor UID EXPUNGE */
};

/* A connection. */
struct visit {
    struct mailbox *mailbox;
    CURL *easy;
    char fault[CURL_ERROR_SIZE];
    char secret[FILE_SECRET_MAX];
    unsigned long uids[BATCH];
    size_t count;
    bool more;
    char line[LINE_MOST + 1]; /* of the answer that is being read */
    size_t used;
    struct buffer mail;
    size_t swallowed;
};

static void must(CURLcode code)
{
    if (code != CURLE_OK) { /* out of memory, or an option that this libcurl lacks */
        abort();
    }
}

struct mailbox *mailbox_create(const struct config *config)
{
    static bool started;
    if (!started) {
        must(curl_global_init(CURL_GLOBAL_DEFAULT));
        started = true;
    }
    struct mailbox *mailbox = calloc(1, sizeof *mailbox);
    if (mailbox == NULL) {
        abort();
    }
    mailbox->config = config;
    return mailbox;
}

void mailbox_free(struct mailbox **mailbox)
{
    free(*mailbox);
    *mailbox = NULL;
}

/* --- mails that cannot be read -----------------------------------------------------------------*/

static struct trouble *trouble_of(struct mailbox *mailbox, unsigned long uid)
{
    for (size_t i = 0; i < LEFT_MOST; i++) {
        if (mailbox->troubles[i].uid == uid) {
            return &mailbox->troubles[i];
        }
    }
    return NULL;
}

static void note_trouble(struct mailbox *mailbox, unsigned long uid)
{
    struct trouble *trouble = trouble_of(mailbox, uid);
    trouble = trouble == NULL ? trouble_of(mailbox, 0) : trouble;
    if (trouble != NULL) {
        trouble->uid = uid;
        trouble->times++;
    }
}

static bool is_left_alone(struct mailbox *mailbox, unsigned long uid)
{
    const struct trouble *trouble = trouble_of(mailbox, uid);
    return trouble != NULL && trouble->times >= TRIES;
}

/* --- what the server says ----------------------------------------------------------------------*/

/* "* 5 FETCH (UID 12 FLAGS (\Seen))" */
static void read_listed(struct visit *visit)
{
    const char *uid = strstr(visit->line, "UID ");
    if (strncmp(visit->line, "* ", 2) != 0 || strstr(visit->line, " FETCH (") == NULL ||
        uid == NULL || strcasestr(visit->line, "\\Deleted") != NULL) {
        return;
    }
    const unsigned long number = strtoul(uid + strlen("UID "), NULL, 10);
    if (number == 0 || is_left_alone(visit->mailbox, number)) {
        return;
    }
    if (visit->count == BATCH) {
        visit->more = true;
        return;
    }
    visit->uids[visit->count++] = number;
}

/* The answer to a command, in pieces. */
static size_t hear(const char *bytes, size_t size, size_t count, void *context)
{
    struct visit *visit = context;
    for (size_t i = 0; i < size * count; i++) {
        if (bytes[i] == '\n') {
            visit->line[visit->used] = '\0';
            read_listed(visit);
            visit->used = 0;
        } else if (visit->used < LINE_MOST) {
            visit->line[visit->used++] = bytes[i];
        }
    }
    return size * count;
}

/* A mail, of which we keep as much as is read of one. */
static size_t receive(const char *bytes, size_t size, size_t count, void *context)
{
    struct visit *visit = context;
    const size_t got = size * count;
    const size_t room = RETURNED_BYTES_MAX - visit->mail.length;
    visit->swallowed += got;
    (void)buffer_add(&visit->mail, bytes, got < room ? got : room);
    return visit->swallowed <= SWALLOWED_MOST ? got : 0;
}

static bool explain(const struct visit *visit, CURLcode code, const char *doing, struct error *err)
{
    const char *fault = visit->fault[0] == '\0' ? curl_easy_strerror(code) : visit->fault;
    const bool refused = code == CURLE_LOGIN_DENIED;
    const bool unknown = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE;
    return error_set(err, refused || unknown ? ERROR_CONFIG : ERROR_UNAVAILABLE,
                     "the mailbox: %s: %s", doing, fault);
}

/* --- the connection ----------------------------------------------------------------------------*/

static bool is_on_this_machine(const char *url)
{
    const char *host = strstr(url, "://") + strlen("://");
    const size_t length = strcspn(host, ":/");
    return (length == strlen("localhost") && strncasecmp(host, "localhost", length) == 0) ||
           (strncmp(host, "127.", strlen("127.")) == 0 && strspn(host, "0123456789.") == length);
}

static bool prepare_login(struct visit *visit, struct error *err)
{
    const struct config *config = visit->mailbox->config;
    CURL *easy = visit->easy;
    must(curl_easy_setopt(easy, CURLOPT_USERNAME, config->mailbox.user));
    must(curl_easy_setopt(easy, CURLOPT_SASL_IR, 1L));
    if (text_empty(config->mailbox.password_file)) {
        return error_set(err, ERROR_CONFIG, "mailbox.password_file is not set");
    }
    if (!file_secret(config->mailbox.password_file, visit->secret, err)) {
        return false;
    }
    if (text_equal(config->mailbox.auth, "oauth2")) {
        must(curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, visit->secret));
        must(curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2"));
    } else {
        must(curl_easy_setopt(easy, CURLOPT_PASSWORD, visit->secret));
    }
    return true;
}

static void prepare_tls(struct visit *visit)
{
    const struct config *config = visit->mailbox->config;
    const bool here = is_on_this_machine(config->mailbox.url);
    CURL *easy = visit->easy;
    must(curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)(here ? CURLUSESSL_TRY : CURLUSESSL_ALL)));
    must(curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2));
    must(curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L));
    must(curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L));
    if (!text_empty(config->mailbox.ca_file)) {
        must(curl_easy_setopt(easy, CURLOPT_CAINFO, config->mailbox.ca_file));
        must(curl_easy_setopt(easy, CURLOPT_CAPATH, NULL));
    }
}

static bool prepare(struct visit *visit, struct error *err)
{
    CURL *easy = visit->easy;
    must(curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "imap,imaps"));
    must(curl_easy_setopt(easy, CURLOPT_PROXY, "")); /* nothing from the environment */
    must(curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L));
    must(curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, visit->fault));
    must(curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS));
    must(curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)ANSWER_SECONDS));
    must(curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)MAIL_SECONDS));
    prepare_tls(visit);
    return prepare_login(visit, err);
}

/* Say a command of our own. */
static CURLcode command(struct visit *visit, const char *words)
{
    CURL *easy = visit->easy;
    visit->used = 0;
    visit->fault[0] = '\0';
    must(curl_easy_setopt(easy, CURLOPT_URL, visit->mailbox->config->mailbox.url));
    must(curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, words));
    must(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, hear));
    must(curl_easy_setopt(easy, CURLOPT_WRITEDATA, visit));
    return curl_easy_perform(easy);
}

/* Read a mail; one that is not there any more was somebody else's to move. */
static CURLcode fetch(struct visit *visit, unsigned long uid)
{
    char url[URL_SIZE];
    CURL *easy = visit->easy;
    visit->fault[0] = '\0';
    visit->swallowed = 0;
    buffer_clear(&visit->mail);
    (void)snprintf(url, sizeof url, "%.900s;UID=%lu", visit->mailbox->config->mailbox.url, uid);
    must(curl_easy_setopt(easy, CURLOPT_URL, url));
    must(curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, NULL));
    must(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive));
    must(curl_easy_setopt(easy, CURLOPT_WRITEDATA, visit));
    return curl_easy_perform(easy);
}

/* --- putting away ------------------------------------------------------------------------------*/

static CURLcode say(struct visit *visit, struct arena *arena, const char *verb, unsigned long uid,
                    const char *rest)
{
    return command(visit, arena_printf(arena, "UID %s %lu%s", verb, uid, rest));
}

/* Without UID EXPUNGE it stays, marked as deleted, until somebody clears the folder. */
static CURLcode delete (struct visit *visit, struct arena *arena, unsigned long uid)
{
    const CURLcode code = say(visit, arena, "STORE", uid, " +FLAGS.SILENT (\\Deleted)");
    if (code == CURLE_OK && !visit->mailbox->cannot_expunge) {
        visit->mailbox->cannot_expunge = say(visit, arena, "EXPUNGE", uid, "") == CURLE_QUOTE_ERROR;
    }
    return code;
}

static CURLcode move(struct visit *visit, struct arena *arena, unsigned long uid)
{
    const char *folder = arena_printf(arena, " \"%s\"", visit->mailbox->config->mailbox.folder);
    if (!visit->mailbox->cannot_move) {
        const CURLcode code = say(visit, arena, "MOVE", uid, folder);
        if (code != CURLE_QUOTE_ERROR) {
            return code;
        }
    }
    CURLcode code = say(visit, arena, "COPY", uid, folder);
    if (code == CURLE_QUOTE_ERROR) { /* the folder is not there yet */
        (void)command(visit, arena_printf(arena, "CREATE%s", folder));
        code = say(visit, arena, "COPY", uid, folder);
    } else if (code == CURLE_OK) {
        visit->mailbox->cannot_move = true;
    }
    return code == CURLE_OK ? delete (visit, arena, uid) : code;
}

static bool put_away(struct visit *visit, unsigned long uid, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const bool keep = !text_equal(visit->mailbox->config->mailbox.done, "delete");
    const CURLcode code = keep ? move(visit, arena, uid) : delete (visit, arena, uid);
    return code == CURLE_OK ||
           explain(visit, code, keep ? "a mail cannot be moved" : "a mail cannot be deleted", err);
}

/* --- a batch -----------------------------------------------------------------------------------*/

static bool take_one(struct visit *visit, unsigned long uid, mailbox_fn *take, void *context,
                     struct mailbox_tally *tally, struct error *err)
{
    const CURLcode code = fetch(visit, uid);
    if (code == CURLE_REMOTE_FILE_NOT_FOUND) {
        return true;
    }
    if (code != CURLE_OK) {
        note_trouble(visit->mailbox, uid);
        return explain(visit, code, "a mail cannot be read", err);
    }
    if (visit->mail.length > 0 &&
        !take(buffer_text(&visit->mail), visit->mail.length, context, err)) {
        return false;
    }
    tally->taken++;
    return put_away(visit, uid, err);
}

static bool empty(struct visit *visit, mailbox_fn *take, void *context,
                  const volatile sig_atomic_t *stop, struct mailbox_tally *tally, struct error *err)
{
    if (!prepare(visit, err)) {
        return false;
    }
    const CURLcode code = command(visit, "UID FETCH 1:* (UID FLAGS)");
    if (code != CURLE_OK) {
        return explain(visit, code, "its mails cannot be listed", err);
    }
    tally->more = visit->more;
    for (size_t i = 0; i < visit->count && *stop == 0; i++) {
        if (!take_one(visit, visit->uids[i], take, context, tally, err)) {
            return false;
        }
    }
    return true;
}

bool mailbox_batch(struct mailbox *mailbox, mailbox_fn *take, void *context,
                   const volatile sig_atomic_t *stop, struct mailbox_tally *tally,
                   struct error *err)
{
    struct visit *visit = calloc(1, sizeof *visit);
    *tally = (struct mailbox_tally){0};
    if (visit == NULL || (visit->easy = curl_easy_init()) == NULL) {
        abort();
    }
    visit->mailbox = mailbox;
    buffer_init(&visit->mail, RETURNED_BYTES_MAX);
    const bool ok = empty(visit, take, context, stop, tally, err);
    curl_easy_cleanup(visit->easy);
    buffer_free(&visit->mail);
    explicit_bzero(visit->secret, sizeof visit->secret);
    free(visit);
    return ok;
}
