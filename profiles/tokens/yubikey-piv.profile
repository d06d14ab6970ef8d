# SPDX-License-Identifier: LGPL-2.1-or-later
#
# YubiKeys with the PIV application, through Yubico's module (ykcs11).
#
# Not run: no YubiKey was at hand. Read in the sources of ykcs11:
# - Manufacturer and model ("YubiKey YK5", "YubiKey YK4", "YubiKey NEO") of C_GetTokenInfo.
# - Objects are written only after a login as SO, whose PIN is the management key in hexadecimal (16, 24 or 32 bytes).
# - CKA_ID is one byte, the PIV slot: the identifiers that tokenferry writes (20 bytes) are not taken as such. A key cannot be
#   written by this version.
# - Attributes of private keys are constants, which of them differs between versions.
# - PIN lengths: 6 to 8. Tries: 3, as delivered, by Yubico's documentation.
# - RSA 3072 and 4096 need firmware 5.7.

[family]
Title=YubiKey (PIV), through ykcs11
Title[ja]=YubiKey(PIV機能、ykcs11経由)
Verified=no

[match]
Manufacturer=Yubico (www.yubico.com)
Model=YubiKey *
Module=libykcs11.so*

[format]
Method=none

[pin]
UserMinimum=6
UserMaximum=8
UserCharset=ascii
UserTries=3
PukMinimum=6
PukMaximum=8
PukCharset=ascii
PukTries=3
SoMinimum=32
SoMaximum=64
SoCharset=hex

[key]
RsaBits=1024;2048;3072;4096
EcBits=256;384

[import]
Login=so
MakesPublicKey=true

[behaviour]
Constants=CKA_SENSITIVE;CKA_EXTRACTABLE;CKA_ALWAYS_SENSITIVE;CKA_NEVER_EXTRACTABLE;CKA_LOCAL
Parallel=processes
# Every key the module takes lies in one of the card's slots (read in ykcs11's documentation).
SessionKeys=false

[notes]
Text=A widely sold USB token. This version of tokenferry cannot write a key onto it yet: its module takes only identifiers of PIV slots, and a login with the management key. 'tokens' shows it.
Text[ja]=広く販売されているUSBトークンです。このバージョンのtokenferryでは、まだ鍵を書き込めません(専用モジュールがPIVスロット番号だけを受け付け、管理用の鍵でのログインを求めるため)。「tokens」での表示はできます。
Purchase=Sold by Yubico and its resellers, in Japan too. No price is given here.
Purchase[ja]=Yubico社とその販売代理店が販売しています(日本にもあります)。価格は掲載していません。
