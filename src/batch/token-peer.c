/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token-peer.h"

#include "worker-setup.h"

#define FORMATTING_TOOL "/usr/bin/pkcs15-init"

static const gchar *configuration_of(const TfTokenPeer *wanted)
{
	return wanted->opensc != NULL ? tf_opensc_path(wanted->opensc) : wanted->configuration;
}

/* pkcs15-init runs on a pseudo-terminal, and what it reads is written for each card anew. */
static GVariant *setup_formatter(const TfBatchPlan *plan, const TfTokenPeer *wanted, GPtrArray *reads)
{
	const gchar *const writes[] = { wanted->directory, "/dev/ptmx", "/dev/pts", NULL };
	const gchar *family = tf_token_profile_path(plan->family);
	g_autoptr(GVariantDict) dictionary = g_variant_dict_new(NULL);

	g_ptr_array_insert(reads, 0, g_strdup(FORMATTING_TOOL));
	g_ptr_array_insert(reads, 0, g_strdup(family));
	g_variant_dict_insert_value(dictionary, "family", g_variant_new_bytestring(family));

	return g_variant_new(
		"(^as^as@a{sv})", (const gchar *const *)reads->pdata, writes, g_variant_dict_end(dictionary));
}

static GVariant *setup(const TfBatchPlan *plan, const TfTokenPeer *wanted)
{
	g_autoptr(GPtrArray) reads =
		tf_worker_reads(plan->module, configuration_of(wanted), wanted->reader != NULL);
	const gchar *const writes[] = { wanted->directory, NULL };

	if (wanted->role == &tf_formatter_role)
		return setup_formatter(plan, wanted, reads);

	return g_variant_new("(^as^as@a{sv})", (const gchar *const *)reads->pdata, writes,
		tf_worker_setup_write(plan->module, plan->module_arguments, wanted->reader, plan->family));
}

static GStrv environment_of(const TfTokenPeer *wanted)
{
	GStrv environment = g_get_environ();

	if (wanted->opensc == NULL)
		return g_environ_setenv(environment, "SOFTHSM2_CONF", wanted->configuration, TRUE);

	return tf_opensc_environment(
		wanted->opensc, g_environ_setenv(environment, "XDG_RUNTIME_DIR", wanted->directory, TRUE));
}

TfPeer *tf_token_peer_new(const TfBatch *batch, const TfTokenPeer *wanted)
{
	g_auto(GStrv) environment = environment_of(wanted);
	const TfPeerOptions options = {
		.role = wanted->role,
		.process = { .program = batch->plan->program,
			.environment = environment,
			.setup = setup(batch->plan, wanted) },
		.deadline_ms = batch->plan->answer_ms != 0 ? batch->plan->answer_ms : wanted->deadline_ms,
		.became = wanted->became,
		.heard = wanted->heard,
		.user_data = wanted->user_data,
	};

	return tf_peer_new(&options);
}
