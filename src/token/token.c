/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <p11-kit/uri.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "ckr.h"
#include "module-private.h"
#include "session-private.h"

typedef P11KitUri Uri;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Uri, p11_kit_uri_free)

void tf_token_status_free(TfTokenStatus *status)
{
	if (status == NULL)
		return;

	tf_token_facts_free(status->facts);
	g_free(status->reader);
	g_free(status->info);
	g_free(status);
}

/* Fixed fields are padded with blanks (2.40, 3.2); some tokens pad with NUL, and some write no UTF-8. */
static gchar *text_of(const guint8 *field, gsize size)
{
	g_autofree gchar *text =
		g_utf8_make_valid((const gchar *)field, (gssize)strnlen((const gchar *)field, size));

	return g_strdup(g_strchomp(text));
}

static gchar *format_uri(const CK_TOKEN_INFO *info, CK_SLOT_ID slot, gboolean by_slot)
{
	g_autoptr(Uri) uri = p11_kit_uri_new();
	g_autofree gchar *result = NULL;
	char *text = NULL;

	memcpy(p11_kit_uri_get_token_info(uri), info, sizeof *info);
	if (by_slot)
		p11_kit_uri_set_slot_id(uri, slot);
	if (p11_kit_uri_format(uri, P11_KIT_URI_FOR_TOKEN | P11_KIT_URI_FOR_SLOT, &text) != P11_KIT_URI_OK)
		g_error("out of memory");
	result = g_strdup(text);
	free(text);

	return g_steal_pointer(&result);
}

static TfPinState pin_state_of(CK_FLAGS flags)
{
	if ((flags & CKF_USER_PIN_LOCKED) != 0)
		return TF_PIN_LOCKED;
	if ((flags & CKF_USER_PIN_INITIALIZED) == 0)
		return TF_PIN_UNSET;
	if ((flags & CKF_USER_PIN_FINAL_TRY) != 0)
		return TF_PIN_LAST_TRY;
	if ((flags & CKF_USER_PIN_COUNT_LOW) != 0)
		return TF_PIN_COUNT_LOW;

	return TF_PIN_FINE;
}

static TfPinState so_pin_state_of(CK_FLAGS flags)
{
	if ((flags & CKF_SO_PIN_LOCKED) != 0)
		return TF_PIN_LOCKED;
	if ((flags & CKF_SO_PIN_FINAL_TRY) != 0)
		return TF_PIN_LAST_TRY;

	return (flags & CKF_SO_PIN_COUNT_LOW) != 0 ? TF_PIN_COUNT_LOW : TF_PIN_FINE;
}

