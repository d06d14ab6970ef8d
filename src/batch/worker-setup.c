/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "worker-setup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"

GVariant *tf_worker_setup_write(const TfModuleFacts *module, const gchar *arguments, const gchar *reader,
	const TfTokenProfile *family)
{
	TfTokenProbe probe = family != NULL ? tf_token_profile_probe(family) : TF_TOKEN_PROBE_NONE;
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
	g_variant_builder_add(&builder, "{sv}", "module", g_variant_new_bytestring(module->path));
	g_variant_builder_add(&builder, "{sv}", "sha256", g_variant_new_string(module->sha256));
	if (arguments != NULL)
		g_variant_builder_add(&builder, "{sv}", "arguments", g_variant_new_bytestring(arguments));
	if (reader != NULL)
		g_variant_builder_add(&builder, "{sv}", "reader", g_variant_new_bytestring(reader));
	g_variant_builder_add(&builder, "{sv}", "probe", g_variant_new_string(tf_token_probe_name(probe)));
	g_variant_builder_add(&builder, "{sv}", "certificate-first",
		g_variant_new_boolean(family != NULL && tf_token_profile_certificate_first(family)));
	g_variant_builder_add(&builder, "{sv}", "makes-public-key",
		g_variant_new_boolean(family != NULL && tf_token_profile_makes_public_key(family)));

	return g_variant_builder_end(&builder);
}

/* Of libpcsclite. */
#define SOCKET_VARIABLE "PCSCLITE_CSOCK_NAME"
#define SOCKET		"/run/pcscd/pcscd.comm"

/* What libraries, the loader, OpenSSL, OpenSC, p11-kit, the C library and its locales open, each by its name:
 * in /etc lie the secrets of the whole PC. */
static const gchar *const everywhere[] = {
	"/usr/lib",
	"/usr/lib64",
	"/usr/local/lib",
	"/lib",
	"/lib64",
	"/etc/ld.so.cache",
	"/etc/ld.so.preload",
	"/etc/ssl/openssl.cnf",
	"/etc/pki/tls/openssl.cnf",
	"/etc/crypto-policies",
	"/etc/opensc/opensc.conf",
	"/etc/opensc.conf",
	"/usr/share/opensc",
	"/etc/pkcs11",
	"/usr/share/p11-kit",
	"/etc/nsswitch.conf",
	"/etc/passwd",
	"/etc/group",
	"/etc/locale.alias",
	"/usr/share/locale",
	"/etc/localtime",
	"/usr/share/zoneinfo",
	"/run/pcscd",
	"/dev/urandom",
	"/dev/null",
	"/proc/self",
	"/sys/devices/system/cpu",
};

/* A folder that only root puts anything in, and that is no way to what modules have no business with. */
static gboolean is_for_libraries(const gchar *directory)
{
	const gchar *home = g_getenv("HOME");
	g_autofree char *real = home != NULL ? realpath(home, NULL) : NULL;
	const gchar *const others[] = { "/etc", "/root", "/home", real != NULL ? real : g_get_home_dir() };
	struct stat status;

	for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
		if (tf_file_below(others[i], directory) != NULL)
			return FALSE;
	}

	return stat(directory, &status) == 0 && status.st_uid == 0 &&
	       (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

GPtrArray *tf_worker_reads(const TfModuleFacts *module, const gchar *configuration, gboolean has_reader)
{
	g_autofree gchar *beside = g_path_get_dirname(module->path);
	const gchar *named = g_getenv(SOCKET_VARIABLE);
	GPtrArray *reads = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(reads, g_strdup(module->path));
	if (is_for_libraries(beside))
		g_ptr_array_add(reads, g_steal_pointer(&beside));
	g_ptr_array_add(reads, g_strdup(configuration));
	for (gsize i = 0; i < G_N_ELEMENTS(everywhere); i++)
		g_ptr_array_add(reads, g_strdup(everywhere[i]));
	if (has_reader)
		g_ptr_array_add(reads, g_strdup(named != NULL ? named : SOCKET));
	g_ptr_array_add(reads, NULL);

	return reads;
}

static gchar *take_bytes(GVariantDict *dictionary, const gchar *name)
{
	gchar *bytes = NULL;

	(void)g_variant_dict_lookup(dictionary, name, "^ay", &bytes);

	return bytes;
}

TfWorkerSetup *tf_worker_setup_read(GVariant *body, GError **error)
{
	g_autoptr(GVariant) dictionary = g_variant_get_child_value(body, 2);
	g_autoptr(GVariantDict) lookup = g_variant_dict_new(dictionary);
	TfWorkerSetup *setup = g_new0(TfWorkerSetup, 1);
	g_autofree gchar *probe = NULL;

	setup->module = g_new0(TfModuleFacts, 1);
	setup->module->path = take_bytes(lookup, "module");
	(void)g_variant_dict_lookup(lookup, "sha256", "s", &setup->module->sha256);
	setup->arguments = take_bytes(lookup, "arguments");
	setup->reader = take_bytes(lookup, "reader");
	(void)g_variant_dict_lookup(lookup, "probe", "s", &probe);
	(void)g_variant_dict_lookup(lookup, "certificate-first", "b", &setup->certificate_first);
	(void)g_variant_dict_lookup(lookup, "makes-public-key", "b", &setup->makes_public_key);
	if (setup->module->path != NULL && setup->module->sha256 != NULL && probe != NULL &&
		tf_token_probe_from_name(probe, &setup->probe))
		return setup;

	tf_worker_setup_free(setup);
	tf_raise(error, TF_ERROR_SYSTEM, "SETUP", g_strerror(EBADMSG), NULL);

	return NULL;
}

void tf_worker_setup_free(TfWorkerSetup *setup)
{
	if (setup == NULL)
		return;

	tf_module_facts_free(setup->module);
	g_free(setup->arguments);
	g_free(setup->reader);
	g_free(setup);
}
