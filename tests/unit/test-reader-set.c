/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "reader-set.h"

#include <string.h>

#define COUNT(n) ((DWORD)(n) << 16)

/* A set, and what it has told since it was last asked, as words. */
typedef struct World {
	GAsyncQueue *events;
	TfReaderSet *set;
} World;

static void world_clear(World *world)
{
	tf_reader_set_free(world->set);
	g_async_queue_unref(world->events);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(World, world_clear)

static World world_new(void)
{
	GAsyncQueue *events = g_async_queue_new_full((GDestroyNotify)tf_reader_event_free);

	return (World){ events, tf_reader_set_new(events) };
}

static gchar *told(const World *world)
{
	g_autoptr(GString) words = g_string_new(NULL);

	for (;;) {
		g_autoptr(TfReaderEvent) event = g_async_queue_try_pop(world->events);

		if (event == NULL)
			return g_string_free(g_steal_pointer(&words), FALSE);
		g_string_append_printf(words, "%s%s %s", words->len > 0 ? ", " : "",
			tf_reader_event_name(event->kind), event->reader->name);
	}
}

static void names(const World *world, const gchar *const *list)
{
	tf_reader_set_names(world->set, list);
}

/* One look at one reader: its state, and an ATR of that one byte (0: none). */
static void answer(const World *world, DWORD state, guint8 atr)
{
	SCARD_READERSTATE states[PCSCLITE_MAX_READERS_CONTEXTS];
	DWORD n = 0;

	tf_reader_set_ask(world->set, states, &n);
	states[0].dwEventState = state;
	states[0].cbAtr = atr != 0;
	states[0].rgbAtr[0] = atr;
	tf_reader_set_answer(world->set, states);
}

#define EXPECT(world, words)                                                                                 \
	do {                                                                                                 \
		g_autofree gchar *seen = told(world);                                                        \
		g_assert_cmpstr(seen, ==, words);                                                            \
	} while (0)

static void comes_and_goes(void)
{
	g_auto(World) world = world_new();

	names(&world, (const gchar *const[]){ "A", NULL });
	EXPECT(&world, "reader-arrived A");
	answer(&world, SCARD_STATE_EMPTY, 0);
	EXPECT(&world, "");
	answer(&world, SCARD_STATE_PRESENT | COUNT(1), 0x3b);
	EXPECT(&world, "card-inserted A");
	answer(&world, SCARD_STATE_PRESENT | COUNT(1), 0x3b);
	EXPECT(&world, "");
	answer(&world, SCARD_STATE_EMPTY | COUNT(2), 0);
	EXPECT(&world, "card-removed A");
}

static void with_its_card(void)
{
	g_auto(World) world = world_new();

	names(&world, (const gchar *const[]){ "A", "B", NULL });
	answer(&world, SCARD_STATE_PRESENT, 0x3b);
	EXPECT(&world, "reader-arrived A, reader-arrived B, card-inserted A");

	names(&world, (const gchar *const[]){ "B", NULL });

	EXPECT(&world, "card-removed A, reader-removed A");
}

static void swapped(void)
{
	g_auto(World) world = world_new();

	names(&world, (const gchar *const[]){ "A", NULL });
	answer(&world, SCARD_STATE_PRESENT | COUNT(1), 0x3b);
	EXPECT(&world, "reader-arrived A, card-inserted A");

	/* The same kind of card: only the count tells. */
	answer(&world, SCARD_STATE_PRESENT | COUNT(3), 0x3b);
	EXPECT(&world, "card-removed A, card-inserted A");
	answer(&world, SCARD_STATE_PRESENT | COUNT(3), 0x3f);
	EXPECT(&world, "card-removed A, card-inserted A");
}

static void turned_round(void)
{
	g_auto(World) world = world_new();

	names(&world, (const gchar *const[]){ "A", NULL });
	answer(&world, SCARD_STATE_PRESENT | SCARD_STATE_MUTE | COUNT(1), 0);
	EXPECT(&world, "reader-arrived A, card-inserted A");

	answer(&world, SCARD_STATE_PRESENT | COUNT(1), 0x3b);

	EXPECT(&world, "card-removed A, card-inserted A");
}

static void used_by_others(void)
{
	g_auto(World) world = world_new();

	names(&world, (const gchar *const[]){ "A", NULL });
	answer(&world, SCARD_STATE_PRESENT | COUNT(1), 0x3b);
	EXPECT(&world, "reader-arrived A, card-inserted A");

	answer(&world, SCARD_STATE_PRESENT | SCARD_STATE_INUSE | SCARD_STATE_CHANGED | COUNT(1), 0x3b);
	answer(&world, SCARD_STATE_PRESENT | SCARD_STATE_EXCLUSIVE | COUNT(1), 0x3b);

	EXPECT(&world, "");
}

static void unknown_for_now(void)
{
	g_auto(World) world = world_new();

	names(&world, (const gchar *const[]){ "A", NULL });
	answer(&world, SCARD_STATE_PRESENT | COUNT(1), 0x3b);
	EXPECT(&world, "reader-arrived A, card-inserted A");

	answer(&world, SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE | SCARD_STATE_CHANGED, 0);
	EXPECT(&world, "");
	names(&world, (const gchar *const[]){ NULL });
	EXPECT(&world, "card-removed A, reader-removed A");
}

static void what_is_asked(void)
{
	g_auto(World) world = world_new();
	SCARD_READERSTATE states[PCSCLITE_MAX_READERS_CONTEXTS];
	DWORD n = 0;

	tf_reader_set_ask(world.set, states, &n);
	g_assert_cmpuint(n, ==, 1);
	g_assert_cmpstr(states[0].szReader, ==, "\\\\?PnP?\\Notification");

	names(&world, (const gchar *const[]){ "A", NULL });
	answer(&world, SCARD_STATE_PRESENT | SCARD_STATE_CHANGED | COUNT(7), 0x3b);
	tf_reader_set_ask(world.set, states, &n);
	g_assert_cmpuint(n, ==, 2);
	g_assert_cmpstr(states[0].szReader, ==, "A");
	g_assert_cmpuint(states[0].dwCurrentState, ==, SCARD_STATE_PRESENT | COUNT(7));
}

static void sixteen(void)
{
	g_auto(World) world = world_new();
	SCARD_READERSTATE states[PCSCLITE_MAX_READERS_CONTEXTS];
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) list = NULL;
	DWORD n = 0;

	for (guint i = 0; i < PCSCLITE_MAX_READERS_CONTEXTS + 1; i++) {
		g_autofree gchar *name = g_strdup_printf("R %02u", i);

		g_strv_builder_add(builder, name);
	}
	list = g_strv_builder_end(builder);

	/* One more than there can be is not asked for, and breaks nothing. */
	names(&world, (const gchar *const *)list);
	tf_reader_set_ask(world.set, states, &n);

	g_assert_cmpuint(n, ==, PCSCLITE_MAX_READERS_CONTEXTS);
	for (DWORD i = 0; i < n; i++)
		g_assert_cmpstr(states[i].szReader, ==, list[i]);
}

static void same_names_again(void)
{
	g_auto(World) world = world_new();

	names(&world, (const gchar *const[]){ "A", "B", NULL });
	EXPECT(&world, "reader-arrived A, reader-arrived B");

	names(&world, (const gchar *const[]){ "A", "B", "C", NULL });

	EXPECT(&world, "reader-arrived C");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/reader-set/a card comes and goes", comes_and_goes);
	g_test_add_func("/reader-set/a reader goes with the card in it", with_its_card);
	g_test_add_func("/reader-set/a card swapped between two looks is noticed", swapped);
	g_test_add_func("/reader-set/a card turned round is another one", turned_round);
	g_test_add_func("/reader-set/a card that others use is no event", used_by_others);
	g_test_add_func("/reader-set/an unknown reader waits for the list", unknown_for_now);
	g_test_add_func("/reader-set/new readers are asked for, and states as they were", what_is_asked);
	g_test_add_func("/reader-set/sixteen readers are all that can be asked for", sixteen);
	g_test_add_func("/reader-set/only what is new arrives", same_names_again);

	return g_test_run();
}
