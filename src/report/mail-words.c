/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mail-words-private.h"

#include "attempt-name-private.h"

#define N_LEVELS 5

typedef const gchar *const Words[TF_N_MAIL_LANGUAGES];

static Words words[TF_N_MAIL_WORDS] = {
	[TF_MAIL_OPEN_SUBJECT] = { "State of the key migration (not completed)",
		"再インポート状況のご連絡(未完了)" },
	[TF_MAIL_OPEN_REVOKED] = { "The certificate has been revoked, so this is not completed.",
		"電子証明書が失効しているため、完了していません。" },
	[TF_MAIL_OPEN_POSTURE] = { "Not everything about the PC is in order, or known to be, so this is not "
				   "completed.",
		"パソコンの状態に、問題のある点または確認できない点があるため、完了していません。" },
	[TF_MAIL_OPEN_PC_UNSEEN] = { "The state of the PC was not looked at, so this is not completed.",
		"パソコンの状態を確認していないため、完了していません。" },
	[TF_MAIL_OPEN_OTHERWISE] = { "What is required for completion was not established.",
		"完了に必要な事項を確認できていません。" },
	[TF_MAIL_SUPPLEMENT_SUBJECT] = { "Supplement to the report on the key migration",
		"再インポート完了連絡の補足" },
	[TF_MAIL_SUPPLEMENT] = { "This supplements the report of the certificate named below. It tells of a "
				 "search for left-over copies of its key.",
		"下記の電子証明書についてのご連絡の補足です。秘密鍵の写しが残っていないかを調べた結果をお知ら"
		"せします。" },
	[TF_MAIL_SEARCHED] = { "Searched", "調べた範囲" },
	[TF_MAIL_FILES] = { "Files looked at", "調べたファイル数" },
	[TF_MAIL_REACH] = { "Read of each file", "各ファイルの読み取り範囲" },
	[TF_MAIL_REACH_HEADS] = { "the first 4,096 bytes; more where these showed a form in which keys lie, "
				  "and of small files that are settings or text by their names",
		"先頭の4,096バイト("
		"鍵を含みうる形式と分かったもの、および名前から設定ファイルまたは文章と分かる"
		"小さなファイルは全体)" },
	[TF_MAIL_REACH_WHOLE] = { "all of it", "全体" },
	[TF_MAIL_LEFT_OUT] = { "Not looked at completely", "最後まで調べられなかったファイル数" },
	[TF_MAIL_UNREADABLE] = { "Could not be read", "読めなかったもの" },
	[TF_MAIL_SKIPPED] = { "Other file systems, not searched", "調べていない別のファイルシステム" },
	[TF_MAIL_UNKNOWN] = { "Keys of which it is not known whose they are, not opened",
		"開けなかったため、誰のものか分からない鍵" },
	[TF_MAIL_ELSEWHERE] = { "The file was there once; not checked",
		"以前ファイルがあった場所(確認していません)" },
	[TF_MAIL_EXPOSURE] = { "Exposure of the key", "秘密鍵が他人に知られたおそれ" },
	[TF_MAIL_EXPOSURE_SUSPECTED] = { "SUSPECTED", "あり" },
	[TF_MAIL_EXPOSURE_NOT_SEEN] = { "nothing was seen that speaks for it", "それを示すものは見つからず" },
	[TF_MAIL_NAME] = { "Name", "氏名" },
	[TF_MAIL_DATE_DONE] = { "Date of completion", "完了日" },
	[TF_MAIL_DATE_OPEN] = { "Date of this state", "現在の状況の日付" },
	[TF_MAIL_FACTS] = { "The facts, as established by the program tokenferry:",
		"以下は、プログラム tokenferry が確認した事実です。" },
	[TF_MAIL_CERTIFICATE] = { "Certificate", "電子証明書" },
	[TF_MAIL_ISSUED_TO] = { "Issued to", "発行先" },
	[TF_MAIL_ISSUED_BY] = { "Issued by", "発行者" },
	[TF_MAIL_ISSUED_ON] = { "Issued on", "発行日" },
	[TF_MAIL_VALID_UNTIL] = { "Valid until", "有効期限" },
	[TF_MAIL_SERIAL] = { "Serial number", "シリアル番号" },
	[TF_MAIL_REVOCATION] = { "Revocation", "失効の有無" },
	[TF_MAIL_REVOCATION_UNKNOWN] = { "unknown", "不明(確認していません)" },
	[TF_MAIL_REVOCATION_GOOD] = { "not revoked", "失効していません" },
	[TF_MAIL_REVOCATION_REVOKED] = { "REVOKED", "失効しています" },
	[TF_MAIL_TOKEN] = { "Token", "トークン" },
	[TF_MAIL_SPARE] = { "Spare token", "予備のトークン" },
	[TF_MAIL_LABEL] = { "Label", "名前(ラベル)" },
	[TF_MAIL_MANUFACTURER] = { "Manufacturer", "製造元" },
	[TF_MAIL_MODEL] = { "Model", "型名" },
	[TF_MAIL_TOKEN_SERIAL] = { "Serial number", "製造番号" },
	[TF_MAIL_MODULE] = { "Module", "モジュール" },
	[TF_MAIL_EVIDENCE] = { "Evidence", "証拠" },
	[TF_MAIL_NO_CLIENT] = { "all attempts to get the key out were refused, but no other program could "
				"sign "
				"with it (claimed)",
		"取り出しの試みはすべて拒否されましたが、他のプログラムからは署名できませんでした(claimed)" },
	[TF_MAIL_ATTEMPTS] = { "Attempts to get the key out", "鍵の取り出しの試み" },
	[TF_MAIL_NO_ATTEMPT] = { "none was made", "行っていません" },
	[TF_MAIL_CHALLENGE] = { "Proof of the key", "鍵の確認" },
	[TF_MAIL_CHALLENGE_SIGNED] = { "the token signed a fresh challenge, verified with the certificate",
		"その場で作成したデータにトークンで署名し、電子証明書で検証しました" },
	[TF_MAIL_CHALLENGE_DECRYPTED] = { "the token decrypted a fresh challenge made with the certificate",
		"その場で電子証明書により暗号化したデータを、トークンで復号しました" },
	[TF_MAIL_CHALLENGE_NONE] = { "none, the token answered no challenge",
		"トークンから応答を得られていません" },
	[TF_MAIL_UNANSWERED] = { "Gave no answer", "応答がなかったもの" },
	[TF_MAIL_UNANSWERED_WAY] = { "one way of using the token", "トークンの使い方の一つ" },
	[TF_MAIL_COPIES] = { "Further private keys on the token that are the same or look the same",
		"トークン内にある、同一または同一とみられる他の秘密鍵の数" },
	[TF_MAIL_CONSTANTS] = { "Answered by this kind of token whatever was written, no evidence",
		"この種類のトークンが、書き込んだ内容にかかわらず同じ値で答える項目(証拠になりません)" },
	[TF_MAIL_EXISTED_OUTSIDE] = { "The key existed outside the token before.",
		"この鍵は、以前はトークンの外に存在していました。" },
	[TF_MAIL_WIPED] = { "Files wiped", "消去したファイル" },
	[TF_MAIL_KEPT] = { "Files kept", "残したファイル" },
	[TF_MAIL_NONE] = { "none", "なし" },
	[TF_MAIL_POSTURE] = { "State of the PC", "パソコンの状態" },
	[TF_MAIL_CONFIRMED] = { "confirmed by the member as an exception", "本人が例外として確認" },
	[TF_MAIL_UNCHECKED] = { "Not checked", "確認していないこと" },
	[TF_MAIL_EXCEPTIONS] = { "Exceptions confirmed by the member", "本人が例外として確認したこと" },
	[TF_MAIL_NAME_MAY_STAY] = { "the name may stay in journal or folders",
		"名前はジャーナルやフォルダーに残る可能性あり" },
	[TF_MAIL_STILL_SHARED] = { "content still held by a snapshot or another file",
		"同じ内容がスナップショットまたは別のファイルに残存" },
	[TF_MAIL_ATTACHED] = { "The attached file holds the same facts for programs.",
		"添付ファイルは、同じ事実をプログラムで読める形にしたものです。" },
};

