/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "station.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "state.h"

#define CONTROL_OFF   0
#define CONTROL_ON    1
#define CONTROL_RESET 2
#define CONTROL_ATR   4
#define RETRY_PERIOD  (20 * G_TIME_SPAN_MILLISECOND) /* until vpcd listens */
#define MAX_MESSAGE   G_MAXUINT16

struct CardStation {
	GMutex mutex; /* over all below but the first two */
	guint16 port;
	gchar *state;
	GCond changed; /* is_inserted or is_ending */
	gboolean is_ending;
	int fd; /* of the connection, -1 when the card is not inserted */
	CardLog *log;
	CardScript script;
	Card card;
	GThread *thread;
};

static gboolean stays(const CardStation *station)
{
	return station->script.is_inserted && !station->is_ending;
}

/* An acknowledgement that waits for data to travel with costs 44 ms per APDU. The kernel forgets the option,
 * so it is set before each reception. */
static gboolean receive(int fd, guint8 *bytes, gsize length)
{
	const int yes = 1;

	for (gsize n_read = 0; n_read < length;) {
		ssize_t n = 0;

		setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
		n = TEMP_FAILURE_RETRY(recv(fd, bytes + n_read, length - n_read, 0));
		if (n <= 0)
			return FALSE;
		n_read += (gsize)n;
	}

	return TRUE;
}

static gboolean transmit(int fd, const guint8 *bytes, gsize length)
{
	guint8 message[2 + MAX_MESSAGE];

	g_assert(length <= MAX_MESSAGE);
	message[0] = (guint8)(length >> 8);
	message[1] = (guint8)length;
	memcpy(message + 2, bytes, length);
	for (gsize n_sent = 0; n_sent < length + 2;) {
		ssize_t n = TEMP_FAILURE_RETRY(send(fd, message + n_sent, length + 2 - n_sent, MSG_NOSIGNAL));

		if (n <= 0)
			return FALSE;
		n_sent += (gsize)n;
	}

	return TRUE;
}

static void save(CardStation *station)
{
	g_autoptr(GError) error = NULL;

	if (station->card.is_dirty && !card_state_save(&station->card, station->state, &error))
		g_warning("%s", error->message);
	station->card.is_dirty = FALSE;
}

/* A slow card, which may be pulled while it thinks. */
static void wait_latency(CardStation *station)
{
	gint64 deadline = g_get_monotonic_time() + station->script.latency * G_TIME_SPAN_MILLISECOND;

	while (stays(station) && g_get_monotonic_time() < deadline)
		g_cond_wait_until(&station->changed, &station->mutex, deadline);
}

static void wait_for_healing(CardStation *station)
{
	station->script.is_held = TRUE;
	while (stays(station) && station->script.is_held)
		g_cond_wait(&station->changed, &station->mutex);
	station->script.is_held = FALSE;
}

/* Runs one APDU as the script wants it; FALSE when the card was pulled. Called with the mutex held. */
static gboolean answer_apdu(CardStation *station, const guint8 *apdu, gsize length, GByteArray *answer)
{
	CardFate fate = card_script_count(&station->script);
	guint number = station->script.n_apdus;
	const guint8 status[] = { (guint8)(station->script.answer >> 8), (guint8)station->script.answer };

	if (fate == CARD_FATE_ANSWER)
		g_byte_array_append(answer, status, sizeof status);
	else if (fate != CARD_FATE_REMOVE)
		card_transmit(&station->card, apdu, length, answer);
	save(station);
	wait_latency(station);
	if (fate == CARD_FATE_HOLD)
		wait_for_healing(station);
	if (fate == CARD_FATE_REMOVE || fate == CARD_FATE_REMOVE_AFTER)
		station->script.is_inserted = FALSE;
	card_log_write(station->log, number, apdu, length, stays(station) ? answer : NULL);

	return stays(station);
}

/* Called with the mutex held; FALSE when the card is to be pulled. */
static gboolean answer_message(CardStation *station, const guint8 *body, gsize length, GByteArray *answer)
{
	gsize atr_length = 0;
	const guint8 *atr = card_atr(&station->card, &atr_length);

	if (length != 1)
		return answer_apdu(station, body, length, answer);

	switch (body[0]) {
	case CONTROL_OFF:
	case CONTROL_ON:
	case CONTROL_RESET:
		card_reset(&station->card);
		break;
	case CONTROL_ATR:
		g_byte_array_append(answer, atr, (guint)atr_length);
		break;
	default:
		break;
	}

	return stays(station);
}

