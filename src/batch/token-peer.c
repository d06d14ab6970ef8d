/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token-peer.h"

#include "worker-setup.h"

static GVariant *setup(const TfBatchPlan *plan, const gchar *configuration, const gchar *directory)
{
	g_autoptr(GPtrArray) reads = tf_worker_reads(plan->module, configuration);
	const gchar *const writes[] = { directory, NULL };

	return g_variant_new("(^as^as@a{sv})", (const gchar *const *)reads->pdata, writes,
		tf_worker_setup_write(plan->module, plan->module_arguments, NULL, plan->family));
}

TfPeer *tf_token_peer_new(const TfBatch *batch, const TfTokenPeer *wanted)
{
	g_auto(GStrv) environment =
		g_environ_setenv(g_get_environ(), "SOFTHSM2_CONF", wanted->configuration, TRUE);
	const TfPeerOptions options = {
		.role = wanted->role,
		.process = { .program = batch->plan->program,
			.environment = environment,
			.setup = setup(batch->plan, wanted->configuration, wanted->directory) },
		.deadline_ms = batch->plan->answer_ms != 0 ? batch->plan->answer_ms : wanted->deadline_ms,
		.became = wanted->became,
		.heard = wanted->heard,
		.user_data = wanted->user_data,
	};

	return tf_peer_new(&options);
}
