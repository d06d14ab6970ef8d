/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of the text report. Values out of certificates, tokens, modules and file names pass through
 * tf_text_field() or tf_escape_terminal(); what is appended otherwise are sentences of ours. */
#pragma once

#include <glib.h>

#include "profile/campaign.h"
#include "record/outcome.h"

void tf_text_heading(GString *text, const gchar *heading);
void tf_text_line(GString *text, guint depth, const gchar *sentence);			/* not escaped */
void tf_text_field(GString *text, guint depth, const gchar *label, const gchar *value); /* both escaped */

/* One token with the evidence for the key on it (text-token.c). */
void tf_text_placement(GString *text, const TfPlacement *placement);

/* The files wiped and kept (text-files.c). */
void tf_text_files(GString *text, const TfOutcome *outcome);

/* Where in such a file (text-files.c); nothing for NULL. */
void tf_text_inside(GString *text, const gchar *member);

/* Of a supplement (text-search.c): what it is, where was searched, and where not. */
void tf_text_supplement(GString *text, const TfOutcome *outcome);
void tf_text_unknown(GString *text, const TfSearch *search); /* nothing when there is none */
void tf_text_search(GString *text, const TfSearch *search);
void tf_text_not_searched(GString *text, const TfSearch *search);

/* Whether others may know the key (text-search.c): why, of 1 << TfExposure. */
void tf_text_exposure(GString *text, guint exposing);

/* The state of the PC (text-pc.c); nothing when it was not looked at. */
void tf_text_pc(GString *text, const TfOutcome *outcome);

/* What to do next, and whom to ask (text-next.c). */
void tf_text_next(GString *text, const TfOutcome *outcome, const TfCampaign *campaign);
