/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "manifest-rules.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"

#define FULL_WIDTH_ZERO 0xFF10
#define FULL_WIDTH_NINE 0xFF19
#define LABEL_LIMIT	32u    /* CK_TOKEN_INFO.label of PKCS#11 */
#define GETA		0x3013 /* 〓, what printers put for a type they lack */

static gboolean refuse(const TfManifestPlace *place, const gchar *reason, GError **error)
{
	return tf_raise(error, TF_ERROR_MANIFEST_INVALID, place->path, TF_NUMBER(place->line), reason, NULL);
}

static gboolean has_full_width_digit(const gchar *text)
{
	for (const gchar *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);

		if (character >= FULL_WIDTH_ZERO && character <= FULL_WIDTH_NINE)
			return TRUE;
	}

	return FALSE;
}

static gboolean is_one_digit_short(const gchar *number, guint digits)
{
	return strspn(number, G_CSET_DIGITS) == strlen(number) && strlen(number) + 1 == digits;
}

/* What every card shows in a label. */
static gboolean is_plain(const gchar *number)
{
	for (const gchar *at = number; *at != '\0'; at++) {
		if (!g_ascii_isprint(*at))
			return FALSE;
	}

	return TRUE;
}

/* The token is labelled by it, and found by that label. */
static gboolean check_as_label(const TfManifestPlace *place, const gchar *number, GError **error)
{
	if (strlen(number) > LABEL_LIMIT)
		return refuse(
			place, _("the number is longer than the label of a token, 32 characters"), error);

	return is_plain(number) ||
	       refuse(place,
		       _("the number holds other characters than those of ASCII, which the label of a "
			 "card cannot show"),
		       error);
}

gboolean tf_manifest_check_number(
	const TfManifestPlace *place, const TfCampaign *campaign, const gchar *number, GError **error)
{
	if (has_full_width_digit(number))
		return refuse(
			place, _("the number is in full-width digits; write it in half-width ones"), error);
	/* Letters and envelopes are named by it. */
	if (number[0] == '.' || strchr(number, '/') != NULL)
		return refuse(place, _("the number begins with '.' or holds '/'"), error);
	if (!check_as_label(place, number, error))
		return FALSE;
	if (campaign == NULL || tf_campaign_check_number(campaign, number, error))
		return TRUE;
	if (is_one_digit_short(number, tf_campaign_number_digits(campaign)))
		g_prefix_error(error, "%s", _("A spreadsheet has probably dropped a zero at the front: "));

	return FALSE;
}

static gboolean is_lost(gunichar character)
{
	return character == '?' || character == GETA;
}

gboolean tf_manifest_check_name(const TfManifestPlace *place, const gchar *name, GError **error)
{
	for (const gchar *at = name; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);

		if (is_lost(character))
			return refuse(place,
				_("the name has '?' or '〓' in place of a character that was lost in CP932; "
				  "save "
				  "the list as UTF-8"),
				error);
		if (g_unichar_type(character) == G_UNICODE_PRIVATE_USE)
			return refuse(place,
				_("the name holds a character that somebody made for one PC (gaiji); write "
				  "it by "
				  "one that every PC knows"),
				error);
	}

	return TRUE;
}

/* TRUE when '..' leads above where the path starts. */
static gboolean leads_out(const gchar *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", -1);
	gint depth = 0;

	for (guint i = 0; parts[i] != NULL && depth >= 0; i++) {
		if (strcmp(parts[i], "..") == 0)
			depth--;
		else if (parts[i][0] != '\0' && strcmp(parts[i], ".") != 0)
			depth++;
	}

	return depth < 0;
}

gboolean tf_manifest_check_path(const TfManifestPlace *place, const gchar *path, GError **error)
{
	if (strchr(path, '\\') != NULL)
		return refuse(
			place, _("folders in the path of the .p12 are divided by '/', not by '\\'"), error);
	if (path[0] == '/' || leads_out(path))
		return refuse(place, _("the .p12 must lie in the folder of the list or below it"), error);

	return TRUE;
}
