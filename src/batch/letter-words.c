/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "letter-words-private.h"

static const gchar *const words[TF_N_LETTER_WORDS][TF_N_LETTER_LANGUAGES] = {
	[TF_LETTER_NUMBER] = { "Registration number", "登録番号" },
	[TF_LETTER_ADDRESSEE] = { "{name}", "{name} 様" },
	[TF_LETTER_TITLE] = { "The user PIN of your token", "トークンの暗証番号のお知らせ" },
	[TF_LETTER_INTRODUCTION] = { "The private key of your electronic certificate is on the token that "
				     "comes "
				     "with this letter. Whenever you use the token, type this user PIN.",
		"あなたの電子証明書の秘密鍵は、お渡しするトークンの中に入っています。トークンを使うときは、"
		"次の暗証番号を入力してください。" },
	[TF_LETTER_TOKEN_LABEL] = { "Name of the token", "トークンの名前" },
	[TF_LETTER_TOKEN_SERIAL] = { "Serial number of the token", "トークンの製造番号" },
	[TF_LETTER_USER_PIN] = { "User PIN of the token", "トークンの暗証番号" },
	[TF_LETTER_NOTE_PIN_CODE] = { "This is not the PIN code of the paper notice. The PIN code of the "
				      "notice "
				      "opens the certificate's file (.p12); the token does not know it.",
		"この暗証番号は、「お知らせの紙のPINコード」とは別のものです。PINコードは電子証明書のファイル"
		"(.p12)を開くためのもので、トークンには使えません。" },
	[TF_LETTER_NOTE_KEEP_APART] = { "Keep this letter apart from the token, locked away. Do not carry "
					"both "
					"together, and do not write the PIN on the token.",
		"この手紙は、トークンとは別の、鍵のかかる場所に保管してください。一緒に持ち歩いたり、"
		"トークンに番号を書いたりしないでください。" },
	[TF_LETTER_NOTE_CHANGE] = { "You can change the PIN: plug in the token and run 'tokenferry pin "
				    "change'. "
				    "The PIN of this letter is then no longer valid.",
		"暗証番号は変更できます。トークンをパソコンにつなぎ、tokenferry pin change "
		"を実行してください。"
		"変更すると、この手紙の番号は使えなくなります。" },
	[TF_LETTER_NOTE_WRONG] = { "After a few wrong tries in a row the token locks itself (how many "
				   "depends on "
				   "the kind of token). If you are not sure of the PIN, do not go on trying: "
				   "ask.",
		"続けて何回か間違えると、トークンがロックされて使えなくなります(回数はトークンの種類によって"
		"違います)。番号に自信がないときは、試し続けずにお問い合わせください。" },
	[TF_LETTER_NOTE_NOT_DONE] = { "You are not done yet. The copy of the key (.p12) that malware steals "
				      "is "
				      "still on the PC that you used so far: run 'tokenferry sweep' there, "
				      "to "
				      "find what is left and wipe it. Keep the backup on your USB memory, "
				      "locked away.",
		"まだ完了ではありません。これまで使っていたパソコンには、盗まれるおそれのある鍵の写し"
		"(.p12のファイル)が残っています。そのパソコンで tokenferry sweep を実行し、残った写しを探して"
		"消去してください。USBメモリのバックアップは消さず、鍵のかかる場所に保管してください。" },
	[TF_LETTER_CONTACT] = { "Whom to ask", "お問い合わせ先" },
};

TfLetterLanguage tf_letter_language(const gchar *language)
{
	return g_strcmp0(language, "ja") == 0 ? TF_LETTER_JAPANESE : TF_LETTER_ENGLISH;
}

const gchar *tf_letter_language_tag(TfLetterLanguage language)
{
	static const gchar *const tags[TF_N_LETTER_LANGUAGES] = { "en", "ja" };

	return tags[language];
}

const gchar *tf_letter_word(TfLetterLanguage language, TfLetterWord word)
{
	return words[word][language];
}
