/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "desk.h"

#include <glib-unix.h>
#include <string.h>

#include "base/error.h"
#include "card-lane.h"
#include "token/opensc.h"
#include "token/reader-watch.h"

struct TfDesk {
	TfBatch *batch;
	TfReaderWatch *watch;
	guint readable;	  /* source */
	GPtrArray *names; /* gchar, of the readers that are there */
	GPtrArray *lanes; /* TfCardLane, of all that were there once */
	guint generation;
};

static TfCardLane *find_lane(const TfDesk *desk, const gchar *reader)
{
	for (guint i = 0; i < desk->lanes->len; i++) {
		TfCardLane *lane = g_ptr_array_index(desk->lanes, i);

		if (strcmp(tf_card_lane_name(lane), reader) == 0)
			return lane;
	}

	return NULL;
}

static gboolean find_name(const TfDesk *desk, const gchar *reader, guint *ret_index)
{
	return g_ptr_array_find_with_equal_func(desk->names, reader, g_str_equal, ret_index);
}

/* One that comes back has its lane still. A name that could be an attack gets none, and the others refuse
 * their cards as long as it is there (token/opensc.h). */
static void add_reader(TfDesk *desk, const gchar *reader)
{
	guint index = 0;

	if (!find_name(desk, reader, &index))
		g_ptr_array_add(desk->names, g_strdup(reader));
	desk->generation++;
	if (find_lane(desk, reader) == NULL && tf_reader_name_is_safe(reader))
		g_ptr_array_add(desk->lanes, tf_card_lane_new(desk->batch, reader));
}

static void remove_reader(TfDesk *desk, const gchar *reader)
{
	guint index = 0;

	if (find_name(desk, reader, &index))
		g_ptr_array_remove_index(desk->names, index);
}

static void show(TfDesk *desk, const TfReader *reader, gboolean has_card)
{
	TfCardLane *lane = find_lane(desk, reader->name);

	if (lane != NULL)
		tf_card_lane_show(lane, has_card ? reader : NULL);
}

/* Nothing is known of readers and cards until the service is back, and what is there then arrives anew. */
static void lose_service(TfDesk *desk, const gchar *reason)
{
	g_autoptr(GError) problem = NULL;

	for (guint i = 0; i < desk->lanes->len; i++)
		tf_card_lane_show(g_ptr_array_index(desk->lanes, i), NULL);
	g_ptr_array_set_size(desk->names, 0);
	tf_raise(&problem, TF_ERROR_PCSC_UNAVAILABLE, reason, NULL);
	tf_batch_tell(desk->batch, &(TfBatchNews){ .kind = TF_BATCH_HELD_UP, .problem = problem });
}

static void take(TfDesk *desk, const TfReaderEvent *event)
{
	switch (event->kind) {
	case TF_READER_ARRIVED:
		add_reader(desk, event->reader->name);
		break;
	case TF_READER_REMOVED:
		remove_reader(desk, event->reader->name);
		break;
	case TF_CARD_INSERTED:
		show(desk, event->reader, TRUE);
		break;
	case TF_CARD_REMOVED:
		show(desk, event->reader, FALSE);
		break;
	case TF_SERVICE_LOST:
		lose_service(desk, event->reason);
		break;
	case TF_SERVICE_BACK:
	case TF_N_READER_EVENTS:
		break;
	}
}

/* All that there are before anybody goes on, so that a lane hears of every reader that was there. */
static gboolean hear(G_GNUC_UNUSED gint fd, G_GNUC_UNUSED GIOCondition condition, gpointer data)
{
	TfDesk *desk = data;

	for (;;) {
		g_autoptr(TfReaderEvent) event = tf_reader_watch_take(desk->watch);

		if (event == NULL)
			break;
		take(desk, event);
	}
	tf_batch_pump(desk->batch);

	return G_SOURCE_CONTINUE;
}

TfDesk *tf_desk_new(TfBatch *batch, GError **error)
{
	g_autoptr(TfDesk) desk = g_new0(TfDesk, 1);

	tf_opensc_sweep(tf_ledger_uuid(batch->ledger));
	desk->batch = batch;
	desk->names = g_ptr_array_new_with_free_func(g_free);
	desk->lanes = g_ptr_array_new_with_free_func((GDestroyNotify)tf_card_lane_free);
	desk->watch = tf_reader_watch_new(error);
	if (desk->watch == NULL)
		return NULL;
	desk->readable = g_unix_fd_add(tf_reader_watch_fd(desk->watch), G_IO_IN, hear, desk);

	return g_steal_pointer(&desk);
}

void tf_desk_free(TfDesk *desk)
{
	if (desk == NULL)
		return;

	if (desk->readable != 0)
		(void)g_source_remove(desk->readable);
	tf_reader_watch_free(desk->watch);
	g_ptr_array_unref(desk->lanes);
	g_ptr_array_unref(desk->names);
	g_free(desk);
}

void tf_desk_pump(TfDesk *desk)
{
	for (guint i = 0; i < desk->lanes->len && desk->batch->problem == NULL; i++)
		tf_card_lane_pump(g_ptr_array_index(desk->lanes, i));
}

gboolean tf_desk_is_idle(const TfDesk *desk)
{
	for (guint i = 0; i < desk->lanes->len; i++) {
		if (!tf_card_lane_is_idle(g_ptr_array_index(desk->lanes, i)))
			return FALSE;
	}

	return TRUE;
}

/* A reader that was unplugged makes no cards, whatever its lane could; when all are, the service is away, and
 * any may come back. */
gboolean tf_desk_is_broken(const TfDesk *desk)
{
	for (guint i = 0; i < desk->lanes->len; i++) {
		const TfCardLane *lane = g_ptr_array_index(desk->lanes, i);
		guint index = 0;

		if (!tf_card_lane_is_broken(lane) &&
			(desk->names->len == 0 || find_name(desk, tf_card_lane_name(lane), &index)))
			return FALSE;
	}

	return TRUE;
}

GPtrArray *tf_desk_others(const TfDesk *desk, const gchar *reader)
{
	GPtrArray *others = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < desk->names->len; i++) {
		const gchar *name = g_ptr_array_index(desk->names, i);

		/* OpenSC would ignore the reader as well. */
		if (strstr(reader, name) == NULL)
			g_ptr_array_add(others, g_strdup(name));
	}

	return others;
}

guint tf_desk_generation(const TfDesk *desk)
{
	return desk->generation;
}
