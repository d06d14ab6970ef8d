/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/marks.h"

#include <string.h>

#include "disk/form.h"

#define BLOCK	  128u
#define PEM_BEGIN "-----BEGIN "
#define BASE64	  64u /* so many letters tell a key, line ends among them */
#define ALIAS	  255u

static guint8 lesser(guint8 a, guint8 b)
{
	return a < b ? a : b;
}

/* 0 when both are the same. */
static guint8 distance(const guint8 *bytes, guint8 one, guint8 two)
{
	return (guint8)((bytes[0] ^ one) | (bytes[1] ^ two));
}

/*
 * Two octets that stand in every mark: of DER's versions, of the object identifiers of ciphers, of PEM's
 * label, of Java's two magics, of the beginning of base64, of a key's and of PEM's. One pass over all octets
 * asks for nothing else, in a form that compilers turn into vectors.
 */
static inline gboolean has_anchor(const guint8 *bytes)
{
	guint8 least = G_MAXUINT8;

	for (gsize i = 0; i < BLOCK; i++) {
		const guint8 *at = bytes + i;
		guint8 der = lesser(distance(at, 0x02, 0x01), distance(at, 0x86, 0x48));
		guint8 java = lesser(distance(at, 0xFE, 0xED), distance(at, 0xCE, 0xCE));
		/* 'H' and 'I' differ in their last bit. */
		guint8 base64 = (guint8)((at[0] ^ 'M') | ((at[1] | 1) ^ 'I'));
		guint8 text = lesser(distance(at, 'E', 'G'), lesser(base64, distance(at, 'L', 'S')));

		least = lesser(least, lesser(lesser(der, java), text));
	}

	return least == 0;
}

/* The wider a processor's registers, the fewer passes: which it has is found out when the program starts. */
#if defined(__x86_64__) && defined(__OPTIMIZE__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WIDE
#endif

/* Where the first block with an anchor begins, of the whole ones from 'at' to 'end'; past them when there is
 * none. */
WIDE static gsize skip_blocks(const guint8 *bytes, gsize at, gsize end)
{
	while (end - at >= BLOCK && !has_anchor(bytes + at))
		at += BLOCK;

	return at;
}

/* A sequence whose header ends where 'contents' begins, and that is a key. -1: there is none. */
static gssize sequence_before(const guint8 *bytes, gsize length, gsize contents)
{
	static const struct {
		gsize header;
		guint8 least; /* of the octet after the tag */
		guint8 most;
	} headers[] = {
		{ 2, 0x00, 0x80 },
		{ 3, 0x81, 0x81 },
		{ 4, 0x82, 0x82 },
		{ 5, 0x83, 0x83 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(headers); i++) {
		gsize at = contents - headers[i].header;

		if (contents < headers[i].header || bytes[at] != 0x30 || bytes[at + 1] < headers[i].least ||
			bytes[at + 1] > headers[i].most)
			continue;
		if (tf_form_is_key(tf_form_of_der(bytes + at, MIN(length - at, TF_MARKS_AFTER))))
			return (gssize)at;
	}

	return -1;
}

/* A version, and what may follow it. */
static gssize by_version(const guint8 *bytes, gsize length, gsize at)
{
	if (at + 3 >= length || bytes[at + 2] > 3 ||
		(bytes[at + 3] != 0x30 && bytes[at + 3] != 0x02 && bytes[at + 3] != 0x04))
		return -1;

	return sequence_before(bytes, length, at);
}

/* 1.2.840.113549, of PKCS#5 or of PKCS#12's ciphers, first in the inner sequence of an encrypted PKCS#8. */
static gssize by_cipher(const guint8 *bytes, gsize length, gsize at)
{
	gsize inner = at - 3;

	if (at < 5 || at + 2 >= length || bytes[inner] != 0x06 || bytes[at - 1] != 0x2A ||
		bytes[at + 2] != 0x86)
		return -1;
	for (gsize header = 2; header <= 3 && header <= inner; header++) {
		gssize found = -1;

		if (bytes[inner - header] == 0x30)
			found = sequence_before(bytes, length, inner - header);
		if (found >= 0)
			return found;
	}

	return -1;
}

static gssize by_base64(const guint8 *bytes, gsize length, gsize at)
{
	if (tf_form_find_base64(bytes + at, MIN(length - at, BASE64), 0) != 0 ||
		tf_form_is_pem_body(bytes, at))
		return -1;

	return (gssize)at;
}

static gssize by_label(const guint8 *bytes, gsize length, gsize at)
{
	gsize before = strlen("-----B");

	if (at < before || at - before + strlen(PEM_BEGIN) > length ||
		memcmp(bytes + at - before, PEM_BEGIN, strlen(PEM_BEGIN)) != 0)
		return -1;
	at -= before;

	return tf_form_find_pem(bytes + at, MIN(length - at, TF_MARKS_AFTER), 0) == 0 ? (gssize)at : -1;
}

gboolean tf_marks_is_java(const guint8 *bytes, gsize length)
{
	guint alias = 0;

	/* The magic, a version of 1 or 2, how many entries, the first one's tag, its alias's length. */
	if (length < 20 ||
		(memcmp(bytes, "\xFE\xED\xFE\xED", 4) != 0 && memcmp(bytes, "\xCE\xCE\xCE\xCE", 4) != 0))
		return FALSE;
	if (memcmp(bytes + 4, "\0\0\0", 3) != 0 || bytes[7] < 1 || bytes[7] > 2 ||
		memcmp(bytes + 8, "\0\0", 2) != 0 || (bytes[10] == 0 && bytes[11] == 0) ||
		memcmp(bytes + 12, "\0\0\0", 3) != 0 || bytes[15] < 1 || bytes[15] > 3)
		return FALSE;
	alias = (guint)bytes[16] << 8 | bytes[17];

	/* Then milliseconds since 1970, whose first two octets are zero. */
	return alias > 0 && alias <= ALIAS && length >= 20 + alias &&
	       g_utf8_validate((const gchar *)bytes + 18, alias, NULL) && bytes[18 + alias] == 0 &&
	       bytes[19 + alias] == 0;
}

static gssize by_magic(const guint8 *bytes, gsize length, gsize at)
{
	return tf_marks_is_java(bytes + at, length - at) ? (gssize)at : -1;
}

/* What the two octets at 'at' belong to. */
static gssize mark_at(const guint8 *bytes, gsize length, gsize at)
{
	switch (bytes[at] << 8 | bytes[at + 1]) {
	case 0x0201:
		return by_version(bytes, length, at);
	case 0x8648:
		return by_cipher(bytes, length, at);
	case 'M' << 8 | 'I':
	case 'M' << 8 | 'H':
	case 'L' << 8 | 'S':
		return by_base64(bytes, length, at);
	case 'E' << 8 | 'G':
		return by_label(bytes, length, at);
	case 0xFEED:
	case 0xCECE:
		return by_magic(bytes, length, at);
	default:
		return -1;
	}
}

gssize tf_marks_find(const guint8 *bytes, gsize length, gsize from)
{
	gsize at = from;

	while (at + 1 < length) {
		gsize end = 0;

		at = skip_blocks(bytes, at, length - 1);
		for (end = MIN(at + BLOCK, length - 1); at < end; at++) {
			gssize found = mark_at(bytes, length, at);

			if (found >= (gssize)from)
				return found;
		}
	}

	return -1;
}
