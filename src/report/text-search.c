/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text-private.h"

#include <glib/gi18n.h>

#include "base/escape.h"

#include "report/report.h"
#include "sentences-private.h"

static const gchar *const exposures[TF_N_EXPOSURES] = {
	[TF_EXPOSURE_UNPROTECTED] = N_("A copy lay there that no password protects."),
	[TF_EXPOSURE_MAIL] = N_("A copy lies in mail, and was on every server that the mail went through."),
	[TF_EXPOSURE_SYNCED] = N_("A copy lay in a folder that a program copies to somewhere else."),
	[TF_EXPOSURE_SHARED] = N_("A copy lay in a folder that this PC offers to others on the network."),
	[TF_EXPOSURE_READABLE] = N_("Other users of this PC could read a copy."),
	[TF_EXPOSURE_WEAK] = N_("The encryption of a copy can be broken within hours."),
	[TF_EXPOSURE_INFECTED] = N_("Malware was on this PC, as you said."),
};

static const gchar *const limits[TF_N_LIMITS] = {
	[TF_LIMIT_TOO_LARGE] = N_("it is too large"),
	[TF_LIMIT_TOO_DEEP] = N_("archives lie in archives, too many deep"),
	[TF_LIMIT_LOCKED] = N_("a part of it is under a password"),
	[TF_LIMIT_DAMAGED] = N_("it is damaged"),
	[TF_LIMIT_UNANSWERED] =
		N_("the process that looked into it did not survive it, or did not answer in time"),
};

const gchar *tf_report_limit(TfLimit limit)
{
	return _(limits[limit]);
}

const gchar *tf_sentence_exposure(TfExposure exposure)
{
	return _(exposures[exposure]);
}

const gchar *tf_report_reach(void)
{
	return _("Where the first 4,096 bytes of a file showed nothing, the rest of it was not read, "
		 "except in small settings and text files by their names (.conf, .ini, .env, .txt and the "
		 "like). 'sweep --whole' reads every file to its end.");
}

/* Nothing was found, where all that was found could be told apart. */
static const gchar *result_sentence(const TfOutcome *outcome)
{
	if (outcome->wiped->len + outcome->kept->len > 0)
		return _("Copies of the key were found. What became of them is listed below.");
	if (outcome->search->n_unknown > 0)
		return _("Nothing that was found is known to be a copy of the key; but not all of it is "
			 "known.");

	if (outcome->search->n_left_out + outcome->search->n_unreadable > 0)
		return _("No copy of the key was found in what could be looked at; not everything could: see "
			 "below.");

	return _("No copy of the key was found where was searched.");
}

void tf_text_supplement(GString *text, const TfOutcome *outcome)
{
	tf_text_heading(text, _("RESULT"));
	tf_text_line(text, 1, result_sentence(outcome));
	if (outcome->search->n_unknown > 0)
		tf_text_line(text, 1,
			_("Keys were found of which it is not known whose they are: each may be a copy. They "
			  "are listed below."));
	tf_text_line(text, 1,
		_("This supplements the report of the certificate with this SHA-256, and is no report of "
		  "completion itself:"));
	tf_text_line(text, 2, outcome->certificate->sha256);
}

void tf_text_exposure(GString *text, guint exposing)
{
	tf_text_heading(text, _("HAS THE KEY BECOME KNOWN TO OTHERS?"));
	if (exposing == 0) {
		tf_text_line(text, 1,
			_("Nothing was seen that speaks for it. That does not prove that nobody has a "
			  "copy."));
		return;
	}
	tf_text_line(text, 1,
		_("Perhaps: others may know the key already. Then moving it does not help, nor does wiping "
		  "copies, and the certificate should be revoked. Ask whom is named below."));
	for (guint i = 0; i < TF_N_EXPOSURES; i++) {
		if ((exposing & 1u << i) != 0)
			tf_text_line(text, 2, tf_sentence_exposure((TfExposure)i));
	}
}

static void add_number(GString *text, const gchar *label, guint number)
{
	g_autofree gchar *value = g_strdup_printf("%u", number);

	tf_text_field(text, 1, label, value);
}

/* A copy that was sent names no paths, and counts. */
static void add_unknown(GString *text, const TfUnknown *unknown)
{
	g_autofree gchar *kind = tf_report_kind(unknown->kind);

	if (unknown->path == NULL)
		add_number(text, kind, unknown->count);
	else
		tf_text_field(text, 1, kind, unknown->path);
	tf_text_inside(text, unknown->member);
}

void tf_text_unknown(GString *text, const TfSearch *search)
{
	if (search->n_unknown == 0)
		return;

	tf_text_heading(text, _("NOT KNOWN WHOSE KEY"));
	add_number(text, _("Found, and not opened"), search->n_unknown);
	for (guint i = 0; i < search->unknown->len; i++)
		add_unknown(text, g_ptr_array_index(search->unknown, i));
}

static void add_left_out(GString *text, const TfSearch *search)
{
	for (guint i = 0; i < search->left_out->len; i++) {
		const TfLeftOut *left_out = g_ptr_array_index(search->left_out, i);

		tf_text_field(text, 2, _("File"), left_out->path);
		for (guint limit = 0; limit < TF_N_LIMITS; limit++) {
			if ((left_out->limits & 1u << limit) != 0)
				tf_text_line(text, 3, tf_report_limit((TfLimit)limit));
		}
	}
}

void tf_text_search(GString *text, const TfSearch *search)
{
	tf_text_heading(text, _("SEARCHED"));
	for (guint i = 0; i < search->paths->len; i++)
		tf_text_field(text, 1, _("Folder"), g_ptr_array_index(search->paths, i));
	add_number(text, _("Files looked at"), search->n_files);
	add_number(text, _("Not looked at completely"), search->n_left_out);
	add_left_out(text, search);
	add_number(text, _("Could not be read"), search->n_unreadable);
	for (guint i = 0; i < search->unreadable->len; i++)
		tf_text_field(text, 2, _("File"), g_ptr_array_index(search->unreadable, i));
	if (!search->reads_whole)
		tf_text_line(text, 1, tf_report_reach());
}

void tf_text_not_searched(GString *text, const TfSearch *search)
{
	for (guint i = 0; i < search->skipped->len; i++)
		tf_text_field(text, 1, _("Not searched, another file system"),
			g_ptr_array_index(search->skipped, i));
	for (guint i = 0; i < search->elsewhere->len; i++)
		tf_text_field(text, 1, _("Not checked, though the file was there once"),
			g_ptr_array_index(search->elsewhere, i));
}
