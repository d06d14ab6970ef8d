# SPDX-License-Identifier: LGPL-2.1-or-later
"""Plays a person at a terminal:  python3 dialogue.py SCRIPT [COLUMNS] -- COMMAND...

A line of SCRIPT is '? TEXT' (wait until TEXT is on the screen), '> TEXT' (type it and Enter), '_ TEXT' (type it
without Enter), '! SHELL' (run it; the command's process is $1), '* TEXT = ANSWER' (from here on ANSWER is typed whenever
TEXT comes before what is waited for) or '^C'.
What was on the screen goes to stdout; ends with the status of the command, or 99 when a text did not come in time.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

PATIENCE = 60


class Screen:
    def __init__(self, fd):
        self.fd = fd
        self.seen = b''
        self.at = 0
        self.is_open = True
        self.answers = {}

    def read(self, seconds):
        if not self.is_open or not select.select([self.fd], [], [], seconds)[0]:
            return
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b''
        self.is_open = data != b''
        self.seen += data

    def find_question(self):
        places = [(self.seen.find(text, self.at), text) for text in self.answers]
        return min((place for place in places if place[0] >= 0), default=(-1, b''))

    def wait_for(self, text):
        end = time.monotonic() + PATIENCE
        while self.seen.find(text, self.at) < 0:
            at, question = self.find_question()
            if at >= 0:
                self.at = at + len(question)
                os.write(self.fd, self.answers[question] + b'\n')
                continue
            if not self.is_open or time.monotonic() > end:
                return False
            self.read(1)
        self.at = self.seen.find(text, self.at) + len(text)
        return True


def main():
    cut = sys.argv.index('--')
    columns = int(sys.argv[2]) if cut > 2 else 80
    command = sys.argv[cut + 1:]
    with open(sys.argv[1], encoding='utf-8') as script:
        lines = script.read().splitlines()
    child, fd = pty.fork()
    if child == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background jobs ignore it
        os.environ['TERM'] = 'xterm'  # what the person sits at, wherever the test runs
        os.execvp(command[0], command)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
    screen = Screen(fd)
    failed = None
    for line in lines:
        if line.startswith('? ') and not screen.wait_for(line[2:].encode()):
            failed = f'this did not come: {line}'
            break
        if line.startswith('>'):
            os.write(fd, line[2:].encode() + b'\n')
        elif line.startswith('* '):
            question, answer = line[2:].rsplit(' = ', 1)
            screen.answers[question.encode()] = answer.encode()
        elif line.startswith('_ '):
            os.write(fd, line[2:].encode())
        elif line.startswith('! '):
            if subprocess.run(['sh', '-c', line[2:], 'sh', str(child)]).returncode != 0:
                failed = f'this failed: {line}'
                break
        elif line == '^C':
            os.write(fd, b'\x03')
    end = time.monotonic() + PATIENCE
    while failed is None and screen.is_open:
        screen.read(1)
        if time.monotonic() > end:
            failed = 'this did not come: the end'
    sys.stdout.buffer.write(screen.seen.replace(b'\r\n', b'\n'))
    sys.stdout.flush()
    if failed is not None:
        print(f'\ndialogue: {failed}')
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    sys.exit(99 if failed is not None else os.waitstatus_to_exitcode(status))


main()
