#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the pages which-token.en.md and which-token.ja.md from profiles/tokens/*.profile.

    docs/which-token.py [FOLDER]    into FOLDER, or beside this file

What a page says of a kind of token is what the profile says; here are only the words around it.
"""

import configparser
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
PROFILES = HERE.parent / "profiles" / "tokens"
TRIED = ["hardware", "emulator", "software", "no"]

WORDS = {
    "en": {
        "title": "Which token to buy and how it behaves",
        "intro": [
            "A token is a smart card or a USB device that keeps your private key. tokenferry moves the key of your `.p12` file "
            "onto it. This page lists the kinds of token that tokenferry knows, what it knows of each, and how that was learnt.",
        ],
        "honest": "How far this was tried",
        "no-hardware": "**No kind of token has been tried on a real device yet.** What is said below was learnt otherwise, and each "
                       "kind says how. Before you buy for many people, buy one and try it with a test key.",
        "some-hardware": "Tried on a real device: {names}.",
        "some-emulator": "Every step was run on an emulated card, a program that answers as the card does: {names}.",
        "some-software": "A program and no device; that very program was run. For trying out: {names}.",
        "some-no": "Nobody has tried it with tokenferry. tokenferry says so and asks before it writes a key: {names}.",
        "none-asks": "The tool itself says the same: `tokenferry tokens` shows the kind of the token that is plugged in, and "
                     "`tokenferry profiles` lists all.",
        "asking": "What to ask the seller",
        "questions": [
            "Can a private key that exists already, in a `.p12` file, be written onto it? Some tokens only take keys they made "
            "themselves.",
            "Does it take the kind and size of your key? `tokenferry inspect FILE` says which it is.",
            "Is there a PKCS#11 module (a driver) for Linux, or does OpenSC know the card?",
            "Is there a PUK, a second number that unlocks a locked user PIN?",
            "For a card: which reader? It has to be a PC/SC reader.",
        ],
        "overview": "Overview",
        "columns": ["Kind", "Tried", "Set up by tokenferry", "Keys"],
        "tried": {
            "hardware": "on a real device",
            "emulator": "on an emulated card only",
            "software": "in software (it is no device)",
            "no": "not at all",
        },
        "format": {"init-token": "yes", "pkcs15-init": "yes (through OpenSC's `pkcs15-init`)", "none": "no"},
        "never": "somebody's identity card: no place for the key",
        "unknown": "not known",
        "facts": {
            "tried": "Tried", "format": "Set up by tokenferry (`init-token`)", "pin": "User PIN", "tries": "Locks after",
            "puk": "PUK", "keys": "Keys it takes", "constants": "What it says of a key", "login": "To write a key",
            "profile": "Its name (`--token-profile`)",
        },
        "length": "{minimum} to {maximum} {charset}",
        "charset": {"any": "characters", "ascii": "letters, digits and signs", "digits": "digits", "hex": "hexadecimal digits"},
        "wrong": "{n} wrong user PINs in a row",
        "constants": "the same whatever was written, so it counts for nothing ({names})",
        "so-login": "a login with the token's administrator key is needed; this version does not do that",
        "bits": "{kind} {sizes} bits",
        "comma": ", ",
        "list": "- {label}: {value}\n",
    },
    "ja": {
        "title": "どのトークンを買えばよいか、どう動くか",
        "intro": [
            "トークンとは、秘密鍵を保管するICカードやUSB機器のことです。tokenferryは、お手元の`.p12`ファイルの秘密鍵をトークンに移します。"
            "このページには、tokenferryが知っているトークンの種類と、それぞれについて分かっていること、それをどのように確かめたかを載せています。",
        ],
        "honest": "どこまで確かめたか",
        "no-hardware": "**実物の機器で確かめた種類は、まだひとつもありません。** 以下の内容は別の方法で確かめたもので、その方法を種類ごとに書いています。"
                       "大勢の分を購入する前に、まずひとつだけ購入し、試験用の鍵で試してください。",
        "some-hardware": "実物の機器で確かめたもの: {names}。",
        "some-emulator": "カードと同じように応答するプログラム(模擬カード)で、すべての手順を確かめたもの: {names}。",
        "some-software": "機器ではなくソフトウェアで、そのソフトウェア自体で確かめたもの(練習用): {names}。",
        "some-no": "tokenferryで試した人がまだいないもの。鍵を書き込む前に、そのことをお知らせして確認します: {names}。",
        "none-asks": "同じことは画面でも確認できます。`tokenferry tokens`は接続中のトークンの種類を、`tokenferry profiles`はすべての種類を表示します。",
        "asking": "販売店に確認すること",
        "questions": [
            "すでにある秘密鍵(`.p12`ファイルの中のもの)を書き込めますか。トークン自身が作った鍵しか使えないものもあります。",
            "お手元の鍵の種類と長さに対応していますか。鍵の種類と長さは`tokenferry inspect ファイル名`で分かります。",
            "Linux用のPKCS#11モジュール(トークンを動かすソフトウェア)はありますか。または、OpenSCに対応していますか。",
            "ロックされたトークンの暗証番号を解除するための番号(PUK)はありますか。",
            "カードの場合、どのカードリーダーが必要ですか。PC/SC対応のものが必要です。",
        ],
        "overview": "一覧",
        "columns": ["種類", "確かめた方法", "tokenferryでの初期化", "使える鍵"],
        "tried": {
            "hardware": "実物の機器",
            "emulator": "模擬カードのみ",
            "software": "ソフトウェア(機器ではありません)",
            "no": "確かめていません",
        },
        "format": {"init-token": "できます", "pkcs15-init": "できます(OpenSCの`pkcs15-init`を使います)", "none": "できません"},
        "never": "本人確認のためのカードです。鍵は入れません",
        "unknown": "不明",
        "facts": {
            "tried": "確かめた方法", "format": "tokenferryでの初期化(`init-token`)", "pin": "トークンの暗証番号", "tries": "暗証番号のロック",
            "puk": "PUK(ロック解除用の番号)", "keys": "使える鍵", "constants": "鍵についてのトークンの答え", "login": "鍵の書き込み",
            "profile": "種類の名前(`--token-profile`で指定)",
        },
        "length": "{charset}{minimum}~{maximum}文字",
        "charset": {"any": "", "ascii": "半角の英数字と記号で", "digits": "数字のみで", "hex": "16進数(0~9とa~f)で"},
        "wrong": "{n}回続けて間違えるとロックされます",
        "constants": "何を書き込んでも同じ値で答えるため、判断の材料にはなりません({names})",
        "so-login": "トークンの管理用の鍵でのログインが必要ですが、このバージョンは対応していません",
        "bits": "{kind} {sizes}ビット",
        "comma": "、",
        "list": "- {label}: {value}\n",
    },
}


class Profile:
    def __init__(self, path):
        self.name = path.stem
        self.file = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#",), empty_lines_in_values=False)
        self.file.optionxform = str
        self.file.read_string(path.read_text(encoding="utf-8"), source=str(path))

    def get(self, group, key, otherwise=None):
        return self.file.get(group, key, fallback=otherwise)

    def text(self, group, key, language):
        return self.get(group, f"{key}[{language}]", self.get(group, key))

    def items(self, group, key):
        return [item for item in self.get(group, key, "").split(";") if item]

    def is_target(self):
        return self.get("family", "Target") != "never"

    def tried(self):
        return self.get("family", "Verified")


def keys(profile, words):
    kinds = [("RSA", profile.items("key", "RsaBits")), ("EC", profile.items("key", "EcBits"))]
    known = [words["bits"].format(kind=kind, sizes="/".join(sizes)) for kind, sizes in kinds if sizes]

    return words["comma"].join(known) or words["unknown"]


def length(profile, pin, words):
    minimum, maximum = profile.get("pin", f"{pin}Minimum"), profile.get("pin", f"{pin}Maximum")

    if minimum is None or maximum is None:
        return None
    charset = words["charset"][profile.get("pin", f"{pin}Charset", "any")]

    return words["length"].format(minimum=minimum, maximum=maximum, charset=charset)


def facts(profile, words):
    """Label and value of each fact that the profile states."""
    tries = profile.get("pin", "UserTries")
    constants = profile.items("behaviour", "Constants")

    if profile.is_target():
        yield "tried", words["tried"][profile.tried()]
        yield "format", words["format"][profile.get("format", "Method")]
        yield "pin", length(profile, "User", words)
        yield "tries", words["wrong"].format(n=tries) if tries else None
        yield "puk", length(profile, "Puk", words)
        yield "keys", keys(profile, words)
        yield "login", words["so-login"] if profile.get("import", "Login") == "so" else None
        yield "constants", words["constants"].format(names=", ".join(constants)) if constants else None
    yield "profile", f"`{profile.name}`"


def section(profile, language, words):
    text = f"## {profile.text('family', 'Title', language)}\n\n{profile.text('notes', 'Text', language)}\n\n"
    purchase = profile.text("notes", "Purchase", language)

    if purchase:
        text += purchase + "\n\n"
    for key, value in facts(profile, words):
        if value:
            text += words["list"].format(label=words["facts"][key], value=value)

    return text + "\n"


def row(profile, language, words):
    cells = [profile.text("family", "Title", language)]

    if profile.is_target():
        cells += [words["tried"][profile.tried()], words["format"][profile.get("format", "Method")], keys(profile, words)]
    else:
        cells += ["-", words["never"], "-"]

    return "| " + " | ".join(cells) + " |\n"


def honesty(profiles, language, words):
    targets = [profile for profile in profiles if profile.is_target()]
    text = "" if any(profile.tried() == "hardware" for profile in targets) else words["no-hardware"] + "\n\n"

    for tried in TRIED:
        names = [profile.text("family", "Title", language) for profile in targets if profile.tried() == tried]
        if names:
            text += "- " + words[f"some-{tried}"].format(names=words["comma"].join(names)) + "\n"

    return text + "\n" + words["none-asks"] + "\n\n"


def page(profiles, language):
    words = WORDS[language]
    text = f"# {words['title']}\n\n<!-- Made by docs/which-token.py from profiles/tokens; change those. -->\n\n"

    text += "\n\n".join(words["intro"]) + "\n\n"
    text += f"## {words['honest']}\n\n" + honesty(profiles, language, words)
    text += f"## {words['asking']}\n\n" + "".join(f"- {question}\n" for question in words["questions"]) + "\n"
    text += f"## {words['overview']}\n\n| " + " | ".join(words["columns"]) + " |\n" + "|---" * len(words["columns"]) + "|\n"
    text += "".join(row(profile, language, words) for profile in profiles) + "\n"
    text += "".join(section(profile, language, words) for profile in profiles)

    return text.rstrip("\n") + "\n"


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    profiles = [Profile(path) for path in PROFILES.glob("*.profile")]

    profiles.sort(key=lambda profile: (not profile.is_target(), TRIED.index(profile.tried()), profile.name))
    for language in WORDS:
        (folder / f"which-token.{language}.md").write_text(page(profiles, language), encoding="utf-8")


if __name__ == "__main__":
    main()
