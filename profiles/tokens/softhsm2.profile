# SPDX-License-Identifier: LGPL-2.1-or-later
#
# SoftHSM 2: a token in software, for tests and for learning the steps.
#
# Run: every field, with softhsm2 2.6.1 of Debian 12, whose tests are in tests/e2e and tests/unit. Manufacturer, model and
# the lengths of PINs are what its C_GetTokenInfo answers. It never locks a PIN: no tries are given.

[family]
Title=SoftHSM 2 (software, for trying out)
Title[ja]=SoftHSM 2(ソフトウェア、試用向け)
Verified=software

[match]
# No rule about the module: behind a proxy (p11-kit) it is the same token.
Manufacturer=SoftHSM project
Model=SoftHSM v2

[format]
Method=init-token

[pin]
UserMinimum=4
UserMaximum=255
SoMinimum=4
SoMaximum=255

[key]
RsaBits=1024;2048;3072;4096
EcBits=256;384

[import]
Login=user

[behaviour]
# Imported keys: ALWAYS_SENSITIVE, NEVER_EXTRACTABLE and LOCAL are FALSE by the standard, not by constant.
Parallel=processes

[notes]
Text=A token made of files on the disk. It refuses to give a key away, but whoever can copy its files can try PINs without limit: it is for trying out, not for a real key.
Text[ja]=ディスク上のファイルでできたトークンです。秘密鍵の取り出しは拒みますが、ファイルを複製した人は暗証番号を何度でも試せます。練習用であり、本物の鍵には使わないでください。
Purchase=Free software; nothing to buy (package 'softhsm2').
Purchase[ja]=無償のソフトウェアで、購入するものはありません(パッケージ「softhsm2」)。
