# SPDX-License-Identifier: LGPL-2.1-or-later
#
# MyEID cards and USB tokens (Aventra) through OpenSC's PKCS#11 module.
#
# Run: on the emulated card of tests/card only, with opensc 0.23.0 of Debian 12. No real card was seen.
# - ATRs: the table of OpenSC's card-myeid.c (read). The second is the emulator's.
# - Manufacturer and model: what opensc-pkcs11 answers for a card that pkcs15-init formatted (run).
# - Lengths, kind and tries of PINs: OpenSC's myeid.profile, by which pkcs15-init sets them (read); the tries of the user PIN
#   were counted on the emulator (run).
# - Key sizes: what the emulator's capabilities promise and OpenSC takes (run); older real cards stop at RSA 2048.
# - Constants: the same answers whatever was written (run).
# - Activation: until pkcs15-init -F the card signs without any PIN under the same flags (run).
# - C_InitToken leaves the card half formatted (run), so pkcs15-init formats it.

[family]
Title=MyEID card or USB token, through OpenSC
Title[ja]=MyEID カード・USBトークン(OpenSC経由)
Verified=emulator

[match]
Atr=3BF51800FF8131FE454D7945494465;3BF51800008131FE454D794549449A;3B8580014D7945494478;3B898001093833B14D794549444C;3BF59600008031FE454D7945494415;3BF59600008131FE454D7945494414
Manufacturer=Aventra Ltd.
Model=PKCS#15
Module=opensc-pkcs11.so;onepin-opensc-pkcs11.so

[format]
Method=pkcs15-init
Activation=myeid

[pin]
UserMinimum=4
UserMaximum=8
UserCharset=digits
UserTries=3
PukMinimum=4
PukMaximum=8
PukCharset=digits
PukTries=10
SoMinimum=4
SoMaximum=8
SoCharset=digits
SoTries=3
SoPukMinimum=4
SoPukMaximum=8
SoPukCharset=digits
SoPukTries=10

[key]
RsaBits=1024;2048;3072;4096
EcBits=256;384

[import]
Login=user
# OpenSC learns the modulus from the certificate: without it, a client finds no public key.
CertificateFirst=true
MakesPublicKey=true

[behaviour]
Constants=CKA_SENSITIVE;CKA_EXTRACTABLE;CKA_ALWAYS_SENSITIVE;CKA_NEVER_EXTRACTABLE;CKA_LOCAL
# One lock for all of OpenSC in a process: two cards in two threads take turns, in two processes they do not.
Parallel=processes
# A private or public key made as a session object is written to the card all the same (run: a CREATE FILE).
SessionKeys=false
# opensc-pkcs11 refuses to give a private key by constant, without asking the card (run: no APDU).
Probe=myeid

[notes]
Text=A smart card, also sold in the form of a USB token. tokenferry formats it, sets its PINs and activates it; a card that was never activated signs for anybody, so such a card is refused. Three wrong user PINs lock it, and the PUK unlocks it. The attributes it shows of a key are the same whatever was written: only the attempts to get the key out tell anything.
Text[ja]=ICカードです。USBトークンの形のものもあります。初期化、暗証番号の設定、有効化までtokenferryで行えます。有効化されていないカードは誰でも署名できてしまうため、使用を断ります。トークンの暗証番号を3回間違えるとロックされ、PUK(ロック解除用の番号)で解除できます。鍵の属性は何を書き込んでも同じ値で答えるため、取り出しを試みた結果だけが判断の材料になります。
Purchase=Made by Aventra, Finland. No seller in Japan and no price is known to us. An ordinary PC/SC reader is needed for a card.
Purchase[ja]=メーカーはフィンランドのAventra社です。日本での販売店と価格は確認できていません。カードの場合は、一般的なPC/SC対応のICカードリーダーが必要です。
