/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The address that was probably meant, by tables.
 *
 * A measure of distance would know no better than that mail.com, ymail.com and email.com are slips
 * of gmail.com, and members live there. So a name is corrected only when it is written down here as
 * a slip of a provider's, and a provider's ending only to one that provider has. Of domains nobody
 * knows only the ending is looked at, for endings that do not exist anywhere: .con, .co.ik. What
 * can be meant in two ways (hotmail.co, yahoo.co) is left alone. */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "muster/base/text.h"
#include "muster/model/address.h"

struct provider {
    const char *name;    /* the domain up to its first dot */
    const char *endings; /* after it, a blank on both sides of each; the first stands for all */
    const char *slips;   /* spellings of the name that are no provider's, likewise */
};

/* A slip may be a domain that somebody has registered, but none where people have mailboxes, staff
 * included: virginmedia.co.uk and blueyonder.com are employers. */
static const struct provider PROVIDERS[] = {
    {"gmail", " com ",
     " gmial gamil gmai gmal gmil gnail gmaill gmaiil gmmail ggmail gmsil gmaik gmaul gmaio gmali "
     "gmeil gmqil gimail gmaol gmailc gmaii gmaail gmiail gamial gaiml gmla gmia gmaip "
     "gmajl gmauil gmaili gmailo "},
    {"googlemail", " com ",
     " googlmail goglemail googelmail googemail googlemai gogglemail googlemial googlmeail "
     "googlemal googlemil googlemaill googlemali goolemail googlemaiil "},
    {"hotmail",
     " com co.uk fr es it de be dk se no fi nl gr ca co.nz com.au com.br com.ar co.jp co.in cl ",
     " hotmial hotmal hotmai hotmil hotamil hotmali homtail hotmaill hotmaik hormail hotmsil "
     "hitmail htomail hotmeil hotmaul hotmaol hotmqil hotmiall hotnail hotmaii hotmmail hotmaiil "
     "hotmauil hotmailc hotmaio hptmail hoitmail hotmia hootmail hotmaail hotmajl hotmwil hoymail "
     ""},
    {"outlook",
     " com ie fr de es it be at dk cz gr pt hu sk lv in jp kr my ph sa sg cl com.au com.br com.tr "
     "com.vn com.ar co.th co.id co.il ",
     " outlok outloo outlock otlook oulook outllok outook oultook outlookk outlool outlokk ootlook "
     "outlouk outllook outloook outlooc putlook oitlook utlook outlookl outkook outliik "
     "outlooki outolok "},
    {"live",
     " com co.uk ie fr de nl be it dk se no ca com.au com.mx com.pt com.ar cl cn jp in at ru ", ""},
    {"msn", " com co.uk ", ""},
    {"icloud", " com ",
     " iclould icoud iclod icould iclud icloude icluod iclooud icolud ilcoud icloyd iclous icload "
     "icloids iclouf icluoud iclolud iicloud icloudd "},
    {"yahoo",
     " com co.uk ie fr de es it gr se no dk nl be at ca pl ro com.au com.br com.ar com.mx com.sg "
     "com.ph com.hk com.tw com.tr com.vn com.cn co.in co.id co.jp co.nz co.za co.th co.kr in ",
     " yaho yahooo yhaoo yhoo yaoo yahho uahoo tahoo yahpo yaahoo yahooi yahhoo yahopo yahoou "
     "yayoo yanoo yahio yaboo yahou yajoo yshoo yhooo yaoho ayhoo yahoop yahol yahop "},
    {"btinternet", " com ",
     " btinterent btintenet btinernet btinternt btinterne btinteret btinetrnet btinternett "
     "btintrnet bitinternet btinterner btinterney btinyernet btintermet btintetnet btineternet "
     "btintnernet btinernent btinertnet btintnet btinrernet btiternet btnternet btointernet "
     "bt-internet btinteenet btinterneet btinternrt btimternet "},
    {"btopenworld", " com ",
     " btopenword btopenwolrd btopenwrld btopenworl btopnworld btopeworld btoepnworld "
     "btopenworls btopenworkd "},
    {"virginmedia", " com ",
     " virginmeda virginmeida virgimedia virginmdeia virgnmedia viriginmedia virginmedai "
     "virginmedis virginmeia virginmdia virginemdia virinmedia virgingmedia virginmedi "
     "virgenmedia vriginmedia virginmmedia "},
    {"talktalk", " net ",
     " talktak taktalk tallktalk talktalkk talktlak talkltalk talktalj talktaalk talktalt "
     "talkalk talktallk talklalk tlaktalk takltalk "},
    {"ntlworld", " com ",
     " ntlword ntlwold ntlwrold ntlworl ntlwolrd ntllworld nltworld ntlworls "},
    {"blueyonder", " co.uk ",
     " blueyoner bluyonder blueyonde blueyondr blueyander blueyonderr blueyoder bluyeonder "
     "blueyonfer bleuyonder blueyoonder "},
    {"tiscali", " co.uk it ", " tiscal tiscalli tisacli tiscaly tisali tscali "},
    {"protonmail", " com ch ",
     " protonmai protomail protonmial protnmail protonmal protonmil protonmali protonamil "},
    {"nhs", " net uk scot wales ", ""},
};

