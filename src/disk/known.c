/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/known.h"

#include <string.h>

#include "database-private.h"
#include "key/java-store.h"

static const gboolean are_loose[TF_N_FORMS] = {
	[TF_FORM_PKCS8] = TRUE,
	[TF_FORM_PKCS8_ENCRYPTED] = TRUE,
	[TF_FORM_PKCS1] = TRUE,
	[TF_FORM_SEC1] = TRUE,
};

struct TfKnown {
	GHashTable *keys;     /* GBytes: SHA-256 of the SubjectPublicKeyInfo */
	GHashTable *contents; /* GBytes: SHA-256 -> Content */
	GHashTable *exports;  /* GBytes: tf_pkcs12_export_sha256() */
	GHashTable *key_ids;  /* GBytes: CKA_ID */
};

/* What was in a file when it was opened. */
typedef struct Content {
	guint8 spki_sha256[TF_SHA256_SIZE];
	gboolean holds_one_secret;
} Content;

static GHashTable *digests_new(void)
{
	return g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
}

static void add(GHashTable *digests, const guint8 digest[TF_SHA256_SIZE])
{
	g_hash_table_add(digests, g_bytes_new(digest, TF_SHA256_SIZE));
}

static gboolean has(GHashTable *digests, const guint8 digest[TF_SHA256_SIZE])
{
	g_autoptr(GBytes) bytes = g_bytes_new(digest, TF_SHA256_SIZE);

	return g_hash_table_contains(digests, bytes);
}

TfKnown *tf_known_new(void)
{
	TfKnown *known = g_new0(TfKnown, 1);

	known->keys = digests_new();
	known->contents =
		g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, g_free);
	known->exports = digests_new();
	known->key_ids = digests_new();

	return known;
}

void tf_known_free(TfKnown *known)
{
	if (known == NULL)
		return;

	g_hash_table_unref(known->keys);
	g_hash_table_unref(known->contents);
	g_hash_table_unref(known->exports);
	g_hash_table_unref(known->key_ids);
	g_free(known);
}

void tf_known_add_key(TfKnown *known, const guint8 spki_sha256[TF_SHA256_SIZE])
{
	add(known->keys, spki_sha256);
}

void tf_known_add_content(TfKnown *known, const guint8 sha256[TF_SHA256_SIZE],
	const guint8 spki_sha256[TF_SHA256_SIZE], gboolean holds_one_secret)
{
	Content *content = g_new0(Content, 1);

	memcpy(content->spki_sha256, spki_sha256, TF_SHA256_SIZE);
	content->holds_one_secret = holds_one_secret;
	g_hash_table_replace(known->contents, g_bytes_new(sha256, TF_SHA256_SIZE), content);
}

gboolean tf_known_content(const TfKnown *known, const guint8 sha256[TF_SHA256_SIZE],
	guint8 ret_spki_sha256[TF_SHA256_SIZE], gboolean *ret_holds_one_secret)
{
	g_autoptr(GBytes) digest = g_bytes_new(sha256, TF_SHA256_SIZE);
	const Content *content = g_hash_table_lookup(known->contents, digest);

	if (content == NULL)
		return FALSE;
	memcpy(ret_spki_sha256, content->spki_sha256, TF_SHA256_SIZE);
	*ret_holds_one_secret = content->holds_one_secret;

	return TRUE;
}

void tf_known_add_export(TfKnown *known, const guint8 digest[TF_SHA256_SIZE])
{
	add(known->exports, digest);
}

guint tf_known_n_keys(const TfKnown *known)
{
	return g_hash_table_size(known->keys);
}

static void set(TfStray *stray, TfRank rank, TfRankBasis basis)
{
	stray->rank = rank;
	stray->basis = basis;
}

/* Of several keys in one file a known one counts: the file is not to stay unnoticed for the other's sake. */
static gboolean has_known_key(const TfKnown *known, TfPkcs12 *pkcs12)
{
	for (guint i = 0; i < tf_pkcs12_n_keys(pkcs12); i++) {
		guint8 digest[TF_SHA256_SIZE];

		tf_pkcs12_key_spki_sha256(pkcs12, i, digest);
		if (has(known->keys, digest))
			return TRUE;
	}

	return FALSE;
}

/* Without a key to hold it against it is nobody's. */
static void set_another(const TfKnown *known, TfStray *stray)
{
	if (tf_known_n_keys(known) > 0)
		set(stray, TF_RANK_ANOTHER_KEY, TF_BASIS_OPENED);
	else
		set(stray, TF_RANK_UNKNOWN, TF_BASIS_NO_KEY);
}

static void rank_opened(TfKnown *known, TfPkcs12 *pkcs12, TfStray *stray)
{
	guint8 export[TF_SHA256_SIZE];

	if (!has_known_key(known, pkcs12)) {
		set_another(known, stray);
		return;
	}
	set(stray, TF_RANK_SAME_KEY, TF_BASIS_OPENED);
	if (tf_pkcs12_export_sha256(pkcs12, export))
		add(known->exports, export);
}

static void rank_closed(const TfKnown *known, const TfPkcs12 *pkcs12, TfStray *stray)
{
	guint8 export[TF_SHA256_SIZE];

	for (guint i = 0; i < tf_pkcs12_n_shown_certificates(pkcs12); i++) {
		guint8 digest[TF_SHA256_SIZE];

		tf_pkcs12_shown_spki_sha256(pkcs12, i, digest);
		if (has(known->keys, digest)) {
			set(stray, TF_RANK_SAME_KEY, TF_BASIS_CERTIFICATE);
			return;
		}
	}
	if (tf_pkcs12_export_sha256(pkcs12, export) && has(known->exports, export))
		set(stray, TF_RANK_SAME_EXPORT, TF_BASIS_SALTS);
}

