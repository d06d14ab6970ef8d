# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Any card with a PKCS#15 file system that OpenSC knows and no other profile does.
#
# Not run: the one card at hand, the emulated MyEID, has a profile of its own. What is said here is what holds for OpenSC
# itself, whatever the card (its framework-pkcs15.c read, and run with that card): the model it answers, the constants, the
# order of writing, the lock. PIN rules and key sizes differ from card to card and are left to what the card says.

[family]
Title=Other PKCS#15 card, through OpenSC
Title[ja]=その他のPKCS#15カード(OpenSC経由)
Verified=no

[match]
Model=PKCS#15
Module=opensc-pkcs11.so;onepin-opensc-pkcs11.so

[format]
Method=none

[import]
Login=user
CertificateFirst=true
MakesPublicKey=true

[behaviour]
Constants=CKA_SENSITIVE;CKA_EXTRACTABLE;CKA_ALWAYS_SENSITIVE;CKA_NEVER_EXTRACTABLE;CKA_LOCAL
Parallel=processes
# As for MyEID: the code is OpenSC's, not the card's (run with MyEID).
SessionKeys=false

[notes]
Text=A card that OpenSC supports and tokenferry does not know in particular. It is not formatted by tokenferry; whoever supplied it has to. Nobody has tried it with tokenferry: a first try belongs to a test key.
Text[ja]=OpenSCには対応していますが、tokenferryがまだ詳しく知らないカードです。初期化はtokenferryでは行いません。カードの提供元の手順で行ってください。tokenferryでの動作は確認されていません。まず試験用の鍵で試してください。
