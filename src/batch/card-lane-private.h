/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the files of a card lane. */
#pragma once

#include "audits.h"
#include "card-lane.h"
#include "peer-private.h"
#include "token/card.h"
#include "token/opensc.h"

typedef enum TfCardDoing {
	TF_CARD_DOING_NOTHING, /* no card, or one that is not begun yet */
	TF_CARD_DOING_LOOK,
	TF_CARD_DOING_CHOOSE,	  /* there is no member for it yet */
	TF_CARD_DOING_NUMBER,	  /* the operator is asked whose it is */
	TF_CARD_DOING_CONFIRM,	  /* and whether it is that one's */
	TF_CARD_DOING_RECOGNISE,  /* whether it was formatted for its member */
	TF_CARD_DOING_LOOK_AGAIN, /* before it is formatted or erased, if the formatter is a new one */
	TF_CARD_DOING_TRIAL,	  /* another lane tries the SO PIN that this one needs */
	TF_CARD_DOING_ERASE,
	TF_CARD_DOING_FORMAT,
	TF_CARD_DOING_SHOW, /* as the module sees it */
	TF_CARD_DOING_IMPORT,
	TF_CARD_DOING_CLOSE,
	TF_CARD_DOING_AUDIT,
	TF_CARD_DOING_EMPTY, /* it gave the key away, which is destroyed */
	TF_CARD_DOING_OUT    /* it is to be taken out */
} TfCardDoing;

struct TfCardLane {
	TfBatch *batch;
	gchar *name;
	TfReader *card; /* in the reader now; NULL: none */
	TfCardDoing doing;
	guint n_events; /* TfReader's, of the card that is worked on */
	gboolean has_asked_for_card;
	gchar *serial;
	TfCardState state;
	gboolean is_seen;      /* by the formatter that is there now */
	gboolean is_untouched; /* it failed, and nothing was written to it */
	gboolean erases;       /* it is somebody's, and to be destroyed */
	gint64 chosen;	       /* job that is opened for this card; 0: none */
	TfTask *confirming;    /* whose member is to be confirmed; NULL */
	GError *rejected;      /* why the operator's last answer did not do; NULL */
	GPtrArray *group;      /* the TfTask in work, or none */
	TfAudits *audits;

	TfOpensc *opensc; /* NULL: not written yet */
	guint generation; /* of the readers that it ignores */
	TfPeer *formatter;
	TfPeer *worker;
	TfPeer *auditor;
	gboolean is_worker_spent;      /* its module remembers a card that failed */
	GStrv confinement;	       /* of the worker; NULL: not known yet */
	GError *broken;		       /* no card is made here any more; NULL */
	void (*ask)(TfCardLane *lane); /* what waits for the children; NULL: nothing */
	guint turn;		       /* source; 0: none */
};

/* card-lane-choice.c: looks for the member that the card is for, and begins with it, or refuses it. */
void tf_card_lane_choose(TfCardLane *lane);

/* Whether the SO PIN for cards may be sent to this one: FALSE without error while another lane tries it.
 * TF_ERROR_SO_PIN_WRONG: it was wrong already. */
gboolean tf_card_lane_may_try(const TfCardLane *lane, GError **error);

/* Letter, envelopes and intent are made durable, and the work begins. */
void tf_card_lane_plan(TfCardLane *lane, TfTask *task);

/* card-lane-question.c */
void tf_card_lane_ask_number(TfCardLane *lane);
void tf_card_lane_ask_confirmation(TfCardLane *lane, TfTask *task);

/* Without its card, or in a run that is to end, a question is withdrawn. */
void tf_card_lane_check_question(TfCardLane *lane);

/* card-lane-peers.c: 'ask' is called, from the main loop, when all children are idle and ignore every reader
 * but this one. When they cannot, the card has failed. */
void tf_card_lane_when_ready(TfCardLane *lane, void (*ask)(TfCardLane *lane));

/* card-lane-erase.c: the card in work is erased first, as soon as its SO PIN may be tried; and what came of
 * it when it was not. Takes 'failure' over. */
void tf_card_lane_erase(TfCardLane *lane);
void tf_card_lane_note_not_erased(TfCardLane *lane, GError *failure);

/* card-lane-pins.c: whether the user PIN of the card in work may be sent to it. TF_ERROR_LETTER_PIN_REFUSED:
 * the card refused it, in whatever run. */
gboolean tf_card_lane_check_pin(const TfCardLane *lane, GError **error);

/* The same for the SO PIN that was made for it, when it is to be formatted again.
 * TF_ERROR_CARD_SO_PIN_REFUSED. */
gboolean tf_card_lane_check_so_pin(const TfCardLane *lane, GError **error);

/* A PIN made for this card that was wrong is remembered. Takes 'failure' over; the caller frees what is told
 * instead.
 */
GError *tf_card_lane_note_pin(TfCardLane *lane, GError *failure) G_GNUC_WARN_UNUSED_RESULT;

/* Formatting gave it the PINs of its letter. */
gboolean tf_card_lane_forget_pins(const TfCardLane *lane, GError **error);

/* What is known of a card before it is formatted: its serial number. The caller frees. */
TfTokenFacts *tf_card_lane_facts(const TfCardLane *lane) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the card that is worked on is in the reader still. */
gboolean tf_card_lane_has_its_card(const TfCardLane *lane);

/* Whether the card in the reader is of the family that is made here. TF_ERROR_TOKEN_IDENTITY,
 * TF_ERROR_TOKEN_FORMAT_UNSUPPORTED, TF_ERROR_TOKEN_FAILED: it does not answer. */
gboolean tf_card_lane_check_card(const TfCardLane *lane, GError **error);

/* card-lane-work.c: the card that was put in is looked at, and chosen for. */
void tf_card_lane_look(TfCardLane *lane);

/* What the children say. */
void tf_card_lane_heard_formatter(TfPeer *peer, TfMessage *answer, const GError *problem, gpointer user_data);
void tf_card_lane_heard_worker(TfPeer *peer, TfMessage *answer, const GError *problem, gpointer user_data);
void tf_card_lane_heard_auditor(TfPeer *peer, TfMessage *answer, const GError *problem, gpointer user_data);

/* Work on the card begins with 'task', which is taken over: formatted, or, with its key on it already,
 * audited. */
void tf_card_lane_begin(TfCardLane *lane, TfTask *task);

/* card-lane-audit.c: the key is written, or was; the card is to prove it. */
void tf_card_lane_audit(TfCardLane *lane);

/* The card has no key of this row any more: its member may begin again. */
gboolean tf_card_lane_note_empty(TfCardLane *lane, gint64 row, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A card that gave the key away is formatted again, with the PINs that it has. */
void tf_card_lane_empty(TfCardLane *lane);

/* The trial that was waited for may be over. */
void tf_card_lane_try_again(TfCardLane *lane);

/* Work on it is over: told, with how it is to be labelled or why nothing came of it (both may be NULL). */
void tf_card_lane_take_out(TfCardLane *lane, const gchar *label, const GError *problem);

/* It came to nothing with this card: told with why ('problem' is taken over; NULL: it was told), of its
 * member when it has one, and the card is waited for to be taken out. */
void tf_card_lane_fail(TfCardLane *lane, GError *problem);
