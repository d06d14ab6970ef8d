/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "card-attempts.h"

#include <errno.h>

#include "base/error.h"
#include "card-channel.h"
#include "component.h"
#include "myeid.h"

#define N_KEY_FILES    16u
#define RESPONSE_LIMIT 1024u

/* GET DATA of MyEID: the tags under which PUT DATA takes the parts of a key. */
typedef struct Part {
	CK_ATTRIBUTE_TYPE type;
	guint8 tag;
} Part;

static const Part rsa_parts[] = {
	{ CKA_PRIME_1, 0x83 },
	{ CKA_PRIME_2, 0x84 },
	{ CKA_EXPONENT_1, 0x85 },
	{ CKA_EXPONENT_2, 0x86 },
	{ CKA_COEFFICIENT, 0x87 },
};
static const Part ec_parts[] = {
	{ CKA_VALUE, 0x87 },
};

/* ISO 7816-4, table 6: what a card says that does not give its key away. */
static const struct {
	guint16 status;
	TfAttemptOutcome outcome;
} answers[] = {
	{ 0x6982, TF_ATTEMPT_REFUSED },	    /* security status not satisfied, although the PIN was given */
	{ 0x6985, TF_ATTEMPT_REFUSED },	    /* conditions of use not satisfied */
	{ 0x6981, TF_ATTEMPT_NOT_OFFERED }, /* the command does not go with this kind of file */
	{ 0x6986, TF_ATTEMPT_NOT_OFFERED }, /* no file of the kind that can be read is selected */
	{ 0x6A81, TF_ATTEMPT_NOT_OFFERED }, /* function not supported */
	{ 0x6A86, TF_ATTEMPT_NOT_OFFERED }, /* no such P1-P2 */
	{ 0x6A88, TF_ATTEMPT_NOT_OFFERED }, /* no such data */
	{ 0x6D00, TF_ATTEMPT_NOT_OFFERED }, /* no such instruction */
};

typedef struct Card {
	TfCardChannel *channel;
	const TfSubject *subject;
	TfSecret *data; /* of the last response */
	guint16 status;
} Card;

static void card_clear(Card *card)
{
	tf_card_channel_free(card->channel);
	tf_secret_free(card->data);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Card, card_clear)

static gboolean send(Card *card, const guint8 *command, gsize length, GError **error)
{
	return tf_card_channel_transmit(card->channel, command, length, card->data, &card->status, error);
}

static gboolean get_data(Card *card, guint8 tag, GError **error)
{
	const guint8 command[] = { 0x00, 0xCA, 0x01, tag, 0x00 };

	return send(card, command, sizeof command, error);
}

static gboolean read_binary(Card *card, GError **error)
{
	static const guint8 command[] = { 0x00, 0xB0, 0x00, 0x00, 0x00 };

	return send(card, command, sizeof command, error);
}

static gboolean select_key_file(Card *card, guint file, GError **error)
{
	return tf_myeid_select_file(card->channel, file, &card->status, error);
}

/* GUINTs of the key files that may hold our key: the one that tells its public part, or else all there are,
 * since it is one of them. */
static GArray *find_key_files(Card *card, GError **error)
{
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(guint));

	for (guint file = TF_MYEID_FIRST_KEY_FILE; file < TF_MYEID_FIRST_KEY_FILE + N_KEY_FILES; file++) {
		TfHalf half = TF_HALF_UNKNOWN;

		if (!select_key_file(card, file, error))
			return NULL;
		if (card->status != TF_SW_OK)
			continue;
		if (!tf_myeid_compare(card->channel, card->data, card->subject->public, &half, error))
			return NULL;
		if (half == TF_HALF_SAME)
			g_array_set_size(files, 0);
		g_array_append_val(files, file);
		if (half == TF_HALF_SAME)
			break;
	}

	return g_steal_pointer(&files);
}

static TfAttemptOutcome outcome_of(guint16 status)
{
	for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
		if (answers[i].status == status)
			return answers[i].outcome;
	}

	return TF_ATTEMPT_INCONCLUSIVE;
}

/* One attempt on all those files: the worst answer counts. */
typedef struct Verdict {
	TfAttemptOutcome outcome;
	guint16 status;
	gboolean is_empty;
} Verdict;