/* Endings that do not exist, and what was meant; at the end of any domain, from a dot on. */
static const struct {
    const char *wrong;
    const char *right;
} ENDINGS[] = {
    {".con", ".com"},          {".cmo", ".com"},           {".ocm", ".com"},
    {".vom", ".com"},          {".xom", ".com"},           {".comm", ".com"},
    {".coom", ".com"},         {".ccom", ".com"},          {".cpm", ".com"},
    {".ckm", ".com"},          {".c0m", ".com"},           {".cim", ".com"},
    {".coml", ".com"},         {".come", ".com"},          {".comn", ".com"},
    {".nett", ".net"},         {".ney", ".net"},           {".nte", ".net"},
    {".ogr", ".org"},          {".orgg", ".org"},          {".co.k", ".co.uk"},
    {".co.u", ".co.uk"},       {".co.ik", ".co.uk"},       {".co.yk", ".co.uk"},
    {".co.jk", ".co.uk"},      {".co.ul", ".co.uk"},       {".co.uj", ".co.uk"},
    {".co.uki", ".co.uk"},     {".co.ukk", ".co.uk"},      {".co.uuk", ".co.uk"},
    {".co.ku", ".co.uk"},      {".couk", ".co.uk"},        {".c.ouk", ".co.uk"},
    {".cou.k", ".co.uk"},      {".co.uk.con", ".co.uk"},   {".org.u", ".org.uk"},
    {".org.k", ".org.uk"},     {".org.ukk", ".org.uk"},    {".orguk", ".org.uk"},
    {".org.ul", ".org.uk"},    {".ac.u", ".ac.uk"},        {".ac.k", ".ac.uk"},
    {".ac.ukk", ".ac.uk"},     {".acuk", ".ac.uk"},        {".ac.ul", ".ac.uk"},
    {".gov.u", ".gov.uk"},     {".gov.k", ".gov.uk"},      {".gov.ukk", ".gov.uk"},
    {".govuk", ".gov.uk"},     {".gov.ul", ".gov.uk"},     {".nhs.u", ".nhs.uk"},
    {".nhs.k", ".nhs.uk"},     {".nhs.ukk", ".nhs.uk"},    {".nhsuk", ".nhs.uk"},
    {".nhs.ul", ".nhs.uk"},    {".nhs.co.uk", ".nhs.uk"},  {".nhs.ne", ".nhs.net"},
    {".nhs.nett", ".nhs.net"}, {".nhs.scto", ".nhs.scot"}, {".nhs.uk.com", ".nhs.uk"},
};

/* A provider's name with an ending that the provider does not have, where only one can be meant. */
static const struct {
    const char *wrong;
    const char *right;
} DOMAINS[] = {
    {"gmail.co", "gmail.com"},
    {"gmail.cm", "gmail.com"},
    {"gmail.om", "gmail.com"},
    {"gmail.co.uk", "gmail.com"},
    {"gmail.uk", "gmail.com"},
    {"gmail.net", "gmail.com"},
    {"gmail.org", "gmail.com"},
    {"gmail.com.uk", "gmail.com"},
    {"gmail.com.com", "gmail.com"},
    {"googlemail.co", "googlemail.com"},
    {"googlemail.co.uk", "googlemail.com"},
    {"googlemail.uk", "googlemail.com"},
    {"hotmail.cm", "hotmail.com"},
    {"hotmail.om", "hotmail.com"},
    {"hotmail.uk", "hotmail.co.uk"},
    {"hotmail.c.uk", "hotmail.co.uk"},
    {"hotmail.com.uk", "hotmail.co.uk"},
    {"outlook.co", "outlook.com"},
    {"outlook.cm", "outlook.com"},
    {"outlook.om", "outlook.com"},
    {"live.uk", "live.co.uk"},
    {"live.c.uk", "live.co.uk"},
    {"icloud.co", "icloud.com"},
    {"icloud.cm", "icloud.com"},
    {"icloud.om", "icloud.com"},
    {"icloud.co.uk", "icloud.com"},
    {"icloud.uk", "icloud.com"},
    {"icloud.net", "icloud.com"},
    {"yahoo.cm", "yahoo.com"},
    {"yahoo.om", "yahoo.com"},
    {"yahoo.uk", "yahoo.co.uk"},
    {"yahoo.c.uk", "yahoo.co.uk"},
    {"yahoo.com.uk", "yahoo.co.uk"},
    {"btinternet.co", "btinternet.com"},
    {"btinternet.cm", "btinternet.com"},
    {"btinternet.co.uk", "btinternet.com"},
    {"btinternet.uk", "btinternet.com"},
    {"btinternet.net", "btinternet.com"},
    {"btopenworld.co.uk", "btopenworld.com"},
    {"virginmedia.co", "virginmedia.com"},
    {"talktalk.ne", "talktalk.net"},
    {"ntlworld.co.uk", "ntlworld.com"},
    {"blueyonder.uk", "blueyonder.co.uk"},
    {"tiscali.uk", "tiscali.co.uk"},
    {"nhs.ne", "nhs.net"},
    {"nhs.ent", "nhs.net"},
    {"nhs.met", "nhs.net"},
    {"nhs.nwt", "nhs.net"},
    {"nhs.nrt", "nhs.net"},
    {"nhs.nt", "nhs.net"},
    {"nhs.et", "nhs.net"},
    {"nsh.net", "nhs.net"},
};

