/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a search came upon, printed for people and for programs. */
#pragma once

#include "transfer/half-wiped.h"
#include "transfer/sweep.h"

void tf_stray_print(const TfStray *stray);
void tf_stray_print_json(const TfStray *stray);

/* A file that was not looked at whole. */
void tf_left_out_print(const gchar *path, guint limits); /* of 1 << TfLimit */
void tf_left_out_print_json(const gchar *path, guint limits);

/* 'is_cleaning': more was done than looked. */
void tf_sweep_print(const TfSweepResult *result, guint n_known, gboolean is_cleaning);
void tf_sweep_print_json(const TfSweepResult *result, guint n_known);

/* The numbers and places, into a result. */
void tf_sweep_add_json(json_t *object, const TfSweepResult *result, guint n_known);

void tf_half_wiped_print(gboolean is_json, const TfHalfWiped *half);
