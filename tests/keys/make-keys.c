/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A stock of RSA keys for the tests of one build: drawing them anew took a tenth of the suite's time.
 *   make-keys DIR BITS:COUNT...     DIR/rsaBITS-0.pem and so on, PKCS#8
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "fixtures.h"

static void make(const gchar *folder, const gchar *type, guint i)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_draw(type);
	g_autoptr(GBytes) pem = tf_fixture_key_pem(key);
	g_autofree gchar *path = g_strdup_printf("%s/%s-%u.pem", folder, type, i);

	tf_fixture_write(path, pem);
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fputs("usage: make-keys DIR BITS:COUNT...\n", stderr);
		return EXIT_FAILURE;
	}
	if (mkdir(argv[1], 0700) != 0 && errno != EEXIST) {
		perror(argv[1]);
		return EXIT_FAILURE;
	}
	for (int i = 2; i < argc; i++) {
		g_auto(GStrv) words = g_strsplit(argv[i], ":", 2);
		g_autofree gchar *type = g_strconcat("rsa", words[0], NULL);

		for (guint k = 0; k < g_ascii_strtoull(words[1], NULL, 10); k++)
			make(argv[1], type, k);
	}

	return EXIT_SUCCESS;
}
