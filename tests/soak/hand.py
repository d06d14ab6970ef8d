# SPDX-License-Identifier: LGPL-2.1-or-later
"""Cards, and the hand that puts them into readers and takes them out; under tests/card/with-cards."""
import os
import re
import socket
import subprocess

import judge

N_READERS = int(os.environ['TEST_CARD_N_READERS'])
READERS = [f'Station {i // 2 + 1} 00 0{i % 2}' for i in range(N_READERS)]
SO_PIN = '12345678'  # of cards that somebody else formatted
FORMATTING = (('-C', '--label', 'somebody', '--so-pin', SO_PIN, '--so-puk', '87654321'),
              ('--store-pin', '--id', '01', '--pin', '123456', '--puk', '654321', '--label', 'PIN', '--so-pin', SO_PIN),
              ('-F',))


def tell(*words):
    with socket.socket(socket.AF_UNIX) as control:
        control.connect(os.environ['TEST_CARD_CONTROL'])
        control.sendall(' '.join(map(str, words)).encode())
        control.shutdown(socket.SHUT_WR)
        answer = control.makefile().read()
    judge.demand(answer.startswith('ok'), f'the card does not do {words}: {answer}')


def wait_for(reader, presence):
    subprocess.run([os.environ['TEST_CARD'], 'wait', str(reader), presence], check=True)


def number_of(serial):
    return int(serial[-4:], 16)


class Card:
    """Lives in its file while it is in no reader."""

    def __init__(self, number, directory):
        self.path = directory / f'{number}.state'
        self.number = number
        self.label = None
        self.is_leaky = False  # until it was found out
        tell(0, 'new', number)
        tell(0, 'save', self.path)

    def become_somebodys(self):
        tell(0, 'load', self.path)
        tell(0, 'insert')
        wait_for(0, 'present')
        for options in FORMATTING:
            subprocess.run(('pkcs15-init', '-r', READERS[0]) + options, check=True, stdout=subprocess.DEVNULL)
        tell(0, 'remove')
        wait_for(0, 'absent')
        tell(0, 'save', self.path)

    def __str__(self):
        return f'card {self.number}'


class Hand:
    """Puts in what lies on the desk, takes out what is to be taken out, and is clumsy where it is told to be."""

    def __init__(self, station):
        for reader in range(N_READERS):
            tell(reader, 'heal')
            tell(reader, 'remove')
            wait_for(reader, 'absent')
        directory = station.directory / 'cards'
        directory.mkdir()
        self.desk = [Card(i + 1, directory) for i in range(len(station.members))]
        self.done = []
        self.held = [None] * N_READERS
        self.begun = {}  # for whom: the card

    def begin(self):
        """A run; what an earlier one left in the readers goes back to the desk."""
        for reader in range(N_READERS):
            self.take_out(reader)

    def take_out(self, reader):
        """It may be out already: pulled."""
        tell(reader, 'remove')
        tell(reader, 'heal')
        card = self.held[reader]
        if card is None:
            return
        tell(reader, 'save', card.path)
        self.held[reader] = None
        (self.desk if card.label is None else self.done).append(card)

    def put_in(self, reader):
        if not self.desk:
            return
        wait_for(reader, 'absent')
        self.held[reader] = self.desk.pop(0)
        tell(reader, 'load', self.held[reader].path)
        tell(reader, 'leaky', 'on' if self.held[reader].is_leaky else 'off')
        tell(reader, 'insert')

    def label(self, number, label):
        """By its serial number: who swaps a card faster than PC/SC tells it may hold another one."""
        card = next(card for card in self.cards() if card.number == number)
        judge.demand(not card.is_leaky, f'{card} gives its key away, and is the token of {label}')
        judge.demand(card.label in (None, label), f'{card} is the token of {card.label}, and of {label}')
        card.label = label
        if card in self.desk:
            self.desk.remove(card)
            self.done.append(card)

    def cards(self):
        return [card for card in self.desk + self.done + self.held if card is not None]

    def n_leaky(self):
        return sum(card.is_leaky for card in self.cards())

    def labels(self):
        return [card.label for card in self.cards() if card.label is not None]

    def follow(self, event):
        reader = READERS.index(event['reader']) if event.get('reader') in READERS else None
        if event['type'] == 'provisioned':
            self.label(number_of(event['token']['serial']), event['number'])
        elif event['type'] == 'step' and reader is not None and self.held[reader] is not None:
            self.begun.setdefault(event['number'], self.held[reader])
        elif event['type'] == 'failed' and event['error'] == 'evidence-refuted':
            self.begun[event['number']].is_leaky = False
        elif event['type'] == 'take-out':
            card = self.held[reader]
            judge.demand(event.get('error') != 'token-foreign', f'{card} is said to be somebody else\'s')
            if event.get('error') == 'token-provisioned':
                serial, number = re.search(r"'([0-9a-f]+)' is the one of (\d+);", event['message']).groups()
                self.label(number_of(serial), number)
            self.take_out(reader)
        elif event['type'] == 'insert':
            self.take_out(reader)
            self.put_in(reader)
