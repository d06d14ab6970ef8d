/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where memory is swapped to. */
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "device-private.h"
#include "posture-private.h"
#include "site-private.h"

#define SWAPS	    "/proc/swaps"
#define SWAPS_LIMIT 65536u
#define VALUE_LIMIT 4096u

typedef enum Kind {
	MEMORY,
	ENCRYPTED,
	UNTOLD,
	PLAIN,
	N_KINDS
} Kind;

static Kind kind_of(TfTristate is_encrypted)
{
	switch (is_encrypted) {
	case TF_YES:
		return ENCRYPTED;
	case TF_NO:
		return PLAIN;
	case TF_UNKNOWN:
		break;
	}

	return UNTOLD;
}

/* The content of a file of sysfs, without its line break; NULL when there is none. */
static gchar *attribute(const TfPostureSite *site, const gchar *device, const gchar *name)
{
	g_autofree gchar *path = g_strconcat("/sys/class/block/", device, "/", name, NULL);
	TfSiteFile file;
	gchar *text = tf_site_read(site, path, VALUE_LIMIT, &file);

	return text != NULL ? g_strstrip(text) : NULL;
}

/* "253:1" */
static gboolean read_number(const gchar *text, guint64 *ret_major, guint64 *ret_minor)
{
	g_auto(GStrv) parts = text != NULL ? g_strsplit(text, ":", 2) : NULL;

	return parts != NULL && parts[0] != NULL && parts[1] != NULL &&
	       g_ascii_string_to_unsigned(parts[0], 10, 0, G_MAXUINT, ret_major, NULL) &&
	       g_ascii_string_to_unsigned(parts[1], 10, 0, G_MAXUINT, ret_minor, NULL);
}

static Kind kind_of_device(const TfPostureSite *site, const gchar *name)
{
	g_autofree gchar *sysfs = tf_site_path(site, "/sys");
	g_autofree gchar *number = attribute(site, name, "dev");
	g_autoptr(TfDevice) device = NULL;
	guint64 device_major = 0;
	guint64 device_minor = 0;

	if (!read_number(number, &device_major, &device_minor))
		return UNTOLD;
	device = tf_device_of(sysfs, (guint)device_major, (guint)device_minor);

	return device != NULL ? kind_of(device->is_encrypted) : UNTOLD;
}

/* Compressed memory, unless it writes what it has no room for to a disk. A kernel that cannot do that has no
 * such file beside the others of the device (CONFIG_ZRAM_WRITEBACK); where sysfs knows no such device, or the
 * file is there and cannot be read, nothing is known. */
static Kind kind_of_zram(const TfPostureSite *site, const gchar *name)
{
	g_autofree gchar *number = attribute(site, name, "dev");
	g_autofree gchar *path = g_strconcat("/sys/class/block/", name, "/backing_dev", NULL);
	g_autofree gchar *backing = attribute(site, name, "backing_dev");
	g_autofree gchar *disk = NULL;
	guint64 device_major = 0;
	guint64 device_minor = 0;

	if (!read_number(number, &device_major, &device_minor))
		return UNTOLD;
	if (backing == NULL)
		return tf_site_look(site, path) == TF_SITE_NONE ? MEMORY : UNTOLD;
	if (strcmp(backing, "none") == 0)
		return MEMORY;
	disk = g_path_get_basename(backing);

	return kind_of_device(site, disk);
}

/* Seen by name only: a swap file is root's, and its place is all that counts. */
static Kind kind_of_file(const TfPostureSite *site, const gchar *path)
{
	g_autofree gchar *real = tf_site_path(site, path);
	TF_AUTO_FD int fd = open(real, O_PATH | O_CLOEXEC);
	g_autoptr(TfMedia) media = fd >= 0 ? tf_media_of(fd, NULL, NULL) : NULL;

	return media != NULL ? kind_of(media->is_encrypted) : UNTOLD;
}

/* "/dev/dm-1                               partition	8388604	0	-2", blanks in the name as \040. */
static void judge_line(const TfPostureSite *site, const gchar *line, GString *const *names)
{
	g_autofree gchar *escaped = g_strndup(line, strcspn(line, " \t"));
	g_autofree gchar *path = g_strcompress(escaped);
	g_autofree gchar *name = g_path_get_basename(path);
	g_autofree gchar *shown = path[0] != '\0' ? g_utf8_make_valid(path, -1) : g_strdup("?");
	const gchar *type = line + strlen(escaped);
	Kind kind = UNTOLD;

	type += strspn(type, " \t");
	if (g_str_has_prefix(type, "file"))
		kind = kind_of_file(site, path);
	else if (g_str_has_prefix(name, "zram"))
		kind = kind_of_zram(site, name);
	else if (g_str_has_prefix(type, "partition"))
		kind = kind_of_device(site, name);
	g_string_append_printf(names[kind], "%s%s", names[kind]->len > 0 ? " " : "", shown);
}

static void judge(const TfPostureSite *site, GString *const *names, TfPosture *posture)
{
	static const struct {
		Kind kind;
		TfPostureFinding finding;
	} by_care[] = {
		{ PLAIN, TF_FINDING_SWAP_PLAIN },
		{ UNTOLD, TF_FINDING_SWAP_UNTOLD },
		{ ENCRYPTED, TF_FINDING_SWAP_ENCRYPTED },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(by_care); i++) {
		const GString *those = names[by_care[i].kind];

		if (those->len > 0) {
			(void)tf_posture_add(posture, by_care[i].finding, SWAPS, site->now, those->str, NULL);
			return;
		}
	}
	(void)tf_posture_add(posture, names[MEMORY]->len > 0 ? TF_FINDING_SWAP_MEMORY : TF_FINDING_SWAP_NONE,
		SWAPS, site->now, NULL);
}

/* Which the kernel writes even when there is no swap: without it this is not its list. */
static gboolean is_heading(const gchar *line)
{
	static const gchar *const columns[] = { "Filename", "Type", "Size", "Used", "Priority" };

	for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
		line += strspn(line, " \t");
		if (!g_str_has_prefix(line, columns[i]))
			return FALSE;
		line += strlen(columns[i]);
	}

	return line[0] == '\0';
}

void tf_posture_swap(const TfPostureSite *site, TfPosture *posture)
{
	TfSiteFile file;
	g_autofree gchar *text = tf_site_read(site, SWAPS, SWAPS_LIMIT, &file);
	g_auto(GStrv) lines = text != NULL ? g_strsplit(text, "\n", -1) : NULL;
	GString *names[N_KINDS] = { NULL };

	if (text == NULL || !file.is_whole || lines[0] == NULL || !is_heading(lines[0])) {
		tf_posture_add(posture, TF_FINDING_SWAP_UNREADABLE, SWAPS, site->now, NULL)->root_would_add =
			file.is_refused;
		return;
	}
	for (guint i = 0; i < N_KINDS; i++)
		names[i] = g_string_new(NULL);
	for (guint i = 1; lines[i] != NULL; i++) {
		if (lines[i][0] != '\0')
			judge_line(site, lines[i], names);
	}
	judge(site, names, posture);
	for (guint i = 0; i < N_KINDS; i++)
		g_string_free(names[i], TRUE);
}
