/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The answer to a question about this PC: what was not established is unknown, and never taken for the better
 * one. */
#pragma once

typedef enum TfTristate {
	TF_NO,
	TF_YES,
	TF_UNKNOWN
} TfTristate;
