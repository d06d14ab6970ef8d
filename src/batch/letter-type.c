/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "letter-type-private.h"

#include <glib/gi18n.h>
#include <hb-subset.h>
#include <pango/pangofc-fontmap.h>
#include <pango/pangoft2.h>

#include "base/error.h"
#include "letter-font-private.h"

#define UNITS_PER_SIZE 1000 /* of a PDF's glyph space */
#define LINE_SPACING   1.25F

struct TfLetterType {
	PangoFontMap *map;
	PangoContext *context;
	hb_face_t *face;
	hb_font_t *font;
};

/* Print, not screen: no glyph is moved or bent to fit pixels. */
static void set_for_print(FcPattern *pattern, G_GNUC_UNUSED gpointer data)
{
	FcPatternDel(pattern, FC_HINTING);
	FcPatternAddBool(pattern, FC_HINTING, FcFalse);
}

/* Tables of the font that were read and sorted once make each subset cheap. */
static hb_face_t *load_face(GError **error)
{
	g_autoptr(FcPattern) found = tf_letter_font_find();
	FcChar8 *file = NULL;
	int index = 0;
	hb_blob_t *blob = NULL;
	hb_face_t *face = NULL, *prepared = NULL;

	if (found == NULL || FcPatternGetString(found, FC_FILE, 0, &file) != FcResultMatch) {
		tf_raise(error, TF_ERROR_LETTER_FAILED, TF_LETTER_ANY, _("its font is not installed"), NULL);
		return NULL;
	}
	(void)FcPatternGetInteger(found, FC_INDEX, 0, &index);
	blob = hb_blob_create_from_file_or_fail((const gchar *)file);
	if (blob == NULL) {
		tf_raise(error, TF_ERROR_LETTER_FAILED, TF_LETTER_ANY, _("its font cannot be read"), NULL);
		return NULL;
	}
	face = hb_face_create(blob, (guint)index);
	hb_blob_destroy(blob);
	prepared = hb_subset_preprocess(face);
	hb_face_destroy(face);

	return prepared;
}

TfLetterType *tf_letter_type_new(GError **error)
{
	hb_face_t *face = load_face(error);
	TfLetterType *type = NULL;

	if (face == NULL)
		return NULL;
	type = g_new0(TfLetterType, 1);
	type->face = face;
	type->font = hb_font_create(face);
	hb_font_set_scale(type->font, UNITS_PER_SIZE, UNITS_PER_SIZE);
	type->map = pango_ft2_font_map_new();
	pango_ft2_font_map_set_resolution(PANGO_FT2_FONT_MAP(type->map), 72, 72);
	pango_fc_font_map_set_default_substitute(PANGO_FC_FONT_MAP(type->map), set_for_print, NULL, NULL);
	type->context = pango_font_map_create_context(type->map);
	pango_context_set_round_glyph_positions(type->context, FALSE);
	pango_context_set_base_dir(type->context, PANGO_DIRECTION_LTR);
	pango_context_set_language(type->context, pango_language_from_string("ja"));

	return type;
}

void tf_letter_type_free(TfLetterType *type)
{
	if (type == NULL)
		return;
	hb_font_destroy(type->font);
	hb_face_destroy(type->face);
	g_clear_object(&type->context);
	g_clear_object(&type->map);
	g_free(type);
}

hb_font_t *tf_letter_type_font(const TfLetterType *type)
{
	return type->font;
}

PangoLayout *tf_letter_type_set(TfLetterType *type, const gchar *text, double size, double width)
{
	PangoLayout *layout = pango_layout_new(type->context);
	PangoFontDescription *description = pango_font_description_new();
	PangoAttrList *attributes = pango_attr_list_new();

	pango_font_description_set_family_static(description, TF_LETTER_FONT);
	pango_font_description_set_absolute_size(description, size * PANGO_SCALE);
	pango_layout_set_font_description(layout, description);
	pango_font_description_free(description);
	pango_attr_list_insert(attributes, pango_attr_fallback_new(FALSE));
	pango_layout_set_attributes(layout, attributes);
	pango_attr_list_unref(attributes);
	pango_layout_set_auto_dir(layout, FALSE);
	pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_line_spacing(layout, LINE_SPACING);
	pango_layout_set_text(layout, text, -1);

	return layout;
}

double tf_letter_type_height(PangoLayout *layout)
{
	int height = 0;

	pango_layout_get_size(layout, NULL, &height);

	return (double)height / PANGO_SCALE;
}

PangoLayout *tf_letter_type_fit(
	TfLetterType *type, const gchar *text, const double size[2], const double box[2], double *ret_size)
{
	for (guint i = 0; size[0] - i * TF_LETTER_SIZE_STEP >= size[1]; i++) {
		double at = size[0] - i * TF_LETTER_SIZE_STEP;
		g_autoptr(PangoLayout) layout = tf_letter_type_set(type, text, at, box[0]);

		if (tf_letter_type_height(layout) > box[1])
			continue;
		*ret_size = at;
		return g_steal_pointer(&layout);
	}

	return NULL;
}

/* Only what a PDF needs to draw glyphs by their index (ISO 32000-1 section 9.9). */
static void drop_tables(hb_subset_input_t *input)
{
	static const gchar unneeded[][5] = { "BASE", "DSIG", "GDEF", "GPOS", "GSUB", "JSTF", "OS/2", "VORG",
		"cmap", "cvt ", "fpgm", "gasp", "hdmx", "kern", "name", "post", "prep", "vhea", "vmtx" };
	hb_set_t *dropped = hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG);

	for (gsize i = 0; i < G_N_ELEMENTS(unneeded); i++)
		hb_set_add(dropped, hb_tag_from_string(unneeded[i], 4));
	hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_NO_HINTING | HB_SUBSET_FLAGS_NOTDEF_OUTLINE);
}

static GBytes *bytes_of_face(hb_face_t *face)
{
	hb_blob_t *blob = hb_face_reference_blob(face);
	guint length = 0;
	const gchar *data = hb_blob_get_data(blob, &length);
	GBytes *bytes = length > 0 ? g_bytes_new(data, length) : NULL;

	hb_blob_destroy(blob);

	return bytes;
}

GBytes *tf_letter_type_subset(
	TfLetterType *type, const guint32 *glyphs, guint n, guint32 *ret_indices, GError **error)
{
	hb_subset_input_t *input = hb_subset_input_create_or_fail();
	hb_subset_plan_t *plan = NULL;
	hb_face_t *subset = NULL;
	GBytes *bytes = NULL;

	if (input != NULL) {
		drop_tables(input);
		for (guint i = 0; i < n; i++)
			hb_set_add(hb_subset_input_glyph_set(input), glyphs[i]);
		plan = hb_subset_plan_create_or_fail(type->face, input);
	}
	if (plan != NULL) {
		const hb_map_t *indices = hb_subset_plan_old_to_new_glyph_mapping(plan);

		for (guint i = 0; i < n; i++)
			ret_indices[i] = hb_map_get(indices, glyphs[i]);
		subset = hb_subset_plan_execute_or_fail(plan);
	}
	if (subset != NULL)
		bytes = bytes_of_face(subset);
	hb_face_destroy(subset);
	hb_subset_plan_destroy(plan);
	hb_subset_input_destroy(input);
	if (bytes == NULL)
		tf_raise(error, TF_ERROR_LETTER_FAILED, TF_LETTER_ANY, _("its font cannot be reduced"), NULL);

	return bytes;
}
