/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A child's main(): hears SETUP, confines itself, says READY, then answers requests until the supervisor is
 * gone. */
#pragma once

/* 'name' is the word after --role. The talk is on descriptor 3. Returns an exit status: success when the
 * supervisor has closed the talk, failure when it broke the rules, or there is no such role. Called after
 * tf_secret_setup(), while there is one thread. */
int tf_role_main(const char *name);
