/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One kind of child, as the ring that has it describes it: its name, and one table of what it and its
 * supervisor may say to each other. This ring knows no role by name.
 */
#pragma once

#include <glib.h>

/* Kinds of message. These are every role's; a role's own are numbered from TF_MESSAGE_OWN on. */
enum {
	TF_MESSAGE_SETUP,  /* to the child, first: where it may read and write, and what it works with */
	TF_MESSAGE_READY,  /* its answer: which confinement holds */
	TF_MESSAGE_FAILED, /* the answer to a request that failed: code and arguments of base/error */
	TF_MESSAGE_OWN
};

/* A message of a role. */
typedef struct TfMessageRow {
	guint kind;
	const gchar *name; /* "AUDITED" */
	guint answers;	   /* the request that it answers; itself when it is one */
	gboolean stays;	   /* further answers to the same request follow */
	const gchar *type; /* of the body, as GVariant writes types */
	gsize n_fds;
} TfMessageRow;

/* Rows of the message TF_MESSAGE_'name', 'n' descriptors with it. */
#define TF_MESSAGE_REQUEST(name, type, n)                                                                    \
	{                                                                                                    \
		TF_MESSAGE_##name, #name, TF_MESSAGE_##name, FALSE, type, n                                  \
	}
#define TF_MESSAGE_ANSWER(name, request, type, n)                                                            \
	{                                                                                                    \
		TF_MESSAGE_##name, #name, TF_MESSAGE_##request, FALSE, type, n                               \
	}
#define TF_MESSAGE_ONE_OF(name, request, type, n)                                                            \
	{                                                                                                    \
		TF_MESSAGE_##name, #name, TF_MESSAGE_##request, TRUE, type, n                                \
	}

typedef struct TfRole {
	const gchar *name; /* the word after --role: "opener" */
	const TfMessageRow *rows;
	gsize n_rows;
	gboolean may_execute; /* programs (process/confine.h) */
	guint64 more_memory;  /* octets that it may take beyond what it begins with; 0: any number */
} TfRole;
