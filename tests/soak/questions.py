# SPDX-License-Identifier: LGPL-2.1-or-later
"""The operator of a batch that asks whose card is in a reader (--assign ask)."""
import os
import re
import time

import judge

MOMENT = 0.02  # seconds that a very quick person takes; where all who wait are being prepared, each answer is refused
NUMBER = re.compile(rb'Station \d 00 0\d: whose card is this\?')
CONFIRMATION = re.compile(rb'Station \d 00 0\d: \d{8} (.*?)\. The certificate is that of (.*?)\. Is this the member\?')
WITHDRAWN = re.compile(rb'Station \d 00 0\d: the card was taken out, and the question is void')


class Operator:
    """At a terminal of the batch; names whom no card has been labelled for, and is wrong or undecided now and then."""

    def __init__(self, dice, members, hand):
        self.dice = dice
        self.numbers = [member.number for member in members]
        self.hand = hand
        self.seen = b''

    def __enter__(self):
        self.screen, self.terminal = os.openpty()
        return self

    def __exit__(self, *_):
        os.close(self.screen)
        os.close(self.terminal)

    def answer(self):
        self.seen += os.read(self.screen, 65536)
        while found := [match for pattern in (NUMBER, CONFIRMATION, WITHDRAWN) if (match := pattern.search(self.seen))]:
            first = min(found, key=lambda match: match.start())
            self.seen = self.seen[first.end():]
            self.type({NUMBER: self.name, CONFIRMATION: lambda: self.confirm(first), WITHDRAWN: lambda: ''}[first.re]())

    def type(self, words):
        time.sleep(MOMENT)
        os.write(self.screen, f'{words}\n'.encode())

    def name(self):
        labels = self.hand.labels()
        waiting = [number for number in self.numbers if number not in labels]
        if self.dice.random() < 0.2 or not waiting:
            return self.dice.choice(labels + ['99999999', ''])
        return self.dice.choice(waiting)

    def confirm(self, question):
        judge.demand(question[1] == question[2], f'not the certificate of who was named: {question[0].decode()}')
        return self.dice.choice(('y',) * 8 + ('n', 'perhaps'))