static Words statuses[TF_N_STATUSES] = {
	[TF_STATUS_DONE] = { "The key was moved onto a token.", "秘密鍵をトークンへ移しました。" },
	[TF_STATUS_KEPT] = { "The key is on a token, but a file that holds it, or its content, is still on "
			     "the PC, so this is not completed.",
		"秘密鍵はトークンへ移しましたが、元のファイルまたはその中身がパソコンに残っているため、"
		"完了していません。" },
	[TF_STATUS_CLAIMED] = { "The key was written to a token, but it was not shown well enough that the "
				"token keeps it, so this is not completed.",
		"秘密鍵をトークンへ書き込みましたが、取り出せないことを十分に確認できていないため、"
		"完了していません。" },
	[TF_STATUS_REFUTED] = { "The token let the key out and cannot be used, so this is not completed.",
		"トークンから秘密鍵を取り出せたため、このトークンは使用できず、完了していません。" },
	[TF_STATUS_PROVISIONED] = { "The key was put onto a token at an event; the member's own PC is still "
				    "to be "
				    "cleaned, so this is not completed.",
		"会場で秘密鍵をトークンへ入れましたが、ご本人のパソコンの確認がまだのため、完了していません"
		"。" },
};

static Words grades[TF_N_GRADES] = {
	[TF_GRADE_REFUSED] = { "attempts were made to get the key out, and all were refused (refused)",
		"取り出しを試み、すべて拒否されました(refused)" },
	[TF_GRADE_CLAIMED] = { "the token only claims to keep the key (claimed)",
		"取り出せないというトークンの申告のみで、十分には確認できていません(claimed)" },
	[TF_GRADE_REFUTED] = { "the key came out (refuted)", "鍵が取り出せました(refuted)" },
};

