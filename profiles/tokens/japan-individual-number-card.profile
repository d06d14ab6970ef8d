# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The My Number card of Japan (マイナンバーカード, 個人番号カード) with its public authentication service (JPKI). It is
# somebody's identity: it is shown and left alone.
#
# Not run: no real card was seen. What is publicly known, and where it was read:
# - JPKI application: AID D392F000260100000001 (OpenSC's jpki.h, and several other public programs for the card).
# - ATR 3BE000FF8131FE4514: the one in the table of OpenSC's card-jpki.c. It carries no historical bytes, so a card of another
#   kind could have it, and real cards have others (OpenSC asks for the application when the ATR is not that one): the
#   application is the safe sign, the ATR only saves the question. A contactless reader makes an ATR of its own.
# - Through PKCS#11: OpenSC names manufacturer and label "JPKI" (its pkcs15-jpki.c). Other modules of the card are not known.
# - Tries: 3 for the 4 digits of user authentication, 5 for the 6 to 16 characters of the signature (jpki.h; FAQ of
#   www.jpki.go.jp). A locked one is reset at the office of the town or city, or by the service's app and a kiosk.
# OpenSC reads the PIN counters and certificates of such a card when it looks at it: tokenferry tells it to ignore the reader.
# On the emulated card of tests/card, which answers SELECT of that application, it was run that nothing else is sent.

[family]
Title=My Number card of Japan (identity card)
Title[ja]=マイナンバーカード(本人確認のためのカード)
Verified=no
Target=never

[match]
Atr=3BE000FF8131FE4514
Applet=D392F000260100000001
Manufacturer=JPKI

[format]
Method=none

[pin]
UserMinimum=4
UserMaximum=16
UserTries=3

[notes]
Text=Never a place for another key. tokenferry names it and leaves it alone: it asks for none of its PINs, formats nothing and writes nothing. Its PINs lock after 3 (user authentication) and 5 (signature) wrong ones and are reset at the town office, or by the service's app and a kiosk.
Text[ja]=別の秘密鍵を入れるカードではありません。tokenferryはカードの種類を表示するだけで、暗証番号を尋ねることも、初期化や書き込みを行うこともありません。暗証番号は、利用者証明用は3回、署名用は5回続けて間違えるとロックされ、市区町村の窓口(またはスマートフォンアプリとコンビニ端末)で再設定することになります。
