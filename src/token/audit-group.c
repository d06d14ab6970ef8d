/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "audit-group.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/socket.h>

#include "base/error.h"
#include "record/json-line.h"

/* A PIN goes after its length, 16 bits big-endian. */
#define PREFIX 2u

gchar *tf_audit_group_to_text(const TfAuditRequest *const *requests, gsize n)
{
	g_autoptr(json_t) object = json_object();
	json_t *orders = json_array();
	const gchar *arguments = requests[0]->module_arguments;

	g_assert(n > 0 && n <= TF_AUDIT_GROUP_LIMIT);
	(void)json_object_set_new(object, "module", tf_module_facts_to_json(requests[0]->module));
	(void)json_object_set_new(
		object, "arguments", arguments != NULL ? json_string(arguments) : json_null());
	for (gsize i = 0; i < n; i++) {
		g_assert((requests[i]->statement == NULL) != (requests[i]->ciphertext == NULL));
		(void)json_array_append_new(orders, tf_audit_order_to_json(requests[i]));
	}
	(void)json_object_set_new(object, "orders", orders);

	return tf_json_line(object, 0);
}

static gboolean append_pin(TfSecret *pins, const TfSecret *pin)
{
	gsize length = tf_secret_length(pin);
	const guint8 prefix[PREFIX] = { (guint8)(length >> 8), (guint8)(length & 0xffu) };

	return length <= G_MAXUINT16 && tf_secret_append(pins, prefix, sizeof(prefix)) &&
	       tf_secret_append(pins, tf_secret_peek(pin), length);
}

TfSecret *tf_audit_group_pins(const TfAuditRequest *const *requests, gsize n)
{
	g_autoptr(TfSecret) pins = NULL;
	gsize capacity = 1;

	for (gsize i = 0; i < n; i++)
		capacity += requests[i]->pin != NULL ? PREFIX + tf_secret_length(requests[i]->pin) : 0;
	pins = tf_secret_new(capacity);
	for (gsize i = 0; pins != NULL && i < n; i++) {
		if (requests[i]->pin != NULL && !append_pin(pins, requests[i]->pin))
			return NULL;
	}

	return g_steal_pointer(&pins);
}

/* NULL for what is no JSON object. */
static json_t *parse(const gchar *text)
{
	json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	if (object != NULL && !json_is_object(object))
		g_clear_pointer(&object, json_decref);

	return object;
}

TfAuditResult *tf_audit_group_result(const gchar *text, const TfAuditRequest *request)
{
	TfAuditResult *result = g_new0(TfAuditResult, 1);
	g_autoptr(json_t) object = strlen(text) <= TF_AUDIT_MESSAGE_LIMIT ? parse(text) : NULL;

	if (object == NULL)
		tf_raise(&result->error, TF_ERROR_AUDITOR_FAILED, _("its answer is not understood"), NULL);
	else
		result->evidence =
			tf_audit_result_from_json(object, request, &result->answer, &result->error);

	return result;
}

void tf_audit_result_free(TfAuditResult *result)
{
	if (result == NULL)
		return;

	tf_evidence_free(result->evidence);
	g_clear_pointer(&result->answer, g_bytes_unref);
	g_clear_error(&result->error);
	g_free(result);
}

static gboolean read_orders(const json_t *array, GPtrArray *orders)
{
	gsize n = json_array_size(array);

	if (n == 0 || n > TF_AUDIT_GROUP_LIMIT)
		return FALSE;
	for (gsize i = 0; i < n; i++) {
		TfAuditOrder *order = tf_audit_order_from_json(json_array_get(array, i));

		if (order == NULL)
			return FALSE;
		g_ptr_array_add(orders, order);
	}

	return TRUE;
}

TfAuditGroup *tf_audit_group_from_text(const gchar *text)
{
	g_autoptr(json_t) object = parse(text);
	g_autoptr(TfAuditGroup) group = g_new0(TfAuditGroup, 1);

	group->orders = g_ptr_array_new_with_free_func((GDestroyNotify)tf_audit_order_free);
	if (object == NULL || !read_orders(json_object_get(object, "orders"), group->orders))
		return NULL;
	group->module = tf_module_facts_from_json(json_object_get(object, "module"));
	group->module_arguments = g_strdup(json_string_value(json_object_get(object, "arguments")));

	return group->module != NULL ? g_steal_pointer(&group) : NULL;
}

void tf_audit_group_free(TfAuditGroup *group)
{
	if (group == NULL)
		return;

	tf_module_facts_free(group->module);
	g_free(group->module_arguments);
	g_ptr_array_unref(group->orders);
	g_free(group);
}

/* Takes the next one off 'rest'. */
static TfSecret *next_pin(const guint8 **rest, gsize *left)
{
	gsize length = 0;
	TfSecret *pin = NULL;

	if (*left < PREFIX)
		return NULL;
	length = ((gsize)(*rest)[0] << 8) | (*rest)[1];
	if (length > *left - PREFIX)
		return NULL;
	pin = tf_secret_new_copy(*rest + PREFIX, length);
	*rest += PREFIX + length;
	*left -= PREFIX + length;

	return pin;
}

static void free_pin(gpointer data)
{
	tf_secret_free(data);
}

GPtrArray *tf_audit_group_split(const TfAuditGroup *group, const TfSecret *pins)
{
	g_autoptr(GPtrArray) split = g_ptr_array_new_with_free_func(free_pin);
	const guint8 *rest = tf_secret_peek(pins);
	gsize left = tf_secret_length(pins);

	for (guint i = 0; i < group->orders->len; i++) {
		const TfAuditOrder *order = g_ptr_array_index(group->orders, i);
		TfSecret *pin = order->has_pin ? next_pin(&rest, &left) : NULL;

		if (order->has_pin && pin == NULL)
			return NULL;
		g_ptr_array_add(split, pin);
	}

	return left == 0 ? g_steal_pointer(&split) : NULL;
}

gboolean tf_audit_send(int fd, const gchar *text)
{
	gsize length = strlen(text);
	gssize n = -1;

	while (length > 0 && length <= TF_AUDIT_MESSAGE_LIMIT) {
		n = send(fd, text, length, MSG_NOSIGNAL);
		if (n >= 0 || errno != EINTR)
			break;
	}

	return n >= 0 && (gsize)n == length;
}

gchar *tf_audit_receive(int fd)
{
	g_autofree gchar *buffer = g_malloc0(TF_AUDIT_MESSAGE_LIMIT + 1);
	gssize n = -1;

	do
		/* With MSG_TRUNC the whole length is told, so that a longer packet is not taken for its head.
		 */
		n = recv(fd, buffer, TF_AUDIT_MESSAGE_LIMIT, MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	if (n <= 0 || (gsize)n > TF_AUDIT_MESSAGE_LIMIT || strlen(buffer) != (gsize)n)
		return NULL;

	return g_steal_pointer(&buffer);
}
