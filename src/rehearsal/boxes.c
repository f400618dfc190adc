/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phones and mailboxes in memory; see boxes.h. */
#include "boxes.h"

#include <stdlib.h>
#include <string.h>

#include "cell.h"
#include "draw.h"
#include "muster/base/text.h"

enum { FIRST_BUCKETS = 1024 };

struct boxes {
    struct box **buckets;
    size_t bucket_count; /* a power of two */
    size_t count;
    size_t most_boxes;
    size_t bytes; /* of all items */
    size_t most_bytes;
    struct box *most_recent, *least_recent;
    struct item *newest_held, *oldest_held;
};

struct boxes *boxes_create(size_t most_boxes, size_t most_bytes)
{
    struct boxes *boxes = cell_new(sizeof *boxes);
    boxes->most_boxes = most_boxes;
    boxes->most_bytes = most_bytes;
    boxes->bucket_count = FIRST_BUCKETS;
    boxes->buckets = cell_new(FIRST_BUCKETS * sizeof *boxes->buckets);
    return boxes;
}

static size_t weight(const struct item *item)
{
    return sizeof *item + strlen(item->from) + strlen(item->subject) + item->length + 3;
}

static void let_go(struct boxes *boxes, struct item *item)
{
    struct box *box = item->box;
    *(item->newer != NULL ? &item->newer->older : &box->newest) = item->older;
    *(item->older != NULL ? &item->older->newer : &box->oldest) = item->newer;
    *(item->newer_held != NULL ? &item->newer_held->older_held : &boxes->newest_held) =
        item->older_held;
    *(item->older_held != NULL ? &item->older_held->newer_held : &boxes->oldest_held) =
        item->newer_held;
    box->held--;
    boxes->bytes -= weight(item);
    free(item);
}

void boxes_free(struct boxes **boxes)
{
    struct boxes *old = *boxes;
    if (old == NULL) {
        return;
    }
    while (old->oldest_held != NULL) {
        let_go(old, old->oldest_held);
    }
    while (old->most_recent != NULL) {
        struct box *box = old->most_recent;
        old->most_recent = box->less_recent;
        free(box->name);
        free(box->sender);
        free(box->reply_url);
        free(box);
    }
    free(old->buckets);
    free(old);
    *boxes = NULL;
}

static struct box **bucket_of(const struct boxes *boxes, const char *name)
{
    uint64_t hash = draw_hash(name, strlen(name));
    return &boxes->buckets[(size_t)hash & (boxes->bucket_count - 1)];
}

struct box *boxes_find(const struct boxes *boxes, const char *name)
{
    struct box *box = *bucket_of(boxes, name);
    while (box != NULL && strcmp(box->name, name) != 0) {
        box = box->next;
    }
    return box;
}

static void grow(struct boxes *boxes)
{
    free(boxes->buckets);
    boxes->bucket_count *= 2;
    boxes->buckets = cell_new(boxes->bucket_count * sizeof *boxes->buckets);
    for (struct box *box = boxes->most_recent; box != NULL; box = box->less_recent) {
        struct box **bucket = bucket_of(boxes, box->name);
        box->next = *bucket;
        *bucket = box;
    }
}

static void unlink_recent(struct boxes *boxes, struct box *box)
{
    *(box->more_recent != NULL ? &box->more_recent->less_recent : &boxes->most_recent) =
        box->less_recent;
    *(box->less_recent != NULL ? &box->less_recent->more_recent : &boxes->least_recent) =
        box->more_recent;
}

static void link_recent(struct boxes *boxes, struct box *box)
{
    box->more_recent = NULL;
    box->less_recent = boxes->most_recent;
    *(box->less_recent != NULL ? &box->less_recent->more_recent : &boxes->least_recent) = box;
    boxes->most_recent = box;
}

struct box *boxes_open(struct boxes *boxes, const char *name)
{
    struct box *box = boxes_find(boxes, name);
    if (box != NULL || boxes->count == boxes->most_boxes) {
        return box;
    }
    if (boxes->count >= boxes->bucket_count) {
        grow(boxes);
    }
    box = cell_new(sizeof *box);
    box->name = cell_text(name);
    struct box **bucket = bucket_of(boxes, name);
    box->next = *bucket;
    *bucket = box;
    link_recent(boxes, box);
    boxes->count++;
    return box;
}

/* Copy a text behind the item and move on. */
static const char *append(char **end, const char *bytes, size_t length)
{
    char *copy = *end;
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    *end += length + 1;
    return copy;
}

void boxes_put(struct boxes *boxes, struct box *box, const struct item *item)
{
    struct item *copy = cell_new(weight(item));
    *copy = *item;
    char *end = (char *)(copy + 1);
    copy->from = append(&end, item->from, strlen(item->from));
    copy->subject = append(&end, item->subject, strlen(item->subject));
    copy->text = append(&end, item->text, item->length);
    copy->box = box;
    copy->newer = NULL;
    copy->older = box->newest;
    *(copy->older != NULL ? &copy->older->newer : &box->oldest) = copy;
    box->newest = copy;
    copy->newer_held = NULL;
    copy->older_held = boxes->newest_held;
    *(copy->older_held != NULL ? &copy->older_held->newer_held : &boxes->oldest_held) = copy;
    boxes->newest_held = copy;
    box->held++;
    boxes->bytes += weight(copy);
    box->messages++;
    box->last = item->at;
    unlink_recent(boxes, box);
    link_recent(boxes, box);
    if (box->held > BOX_HOLDS) {
        let_go(boxes, box->oldest);
    }
    while (boxes->bytes > boxes->most_bytes && boxes->oldest_held != NULL) {
        /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): letting go takes it off the list first */
        let_go(boxes, boxes->oldest_held);
    }
}

static void replace(char **slot, const char *text)
{
    if (text != NULL && !text_equal(*slot, text)) {
        free(*slot);
        *slot = cell_text(text);
    }
}

void boxes_set_answer(struct box *box, const char *sender, const char *reply_url)
{
    replace(&box->sender, sender);
    replace(&box->reply_url, reply_url);
}

struct item *boxes_item(const struct box *box, const char *id)
{
    struct item *item = box->newest;
    while (item != NULL && strcmp(item->id, id) != 0) {
        item = item->older;
    }
    return item;
}

struct box *boxes_recent(const struct boxes *boxes)
{
    return boxes->most_recent;
}

size_t boxes_count(const struct boxes *boxes)
{
    return boxes->count;
}
