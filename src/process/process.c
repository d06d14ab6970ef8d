/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/process.h"

#include "base/child.h"
#include "base/error.h"
#include "base/file.h"

struct TfProcess {
	TfChild child;
	TfTalk *talk;
	GStrv confinement;
};

GVariant *tf_process_setup(const gchar *const *reads)
{
	static const gchar *const none[] = { NULL };

	return g_variant_new("(^as^as@a{sv})", reads != NULL ? reads : none, none,
		g_variant_new_array(G_VARIANT_TYPE("{sv}"), NULL, 0));
}

static GStrv make_argv(const gchar *const *program, const TfRole *role)
{
	g_autoptr(GStrvBuilder) argv = g_strv_builder_new();

	g_strv_builder_addv(argv, (const char **)program);
	g_strv_builder_add(argv, role->name);

	return g_strv_builder_end(argv);
}

static gboolean start(TfProcess *process, const TfRole *role, const TfProcessOptions *options, GError **error)
{
	g_auto(GStrv) argv = make_argv(options->program, role);
	TF_AUTO_FD int theirs = -1;
	int ours = -1;
	int status = tf_child_sockets(sizeof(guint32) + TF_MESSAGE_LIMIT, &ours, &theirs);

	if (status != 0)
		return tf_raise(error, TF_ERROR_SYSTEM, "socketpair", g_strerror(status), NULL);
	process->talk = tf_talk_new(ours, role, TRUE);
	status = tf_child_start((const gchar *const *)argv, (const gchar *const *)options->environment,
		&theirs, 1, &process->child);
	if (status != 0)
		return tf_raise(error, TF_ERROR_WORKER_FAILED, g_strerror(status), NULL);

	return TRUE;
}

TfProcess *tf_process_start(const TfRole *role, const TfProcessOptions *options, GError **error)
{
	g_autoptr(TfProcess) process = g_new0(TfProcess, 1);
	g_autoptr(GVariant) setup = g_variant_ref_sink(options->setup);

	process->child = (TfChild){ 0, -1 };
	if (!start(process, role, options, error) ||
		!tf_talk_say(process->talk, TF_MESSAGE_SETUP, setup, NULL, error))
		return NULL;

	return g_steal_pointer(&process);
}

TfTalk *tf_process_talk(TfProcess *process)
{
	return process->talk;
}

int tf_process_pidfd(const TfProcess *process)
{
	return process->child.pidfd;
}

void tf_process_leave(TfProcess *process, gint64 deadline)
{
	g_clear_pointer(&process->talk, tf_talk_free);
	tf_child_reap(&process->child, deadline);
}

void tf_process_free(TfProcess *process)
{
	if (process == NULL)
		return;

	tf_child_clear(&process->child);
	tf_talk_free(process->talk);
	g_strfreev(process->confinement);
	g_free(process);
}

gboolean tf_process_wait_ready(TfProcess *process, gint64 deadline, GError **error)
{
	g_autoptr(TfMessage) message = tf_talk_hear(process->talk, deadline, error);

	if (message == NULL)
		return FALSE;
	if (message->kind == TF_MESSAGE_FAILED)
		return tf_message_raise(message, error);
	g_strfreev(process->confinement);
	process->confinement = g_variant_dup_strv(message->body, NULL);

	return TRUE;
}

const gchar *const *tf_process_confinement(const TfProcess *process)
{
	return (const gchar *const *)process->confinement;
}
