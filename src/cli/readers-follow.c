/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <unistd.h>

#include "base/error.h"
#include "base/hex.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "cli/readers.h"
#include "token/reader-watch.h"

static const gchar *const sentences[TF_N_READER_EVENTS] = {
	[TF_READER_ARRIVED] = N_("Reader '{reader}': there"),
	[TF_READER_REMOVED] = N_("Reader '{reader}': unplugged"),
	[TF_CARD_INSERTED] = N_("Reader '{reader}': card inserted (ATR {atr})"),
	[TF_CARD_REMOVED] = N_("Reader '{reader}': card removed"),
	[TF_SERVICE_LOST] = N_("The card readers cannot be reached: {reason}. Waiting for them …"),
	[TF_SERVICE_BACK] = N_("The card readers can be reached again."),
};

static gchar *atr_of(const TfReader *reader)
{
	if (reader == NULL || reader->atr == NULL)
		return NULL;

	return tf_hex(g_bytes_get_data(reader->atr, NULL), g_bytes_get_size(reader->atr));
}

static const gchar *sentence_of(const TfReaderEvent *event, const gchar *atr)
{
	if (event->kind == TF_CARD_INSERTED && event->reader->is_mute)
		return _("Reader '{reader}': the card does not answer; is it the right way round?");
	if (event->kind == TF_CARD_INSERTED && atr == NULL)
		return _("Reader '{reader}': card inserted");

	return _(sentences[event->kind]);
}

static void print_event(const TfReaderEvent *event, const gchar *atr)
{
	g_autofree gchar *line = tf_phrase(sentence_of(event, atr), "reader",
		event->reader != NULL ? event->reader->name : "", "atr", atr != NULL ? atr : "", "reason",
		event->reason != NULL ? event->reason : "", NULL);

	tf_output_text(line);
}

static void print_event_json(const TfReaderEvent *event, const gchar *atr)
{
	json_t *value = tf_output_object("event");

	json_object_set_new(value, "event", json_string(tf_reader_event_name(event->kind)));
	if (event->reader != NULL)
		json_object_set_new(value, "reader", tf_output_string(event->reader->name));
	if (event->kind == TF_CARD_INSERTED || event->kind == TF_CARD_REMOVED) {
		json_object_set_new(value, "atr", tf_output_string(atr));
		json_object_set_new(value, "mute", json_boolean(event->reader->is_mute));
	}
	if (event->reason != NULL)
		json_object_set_new(value, "reason", tf_output_string(event->reason));
	tf_output_json(value);
}

static void print_pending(TfReaderWatch *watch, gboolean is_json)
{
	for (;;) {
		g_autoptr(TfReaderEvent) event = tf_reader_watch_take(watch);
		g_autofree gchar *atr = NULL;

		if (event == NULL)
			return;
		atr = atr_of(event->reader);
		if (is_json)
			print_event_json(event, atr);
		else
			print_event(event, atr);
	}
}

/* The usual end of it is Ctrl-C, which is no failure here, and has its status all the same. */
static void print_end(gboolean is_json)
{
	json_t *result = NULL;

	if (!is_json)
		return;
	result = tf_output_object("result");
	json_object_set_new(result, "status", json_string("interrupted"));
	tf_output_json(result);
}

gboolean tf_readers_follow(const TfOptions *options, int *ret_status, GError **error)
{
	g_autoptr(TfReaderWatch) watch = tf_reader_watch_new(error);
	g_autoptr(GError) stop = NULL;
	gboolean is_closed = FALSE;

	if (watch == NULL)
		return FALSE;
	if (!options->is_json)
		tf_output_notice(_("Following card readers and cards; Ctrl-C ends it."));
	while (!is_closed &&
		tf_interrupt_wait_listened(tf_reader_watch_fd(watch), STDOUT_FILENO, &is_closed, &stop))
		print_pending(watch, options->is_json);
	if (stop != NULL && !g_error_matches(stop, TF_ERROR, TF_ERROR_INTERRUPTED)) {
		g_propagate_error(error, g_steal_pointer(&stop));
		return FALSE;
	}
	*ret_status = stop != NULL ? TF_EXIT_INTERRUPTED : TF_EXIT_DONE;
	if (!is_closed)
		print_end(options->is_json);

	return TRUE;
}
