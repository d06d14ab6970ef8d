/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The opener: the one child that parses PKCS#12, which is hostile. It has no module, no PIN of a token and,
 * once confined, no file but those it is handed: the .p12 and its password come by descriptor, the private
 * key leaves through a pipe, everything else is public.
 */
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "batch/role.h"
#include "key/certificate.h"
#include "key/pkcs12.h"
#include "transfer/attributes.h"
#include "variant-private.h"

#define PASSWORD_LIMIT 4096u

enum {
	FD_FILE,
	FD_PASSWORD
};

/* What one file leaves for the next: no secret among it. */
typedef struct Desk {
	TfLibrary *library;
	TfCertificates *authorities;
} Desk;

static TfPkcs12 *read_file(const TfMessage *request, const gchar *path, GError **error)
{
	g_autoptr(TfSecret) content =
		tf_file_read_secret(request->fds[FD_FILE], path, TF_PKCS12_SIZE_LIMIT, error);

	return content != NULL ? tf_pkcs12_new(content, path, error) : NULL;
}

static gboolean unlock(TfPkcs12 *pkcs12, const TfMessage *request, gboolean has_password, GError **error)
{
	g_autoptr(TfSecret) password = NULL;

	if (has_password) {
		password = tf_secret_read(request->fds[FD_PASSWORD], PASSWORD_LIMIT, "fd", error);
		if (password == NULL)
			return FALSE;
	}

	return tf_pkcs12_open(pkcs12, password, error);
}

/* Which of several keys is meant is a question for a person, and a batch asks none. */
static TfKeypair *take_only_key(TfPkcs12 *pkcs12, const gchar *path, GError **error)
{
	guint n = tf_pkcs12_n_keys(pkcs12);
	g_autoptr(TfKeypair) keypair = NULL;

	if (n > 1) {
		tf_raise(error, TF_ERROR_SOURCE_SEVERAL_KEYS, path, TF_NUMBER(n), NULL);
		return NULL;
	}
	if (n == 0) {
		tf_raise(error, TF_ERROR_SOURCE_NO_KEY, path, NULL);
		return NULL;
	}
	keypair = tf_pkcs12_keypair(pkcs12, 0, NULL, error);
	if (keypair == NULL || !tf_keypair_check_purpose(keypair, path, error))
		return NULL;

	return g_steal_pointer(&keypair);
}

static GVariant *describe(const TfPkcs12 *pkcs12, const TfKeypair *keypair)
{
	g_autoptr(GPtrArray) carried = NULL;
	g_autoptr(GPtrArray) dropped = NULL;
	g_autofree gchar *label = tf_attributes_sort(pkcs12, 0, keypair, &carried, &dropped);
	g_autofree gchar *valid = g_utf8_make_valid(label, -1);
	guint8 sha256[TF_SHA256_SIZE];

	tf_pkcs12_sha256(pkcs12, sha256);

	return g_variant_new("(@ay@ay@aaymsbb@as@as)", tf_variant_of_memory(sha256, sizeof sha256),
		tf_variant_of_certificate(tf_keypair_certificate(keypair)),
		tf_variant_of_chain(tf_keypair_chain(keypair)), valid, tf_pkcs12_holds_one_secret(pkcs12),
		tf_keypair_is_weak(keypair), tf_variant_of_names(carried), tf_variant_of_names(dropped));
}

static gboolean open_file(const Desk *desk, TfTalk *talk, const TfMessage *request, GError **error)
{
	const gchar *path = NULL;
	gboolean has_password = FALSE;
	g_autoptr(TfPkcs12) pkcs12 = NULL;
	g_autoptr(TfKeypair) keypair = NULL;
	g_autoptr(TfSecret) pkcs8 = NULL;
	TF_AUTO_FD int key = -1;

	g_variant_get(request->body, "(^&ayb)", &path, &has_password);
	pkcs12 = read_file(request, path, error);
	if (pkcs12 == NULL)
		return FALSE;
	tf_pkcs12_share(pkcs12, desk->library, desk->authorities);
	if (!unlock(pkcs12, request, has_password, error))
		return FALSE;
	keypair = take_only_key(pkcs12, path, error);
	if (keypair == NULL)
		return FALSE;
	pkcs8 = tf_keypair_to_pkcs8(keypair);
	key = pkcs8 != NULL ? tf_pipe_secret(pkcs8, error) : -1;
	if (pkcs8 == NULL)
		return tf_raise(error, TF_ERROR_SYSTEM, "libcrypto", g_strerror(ENOMEM), NULL);
	if (key < 0)
		return FALSE;

	return tf_talk_say(talk, TF_MESSAGE_OPENED, describe(pkcs12, keypair), &key, error);
}

static void tear_down(gpointer state)
{
	Desk *desk = state;

	tf_certificates_free(desk->authorities);
	tf_library_free(desk->library);
	g_free(desk);
}

static gpointer set_up(G_GNUC_UNUSED GVariant *setup, GError **error)
{
	g_autoptr(TfLibrary) library = tf_library_new(error);
	Desk *desk = NULL;

	if (library == NULL)
		return NULL;
	desk = g_new0(Desk, 1);
	desk->library = g_steal_pointer(&library);
	desk->authorities = tf_certificates_new();

	return desk;
}

static gboolean answer(gpointer state, TfTalk *talk, TfMessage *request, GError **error)
{
	g_assert(request->kind == TF_MESSAGE_OPEN);

	return open_file(state, talk, request, error);
}

const TfRoleHandler tf_opener_handler = {
	.role = &tf_opener_role, .set_up = set_up, .answer = answer, .tear_down = tear_down
};
