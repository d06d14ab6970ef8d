/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that are not held in memory as a whole: mailboxes message by message, archives member by member, text
 * for the marks of keys. */
#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "contents-private.h"
#include "scan-private.h"

#define BOUNDARY "\nFrom "

/* A mailbox, as much of it as the largest message may take. */
typedef struct Mailbox {
	TfSearch *search;
	int fd;
	guint8 *bytes;
	gsize length;
	guint64 position;
	guint number;	      /* of the message that begins the octets */
	gboolean is_skipping; /* within one that is too large */
	gboolean is_over;
} Mailbox;

static void mailbox_clear(Mailbox *mailbox)
{
	OPENSSL_cleanse(mailbox->bytes, TF_CONTENTS_SIZE_LIMIT);
	(void)munmap(mailbox->bytes, TF_CONTENTS_SIZE_LIMIT);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Mailbox, mailbox_clear)

/* FALSE with errno. */
static gboolean fill(Mailbox *mailbox)
{
	while (mailbox->length < TF_CONTENTS_SIZE_LIMIT && !mailbox->is_over) {
		ssize_t n = pread(mailbox->fd, mailbox->bytes + mailbox->length,
			TF_CONTENTS_SIZE_LIMIT - mailbox->length, (off_t)mailbox->position);

		if (n < 0 && errno != EINTR)
			return FALSE;
		if (n < 0)
			continue;
		mailbox->is_over = n == 0;
		mailbox->length += (gsize)n;
		mailbox->position += (guint64)n;
	}

	return TRUE;
}

static void look_at_message(Mailbox *mailbox, const guint8 *bytes, gsize length)
{
	if (!mailbox->is_skipping)
		tf_search_messages(mailbox->search, bytes, length, mailbox->number);
	mailbox->is_skipping = FALSE;
	mailbox->number++;
}

/* Every message that is there whole; what is left is put in front. */
static void look_at_messages(Mailbox *mailbox)
{
	gsize from = 0;
	const guint8 *next = NULL;

	while (!mailbox->search->is_ended && (next = memmem(mailbox->bytes + from, mailbox->length - from,
						      BOUNDARY, strlen(BOUNDARY))) != NULL) {
		gsize end = (gsize)(next - mailbox->bytes) + 1;

		look_at_message(mailbox, mailbox->bytes + from, end - from);
		from = end;
	}
	if (mailbox->is_over && !mailbox->search->is_ended)
		look_at_message(mailbox, mailbox->bytes + from, mailbox->length - from);
	if (from == 0 && !mailbox->is_over) {
		/* But for what may be the beginning of a boundary. */
		from = mailbox->length - strlen(BOUNDARY);
		mailbox->is_skipping = TRUE;
		mailbox->search->limits.is_too_large = TRUE;
	}
	memmove(mailbox->bytes, mailbox->bytes + from, mailbox->length - from);
	mailbox->length -= from;
}

static gboolean search_mailbox(TfSearch *search, int fd)
{
	void *memory = mmap(
		NULL, TF_CONTENTS_SIZE_LIMIT, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	g_auto(Mailbox) mailbox = { .search = search, .fd = fd, .bytes = memory, .number = 1 };

	/* As GLib does where memory ends. */
	if (memory == MAP_FAILED)
		g_error("no memory for a mailbox");
	(void)madvise(memory, TF_CONTENTS_SIZE_LIMIT, MADV_DONTDUMP);
	while (!search->is_ended && !mailbox.is_over) {
		if (!fill(&mailbox))
			return FALSE;
		look_at_messages(&mailbox);
	}

	return TRUE;
}

/* Where the marks are known already, they are looked at after this. */
static gboolean search_marks(TfSearch *search, int fd)
{
	static const gboolean is_stopped = FALSE;
	g_autoptr(TfScan) scan = NULL;
	g_autoptr(TfSpots) spots = NULL;
	TfScanned scanned;

	if (search->seen != NULL)
		return TRUE;
	scan = tf_scan_new();
	errno = tf_scan_open_file(scan, fd, &is_stopped, &scanned);
	spots = scanned.spots;

	return errno == 0 && (spots == NULL || tf_search_spots(search, fd, spots));
}

gboolean tf_search_large(TfSearch *search, int fd, guint64 size)
{
	guint8 head[TF_FORM_HEAD];
	ssize_t length = pread(fd, head, sizeof head, 0);

	if (length < 0)
		return FALSE;
	switch (tf_form_of(head, (gsize)length)) {
	case TF_FORM_ARCHIVE:
		return tf_search_archive_file(search, fd, size);
	case TF_FORM_MAIL:
		if (memcmp(head, &(BOUNDARY)[1], strlen(BOUNDARY) - 1) == 0)
			return search_mailbox(search, fd);
		search->is_in_mail = TRUE;
		/* Its archives are not opened. */
		search->limits.is_too_large = TRUE;
		return search_marks(search, fd);
	case TF_FORM_NONE:
	case TF_FORM_TEXT:
		return search_marks(search, fd);
	case TF_FORM_PKCS12:
	case TF_FORM_PKCS8:
	case TF_FORM_PKCS8_ENCRYPTED:
	case TF_FORM_PKCS1:
	case TF_FORM_SEC1:
	case TF_FORM_JKS:
	case TF_FORM_JCEKS:
	case TF_FORM_NSS:
	case TF_FORM_DATABASE:
	case TF_N_FORMS:
		break;
	}
	search->limits.is_too_large = TRUE;

	return TRUE;
}
