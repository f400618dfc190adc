/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What thumbs make of words, for saying.c alone. */
#ifndef MUSTER_MODEL_SAYING_SLIPS_H
#define MUSTER_MODEL_SAYING_SLIPS_H

/* Two words that people write for one. */
static const struct {
    const char *first;
    const char *second;
    const char *both;
} PAIRS[] = {
    {"do", "not", "dont"},
    {"don", "t", "dont"},
    {"dont", "t", "dont"},
    {"i", "have", "ive"},
    {"i", "ve", "ive"},
    {"have", "not", "havent"},
    {"haven", "t", "havent"},
    {"has", "not", "hasnt"},
    {"hasn", "t", "hasnt"},
    {"did", "not", "didnt"},
    {"didn", "t", "didnt"},
    {"can", "not", "cant"},
    {"can", "t", "cant"},
    {"will", "not", "wont"},
    {"won", "t", "wont"},
    {"would", "not", "wouldnt"},
    {"opt", "out", "optout"},
    {"opting", "out", "optout"},
    {"opted", "out", "optout"},
    {"un", "subscribe", "unsubscribe"},
    {"un", "sub", "unsub"},
    {"un", "stop", "unstop"},
    {"opt", "in", "optin"},
    {"thank", "you", "thanks"},
    {"thank", "u", "thanks"},
    {"i", "am", "im"},
    {"i", "m", "im"},
    {"we", "have", "weve"},
    {"it", "is", "its"},
    {"that", "is", "thats"},
    {"i", "would", "id"},
    {"i", "d", "id"},
    {"re", "subscribe", "resubscribe"},
    {"is", "not", "isnt"},
    {"ive", "not", "havent"},
};

/* Slips of the thumb that are no other word. */
static const struct {
    const char *slip;
    const char *word;
} SLIPS[] = {
    {"sotp", "stop"},
    {"stpo", "stop"},
    {"tsop", "stop"},
    {"stp", "stop"},
    {"dtop", "stop"},
    {"atop", "stop"},
    {"stopp", "stop"},
    {"st0p", "stop"},
    {"stopped", "stop"},
    {"stopping", "stop"},
    {"pleasestop", "stop"},
    {"stopplease", "stop"},
    {"plsstop", "stop"},
    {"stopnow", "stop"},
    {"stopthis", "stop"},
    {"stoptexting", "unsubscribe"},
    {"stoptexts", "unsubscribe"},
    {"stopmessages", "unsubscribe"},
    {"stoptextingme", "unsubscribe"},
    {"unsubscribed", "unsubscribe"},
    {"unsubscribeme", "unsubscribe"},
    {"unsubscribing", "unsubscribe"},
    {"unsuscibe", "unsubscribe"},
    {"unscribe", "unsubscribe"},
    {"unsubribe", "unsubscribe"},
    {"unsubscripe", "unsubscribe"},
    {"dnt", "dont"},
    {"donot", "dont"},
    {"cannot", "cant"},
    {"stopall", "stopall"},
    {"votted", "voted"},
    {"voetd", "voted"},
    {"vooted", "voted"},
    {"voterd", "voted"},
    {"havnt", "havent"},
    {"havn", "havent"},
    {"recived", "received"},
    {"receved", "received"},
    {"arived", "arrived"},
    {"стоп", "stop"},
};

/* Letters of other alphabets, and letters with accents, that pass for ours, folded: phones put them
 * in, and so does whoever wants to be funny. */
static const struct {
    char letter;
    const char *passing;
} LOOK_ALIKES[] = {
    {'a', "аàáâãäåāɑαᴀ"}, {'b', "ьʙ"},      {'e', "еèéêëēęεᴇ"},   {'i', "іìíîïīıιɪ"},
    {'l', "ӏʟ"},          {'n', "ñńпηɴ"},   {'o', "оοòóôõöøōőᴏ"}, {'p', "рρᴘ"},
    {'r', "гʀ"},          {'s', "ѕśšşșꜱς"}, {'t', "тτťţțᴛ"},      {'u', "υùúûüūűųᴜ"},
    {'c', "сçćčᴄ"},
};

/* What is understood in such letters, and nothing else. */
static const char LOOKED_FOR[] = "stop stopall unsubscribe unsub optout";

#endif