static TfTokenStatus *status_of(const CK_TOKEN_INFO *info, CK_SLOT_ID slot)
{
	TfTokenStatus *status = g_new0(TfTokenStatus, 1);

	status->facts = g_new0(TfTokenFacts, 1);
	status->facts->label = text_of(info->label, sizeof info->label);
	status->facts->manufacturer = text_of(info->manufacturerID, sizeof info->manufacturerID);
	status->facts->model = text_of(info->model, sizeof info->model);
	status->facts->serial = text_of(info->serialNumber, sizeof info->serialNumber);
	status->slot = slot;
	status->info = g_memdup2(info, sizeof *info);
	status->is_initialized = (info->flags & CKF_TOKEN_INITIALIZED) != 0;
	status->is_write_protected = (info->flags & CKF_WRITE_PROTECTED) != 0;
	status->has_protected_path = (info->flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0;
	status->pin_state = pin_state_of(info->flags);
	status->so_pin_state = so_pin_state_of(info->flags);
	status->pin_minimum = info->ulMinPinLen;
	status->pin_maximum = info->ulMaxPinLen;
	/* CK_UNAVAILABLE_INFORMATION is the largest CK_ULONG. */
	status->free_private_memory = info->ulFreePrivateMemory;
	/* Nothing else tells one unformatted token from the next. */
	status->facts->uri = format_uri(info, slot, !status->is_initialized);

	return status;
}

/* FALSE when the module fails; *ret_is_present tells an empty slot. */
static gboolean get_info(
	TfModule *module, CK_SLOT_ID slot, CK_TOKEN_INFO *ret_info, gboolean *ret_is_present, GError **error)
{
	CK_TOKEN_INFO info;
	CK_RV rv = CKR_OK;

	memset(&info, 0, sizeof info);
	rv = tf_module_functions(module)->C_GetTokenInfo(slot, &info);
	/* Not recognised: a card in the reader that this module has no driver for. */
	if (tf_ckr_is_removal(rv) || rv == CKR_TOKEN_NOT_RECOGNIZED) {
		*ret_is_present = FALSE;
		return TRUE;
	}
	if (!tf_ckr_check(rv, "C_GetTokenInfo", error))
		return FALSE;
	*ret_info = info;
	*ret_is_present = TRUE;

	return TRUE;
}

TfTokenStatus *tf_token_look(TfModule *module, CK_SLOT_ID slot, GError **error)
{
	CK_TOKEN_INFO info;
	gboolean is_present = FALSE;

	if (!get_info(module, slot, &info, &is_present, error) || !is_present)
		return NULL;

	return status_of(&info, slot);
}

gchar *tf_slot_name(TfModule *module, gulong slot)
{
	CK_SLOT_INFO info;

	memset(&info, 0, sizeof info);
	G_STATIC_ASSERT(sizeof info.slotDescription == TF_SLOT_NAME_SIZE);
	if (tf_module_functions(module)->C_GetSlotInfo(slot, &info) != CKR_OK)
		return g_strdup("");

	return text_of(info.slotDescription, sizeof info.slotDescription);
}

const gchar *tf_token_name(const TfTokenFacts *token)
{
	if (*token->label != '\0')
		return token->label;

	return *token->serial != '\0' ? token->serial : token->uri;
}

/* Slots with a token, in the module's order. A token that comes between the two calls is seen next time. */
static GArray *slots_with_token(TfModule *module, GError **error)
{
	CK_FUNCTION_LIST *functions = tf_module_functions(module);
	g_autoptr(GArray) slots = NULL;
	CK_ULONG n = 0;
	CK_RV rv = functions->C_GetSlotList(CK_TRUE, NULL, &n);

	if (!tf_ckr_check(rv, "C_GetSlotList", error))
		return NULL;

	n = MIN(n + 8, TF_TOKEN_SLOT_LIMIT);
	slots = g_array_sized_new(FALSE, TRUE, sizeof(CK_SLOT_ID), (guint)n);
	g_array_set_size(slots, (guint)n);
	rv = functions->C_GetSlotList(CK_TRUE, (CK_SLOT_ID *)(gpointer)slots->data, &n);
	if (rv == CKR_OK && n > slots->len)
		rv = CKR_GENERAL_ERROR;
	if (!tf_ckr_check(rv, "C_GetSlotList", error))
		return NULL;
	g_array_set_size(slots, (guint)n);

	return g_steal_pointer(&slots);
}

/* Two tokens that say the same of themselves are told apart by their slots. */
static gboolean has_twin(const GPtrArray *tokens, const TfTokenStatus *status)
{
	for (guint i = 0; i < tokens->len; i++) {
		const TfTokenStatus *other = g_ptr_array_index(tokens, i);

		if (other != status && g_str_equal(other->facts->uri, status->facts->uri))
			return TRUE;
	}

	return FALSE;
}

static void tell_twins_apart(const GPtrArray *tokens)
{
	g_autofree gboolean *has_twins = g_new0(gboolean, tokens->len);

	for (guint i = 0; i < tokens->len; i++)
		has_twins[i] = has_twin(tokens, g_ptr_array_index(tokens, i));
	for (guint i = 0; i < tokens->len; i++) {
		TfTokenFacts *facts = ((TfTokenStatus *)g_ptr_array_index(tokens, i))->facts;
		gulong slot = ((TfTokenStatus *)g_ptr_array_index(tokens, i))->slot;
		g_autofree gchar *uri = g_steal_pointer(&facts->uri);

		facts->uri =
			has_twins[i] ? g_strdup_printf("%s;slot-id=%lu", uri, slot) : g_steal_pointer(&uri);
	}
}

/* Out of 'known'; NULL when it is not there, or was not initialised. */
static TfTokenStatus *take_known(GPtrArray *known, CK_SLOT_ID slot)
{
	for (guint i = 0; known != NULL && i < known->len; i++) {
		const TfTokenStatus *status = g_ptr_array_index(known, i);

		if (status->slot == slot && status->is_initialized)
			return g_ptr_array_steal_index(known, i);
	}

	return NULL;
}

GPtrArray *tf_tokens_again(TfModule *module, GPtrArray *known, GError **error)
{
	g_autoptr(GPtrArray) tokens = g_ptr_array_new_with_free_func((GDestroyNotify)tf_token_status_free);
	g_autoptr(GArray) slots = slots_with_token(module, error);

	if (slots == NULL)
		return NULL;

	for (guint i = 0; i < slots->len; i++) {
		CK_SLOT_ID slot = g_array_index(slots, CK_SLOT_ID, i);
		GError *failure = NULL;
		TfTokenStatus *status = take_known(known, slot);

		if (status == NULL)
			status = tf_token_look(module, slot, &failure);
		if (failure != NULL) {
			g_propagate_error(error, failure);
			return NULL;
		}
		if (status != NULL)
			g_ptr_array_add(tokens, status);
	}
	tell_twins_apart(tokens);

	return g_steal_pointer(&tokens);
}

GPtrArray *tf_tokens(TfModule *module, GError **error)
{
	return tf_tokens_again(module, NULL, error);
}

gchar *tf_token_slot_name(TfModule *module, const TfTokenStatus *status)
{
	CK_SLOT_INFO info;

	memset(&info, 0, sizeof info);
	if (tf_module_functions(module)->C_GetSlotInfo(status->slot, &info) != CKR_OK)
		return g_strdup("");

	return text_of(info.slotDescription, sizeof info.slotDescription);
}
