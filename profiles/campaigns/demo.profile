# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A campaign for the demo and the tests. Nothing in it is real: the issuer is a certification authority that the demo makes
# and throws away, and the federation is one of .example (RFC 2606).

[campaign]
Title=Tokenferry demo
Title[ja]=Tokenferry デモ
TimeZone=Asia/Tokyo
Route=demo federation → prefectural association → branch
Route[ja]=デモ連合会 → 都道府県会 → 支部

[certificate]
# No validity rule: the certificates of the demo live for as long as a test needs.
Issuer=Tokenferry Demo Issuing CA

[number]
Digits=8
Label=registration number (8 digits)
Label[ja]=登録番号(8ケタ)

[mail]
To=demo@federation.example
Language=ja
Subject=移行完了連絡(デモ)
Body=秘密鍵のトークンへの移行が完了しましたので、ご連絡いたします。

[contact]
Text=This is a demo: nobody is there to be asked. In a real campaign the federation's desk is named here.
Text[ja]=これはデモです。お問い合わせ先はありません。実際の移行では、ここに連合会の窓口が示されます。

[advice]
LostFile=If the file is lost (demo): in a real campaign the certificate would be revoked and issued again.
LostFile[ja]=ファイルをなくしたとき(デモ): 実際の移行では、電子証明書の失効と再発行の手続きになります。
LostPaper=If the paper is lost (demo): in a real campaign the certificate would be revoked and issued again, even if you still have the file.
LostPaper[ja]=お知らせの紙をなくしたとき(デモ): 実際の移行では、ファイルがあっても、電子証明書の失効と再発行の手続きになります。
