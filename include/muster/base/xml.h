/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML documents that strangers send, read as values, so that a path finds its way into either. The
 * only door to libxml2's parser of XML; that of HTML is in message/plain.c.
 *
 * Nothing is fetched, and a document with a DOCTYPE is refused at that word: there are no entities
 * but the five that XML has by itself, so that none can grow, and none can name a file. The bytes
 * are UTF-8, whatever the document says of itself; those that are not become U+FFFD, so that one
 * bad letter costs no more than itself. */
#ifndef MUSTER_BASE_XML_H
#define MUSTER_BASE_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/compiler.h"
#include "muster/base/error.h"
#include "muster/base/json.h"

/* More is refused. The parser compares the attributes of an element with each other: what these
 * bytes can hold takes it some hundredths of a second. */
enum { XML_BYTES_MAX = 64 * 1024, XML_DEPTH_MAX = 32, XML_ELEMENTS_MAX = 10000 };

/* Read a document. The root is an object; so is every element that has others within: their names,
 * without prefixes, are its members, and "#name" is its own name. An element without others is its
 * text, as it stands. What stands there twice is an array, in order. Attributes, and text beside
 * elements, are left out. The caller frees the value with json_free. ERROR_DATA says where it is
 * not well-formed, or which limit it breaks, without repeating any of it. */
bool xml_parse(const char *bytes, size_t length, struct json **value, struct error *err) MUST_USE;

#endif
