/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tell.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_ANSWER 4096

gchar *card_tell(const gchar *path, const gchar *line)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	gchar answer[MAX_ANSWER];
	gsize length = 0;
	ssize_t n = 1;

	g_strlcpy(address.sun_path, path, sizeof address.sun_path);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
		send(fd, line, strlen(line), MSG_NOSIGNAL) < 0 || shutdown(fd, SHUT_WR) != 0) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	while (n > 0 && length < MAX_ANSWER - 1) {
		n = TEMP_FAILURE_RETRY(recv(fd, answer + length, MAX_ANSWER - 1 - length, 0));
		length += n > 0 ? (gsize)n : 0;
	}
	answer[length] = '\0';
	close(fd);

	return g_strdup(answer);
}
