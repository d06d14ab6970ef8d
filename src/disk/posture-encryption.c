/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether what lies in the home directory is encrypted on its disk. */
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "posture-private.h"
#include "site-private.h"

/* File systems that encrypt what is stored through them; those on a dm-crypt device, and directories that are
 * encrypted by ext4, f2fs and the like, the medium tells. */
static const gchar *const encrypting[] = { "ecryptfs", "fuse.gocryptfs", "fuse.cryfs", "fuse.encfs",
	"fuse.securefs", NULL };

void tf_posture_encryption_of(
	const TfMedia *media, const TfPostureSite *site, const gchar *home, TfPosture *posture)
{
	TfTristate is_encrypted = media != NULL ? media->is_encrypted : TF_UNKNOWN;
	TfPostureFinding finding = TF_FINDING_ENCRYPTION_UNTOLD;
	const gchar *source = "/sys/dev/block";

	if (media != NULL && g_strv_contains(encrypting, media->file_system)) {
		is_encrypted = TF_YES;
		source = "/proc/self/mountinfo";
	}
	if (is_encrypted == TF_YES)
		finding = TF_FINDING_ENCRYPTED;
	if (is_encrypted == TF_NO)
		finding = TF_FINDING_NOT_ENCRYPTED;
	(void)tf_posture_add(posture, finding, source, site->now, home, NULL);
}

void tf_posture_encryption(const TfPostureSite *site, TfPosture *posture)
{
	g_autofree gchar *home = tf_site_path(site, site->home);
	TF_AUTO_FD int fd = open(home, O_PATH | O_DIRECTORY | O_CLOEXEC);
	g_autoptr(TfMedia) media = fd >= 0 ? tf_media_of(fd, NULL, NULL) : NULL;

	tf_posture_encryption_of(media, site, site->home, posture);
}
