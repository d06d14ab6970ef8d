# SPDX-License-Identifier: LGPL-2.1-or-later
"""Holds each translation of a .po file against its original: the same {placeholders} and --options, no bare 'PIN'."""
import ast
import re
import sys


def entries(path):
    """Yields (original, translation), plural forms joined."""
    texts = {}
    field = None
    for line in [*open(path, encoding='UTF-8'), '']:
        line = line.strip()
        if match := re.match(r'(msgid|msgid_plural|msgstr|msgctxt)(?:\[\d+\])? (".*")$', line):
            field = match[1].removesuffix('_plural')
            texts[field] = texts.get(field, '') + ast.literal_eval(match[2])
        elif line.startswith('"'):
            texts[field] += ast.literal_eval(line)
        elif not line and texts:
            yield texts.get('msgid', ''), texts.get('msgstr', '')
            texts = {}


def complaints(original, translation):
    for pattern in (r'\{[a-z_]+\}', r'--[a-z][a-z-]+'):
        wanted, found = set(re.findall(pattern, original)), set(re.findall(pattern, translation))
        if wanted != found:
            yield f'{sorted(wanted)} became {sorted(found)}'
    # Both numbers are called PIN in English; a Japanese reader is always told which one is meant.
    if re.search(r'(?<![-A-Za-z])PIN(?!コード|[-A-Za-z])', translation.replace('SO PIN', '')):
        yield "a bare 'PIN'"
    if not re.search('[\u3040-\u30ff\u4e00-\u9fff]', translation) and re.search('[a-z]{2,} [a-z]{2,}', translation):
        yield 'not Japanese'


def main():
    n_bad = 0
    for original, translation in entries(sys.argv[1]):
        if not original or not translation:
            continue
        for complaint in complaints(original, translation):
            print(f'{original!r}: {complaint}')
            n_bad += 1
    sys.exit(n_bad > 0)


main()