static Words attempt_outcomes[TF_N_ATTEMPT_OUTCOMES] = {
	[TF_ATTEMPT_REFUSED] = { "refused", "拒否" },
	[TF_ATTEMPT_NOT_OFFERED] = { "no such function", "機能なし" },
	[TF_ATTEMPT_INCONCLUSIVE] = { "inconclusive", "判定できず" },
	[TF_ATTEMPT_LEAKED] = { "LEAKED", "取り出せた" },
};

static Words attempt_names[TF_N_ATTEMPT_VERBS] = {
	[TF_ATTEMPT_VERB_CARD_FIND] = { "looking for the key's file on the card itself",
		"カード内部の鍵ファイルを直接探すこと" },
	[TF_ATTEMPT_VERB_CARD_FILE] = { "reading the key's file on the card itself",
		"カード内部の鍵ファイルの直接の読み出し" },
	[TF_ATTEMPT_VERB_CARD_READ] = { "asking the card itself for {what}",
		"カードへの {what} の直接の要求" },
	[TF_ATTEMPT_VERB_READ] = { "reading {what}", "{what} の読み出し" },
	[TF_ATTEMPT_VERB_SET] = { "changing {what}", "{what} の変更" },
	[TF_ATTEMPT_VERB_COPY] = { "copying it so that the copy can leave", "取り出せる写しの作成" },
	[TF_ATTEMPT_VERB_WRAP_WITH] = { "taking it out wrapped by {what}", "{what} で包んだ取り出し" },
	[TF_ATTEMPT_VERB_WRAP] = { "taking it out wrapped", "暗号で包んだ取り出し" },
	[TF_ATTEMPT_VERB_OTHER] = { "{what}", "{what}" },
};

