/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* --dry-run: the same questions of the same source and token, and the list of what a run would touch. */
#include "base/error.h"
#include "destination.h"
#include "ending.h"
#include "source.h"
#include "transfer/transfer.h"

void tf_touch_free(TfTouch *touch)
{
	if (touch == NULL)
		return;

	g_free(touch->what);
	g_free(touch);
}

static void add(GPtrArray *touches, TfTouchKind kind, gchar *what)
{
	TfTouch *touch = g_new0(TfTouch, 1);

	touch->kind = kind;
	touch->what = what;
	g_ptr_array_add(touches, touch);
}

static void add_token(GPtrArray *touches, const TfDestination *destination, const TfSource *source)
{
	const gchar *const objects[] = { "private key", "public key", "certificate" };

	for (gsize i = 0; i < G_N_ELEMENTS(objects); i++)
		add(touches, TF_TOUCH_WRITE_TOKEN,
			g_strdup_printf("%s %s", destination->token->uri, objects[i]));
	for (gint i = 0; i < sk_X509_num(source->chain); i++) {
		if (!tf_certificate_is_self_signed(sk_X509_value(source->chain, i)))
			add(touches, TF_TOUCH_WRITE_TOKEN,
				g_strdup_printf("%s intermediate certificate", destination->token->uri));
	}
}

static gboolean would_wipe(const TfRun *run, const TfSource *source)
{
	const TfMedia *media = tf_found_media(source->found);

	return !run->plan->keeps_source && tf_found_holds_one_secret(source->found) &&
	       (media->place == TF_PLACE_LOCAL || tf_ending_names_backup(run, source->found));
}

GPtrArray *tf_transfer_rehearse(
	const TfTransferPlan *plan, const gchar *ledger_path, const TfDialogue *dialogue, GError **error)
{
	g_autoptr(GPtrArray) touches = g_ptr_array_new_with_free_func((GDestroyNotify)tf_touch_free);
	g_auto(TfRun) run = { plan, NULL, dialogue, TF_WHERE_UNKNOWN, 0, NULL };
	g_autoptr(TfSource) source = tf_source_open(plan, dialogue, error);
	const gchar *const uris[] = { plan->token_uri, plan->spare_uri };

	if (source == NULL)
		return NULL;
	add(touches, TF_TOUCH_WRITE_FILE, g_strdup(ledger_path));
	for (guint i = 0; i < (plan->spare_uri != NULL ? 2 : 1); i++) {
		g_autoptr(TfDestination) destination = tf_destination_choose(&run, uris[i], i == 1, error);

		if (destination == NULL)
			return NULL;
		add_token(touches, destination, source);
	}
	if (would_wipe(&run, source))
		add(touches, TF_TOUCH_WIPE_FILE, g_strdup(tf_found_path(source->found)));

	return g_steal_pointer(&touches);
}
