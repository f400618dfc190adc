/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IMAP by libcurl. Of its two ways of asking, a mail is fetched by its URL (which gives the body as
 * the server has counted it, whatever stands in it), and all else is a command of our own, whose
 * answer comes in lines. libcurl cuts lines that are very long, as the one that answers SEARCH may
 * be; so mails are listed by FETCH, which says one a line. And some versions give up on answers of
 * many lines: with each they count all that lies read behind it, and 130 lines are too much for
 * them. So a few are asked for at a time. */
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
    LIST_LINES = 50,           /* mails that are listed by one command */
    MAILS_MOST = 100000,       /* in a folder, of which any are looked at */
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
    unsigned long validity; /* of the folder in which mails have the numbers below; 0: not known */
    struct trouble troubles[LEFT_MOST];
    unsigned long
        passed;       /* up to this mail all were taken, though some had to stay; 0: begin anew */
    bool cannot_move; /* the server does not know MOVE */
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
    bool counting;          /* not listed, only counted */
    unsigned long last;     /* of the numbers that the server has said, which go from 1 */
    unsigned long validity; /* of the folder, as the server says; 0: it does not */
    char url[URL_SIZE];
    char line[LINE_MOST + 1]; /* of the answer that is being read */
    size_t used;
    struct buffer mail;
    size_t swallowed;
    struct error refused; /* why mails that were taken are still there */
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

/* "* STATUS INBOX (UIDVALIDITY 1733)" */
static void read_validity(struct visit *visit)
{
    static const char STATUS[] = "* STATUS ";
    static const char VALIDITY[] = "(UIDVALIDITY ";
    const char *figures = strrchr(visit->line, '(');
    if (strncasecmp(visit->line, STATUS, sizeof STATUS - 1) == 0 && figures != NULL &&
        strncasecmp(figures, VALIDITY, sizeof VALIDITY - 1) == 0) {
        visit->validity = strtoul(figures + sizeof VALIDITY - 1, NULL, 10);
    }
}

/* "* 5 FETCH (UID 12 FLAGS (\Seen))" */
static void read_listed(struct visit *visit)
{
    const char *uid = strstr(visit->line, "UID ");
    if (strncmp(visit->line, "* ", 2) != 0 || strstr(visit->line, " FETCH (") == NULL ||
        uid == NULL) {
        return;
    }
    const unsigned long place = strtoul(visit->line + 2, NULL, 10);
    visit->last = place > visit->last && place <= MAILS_MOST ? place : visit->last;
    if (visit->counting || strcasestr(visit->line, "\\Deleted") != NULL) {
        return;
    }
    const unsigned long number = strtoul(uid + strlen("UID "), NULL, 10);
    if (number <= visit->mailbox->passed || is_left_alone(visit->mailbox, number)) {
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
            read_validity(visit);
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
    must(curl_easy_setopt(easy, CURLOPT_URL, visit->url));
    must(curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, words));
    must(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, hear));
    must(curl_easy_setopt(easy, CURLOPT_WRITEDATA, visit));
    return curl_easy_perform(easy);
}

/* The folder's name, as it stands in a command; NULL: it cannot be one. In the arena. */
static const char *folder_name(const struct visit *visit, struct arena *arena)
{
    CURLU *parts = curl_url();
    char *path = NULL;
    char *name = NULL;
    if (parts == NULL) {
        abort();
    }
    if (curl_url_set(parts, CURLUPART_URL, visit->mailbox->config->mailbox.url, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_PATH, &path, CURLU_URLDECODE) == CURLUE_OK) {
        name = arena_alloc(arena, 2 * strlen(path) + 1);
        size_t put = 0;
        for (const char *at = path + 1; *at != '\0'; at++) {
            if (*at == '"' || *at == '\\') {
                name[put++] = '\\';
            }
            name[put++] = *at;
        }
        name[put] = '\0';
    }
    curl_free(path);
    curl_url_cleanup(parts);
    return name;
}

/* Find out which folder this is: one that was made anew under the same name gives its numbers again
 * to other mails. What is known of numbers is of the folder that it was known of, and from now on
 * the library takes no mail out of another, whenever it has to connect again. */
static CURLcode identify(struct visit *visit)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct mailbox *mailbox = visit->mailbox;
    const char *name = folder_name(visit, arena);
    (void)snprintf(visit->url, sizeof visit->url, "%.900s", mailbox->config->mailbox.url);
    if (name == NULL) {
        return CURLE_OK;
    }
    const CURLcode code = command(visit, arena_printf(arena, "STATUS \"%s\" (UIDVALIDITY)", name));
    if (code != CURLE_OK || visit->validity == 0) {
        return code;
    }
    if (mailbox->validity != visit->validity) {
        memset(mailbox->troubles, 0, sizeof mailbox->troubles);
        mailbox->passed = 0;
        mailbox->validity = visit->validity;
    }
    (void)snprintf(visit->url, sizeof visit->url, "%.900s;UIDVALIDITY=%lu",
                   mailbox->config->mailbox.url, visit->validity);
    return CURLE_OK;
}

/* Find a batch. Nothing leaves the folder while we do: the numbers stay what they are. */
static CURLcode list(struct visit *visit)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    visit->counting = true;
    CURLcode code = command(visit, "UID FETCH * (UID)");
    visit->counting = false;
    const unsigned long last = visit->last;
    for (unsigned long from = 1; code == CURLE_OK && from <= last && !visit->more;
         from += LIST_LINES) {
        const unsigned long to = last - from < LIST_LINES ? last : from + LIST_LINES - 1;
        code = command(visit, arena_printf(arena, "FETCH %lu:%lu (UID FLAGS)", from, to));
    }
    return code;
}

/* Read a mail, as far as it matters; one that is not there any more was somebody else's to move. */
static CURLcode fetch(struct visit *visit, unsigned long uid)
{
    char url[2 * URL_SIZE];
    CURL *easy = visit->easy;
    visit->fault[0] = '\0';
    visit->swallowed = 0;
    buffer_clear(&visit->mail);
    (void)snprintf(url, sizeof url, "%s;UID=%lu;PARTIAL=0.%d", visit->url, uid,
                   (int)RETURNED_BYTES_MAX);
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

/* Where the server refuses that, for want of a right, a folder or room, those behind it are taken
 * all the same: a wish to leave must not wait until somebody has mended it. */
static bool put_away(struct visit *visit, unsigned long uid, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const bool keep = !text_equal(visit->mailbox->config->mailbox.done, "delete");
    const CURLcode code = keep ? move(visit, arena, uid) : delete (visit, arena, uid);
    if (code == CURLE_OK) {
        return true;
    }
    const bool refused = code == CURLE_QUOTE_ERROR;
    visit->mailbox->passed = refused ? uid : visit->mailbox->passed;
    return explain(visit, code, keep ? "a mail cannot be moved" : "a mail cannot be deleted",
                   refused ? &visit->refused : err) ||
           refused;
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
    CURLcode code = identify(visit);
    code = code == CURLE_OK ? list(visit) : code;
    if (code != CURLE_OK) {
        return explain(visit, code, "its mails cannot be listed", err);
    }
    tally->more = visit->more;
    for (size_t i = 0; i < visit->count && *stop == 0; i++) {
        if (!take_one(visit, visit->uids[i], take, context, tally, err)) {
            return false;
        }
    }
    visit->mailbox->passed = visit->more ? visit->mailbox->passed : 0;
    if (visit->refused.kind != ERROR_NONE) {
        *err = visit->refused;
        return false;
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
