/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wipe-once wipe|resume DIRECTORY [device]
 * Wipes DIRECTORY/key.p12, or finishes that, with what tf_fixture_source_save() left there; the trace is in
 * DIRECTORY/trace. With 'device' the block device is looked at as well, as root's wipes do. Prints the level.
 * Status 0; 2 with the error's name on stderr.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "source.h"

static gboolean write_trace(const TfWipeTrace *trace, gpointer user_data, GError **error)
{
	const gchar *directory = user_data;
	TF_AUTO_FD int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autofree gchar *text = NULL;
	gsize length = 0;

	g_key_file_set_string(file, "trace", "directory", trace->directory);
	g_key_file_set_string(file, "trace", "name", trace->name);
	g_key_file_set_string(file, "trace", "new_name", trace->new_name);
	g_key_file_set_uint64(file, "trace", "device", trace->device);
	g_key_file_set_uint64(file, "trace", "inode", trace->inode);
	g_key_file_set_int64(file, "trace", "size", trace->size);
	text = g_key_file_to_data(file, &length, NULL);

	return tf_file_create(fd, "trace", text, length, error);
}

static TfWipeTrace *read_trace(const gchar *directory)
{
	TfWipeTrace *trace = g_new0(TfWipeTrace, 1);
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autofree gchar *path = g_build_filename(directory, "trace", NULL);

	g_assert_true(g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL));
	trace->directory = g_key_file_get_string(file, "trace", "directory", NULL);
	trace->name = g_key_file_get_string(file, "trace", "name", NULL);
	trace->new_name = g_key_file_get_string(file, "trace", "new_name", NULL);
	trace->device = g_key_file_get_uint64(file, "trace", "device", NULL);
	trace->inode = g_key_file_get_uint64(file, "trace", "inode", NULL);
	trace->size = g_key_file_get_int64(file, "trace", "size", NULL);

	return trace;
}

static gboolean wipe(
	const TfFixtureSource *source, gboolean checks_device, TfWipeResult *ret_result, GError **error)
{
	g_autoptr(TfFound) found = tf_fixture_found(source);
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	const TfWipeOptions options = {
		.checks_device = checks_device, .journal = write_trace, .user_data = source->directory
	};

	return tf_wipe(found, proof, &options, ret_result, error);
}

static gboolean resume(
	const TfFixtureSource *source, gboolean checks_device, TfWipeResult *ret_result, GError **error)
{
	g_autoptr(TfProof) proof = tf_fixture_stored_proof(source);
	g_autoptr(TfWipeTrace) trace = read_trace(source->directory);
	const TfWipeOptions options = { .checks_device = checks_device };

	return tf_wipe_resume(trace, proof, source->sha256, &options, ret_result, error);
}

int main(int argc, char **argv)
{
	TfFixtureSource *source = NULL;
	g_autoptr(GError) error = NULL;
	g_auto(TfWipeResult) result = { 0 };
	gboolean checks_device = argc == 4 && strcmp(argv[3], "device") == 0;
	gboolean is_done = FALSE;

	tf_secret_setup();
	g_assert_true(argc == 3 || checks_device);
	source = tf_fixture_source_load(argv[2]);
	is_done = strcmp(argv[1], "wipe") == 0 ? wipe(source, checks_device, &result, &error)
					       : resume(source, checks_device, &result, &error);
	tf_fixture_member_free(source->member);
	g_free(source->directory);
	g_free(source->path);
	g_free(source);
	if (!is_done) {
		g_printerr("%s: %s\n", tf_error_name(error), error->message);
		return 2;
	}
	g_print("W%u%s\n", result.level, result.suffixes);

	return 0;
}