static guint badness(TfAttemptOutcome outcome)
{
	switch (outcome) {
	case TF_ATTEMPT_LEAKED:
		return 3;
	case TF_ATTEMPT_INCONCLUSIVE:
		return 2;
	case TF_ATTEMPT_REFUSED:
		return 1;
	case TF_ATTEMPT_NOT_OFFERED:
	case TF_N_ATTEMPT_OUTCOMES:
		break;
	}

	return 0;
}

/* Bytes that are not the component prove no leak, and that they came proves no refusal. */
static void add_answer(Verdict *verdict, const Card *card, gboolean key_came_out)
{
	TfAttemptOutcome outcome = key_came_out ? TF_ATTEMPT_LEAKED : outcome_of(card->status);

	if (!verdict->is_empty && badness(outcome) <= badness(verdict->outcome))
		return;
	*verdict = (Verdict){ outcome, card->status, FALSE };
}

static void conclude(const Card *card, const gchar *name, const Verdict *verdict)
{
	g_autofree gchar *code = g_strdup_printf("SW %04X", verdict->status);

	tf_evidence_add_attempt(card->subject->evidence, name, verdict->outcome, code, TF_CONTROL_NONE);
}

/* The file that was looked at last is selected still. */
static gboolean select_if_several(Card *card, const GArray *files, guint i, GError **error)
{
	return files->len == 1 || select_key_file(card, g_array_index(files, guint, i), error);
}

static gboolean read_files(Card *card, const GArray *files, GError **error)
{
	Verdict verdict = { .is_empty = TRUE };

	for (guint i = 0; i < files->len; i++) {
		if (!select_if_several(card, files, i, error) || !read_binary(card, error))
			return FALSE;
		add_answer(&verdict, card, FALSE);
	}
	conclude(card, "card: read key file", &verdict);

	return TRUE;
}

static gboolean ask_for(Card *card, const GArray *files, const Part *part, GError **error)
{
	g_autofree gchar *name = g_strdup_printf("card: read %s", tf_component_name(part->type));
	Verdict verdict = { .is_empty = TRUE };

	for (guint i = 0; i < files->len; i++) {
		if (!select_if_several(card, files, i, error) || !get_data(card, part->tag, error))
			return FALSE;
		add_answer(&verdict, card,
			card->status == TF_SW_OK &&
				tf_component_matches(card->subject->public, part->type, card->data));
	}
	conclude(card, name, &verdict);

	return TRUE;
}

static gboolean attempt(Card *card, GError **error)
{
	gboolean is_rsa = EVP_PKEY_is_a(card->subject->public, "RSA") == 1;
	const Part *parts = is_rsa ? rsa_parts : ec_parts;
	gsize n_parts = is_rsa ? G_N_ELEMENTS(rsa_parts) : G_N_ELEMENTS(ec_parts);
	g_autoptr(GArray) files = NULL;

	if (!tf_myeid_check_identity(
		    card->channel, card->data, tf_session_token(card->subject->session), error))
		return FALSE;
	files = find_key_files(card, error);
	if (files == NULL)
		return FALSE;
	if (files->len == 0) {
		conclude(card, "card: find key file",
			&(Verdict){ TF_ATTEMPT_INCONCLUSIVE, card->status, FALSE });
		return TRUE;
	}
	if (!read_files(card, files, error))
		return FALSE;
	for (gsize i = 0; i < n_parts; i++) {
		if (!ask_for(card, files, &parts[i], error))
			return FALSE;
	}

	return TRUE;
}

gboolean tf_card_attempts(const TfSubject *subject, const gchar *reader, TfTokenProbe probe, GError **error)
{
	g_auto(Card) card = { .subject = subject };

	switch (probe) {
	case TF_TOKEN_PROBE_NONE:
		return TRUE;
	case TF_TOKEN_PROBE_MYEID:
	case TF_N_TOKEN_PROBES:
		break;
	}

	card.channel = tf_card_channel_open(reader, error);
	if (card.channel == NULL)
		return FALSE;
	card.data = tf_secret_new(RESPONSE_LIMIT);
	if (card.data == NULL)
		return tf_raise(error, TF_ERROR_SYSTEM, "libcrypto", g_strerror(ENOMEM), NULL);

	return attempt(&card, error);
}
