/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The example configuration, written from the table of settings. `muster init` makes a new one with
 * it, and etc/muster.conf is what it writes when nothing is given. */
#include <string.h>

#include "config_private.h"
#include "muster/base/text.h"
#include "muster/conf/config.h"

static const char variable_prefix[] = "sms.variables.";

enum { NAMES_MAX = 128 };

static bool is_variable(const struct config_pair *pair)
{
    size_t length = sizeof variable_prefix - 1;
    return strncmp(pair->name, variable_prefix, length) == 0 &&
           config_value_is_name(pair->name + length);
}

static bool is_text(const char *value)
{
    for (const char *at = value; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7F) {
            return false;
        }
    }
    return text_is_utf8(value, strlen(value));
}

static bool check_given(const struct config_pair *pair, struct error *err)
{
    if (!is_text(pair->value)) {
        return error_set(err, ERROR_USAGE, "the value of %s is not one line of UTF-8 text",
                         pair->name);
    }
    if (is_variable(pair)) {
        return true;
    }
    const struct config_setting *setting = config_setting_named(pair->name);
    if (setting != NULL) {
        struct error reason = {0};
        return config_value_judge(setting, pair->value, &reason) ||
               error_set(err, ERROR_USAGE, "%s %s", pair->name, reason.text);
    }
    size_t count = 0;
    const struct config_setting *all = config_settings(&count);
    const char *names[NAMES_MAX];
    for (size_t i = 0; i < count && i < NAMES_MAX; i++) {
        names[i] = all[i].name;
    }
    const char *near = text_nearest(pair->name, names, count < NAMES_MAX ? count : NAMES_MAX);
    return error_set(err, ERROR_USAGE, "there is no setting %s%s%s", pair->name,
                     near == NULL ? "" : "; did you mean ", near == NULL ? "" : near);
}

/* The last value that was given for a setting, or NULL. */
static const char *given_value(const struct config_pair *given, size_t count, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(given[i].name, name) == 0) {
            value = given[i].value;
        }
    }
    return value;
}

/* Each line of the text behind `lead`. */
static void put_lines(struct buffer *out, const char *lead, const char *text)
{
    for (const char *at = text; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        (void)buffer_puts(out, lead);
        (void)buffer_add(out, at, length);
        (void)buffer_putc(out, '\n');
        at += length + (at[length] == '\n' ? 1 : 0);
    }
}

static void put_quoted(struct buffer *out, const char *text)
{
    (void)buffer_putc(out, '"');
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\') {
            (void)buffer_putc(out, '\\');
        }
        (void)buffer_putc(out, *at);
    }
    (void)buffer_putc(out, '"');
}

static void put_setting(struct buffer *out, const struct config_setting *setting, const char *given)
{
    const char *value = given != NULL ? given : setting->preset != NULL ? setting->preset : "";
    bool live = given != NULL || setting->preset == NULL;
    put_lines(out, "    # ", setting->help);
    (void)buffer_printf(out, "    %s%s = ", live ? "" : "# ", strchr(setting->name, '.') + 1);
    if (setting->kind == CONFIG_NUMBER) {
        (void)buffer_puts(out, value);
    } else {
        put_quoted(out, value);
    }
    (void)buffer_puts(out, ";\n");
}

static void put_variables(struct buffer *out, const struct config_pair *given, size_t count)
{
    put_lines(out, "    # ", "What the profile asks for, by name.");
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        /* libconfig takes no name twice: the last value that was given counts. */
        if (!is_variable(&given[i]) ||
            given_value(given + i + 1, count - i - 1, given[i].name) != NULL) {
            continue;
        }
        (void)buffer_printf(out, "%s        %s = ", any ? "" : "    variables = {\n",
                            given[i].name + sizeof variable_prefix - 1);
        put_quoted(out, given[i].value);
        (void)buffer_puts(out, ";\n");
        any = true;
    }
    (void)buffer_puts(out, any ? "    };\n"
                               : "    # variables = { base_url = \"http://127.0.0.1:8026\"; };\n");
}

/* How a channel gets several ways out. */
static const struct {
    const char *group;
    const char *text;
} several[] = {
    {"mail",
     "Several relays, each with a name. What one does not say is as above; whoever fails gives "
     "its\n"
     "share to the others until it is back.\n"
     "relays = (\n"
     "    { name = \"office\"; relay = \"smtp.office.example:587\"; per_minute = 30; },\n"
     "    { name = \"bulk\"; relay = \"smtp.bulk.example:587\"; weight = 9; sessions = 4; }\n"
     ");"},
    {"sms",
     "Several gateways, in the same way; those of one profile are accounts with one provider.\n"
     "gateways = (\n"
     "    { name = \"first\"; weight = 3; variables = { base_url = \"http://127.0.0.1:8026\"; }; "
     "},\n"
     "    { name = \"second\"; secret_file = \"second.secret\"; }\n"
     ");"},
};

static void put_several(struct buffer *out, const char *group)
{
    for (size_t i = 0; i < ARRAY_LENGTH(several); i++) {
        if (text_equal(several[i].group, group)) {
            (void)buffer_putc(out, '\n');
            put_lines(out, "    # ", several[i].text);
        }
    }
}

bool config_example(const struct config_pair *given, size_t count, struct buffer *out,
                    struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!check_given(&given[i], err)) {
            return false;
        }
    }
    put_lines(out, "# ", "SPDX-License-Identifier: GPL-3.0-or-later");
    put_lines(
        out, "# ",
        "The configuration of muster. Every setting stands here with what it means; a setting "
        "behind\na # has the value that it shows, and taking the # away lets you change it.");
    put_lines(out, "", "#");
    put_lines(out, "# ", "    muster check        says whether all is well, with file and line");
    size_t groups = 0;
    size_t settings = 0;
    const struct config_group *group = config_groups(&groups);
    const struct config_setting *setting = config_settings(&settings);
    for (size_t i = 0; i < groups; i++) {
        (void)buffer_putc(out, '\n');
        put_lines(out, "# ", group[i].help);
        (void)buffer_printf(out, "%s = {\n", group[i].name);
        const char *between = "";
        for (size_t j = 0; j < settings; j++) {
            if (config_setting_in(&setting[j], group[i].name)) {
                (void)buffer_puts(out, between);
                put_setting(out, &setting[j], given_value(given, count, setting[j].name));
                between = "\n";
            }
        }
        if (strcmp(group[i].name, "sms") == 0) {
            (void)buffer_puts(out, between);
            put_variables(out, given, count);
        }
        put_several(out, group[i].name);
        (void)buffer_puts(out, "};\n");
    }
    return !out->full || error_set(err, ERROR_INTERNAL, "the example does not fit its buffer");
}

/* The group of a setting. */
static const struct config_group *group_of(const struct config_setting *setting)
{
    size_t count = 0;
    const struct config_group *groups = config_groups(&count);
    size_t i = 0;
    while (i + 1 < count && !config_setting_in(setting, groups[i].name)) {
        i++;
    }
    return &groups[i];
}

bool config_describe(size_t index, struct config_description *description)
{
    size_t count = 0;
    const struct config_setting *settings = config_settings(&count);
    if (index >= count) {
        return false;
    }
    const struct config_setting *setting = &settings[index];
    const struct config_group *group = group_of(setting);
    const bool number = setting->kind == CONFIG_NUMBER;
    *description = (struct config_description){.group = group->name,
                                               .group_help = group->help,
                                               .name = setting->name,
                                               .preset = setting->preset,
                                               .words = setting->words,
                                               .low = number ? setting->low : 1,
                                               .high = number ? setting->high : 0,
                                               .help = setting->help};
    return true;
}
