/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/passwords.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "manifest-case.h"

static TfPasswords *open_list(const ManifestCase *file, const gchar *content)
{
	g_autoptr(GError) error = NULL;
	TfPasswords *passwords = NULL;

	manifest_case_write(file, content, -1);
	passwords = tf_passwords_open(file->path, &error);
	g_assert_no_error(error);

	return passwords;
}

static void assert_gives(TfPasswords *passwords, const gchar *number, const gchar *wanted)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) password = NULL;

	g_assert_true(tf_passwords_get(passwords, number, &password, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(tf_secret_length(password), ==, strlen(wanted));
	g_assert_cmpint(memcmp(tf_secret_peek(password), wanted, strlen(wanted)), ==, 0);
}

static void assert_gives_none(TfPasswords *passwords, const gchar *number, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;

	g_autoptr(TfSecret) password = NULL;

	g_assert_false(tf_passwords_get(passwords, number, &password, &error));
	g_assert_error(error, TF_ERROR, (gint)code);
}

static void assert_refused(
	const ManifestCase *file, const gchar *content, const gchar *line, const gchar *part)
{
	g_autoptr(GError) error = NULL;

	manifest_case_write(file, content, -1);
	g_assert_null(tf_passwords_open(file->path, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_MANIFEST_INVALID);
	g_assert_cmpstr(tf_error_arguments(error)[1], ==, line);
	g_assert_nonnull(strstr(error->message, part));
	g_assert_null(strstr(error->message, "secret"));
}

static void each_number_has_its_password(ManifestCase *file, gconstpointer data)
{
	g_autoptr(TfPasswords) passwords = open_list(
		file, "number,password\r\n00000002,two\r\n00000001,\"o,\"\"ne\"\r\n00000003, three \r\n");

	(void)data;
	assert_gives(passwords, "00000001", "o,\"ne");
	assert_gives(passwords, "00000003", " three ");
	assert_gives(passwords, "00000002", "two");
	assert_gives(passwords, "00000002", "two");
}

static void columns_stand_in_any_order(ManifestCase *file, gconstpointer data)
{
	g_autoptr(TfPasswords) passwords = open_list(file, "\xEF\xBB\xBFpassword,number\none,1\n");

	(void)data;
	assert_gives(passwords, "1", "one");
}

static void a_password_in_cp932_comes_out_as_utf8(ManifestCase *file, gconstpointer data)
{
	g_autoptr(TfPasswords) passwords = open_list(file, "number,password\n1,one\n2,\x8E\x52\x93\x63\n");

	(void)data;
	assert_gives(passwords, "2", "山田");
	assert_gives(passwords, "1", "one");
}

static void a_number_without_a_row_has_none(ManifestCase *file, gconstpointer data)
{
	g_autoptr(TfPasswords) passwords = open_list(file, "number,password\n00000001,one\n");
	g_autoptr(TfPasswords) none = open_list(file, "number,password\n");

	(void)data;
	assert_gives_none(passwords, "1", TF_ERROR_PIN_CODE_UNLISTED);
	assert_gives_none(passwords, "", TF_ERROR_PIN_CODE_UNLISTED);
	assert_gives_none(none, "00000001", TF_ERROR_PIN_CODE_UNLISTED);
}

static void a_list_that_changed_gives_no_other_password(ManifestCase *file, gconstpointer data)
{
	g_autoptr(TfPasswords) passwords = open_list(file, "number,password\n1,one\n2,two\n");
	FILE *list = g_fopen(file->path, "r+");

	(void)data;
	g_assert_nonnull(list);
	g_assert_cmpint(fputs("number,password\n3,one\n2,TWO\n", list), >=, 0);
	g_assert_cmpint(fclose(list), ==, 0);

	assert_gives_none(passwords, "1", TF_ERROR_SECRET_SOURCE);
	assert_gives(passwords, "2", "TWO");
}

static void a_list_with_a_defect_is_refused(ManifestCase *file, gconstpointer data)
{
	(void)data;
	assert_refused(file, "number,password\n1,secret\n2,secret\n1,other\n", "4", "line 2 already");
	assert_refused(file, "number,password\n1,\n", "2", "'password' is empty");
	assert_refused(file, "number,password\n1,secret,2\n", "2", "3 cells");
	assert_refused(file, "number,password\n1,se\"cret\n", "2", "quotation mark");
	assert_refused(file, "number,secret\n1,x\n", "1", "column 2 is not known");
	assert_refused(file, "number;password\n1;x\n", "1", "semicolons");
	assert_refused(file, "number\n1\n", "1", "'password' is missing");
	assert_refused(file, "number,password\n1,secret\x80\n", "2", "neither UTF-8 nor CP932");
}

static void a_list_that_others_may_read_is_refused(ManifestCase *file, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	(void)data;
	manifest_case_write(file, "number,password\n1,secret\n", -1);
	g_assert_cmpint(g_chmod(file->path, 0640), ==, 0);

	g_assert_null(tf_passwords_open(file->path, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_MANIFEST_INVALID);
	g_assert_nonnull(strstr(error->message, "others may read it"));
}

static TfPasswords *open_manifest(const ManifestCase *file, const gchar *content, TfPasswords *others)
{
	g_autoptr(GError) error = NULL;
	TfPasswords *passwords = NULL;

	manifest_case_write(file, content, -1);
	passwords = tf_passwords_open_manifest(file->path, others, &error);
	g_assert_no_error(error);

	return passwords;
}

static void assert_needs_none(TfPasswords *passwords, const gchar *number)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) password = NULL;

	g_assert_true(tf_passwords_get(passwords, number, &password, &error));
	g_assert_no_error(error);
	g_assert_null(password);
}

static void a_manifest_has_its_own(ManifestCase *file, gconstpointer data)
{
	g_autoptr(TfPasswords) passwords = open_manifest(
		file, "number,name,password,p12\n1,A,one,a.p12\n2,B,,b.p12\n3,C,three,c.p12\n", NULL);

	(void)data;
	assert_gives(passwords, "3", "three");
	assert_gives(passwords, "1", "one");
	assert_needs_none(passwords, "2");
}

static void a_manifest_without_the_column_has_none(ManifestCase *file, gconstpointer data)
{
	g_autoptr(TfPasswords) passwords = open_manifest(file, "number,name,p12\n1,A,a.p12\n", NULL);

	(void)data;
	assert_needs_none(passwords, "1");
}

static void a_manifest_goes_before_a_list(ManifestCase *file, gconstpointer data)
{
	TfPasswords *others = open_list(file, "number,password\n1,other\n2,two\n");
	g_autoptr(TfPasswords) passwords = NULL;

	(void)data;
	/* The list stays open under the name that the manifest takes. */
	g_assert_cmpint(g_unlink(file->path), ==, 0);
	passwords = open_manifest(
		file, "number,name,p12,password\n1,A,a.p12,one\n2,B,b.p12,\n3,C,c.p12,\n", others);

	assert_gives(passwords, "1", "one");
	assert_gives(passwords, "2", "two");
	assert_gives_none(passwords, "3", TF_ERROR_PIN_CODE_UNLISTED);
}

static void a_hundred_thousand_are_found(ManifestCase *file, gconstpointer data)
{
	g_autoptr(GString) content = g_string_new("number,password\n");
	g_autoptr(TfPasswords) passwords = NULL;

	(void)data;
	for (guint i = 0; i < 100000; i++)
		g_string_append_printf(content, "%08u,code%u\n", (i * 7919) % 100000, (i * 7919) % 100000);
	passwords = open_list(file, content->str);

	for (guint i = 0; i < 100000; i += 997) {
		g_autofree gchar *number = g_strdup_printf("%08u", i);
		g_autofree gchar *wanted = g_strdup_printf("code%u", i);

		assert_gives(passwords, number, wanted);
	}
}

#define ADD(name, test)                                                                                      \
	g_test_add(                                                                                          \
		"/passwords/" name, ManifestCase, NULL, manifest_case_set_up, test, manifest_case_tear_down)

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	ADD("/passwords/each number has its password", each_number_has_its_password);
	ADD("/passwords/columns stand in any order", columns_stand_in_any_order);
	ADD("/passwords/a password in CP932 comes out as UTF-8", a_password_in_cp932_comes_out_as_utf8);
	ADD("/passwords/a number without a row has none", a_number_without_a_row_has_none);
	ADD("/passwords/a list that changed gives no other password",
		a_list_that_changed_gives_no_other_password);
	ADD("/passwords/a list with a defect is refused", a_list_with_a_defect_is_refused);
	ADD("/passwords/a list that others may read is refused", a_list_that_others_may_read_is_refused);
	ADD("/passwords/a manifest has its own", a_manifest_has_its_own);
	ADD("/passwords/a manifest without the column has none", a_manifest_without_the_column_has_none);
	ADD("/passwords/a manifest goes before a list", a_manifest_goes_before_a_list);
	ADD("/passwords/a hundred thousand are found", a_hundred_thousand_are_found);

	return g_test_run();
}