static gboolean serve_message(CardStation *station, int fd)
{
	guint8 head[2];
	gsize length = 0;
	gboolean is_there = FALSE;
	g_autofree guint8 *body = NULL;
	g_autoptr(GByteArray) answer = g_byte_array_new();

	if (!receive(fd, head, sizeof head))
		return FALSE;
	length = (gsize)(head[0] << 8 | head[1]);
	body = g_malloc(length + 1);
	if (!receive(fd, body, length))
		return FALSE;

	g_mutex_lock(&station->mutex);
	is_there = answer_message(station, body, length, answer);
	g_mutex_unlock(&station->mutex);

	return is_there && (answer->len == 0 || transmit(fd, answer->data, answer->len));
}

static int connect_reader(guint16 port)
{
	const int yes = 1;
	const struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
		close(fd);
		return -1;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);

	return fd;
}

/* Waits until the card is to be inserted and the reader takes it; FALSE at the end. */
static gboolean insert(CardStation *station)
{
	g_mutex_lock(&station->mutex);
	while (!station->is_ending && station->fd < 0) {
		if (!station->script.is_inserted) {
			g_cond_wait(&station->changed, &station->mutex);
			continue;
		}
		station->fd = connect_reader(station->port);
		if (station->fd < 0)
			g_cond_wait_until(
				&station->changed, &station->mutex, g_get_monotonic_time() + RETRY_PERIOD);
	}
	card_reset(&station->card);
	g_mutex_unlock(&station->mutex);

	return station->fd >= 0;
}

static void pull(CardStation *station)
{
	g_mutex_lock(&station->mutex);
	close(station->fd);
	station->fd = -1;
	g_cond_broadcast(&station->changed);
	g_mutex_unlock(&station->mutex);
}

static gpointer run(gpointer data)
{
	CardStation *station = data;

	while (insert(station)) {
		int fd = station->fd;

		while (serve_message(station, fd))
			;
		pull(station);
	}

	return NULL;
}

CardStation *card_station_new(
	guint number, guint16 port, const gchar *state, CardLog *log, guint latency, GError **error)
{
	CardStation *station = g_new0(CardStation, 1);

	g_mutex_init(&station->mutex);
	g_cond_init(&station->changed);
	card_init(&station->card, number);
	station->port = port;
	station->state = g_strdup(state);
	station->fd = -1;
	station->log = log;
	station->script.latency = latency;
	station->script.is_inserted = TRUE;
	if (g_file_test(state, G_FILE_TEST_EXISTS) && !card_state_load(&station->card, state, error)) {
		card_station_free(station);
		return NULL;
	}
	station->thread = g_thread_new("card", run, station);

	return station;
}

/* A thread that waits for the next message sees the connection end. Called with the mutex held. */
static void interrupt(CardStation *station)
{
	if (!stays(station) && station->fd >= 0)
		shutdown(station->fd, SHUT_RDWR);
	g_cond_broadcast(&station->changed);
}

void card_station_free(CardStation *station)
{
	if (station == NULL)
		return;

	g_mutex_lock(&station->mutex);
	station->is_ending = TRUE;
	interrupt(station);
	g_mutex_unlock(&station->mutex);
	if (station->thread != NULL)
		g_thread_join(station->thread);
	card_clear(&station->card);
	card_log_close(station->log);
	g_mutex_clear(&station->mutex);
	g_cond_clear(&station->changed);
	g_free(station->state);
	g_free(station);
}

gchar *card_station_command(CardStation *station, const gchar *line)
{
	gchar *answer = NULL;

	g_mutex_lock(&station->mutex);
	answer = card_script_run(&station->script, &station->card, line);
	save(station);
	interrupt(station);
	/* 'remove' answers when the reader has seen it, so that what comes next meets an empty reader. */
	while (!stays(station) && !station->is_ending && station->fd >= 0)
		g_cond_wait(&station->changed, &station->mutex);
	g_mutex_unlock(&station->mutex);

	return answer;
}
