# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The round of 2014: labour and social security attorneys (社会保険労務士) whose keys had been imported as exportable
# were asked to import them again by 9 May 2014 and to report that by mail.
#
# Issuer, validity, number, deadline, subject and sentence of the mail, and what to do when the file or the paper is lost
# are those of the guide that the national federation sent to every holder of a certificate. The recipient is not: it ends
# in .example (RFC 2606), so that nobody writes to a real office by trying this program. The guide knew no tokens: what is
# said of a lost token and of a stolen key is this program's own.
# Historical: the round is over and these certificates have expired. It stays as a worked example, and for its tests.

[campaign]
Title=Re-import of the electronic certificates of labour and social security attorneys, 2014
Title[ja]=社会保険労務士電子証明書の再インポート(平成26年)
Historical=true
TimeZone=Asia/Tokyo
Deadline=2014-05-09
Route=national federation → prefectural association → branch
Route[ja]=連合会 → 都道府県会 → 支部

[certificate]
# The guide: 有効期限 = issue date + 5 years - 1 day.
Issuer=SECOM Passport for G-ID
ValidityYears=5
ValidityDays=-1

[number]
Digits=8
Label=registration number of the labour and social security attorney (8 digits)
Label[ja]=社労士登録番号(8ケタ)

[mail]
To=certificate-desk@federation.example
Language=ja
Subject=再インポート完了連絡
Body=ウイルス対策と再インポートが完了しましたので、ご連絡いたします。

[contact]
Text=Ask the certificate desk of the national federation. The notice was passed down from the federation to the prefectural associations and their branches; they too can tell you where to ask.
Text[ja]=連合会の電子証明書担当にお問い合わせください。このお知らせは連合会から都道府県会、支部へと伝えられています。問い合わせ先は所属の都道府県会・支部でも確認できます。

[advice]
LostFile=If the file (.p12) is lost and there is no backup, call the federation. The certificate is revoked at once, as the Electronic Signatures Act demands, and issued again free of charge on a paper application (application form, certificate of seal registration, certificate of residence).\nHaving made no backup is not a loss as long as you have the key, on this PC or on the token: call the federation for guidance.
LostFile[ja]=電子証明書のファイル(.p12)をなくし、控えもない場合は、連合会にご連絡ください。電子署名法により証明書は直ちに失効され、書面での申込み(利用申込書、印鑑登録証明書、住民票など)により無償で再発行されます。\nバックアップを作っていないだけであれば紛失ではありません。連合会にお電話で手順をご確認ください。
LostPaper=If the paper "Notice of identification number and PIN code" is lost, call the federation. The certificate is revoked at once and issued again free of charge on a paper application, even if you still have the file.
LostPaper[ja]=「識別番号及びPINコードのお知らせ」の紙をなくした場合は、連合会にご連絡ください。ファイルがお手元にあっても、証明書は直ちに失効され、書面での申込みにより無償で再発行されます。
LostToken=If the token is lost or locked for good, the USB memory with the file and the paper with the PIN code, both kept in a locked cabinet, let you write a new one. If the token may be in somebody else's hands, call the federation.
LostToken[ja]=トークンをなくした場合や、使えなくなった場合は、鍵付きキャビネットに保管したUSBメモリ(ファイル)とPINコードのお知らせの紙から、新しいトークンに書き込めます。他人の手に渡った可能性があるときは、連合会にご連絡ください。
StolenKey=If somebody else may already have the key, moving it heals nothing. Call the federation at once: the certificate has to be revoked and issued again.
StolenKey[ja]=秘密鍵がすでに他人の手に渡ったおそれがあるときは、トークンに移しても解決しません。直ちに連合会に連絡し、証明書の失効と再発行を受けてください。
