/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/openssl.h"

#include <glib/gi18n.h>
#include <openssl/provider.h>

#include "base/error.h"

struct TfLibrary {
	OSSL_LIB_CTX *context;
	OSSL_PROVIDER *plain;
	OSSL_PROVIDER *legacy;
};

TfLibrary *tf_library_new(GError **error)
{
	g_autoptr(TfLibrary) library = g_new0(TfLibrary, 1);

	library->context = OSSL_LIB_CTX_new();
	if (library->context != NULL) {
		library->plain = OSSL_PROVIDER_load(library->context, "default");
		library->legacy = OSSL_PROVIDER_load(library->context, "legacy");
	}
	if (library->plain == NULL || library->legacy == NULL) {
		tf_raise(
			error, TF_ERROR_SYSTEM, "libcrypto", _("its legacy provider cannot be loaded"), NULL);
		return NULL;
	}

	return g_steal_pointer(&library);
}

void tf_library_free(TfLibrary *library)
{
	if (library == NULL)
		return;

	if (library->legacy != NULL)
		(void)OSSL_PROVIDER_unload(library->legacy);
	if (library->plain != NULL)
		(void)OSSL_PROVIDER_unload(library->plain);
	OSSL_LIB_CTX_free(library->context);
	g_free(library);
}

OSSL_LIB_CTX *tf_library_context(const TfLibrary *library)
{
	return library->context;
}
