/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A PC that is nothing but files below a temporary directory, on a day that stays the same. */
#pragma once

#include "disk/posture.h"
#include "fixtures.h"

#define TF_FIXTURE_NOW G_GINT64_CONSTANT(1795910400) /* 2026-11-29T00:00:00Z */

typedef struct TfFixturePc {
	gchar *root;
	TfPostureSite site;
	TfPosture *posture;
} TfFixturePc;

TfFixturePc *tf_fixture_pc_new(void);
void tf_fixture_pc_free(TfFixturePc *pc);

/* A file with that text, of the day before. */
void tf_fixture_pc_put(const TfFixturePc *pc, const gchar *path, const gchar *text);
/* The same with the right to run it. */
void tf_fixture_pc_put_program(const TfFixturePc *pc, const gchar *path, const gchar *text);
void tf_fixture_pc_link(const TfFixturePc *pc, const gchar *path, const gchar *target);

/* The one answer that was given; its arguments are compared in their order, NULL ends them. */
const TfPostureAnswer *tf_fixture_pc_expect(
	const TfFixturePc *pc, TfPostureFinding finding, ...) G_GNUC_NULL_TERMINATED;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfFixturePc, tf_fixture_pc_free)
