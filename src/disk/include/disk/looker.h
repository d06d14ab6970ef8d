/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The role of whoever looks into hostile files: tf_contents_visit() in a child that is confined, knows no PIN
 * code, and has of all files the one that it is handed. What it says is as hostile as the file: a file that
 * took it over speaks through it. disk/looking.h is the supervisor's side.
 */
#pragma once

#include "process/role-main.h"

typedef enum TfLookerMessage {
	/* fds: the file to look into; a pipe to write the octets of keys to, whose other end only the
	 * supervisor has */
	TF_MESSAGE_LOOK_INTO = TF_MESSAGE_OWN,
	TF_MESSAGE_KEY,	   /* once per key: its octets follow in the pipe */
	TF_MESSAGE_LOOKED, /* the whole file, but for what is said */
	TF_N_LOOKER_MESSAGES
} TfLookerMessage;

/* Of a KEY's place in the file; what is longer is cut. */
#define TF_LOOKER_MEMBER_LIMIT 4096u

extern const TfRole tf_looker_role;
extern const TfRoleHandler tf_looker_handler;
