/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* silent-mount FOLDER COMMAND...: runs the command while a file system of the network that does not answer is
 * mounted on the folder; as root, in a mount namespace that the caller made. The exit status is the
 * command's.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "silence.h"

int main(int argc, char **argv)
{
	TfFixtureSilence *silence = argc > 2 ? tf_fixture_silence_new(argv[1], "fuse.sshfs") : NULL;
	pid_t child = silence != NULL ? fork() : -1;
	int status = 0;

	if (child == 0) {
		(void)execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return 125;
	tf_fixture_silence_free(silence);

	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
