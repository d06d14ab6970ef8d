/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A sysfs of a test's own, below a temporary directory. Paths are below its root. */
#pragma once

#include "device-private.h"
#include "fixtures.h"

#define TF_FIXTURE_SATA "devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0"
#define TF_FIXTURE_USB	"devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0"
#define TF_FIXTURE_MMC	"devices/pci0000:00/0000:00:1a.0/mmc_host/mmc0/mmc0:0001"

/* An attribute. */
void tf_fixture_sysfs_put(const gchar *root, const gchar *path, const gchar *value);
void tf_fixture_sysfs_link(const gchar *root, const gchar *path, const gchar *target);
void tf_fixture_sysfs_disk(
	const gchar *root, const gchar *disk, const gchar *rotational, const gchar *removable);

/* What is said of the device 8:'device_minor'. */
TfDevice *tf_fixture_sysfs_device(const gchar *root, guint device_minor);
