/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "assurance-private.h"

#include <string.h>

/*
 * A wipe that was begun by a killed run is W2 at most: what lay where before its first byte is not known any
 * more, and a shared block that has moved looks like an own one the second time. So is one of which the
 * device shows something else than was written, whatever the file system says.
 */
static guint level_of(const TfWipeFacts *facts)
{
	if (!facts->is_overwritten)
		return 1;
	if (facts->overwrites_in_place == TF_YES && facts->was_whole && facts->has_same_extents &&
		facts->is_plain && !facts->is_shared && !facts->is_contradicted)
		return facts->is_read_back && !facts->journal_may_hold_content ? 4 : 3;

	return 2;
}

/* Only what is free is discarded: not what somebody shares, what lies among other things in a block, or what
 * the journal holds. */
static gboolean is_discarded(const TfWipeFacts *facts)
{
	return facts->is_discarded && facts->is_placed && facts->is_plain && !facts->is_shared &&
	       !facts->journal_may_hold_content;
}

TfWipeResult tf_assurance(const TfWipeFacts *facts)
{
	TfWipeResult result = {
		.level = level_of(facts),
		.name_may_stay = facts->name_may_stay,
		.is_shared = facts->is_shared,
	};

	if (facts->is_flash != TF_NO)
		g_strlcat(result.suffixes, "F", sizeof result.suffixes);
	if (is_discarded(facts))
		g_strlcat(result.suffixes, "T", sizeof result.suffixes);
	if (facts->is_encrypted == TF_YES)
		g_strlcat(result.suffixes, "E", sizeof result.suffixes);
	/* Nothing here looks for earlier generations, so they are never excluded. */
	g_strlcat(result.suffixes, "G", sizeof result.suffixes);

	return result;
}