static Words exposures[TF_N_EXPOSURES] = {
	[TF_EXPOSURE_UNPROTECTED] = { "a copy without a password", "パスワードのない写しがあった" },
	[TF_EXPOSURE_MAIL] = { "a copy in mail", "メールの中に写しがあった" },
	[TF_EXPOSURE_SYNCED] = { "a copy in a synchronised folder", "同期フォルダーに写しがあった" },
	[TF_EXPOSURE_SHARED] = { "a copy in a folder shared on the network",
		"ネットワークで共有しているフォルダーに写しがあった" },
	[TF_EXPOSURE_READABLE] = { "a copy that other users could read", "ほかの利用者が読める写しがあった" },
	[TF_EXPOSURE_WEAK] = { "a copy under weak encryption", "弱い暗号の写しがあった" },
	[TF_EXPOSURE_INFECTED] = { "malware was on the PC, as the member says",
		"本人によれば、パソコンがマルウェアに感染していた" },
};

static Words kept_whys[TF_N_KEPT_WHYS] = {
	[TF_KEPT_BACKUP] = { "backup on removable media, for a locked cabinet",
		"取り外せる媒体上のバックアップ(鍵付きキャビネットへ)" },
	[TF_KEPT_NETWORK] = { "on network media or in an unknown place",
		"ネットワーク上、または不明な場所にあるもの" },
	[TF_KEPT_OTHER_SECRET] = { "holds another secret as well", "他の秘密情報も含むもの" },
	[TF_KEPT_ASKED] = { "kept on the PC at the member's wish", "本人の希望によりパソコンに残したもの" },
	[TF_KEPT_NEEDED] = { "kept on the PC for a service that takes only the file",
		"ファイルしか使えないサービスのためパソコンに残したもの" },
	[TF_KEPT_EVIDENCE] = { "not wiped, the evidence was too weak",
		"証拠が不十分なため消去しなかったもの" },
	[TF_KEPT_WIPE_REFUSED] = { "could not be wiped", "消去できなかったもの" },
	[TF_KEPT_MOVED] = { "moved to removable media, for a locked cabinet",
		"取り外せる媒体へ移したもの(鍵付きキャビネットへ)" },
	[TF_KEPT_WITHIN] = { "inside a mail, an archive or another file",
		"メール、圧縮ファイル、他のファイルの中にあるもの" },
	[TF_KEPT_IN_STORE] = { "in the key store of a browser", "ブラウザーの鍵の保管場所にあるもの" },
	[TF_KEPT_LOCKED] = { "not opened, so not known what else it holds",
		"開けず、中身を確かめられなかったもの" },
	[TF_KEPT_SHARED] = { "content of a wiped file in a snapshot or copy",
		"消去したファイルの中身が残るスナップショットまたは写し" },
	[TF_KEPT_WIPE_INCOMPLETE] = { "wiping began and could not be finished",
		"消去を始めたが、終えられなかったもの" },
};

static Words questions[TF_N_POSTURE_QUESTIONS] = {
	[TF_POSTURE_SUPPORT] = { "the system is supported", "OSがサポート期間内であること" },
	[TF_POSTURE_UPDATES] = { "security updates are installed", "セキュリティ更新が適用済みであること" },
	[TF_POSTURE_PROGRAMS] = { "the package manager looks after all programs",
		"すべてのプログラムがパッケージ管理で更新されること" },
	[TF_POSTURE_ANTIVIRUS] = { "protection against viruses is current", "ウイルス対策が最新であること" },
	[TF_POSTURE_SWAP] = { "memory reaches no disk unencrypted",
		"メモリの内容が暗号化されずにディスクへ書かれないこと" },
	[TF_POSTURE_CORE] = { "a crash leaves no copy of memory", "異常終了時にメモリの写しが残らないこと" },
	[TF_POSTURE_ENCRYPTION] = { "the disk is encrypted", "ディスクが暗号化されていること" },
	[TF_POSTURE_VARIABLES] = { "no module is told to log keys", "鍵を記録させる設定がないこと" },
	[TF_POSTURE_MODULES] = { "others cannot change the token modules",
		"トークン用のモジュールを他人が変更できないこと" },
};

