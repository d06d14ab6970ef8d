#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# A test card whose rules are broken must fail the tests of rules.bats: each line of the card that protects
# something is taken out once, and the test that is there for it has to notice.

setup_file() {
	here=$BATS_TEST_DIRNAME
	export here
	mkdir "$BATS_FILE_TMPDIR/sound"
	# The card is what the build makes it of; more lies in this folder.
	for file in $(sed -n "/^test_card = /,/^)/s/^  '\(.*\.c\)',\$/\1/p" "$here/meson.build") ../../src/base/hex.c; do
		compile "$here/$file" "$BATS_FILE_TMPDIR/sound/$(basename "$file" .c).o"
	done
}

compile() {
	# shellcheck disable=SC2046
	"${CC:-cc}" -c -w -D_GNU_SOURCE -I"$here" -I"$here/../../src/base/include" \
		$(pkg-config --cflags glib-2.0 libpcsclite libcrypto) "$1" -o "$2"
}

# mutant FILE FROM TO: a card in whose FILE the text FROM reads TO.
mutant() {
	cp "$BATS_FILE_TMPDIR/sound"/*.o "$BATS_TEST_TMPDIR"
	FROM=$2 TO=$3 perl -0pe 's/\Q$ENV{FROM}\E/$ENV{TO}/' "$here/$1" >"$BATS_TEST_TMPDIR/$1"
	run ! cmp -s "$here/$1" "$BATS_TEST_TMPDIR/$1"
	compile "$BATS_TEST_TMPDIR/$1" "$BATS_TEST_TMPDIR/${1%.c}.o"
	# shellcheck disable=SC2046
	"${CC:-cc}" "$BATS_TEST_TMPDIR"/*.o $(pkg-config --libs glib-2.0 libpcsclite libcrypto) \
		-o "$BATS_TEST_TMPDIR/test-card"
}

# noticed_by TEST: that test, and nothing before it, fails with the mutant.
noticed_by() {
	run -1 env TEST_CARD="$BATS_TEST_TMPDIR/test-card" "$here/with-cards" -- \
		bats --tap --filter "^$1\$" "$here/rules.bats"
	echo "$output"
	grep -F "not ok 1 $1" <<<"$output"
}

setup() {
	bats_require_minimum_version 1.5.0
	# The bats that is run in here is the command, not its inner half, which wants functions that sudo takes away.
	PATH=${PATH//"$BATS_LIBEXEC:"/}
}

@test "an unchanged card passes, so that a failure means something" {
	mutant card.c "is_dirty = TRUE;" "is_dirty = (TRUE);"

	run -0 env TEST_CARD="$BATS_TEST_TMPDIR/test-card" "$here/with-cards" -- \
		bats --tap --filter "^a wrong PIN opens nothing\$" "$here/rules.bats"
}

@test "a PIN that is not compared is noticed" {
	mutant pin.c "if (CRYPTO_memcmp(given, right, CARD_PIN_LENGTH) != 0)" "if (given == right)"
	noticed_by "a wrong PIN opens nothing"
}

@test "a frozen retry counter is noticed" {
	mutant pin.c "--*tries_left;" ""
	noticed_by "wrong PINs are counted, the third locks, the right one comes too late"
}

@test "a locked PIN that still opens is noticed" {
	mutant pin.c "if (*tries_left == 0)
		return CARD_PIN_BLOCKED;" "if (*tries_left == 0)
		*tries_left = 1;"
	noticed_by "wrong PINs are counted, the third locks, the right one comes too late"
}

@test "a login that outlives a wrong PIN is noticed" {
	mutant pin.c "pin->is_verified = status == CARD_SUCCESS;" "pin->is_verified |= status == CARD_SUCCESS;"
	noticed_by "a wrong PIN logs out"
}

@test "ignored access conditions are noticed" {
	mutant card.c "condition != CARD_ACCESS_NEVER && card->pins[condition].is_verified" "TRUE"
	noticed_by "a key signs only after the PIN"
}

@test "one PIN for everything is noticed" {
	mutant card.c "card->pins[condition].is_verified" "(card->pins[1].is_verified || card->pins[3].is_verified)"
	noticed_by "the SO PIN is not the PIN of the key"
}

@test "a login that outlives a reset is noticed" {
	mutant card.c "card->pins[i].is_verified = FALSE;" ""
	noticed_by "a new session begins logged out"
}

@test "a log-out that does nothing is noticed" {
	mutant pin-commands.c "card->pins[i].is_verified = FALSE;" ""
	noticed_by "deauthentication logs out"
}

@test "a key that leaks is noticed" {
	mutant life-cycle.c "card->is_leaky && " ""
	noticed_by "private components stay in the card, before and after the PIN"
}

@test "an activation that does nothing is noticed" {
	mutant life-cycle.c "card->is_activated = !card->ignores_activate;" ""
	noticed_by "a key signs only after the PIN"
}

@test "a format that asks for no PIN is noticed" {
	mutant life-cycle.c "if (!card_allows(card, mf, CARD_ACCESS_DELETE))" "if (FALSE)"
	noticed_by "an activated card is formatted again with the SO PIN only"
}

@test "a PIN record written over an activated card is noticed" {
	mutant life-cycle.c "if (card->is_activated)
		return CARD_NOT_SATISFIED;

	card_pin_create" "card_pin_create"
	noticed_by "an activated card takes no new PIN record"
}

@test "a key used without its access condition is noticed" {
	mutant security.c "if (!card_allows(card, file, CARD_ACCESS_USE))" "if (FALSE)"
	noticed_by "a key signs only after the PIN"
}

@test "a file written without its access condition is noticed" {
	mutant file-commands.c "if (!card_allows(card, file, access))" "if (FALSE)"
	noticed_by "an EF is read by all and written after the PIN"
}

@test "a wrapped private key is noticed" {
	mutant wrap.c " && !card->is_leaky" " && FALSE"
	noticed_by "a sound card wraps no private key"
}
