# SPDX-License-Identifier: LGPL-2.1-or-later
#
# openCryptoki: IBM's framework for crypto hardware, with a token in software besides.
#
# Not run. Read in its documentation: the module's file names, and that the manufacturer it answers can be set in its
# configuration, so that no rule here is about it. Everything else differs between its tokens and is not claimed.

[family]
Title=openCryptoki (servers with IBM hardware)
Title[ja]=openCryptoki(IBM製ハードウェアを備えたサーバー向け)
Verified=no

[match]
Module=libopencryptoki.so*;PKCS11_API.so*

[format]
Method=none

[import]
Login=user

[behaviour]
Parallel=processes

[notes]
Text=For servers, not for a member's PC. Its software token keeps keys in files. Nobody has tried it with tokenferry.
Text[ja]=サーバー向けで、会員のパソコン向けではありません。ソフトウェア版のトークンは鍵をファイルに保管します。tokenferryでの動作は確認されていません。
