/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "answers.h"

#include <string.h>

#include "base/error.h"

static gboolean confirm(gpointer data, TfQuestion question, const TfQuestionContext *context,
	gboolean *ret_yes, GError **error)
{
	TfAnswers *answers = data;

	(void)error;
	answers->n_asked[question]++;
	if (question == TF_QUESTION_EXCEPTION)
		*ret_yes = answers->confirms[context->exception];
	else if (question == TF_QUESTION_FILE_NEEDED)
		*ret_yes = answers->is_needed;
	else
		*ret_yes = !answers->says_no[question];

	return TRUE;
}

static TfSecret *password(
	gpointer data, const gchar *path, guint attempt, gboolean *ret_may_retry, GError **error)
{
	TfAnswers *answers = data;

	(void)path;
	(void)attempt;
	(void)error;
	answers->n_passwords++;
	*ret_may_retry = FALSE;

	return tf_secret_new_copy(answers->password, strlen(answers->password));
}

static TfSecret *store_password(
	gpointer data, const gchar *path, guint attempt, gboolean *ret_may_retry, GError **error)
{
	TfAnswers *answers = data;

	(void)path;
	(void)attempt;
	(void)error;
	answers->n_store_passwords++;
	*ret_may_retry = FALSE;

	return tf_secret_new_copy(answers->store_password, strlen(answers->store_password));
}

static gboolean pin(
	gpointer data, const TfTokenStatus *status, gboolean is_spare, TfSecret **ret_pin, GError **error)
{
	TfAnswers *answers = data;
	const gchar *text = is_spare && answers->spare_pin != NULL ? answers->spare_pin : answers->pin;

	(void)status;
	(void)error;
	answers->n_pins++;
	*ret_pin = text != NULL ? tf_secret_new_copy(text, strlen(text)) : NULL;

	return TRUE;
}

static gboolean new_pin(gpointer data, const TfTokenStatus *status, TfSecret **ret_pin, GError **error)
{
	const TfAnswers *answers = data;

	(void)status;
	(void)error;
	*ret_pin = answers->new_pin != NULL ? tf_secret_new_copy(answers->new_pin, strlen(answers->new_pin))
					    : NULL;

	return TRUE;
}

static gboolean unblock_secret(
	gpointer data, const TfTokenStatus *status, TfPinKind kind, TfSecret **ret_secret, GError **error)
{
	TfAnswers *answers = data;
	const gchar *text = answers->unblock_secret;

	(void)status;
	(void)kind;
	(void)error;
	answers->n_unblock_secrets++;
	*ret_secret = text != NULL ? tf_secret_new_copy(text, strlen(text)) : NULL;

	return TRUE;
}

static void show_removal(gpointer data, const struct TfRemoval *removal)
{
	TfAnswers *answers = data;

	(void)removal;
	answers->n_removals++;
}

static gboolean typed_removal(
	gpointer data, const struct TfRemoval *removal, gchar **ret_typed, GError **error)
{
	const TfAnswers *answers = data;

	(void)removal;
	(void)error;
	*ret_typed = g_strdup(answers->typed_removal);

	return TRUE;
}

static gboolean choose_key(gpointer data, const GPtrArray *certificates, const gchar *path, gboolean is_store,
	guint *ret_index, GError **error)
{
	TfAnswers *answers = data;

	(void)certificates;
	(void)path;
	(void)is_store;
	(void)error;
	*ret_index = answers->key_index;

	return TRUE;
}

static gboolean removable_directory(gpointer data, const gchar *path, gchar **ret_directory, GError **error)
{
	TfAnswers *answers = data;

	(void)path;
	(void)error;
	*ret_directory = g_strdup(answers->directory);

	return TRUE;
}

static gboolean typed_serial(gpointer data, const TfTokenFacts *token, gchar **ret_serial, GError **error)
{
	TfAnswers *answers = data;

	(void)token;
	(void)error;
	*ret_serial = g_strdup(answers->serial);

	return TRUE;
}

static void tell(gpointer data, TfNews news, const TfNewsContext *context)
{
	TfAnswers *answers = data;

	answers->n_told[news]++;
	if (answers->on_news != NULL)
		answers->on_news(news, context, answers->data);
}

static gboolean is_interrupted(gpointer data)
{
	const TfAnswers *answers = data;

	return answers->is_interrupted;
}

void tf_answers_init(TfAnswers *answers, const gchar *password_text, const gchar *pin_text)
{
	memset(answers, 0, sizeof *answers);
	answers->password = password_text;
	answers->pin = pin_text;
	answers->dialogue = (TfDialogue){
		.data = answers,
		.confirm = confirm,
		.password = password,
		.store_password = store_password,
		.pin = pin,
		.new_pin = new_pin,
		.unblock_secret = unblock_secret,
		.show_removal = show_removal,
		.typed_removal = typed_removal,
		.choose_key = choose_key,
		.removable_directory = removable_directory,
		.typed_serial = typed_serial,
		.tell = tell,
		.is_interrupted = is_interrupted,
	};
}