enum {
    PASSES = 3,    /* a domain may have a slip in its name and one in its ending */
    NAME_MAX = 24, /* bytes of the longest slip, and some */
};

/* Whether the word, `length` bytes, stands in a list of words with blanks around. */
static bool is_listed(const char *word, size_t length, const char *list)
{
    char wanted[NAME_MAX + 3] = " ";
    if (length == 0 || length > NAME_MAX) {
        return false;
    }
    memcpy(wanted + 1, word, length);
    wanted[length + 1] = ' ';
    return strstr(list, wanted) != NULL;
}

static const struct provider *provider_of(const char *domain, size_t name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(PROVIDERS); i++) {
        if (strlen(PROVIDERS[i].name) == name && memcmp(PROVIDERS[i].name, domain, name) == 0) {
            return &PROVIDERS[i];
        }
    }
    return NULL;
}

/* The domain with its longest impossible ending put right, or NULL. */
static const char *with_ending(const char *domain, struct arena *arena)
{
    size_t length = strlen(domain);
    size_t best = 0;
    const char *right = NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(ENDINGS); i++) {
        size_t tail = strlen(ENDINGS[i].wrong);
        if (tail > best && tail < length && strcmp(domain + length - tail, ENDINGS[i].wrong) == 0) {
            best = tail;
            right = ENDINGS[i].right;
        }
    }
    return right == NULL ? NULL
                         : arena_printf(arena, "%.*s%s", (int)(length - best), domain, right);
}

/* One slip in the domain put right, or NULL when there is none. */
static const char *corrected(const char *domain, struct arena *arena)
{
    for (size_t i = 0; i < ARRAY_LENGTH(DOMAINS); i++) {
        if (strcmp(domain, DOMAINS[i].wrong) == 0) {
            return DOMAINS[i].right;
        }
    }
    size_t name = strcspn(domain, ".");
    for (size_t i = 0; i < ARRAY_LENGTH(PROVIDERS); i++) {
        if (is_listed(domain, name, PROVIDERS[i].slips)) {
            return arena_printf(arena, "%s%s", PROVIDERS[i].name, domain + name);
        }
    }
    return with_ending(domain, arena);
}

/* Whether the domain is a provider's name with an ending that the provider has; `*stranger` is set
 * when the name is no provider's. */
static bool is_provider(const char *domain, bool *stranger)
{
    size_t name = strcspn(domain, ".");
    const struct provider *provider = provider_of(domain, name);
    *stranger = provider == NULL;
    if (provider == NULL || domain[name] == '\0') {
        return false;
    }
    const char *ending = domain + name + 1;
    return is_listed(ending, strlen(ending), provider->endings);
}

const char *address_suggest(const char *address, struct arena *arena)
{
    const char *at = strrchr(address, '@');
    bool stranger = false;
    if (at == NULL || is_provider(at + 1, &stranger)) {
        return NULL;
    }
    const char *domain = NULL;
    const char *next = at + 1;
    for (int pass = 0; pass < PASSES && next != NULL; pass++) {
        next = corrected(next, arena);
        domain = next != NULL ? next : domain;
    }
    if (domain == NULL || (!is_provider(domain, &stranger) && !stranger)) {
        return NULL;
    }
    return arena_printf(arena, "%.*s@%s", (int)(at - address), address, domain);
}
