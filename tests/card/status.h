/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Status words, ISO/IEC 7816-4 clause 5.6. */
#pragma once

#define CARD_SUCCESS	     0x9000
#define CARD_END_OF_FILE     0x6282
#define CARD_TRIES_LEFT	     0x63C0 /* with the number in the last digit */
#define CARD_WRONG_LENGTH    0x6700
#define CARD_CHAIN_EXPECTED  0x6883
#define CARD_WRONG_STRUCTURE 0x6981
#define CARD_NOT_VERIFIED    0x6982
#define CARD_PIN_BLOCKED     0x6983
#define CARD_NOT_SATISFIED   0x6985
#define CARD_NO_FILE	     0x6986
#define CARD_WRONG_DATA	     0x6A80
#define CARD_NOT_SUPPORTED   0x6A81
#define CARD_NOT_FOUND	     0x6A82
#define CARD_FULL	     0x6A84
#define CARD_WRONG_P1_P2     0x6A86
#define CARD_NO_REFERENCE    0x6A88
#define CARD_FILE_EXISTS     0x6A89
#define CARD_WRONG_OFFSET    0x6B00
#define CARD_UNKNOWN_INS     0x6D00
#define CARD_UNKNOWN_CLA     0x6E00
#define CARD_NO_DIAGNOSIS    0x6F00
