/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scconf.h"

#include <dlfcn.h>

#define LIBRARY "libopensc.so.8"

/* Debian ships the library without its headers: what of its interface is used here. */
typedef struct List {
	struct List *next;
	char *text;
} List;

typedef enum ItemType {
	ITEM_COMMENT,
	ITEM_BLOCK,
	ITEM_VALUE
} ItemType;

typedef struct Block Block;

typedef struct Item {
	struct Item *next;
	int type;
	char *key;
	union {
		char *comment;
		Block *block;
		List *values;
	} content;
} Item;

struct Block {
	Block *parent;
	List *names;
	Item *items;
};

typedef struct Configuration {
	char *path;
	int debug;
	Block *root;
	char *error;
} Configuration;

typedef struct Parser {
	Configuration *(*make)(const char *path);
	int (*parse)(Configuration *configuration, const char *text);
	void (*unmake)(Configuration *configuration);
} Parser;

static void *symbol(const gchar *name)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_NODELETE);
	void *found = library != NULL ? dlsym(library, name) : NULL;

	if (found == NULL)
		g_error("%s of %s is missing; see tests/setup", name, LIBRARY);

	return found;
}

static gchar *join(const List *list)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (const List *at = list; at != NULL; at = at->next)
		g_string_append_printf(text, "%s%s", at != list ? "|" : "", at->text);

	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void flatten(GStrvBuilder *builder, const gchar *prefix, const Block *block)
{
	for (const Item *item = block->items; item != NULL; item = item->next) {
		g_autofree gchar *value = NULL;
		g_autofree gchar *line = NULL;

		if (item->type == ITEM_COMMENT)
			continue;
		value = join(item->type == ITEM_BLOCK ? item->content.block->names : item->content.values);
		if (item->type == ITEM_VALUE)
			line = g_strdup_printf("%s%s = %s", prefix, item->key, value);
		else
			line = g_strdup_printf(
				"%s%s%s%s: ", prefix, item->key, *value != '\0' ? " " : "", value);
		if (item->type == ITEM_BLOCK)
			flatten(builder, line, item->content.block);
		else
			g_strv_builder_add(builder, line);
	}
}

GStrv tf_scconf_settings(const gchar *text)
{
	Parser parser;
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	Configuration *configuration = NULL;
	gboolean is_understood = FALSE;

	*(void **)&parser.make = symbol("scconf_new");
	*(void **)&parser.parse = symbol("scconf_parse_string");
	*(void **)&parser.unmake = symbol("scconf_free");
	configuration = parser.make(NULL);
	is_understood = parser.parse(configuration, text) == 1;
	flatten(builder, "", configuration->root);
	parser.unmake(configuration);

	return is_understood ? g_strv_builder_end(builder) : NULL;
}