static Words answers[] = {
	[TF_NO] = { "no", "いいえ" },
	[TF_YES] = { "yes", "はい" },
	[TF_UNKNOWN] = { "unknown", "不明" },
};

static Words uncheckeds[TF_N_UNCHECKED] = {
	[TF_UNCHECKED_COPIES] = { "other copies on this PC", "このパソコンにある他の写し" },
	[TF_UNCHECKED_OTHER_PLACES] = { "copies elsewhere (other PCs, disks, phones, mail)",
		"他の場所にある写し(他のパソコン、ディスク、スマートフォン、メール)" },
	[TF_UNCHECKED_POSTURE] = { "the state of the PC (updates, protection against viruses)",
		"パソコンの状態(更新プログラム、ウイルス対策)" },
	[TF_UNCHECKED_REVOCATION] = { "revocation of the certificate", "電子証明書の失効の有無" },
	[TF_UNCHECKED_GENERATIONS] = { "earlier versions of the wiped files", "消去したファイルの以前の版" },
	[TF_UNCHECKED_NAME] = { "whether the certificate bears the member's name",
		"電子証明書の名義と本人の氏名との一致" },
};

static Words exceptions[TF_N_EXCEPTIONS] = {
	[TF_EXCEPTION_ISSUER] = { "another issuer than the campaign's", "発行者が対象の発行者と異なること" },
	[TF_EXCEPTION_NAME] = { "another name in the certificate than the one given",
		"電子証明書の名義が申告した氏名と異なること" },
	[TF_EXCEPTION_EXPIRED] = { "the certificate is not valid at this time",
		"電子証明書が有効期間内にないこと" },
	[TF_EXCEPTION_VALIDITY] = { "a validity that does not follow the rule",
		"有効期間が規則と異なること" },
	[TF_EXCEPTION_REVOKED] = { "the certificate has been revoked", "電子証明書が失効していること" },
	[TF_EXCEPTION_MODULE] = { "a module that is not trusted or may leak keys",
		"信頼できない、または鍵を漏らすおそれのあるモジュールの使用" },
	[TF_EXCEPTION_CLAIMED] = { "the token's claim accepted as evidence",
		"トークンの申告を証拠として認めたこと" },
	[TF_EXCEPTION_KEPT] = { "completion reported although the file stays on the PC",
		"ファイルをパソコンに残したまま完了と報告すること" },
	[TF_EXCEPTION_BACKUP_WIPED] = { "a file on removable or network media wiped",
		"取り外せる媒体またはネットワーク上のファイルを消去したこと" },
	[TF_EXCEPTION_POSTURE] = { "the state of the PC, as this mail says it",
		"この連絡に記したパソコンの状態" },
	[TF_EXCEPTION_SPARE] = { "a second token with the key, which was not proven",
		"証明されていない2つ目のトークンに鍵が残っていること" },
	[TF_EXCEPTION_TOKEN_UNVERIFIED] = { "a kind of token that nobody had tried with tokenferry",
		"tokenferryでの動作が確認されていない種類のトークンの使用" },
};

static Words levels[N_LEVELS] = {
	{ "refused, unchanged", "拒否(変更なし)" },
	{ "name gone, content probably recoverable", "名前のみ削除(内容は復元できる可能性が高い)" },
	{ "overwritten, place unknown", "上書き(元の場所に届いたかは不明)" },
	{ "overwritten in place", "元の場所に上書き" },
	{ "overwritten in place and read back", "元の場所に上書きし、読み戻して確認" },
};

typedef struct SuffixRow {
	gchar letter;
	Words words;
} SuffixRow;

static const SuffixRow suffixes[] = {
	{ 'F', { "flash or unknown medium", "フラッシュメモリまたは不明な媒体" } },
	{ 'T', { "discarded as well, by the disk's word", "ディスクの申告では破棄済み" } },
	{ 'E', { "encrypted disk", "暗号化ディスク" } },
	{ 'G', { "earlier versions not covered", "以前の版は対象外" } },
};

