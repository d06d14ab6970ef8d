/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Some lines at the end of a terminal that are drawn again in place, and lines for good that scroll away
 * above them. It never waits for the terminal: what that does not take now is sent later, and frames in
 * between are left out. Meanwhile nothing that is typed is shown. The terminal is as it was when this is
 * freed, when a second Ctrl-C ends the process, and while Ctrl-Z stops it.
 */
#pragma once

#include <glib.h>

typedef struct TfLiveScreen TfLiveScreen;

/* On the terminal 'fd', which stays the caller's. NULL when it is none, cannot be drawn on (TERM=dumb), or
 * belongs to another process group now. Only one at a time. */
TfLiveScreen *tf_live_screen_new(int fd) G_GNUC_WARN_UNUSED_RESULT;

/* What is shown stays, the cursor stands below it. */
void tf_live_screen_free(TfLiveScreen *screen);

/* While a person is asked: what is shown stays, the terminal is as it was, and no frame is drawn. What was
 * typed until then is still to be read. tf_live_screen_go_on(): the next frame begins below. */
void tf_live_screen_pause(TfLiveScreen *screen);
void tf_live_screen_go_on(TfLiveScreen *screen);
gboolean tf_live_screen_is_paused(const TfLiveScreen *screen);

/* Of the window now; it may be resized. */
void tf_live_screen_size(const TfLiveScreen *screen, guint *ret_columns, guint *ret_rows);

/* A line for good, with the next frame. */
void tf_live_screen_say(TfLiveScreen *screen, const gchar *text);

/* The next frame: lines (gchar), each narrower than the window, fewer than it has rows. What is shown already
 * costs nothing. */
void tf_live_screen_show(TfLiveScreen *screen, const GPtrArray *lines);

/* Colours are wanted and can be shown (NO_COLOR). */
gboolean tf_live_screen_has_colours(const TfLiveScreen *screen);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfLiveScreen, tf_live_screen_free)