void tf_known_note_protection(const TfPkcs12 *pkcs12, gboolean opens_to_all, TfStray *stray)
{
	const TfPkcs12Protection *protection = tf_pkcs12_protection(pkcs12);

	stray->is_weak = protection->has_weak_cipher;
	stray->is_unprotected =
		protection->has_unprotected_secret || (opens_to_all && tf_pkcs12_n_keys(pkcs12) > 0);
}

/* Certificates alone, as some programs keep those that they trust. */
static gboolean is_without_secrets(const TfPkcs12 *pkcs12)
{
	return tf_pkcs12_n_keys(pkcs12) == 0 && tf_pkcs12_contents(pkcs12)->n_secrets == 0;
}

static gboolean rank_pkcs12(TfKnown *known, const TfPiece *piece, const TfSecret *password,
	const TfLibrary *library, TfStray *stray)
{
	g_autoptr(TfPkcs12) pkcs12 =
		piece->is_damaged ? NULL : tf_pkcs12_new(piece->bytes, stray->path, NULL);
	gboolean is_open = FALSE;
	gboolean opens_to_all = FALSE;
	guint8 digest[TF_SHA256_SIZE];

	if (pkcs12 == NULL)
		return TRUE;
	tf_pkcs12_share(pkcs12, library, NULL);
	tf_pkcs12_sha256(pkcs12, digest);
	is_open =
		password != NULL && tf_secret_length(password) > 0 && tf_pkcs12_open(pkcs12, password, NULL);
	/* An empty password is no secret. */
	opens_to_all = !is_open && tf_pkcs12_open(pkcs12, NULL, NULL);
	if ((is_open || opens_to_all) && is_without_secrets(pkcs12))
		return FALSE;
	if (has(known->contents, digest))
		set(stray, TF_RANK_SAME_KEY, TF_BASIS_CONTENT);
	else if (is_open || opens_to_all)
		rank_opened(known, pkcs12, stray);
	else
		rank_closed(known, pkcs12, stray);
	tf_known_note_protection(pkcs12, opens_to_all, stray);

	return TRUE;
}

static void rank_loose(const TfKnown *known, const TfPiece *piece, const TfSecret *password,
	const TfLibrary *library, TfStray *stray)
{
	TfLooseForm form = tf_piece_loose_form(piece);
	gboolean opens_to_all = FALSE;
	guint8 digest[TF_SHA256_SIZE];

	/* Of a part of one it is not known whether it was locked. */
	if (piece->is_damaged)
		return;
	opens_to_all =
		tf_loose_key_identify(form, piece->bytes, NULL, library, stray->path, digest, NULL, NULL);
	stray->is_unprotected = opens_to_all || !tf_loose_key_is_locked(form);
	stray->is_weak = tf_loose_key_is_weak(form, piece->bytes);
	if (!opens_to_all && !tf_loose_key_identify(
				     form, piece->bytes, password, library, stray->path, digest, NULL, NULL))
		return;
	if (has(known->keys, digest))
		set(stray, TF_RANK_SAME_KEY, TF_BASIS_OPENED);
	else
		set_another(known, stray);
}

/* Of the keys in it, which stay closed, each has its certificate beside it. */
static void rank_java_store(const TfKnown *known, const TfPiece *piece, TfStray *stray)
{
	g_autoptr(GPtrArray) keys = piece->bytes != NULL ? tf_java_store_keys(piece->bytes) : NULL;

	for (guint i = 0; keys != NULL && i < keys->len; i++) {
		if (g_hash_table_contains(known->keys, g_ptr_array_index(keys, i)))
			set(stray, TF_RANK_SAME_KEY, TF_BASIS_CERTIFICATE);
	}
}

gboolean tf_known_rank(TfKnown *known, const TfPiece *piece, const TfSecret *password,
	const TfLibrary *library, TfStray *stray)
{
	stray->is_damaged = piece->is_damaged;
	if (piece->form == TF_FORM_PKCS12)
		return rank_pkcs12(known, piece, password, library, stray);
	if (are_loose[piece->form])
		rank_loose(known, piece, password, library, stray);
	else if (piece->form == TF_FORM_JKS || piece->form == TF_FORM_JCEKS)
		rank_java_store(known, piece, stray);

	return TRUE;
}

gboolean tf_known_may_open(const TfPiece *piece, const TfStray *stray)
{
	if (piece->is_damaged || stray->basis == TF_BASIS_OPENED || stray->basis == TF_BASIS_NO_KEY ||
		stray->basis == TF_BASIS_CONTENT)
		return FALSE;

	return piece->form == TF_FORM_PKCS12 ||
	       (are_loose[piece->form] && tf_loose_key_is_locked(tf_piece_loose_form(piece)));
}

void tf_known_add_key_id(TfKnown *known, GBytes *key_id)
{
	g_hash_table_add(known->key_ids, g_bytes_ref(key_id));
}

void tf_known_rank_database(const TfKnown *known, int fd, TfStray *stray)
{
	if (tf_database_names(fd, known->key_ids))
		set(stray, TF_RANK_SAME_KEY, TF_BASIS_KEY_ID);
}