TfMailLanguage tf_mail_language(const gchar *language)
{
	return g_strcmp0(language, "ja") == 0 ? TF_MAIL_JAPANESE : TF_MAIL_ENGLISH;
}

const gchar *tf_mail_word(TfMailLanguage language, TfMailWord word)
{
	return words[word][language];
}

const gchar *tf_mail_status(TfMailLanguage language, TfStatus status)
{
	return statuses[status][language];
}

const gchar *tf_mail_grade(TfMailLanguage language, TfGrade grade)
{
	return grades[grade][language];
}

const gchar *tf_mail_attempt_outcome(TfMailLanguage language, TfAttemptOutcome outcome)
{
	return attempt_outcomes[outcome][language];
}

gchar *tf_mail_attempt_name(TfMailLanguage language, const gchar *name)
{
	return tf_attempt_name_fill(name, attempt_names[tf_attempt_verb(name)][language]);
}

const gchar *tf_mail_kept_why(TfMailLanguage language, TfKeptWhy why)
{
	return kept_whys[why][language];
}

const gchar *tf_mail_exposure(TfMailLanguage language, TfExposure exposure)
{
	return exposures[exposure][language];
}

const gchar *tf_mail_question(TfMailLanguage language, TfPostureQuestion question)
{
	return questions[question][language];
}

const gchar *tf_mail_answer(TfMailLanguage language, TfTristate answer)
{
	return answers[answer][language];
}

const gchar *tf_mail_unchecked(TfMailLanguage language, TfUnchecked unchecked)
{
	return uncheckeds[unchecked][language];
}

const gchar *tf_mail_exception(TfMailLanguage language, TfException exception, gboolean saw_pc)
{
	static const Words unseen_pc = { "completion reported although nobody looked at the state of the PC",
		"パソコンの状態を確認しないまま完了と報告すること" };

	return exception == TF_EXCEPTION_POSTURE && !saw_pc ? unseen_pc[language]
							    : exceptions[exception][language];
}

const gchar *tf_mail_level(TfMailLanguage language, const gchar *kind, guint level)
{
	static Words nss = { "key removed and not found again, the encrypted key perhaps recoverable",
		"鍵を削除し、残っていないことを確認(暗号化された鍵は復元できる可能性あり)" };

	if (g_strcmp0(kind, "nss") == 0)
		return nss[language];

	return level < N_LEVELS ? levels[level][language] : "";
}

const gchar *tf_mail_suffix(TfMailLanguage language, gchar suffix)
{
	for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		if (suffixes[i].letter == suffix)
			return suffixes[i].words[language];
	}

	return "";
}

typedef struct Kind {
	const gchar *name;
	Words words;
} Kind;

static const Kind kinds[] = {
	{ "pkcs12", { "PKCS#12 file", "PKCS#12ファイル" } },
	{ "mail", { "mail or mailbox", "メールまたはメールボックス" } },
	{ "archive", { "archive", "圧縮ファイル(アーカイブ)" } },
	{ "text", { "text", "テキスト" } },
	{ "file", { "file with other content", "ほかの内容も入ったファイル" } },
	{ "pkcs8", { "private key (PKCS#8)", "秘密鍵(PKCS#8)" } },
	{ "pkcs8-encrypted", { "private key under a password (PKCS#8)", "パスワード付きの秘密鍵(PKCS#8)" } },
	{ "pkcs1", { "RSA private key (PKCS#1)", "RSAの秘密鍵(PKCS#1)" } },
	{ "sec1", { "EC private key (SEC1)", "ECの秘密鍵(SEC1)" } },
	{ "jks", { "Java key store (JKS)", "Javaのキーストア(JKS)" } },
	{ "jceks", { "Java key store (JCEKS)", "Javaのキーストア(JCEKS)" } },
	{ "nss", { "key store of a browser (NSS)", "ブラウザーの鍵の保管場所(NSS)" } },
};

const gchar *tf_mail_kind(TfMailLanguage language, const gchar *kind)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (g_strcmp0(kind, kinds[i].name) == 0)
			return kinds[i].words[language];
	}

	return NULL;
}
