# SPDX-License-Identifier: LGPL-2.1-or-later
#
# NSS softokn: the software token behind Firefox and Thunderbird. It says that a key cannot leave and lets it out.
#
# Run: libnss3 3.87.1 of Debian 12. Manufacturer and model are what its C_GetTokenInfo answers; C_CopyObject made an
# extractable copy, and C_WrapKey gave the key away (tests/e2e). It comes out as refuted, and what was written is removed.

[family]
Title=NSS softokn (Firefox's own store)
Title[ja]=NSS softokn(Firefox内蔵の保管場所)
Verified=software

[match]
Manufacturer=Mozilla Foundation
Model=NSS 3
Module=libsoftokn3.so

[format]
Method=none

[import]
Login=user

[behaviour]
Parallel=one

[notes]
Text=The store of Firefox and Thunderbird. It lets a private key out whatever it claims, so no key is left on it: a run ends as refuted, and the file is kept.
Text[ja]=FirefoxやThunderbirdの保管場所です。「取り出せない」と答えても実際には秘密鍵を取り出せてしまうため、ここには鍵を残しません。実行すると不合格となり、元のファイルはそのまま残ります。
