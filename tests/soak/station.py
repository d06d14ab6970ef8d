# SPDX-License-Identifier: LGPL-2.1-or-later
"""A station for one batch on SoftHSM or on cards: members, their files and lists, and the program that runs it."""
import collections
import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import signal
import subprocess
import termios

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = os.environ.get('TOKENFERRY', 'tokenferry')
MODULE = '/usr/lib/softhsm/libsofthsm2.so'
PIN_CODE = 'kirakira'
PASSPHRASE = 'ame ni mo makezu'
OPENSC = '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so'
ROLES = ('opener', 'worker', 'auditor', 'letter-writer')
TOOL = 'pkcs15-init'  # of a formatter

# Made by the demo's authority: half of the members with RSA keys, half with keys on P-256.
AUTHORITY = r'''
set -euo pipefail
. "$TOKENFERRY_SOURCE/tests/e2e/pki.bash"
pki_authority "$1" "$(pki_demo_issuer)"
secret_file "$1/pin-code" "$3"
secret_file "$1/passphrase" "$4"
pki_station "$1" "$1/passphrase"
for i in $(seq "$2"); do
	key=ec:P-256
	[ $((i % 2)) -eq 0 ] || key=rsa:1024
	pki_member "$1" "m$i" "/C=JP/O=社会保険労務士/CN=会員 ${i}号" "$key"
	p12_openssl "$1" "m$i" "$1/pin-code" "$1/m$i.p12"
	openssl x509 -in "$1/m$i.pem" -outform DER -out "$1/m$i.der"
	openssl x509 -in "$1/m$i.pem" -noout -pubkey >"$1/m$i.pub"
done
pki_escrow "$1"
openssl x509 -in "$1/escrow.pem" -noout -fingerprint -sha256 | sed 's/.*=//' >"$1/escrow.fingerprint"
'''


class Authority:
    """Keys and certificates of all members, made once for all batches."""

    def __init__(self, directory, n_members):
        self.directory = pathlib.Path(directory)
        self.n_members = n_members
        self.directory.mkdir()
        subprocess.run(['bash', '-c', AUTHORITY, 'authority', str(directory), str(n_members), PIN_CODE, PASSPHRASE],
                       check=True, env={**os.environ, 'TOKENFERRY_SOURCE': str(SOURCE)})


class Member:
    def __init__(self, i, authority, directory):
        self.number = f'{10000000 + i}'
        self.name = f'会員 {i}号'
        self.is_rsa = i % 2 == 1
        self.made = authority.directory / f'm{i}'
        self.source = directory / f'm{i}.p12'
        self.letter = directory / 'letters' / f'{self.number}.pdf'
        self.escrow = directory / 'letters' / 'escrow' / f'{self.number}.p7m'


class Station:
    """All that a batch finds and leaves is below its directory."""
    module = MODULE
    family = 'softhsm2'

    def __init__(self, directory, authority):
        self.directory = pathlib.Path(directory)
        self.authority = authority
        self.tokens = self.directory / 'tokens'
        self.runtime = self.directory / 'run'
        self.ledger = self.directory / 'ledger.db'
        self.members = [Member(i + 1, authority, self.directory) for i in range(authority.n_members)]
        for folder in (self.directory, self.tokens, self.runtime, self.directory / 'home'):
            folder.mkdir(mode=0o700)
        self.write('softhsm2.conf', f'directories.tokendir = {self.tokens}\nobjectstore.backend = file\n')
        self.write('passphrase', f'{PASSPHRASE}\n')
        self.write('manifest.csv', 'number,name,p12\n' + ''.join(
            f'{member.number},{member.name},{member.source.name}\n' for member in self.members))
        self.write('passwords.csv', 'number,password\n' + ''.join(
            f'{member.number},{PIN_CODE}\n' for member in self.members))
        for member in self.members:
            shutil.copy(f'{member.made}.p12', member.source)
        home = str(self.directory / 'home')
        kept = {name: value for name, value in os.environ.items() if not name.startswith(('XDG_', 'LC_', 'LANG'))}
        self.environment = {**kept, 'HOME': home, 'XDG_RUNTIME_DIR': str(self.runtime), 'LC_ALL': 'C.UTF-8',
                            'SOFTHSM2_CONF': str(self.directory / 'softhsm2.conf')}

    def write(self, name, text):
        path = self.directory / name
        path.touch(mode=0o600)
        path.write_text(text, encoding='UTF-8')

    def take_quick_key(self):
        """The station's own key, opened without the work that the one has which a first batch makes."""
        shutil.copy(self.authority.directory / 'station.pem', f'{self.ledger}.station.pem')

    def start(self, before=(), options=(), terminal=None, module=None, environment=None):
        """The batch, its events on stdout; 'before' is a command that runs it, 'terminal' an open one that becomes its own,
        'module' the options for another one than usual, 'environment' what there is in its environment besides."""
        escrow = self.authority.directory / 'escrow'
        module = module or ['--module', self.module]
        log = open(self.directory / 'stderr', 'ab')
        with log:
            return subprocess.Popen([
                *before, PROGRAM, 'batch', 'manifest.csv', '--json', '--verbose', *module, '--campaign', 'demo',
                '--passwords', 'passwords.csv', '--letters', 'letters', '--escrow-to', f'{escrow}.pem',
                '--escrow-fingerprint', escrow.with_suffix('.fingerprint').read_text().strip(),
                '--passphrase-source', f'file:{self.directory}/passphrase', '--ledger', f'sqlite:{self.ledger}',
                *options], cwd=self.directory, env={**self.environment, **(environment or {})},
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, start_new_session=terminal is not None,
                preexec_fn=None if terminal is None else lambda: fcntl.ioctl(terminal, termios.TIOCSCTTY, 0))

    def note(self, events):
        """What it said on stdout, to be kept beside the rest."""
        with open(self.directory / 'events', 'ab') as log:
            log.write(events)

    def errors(self):
        """What befell members and children in all runs so far, and how often."""
        counts = collections.Counter()
        for line in (self.directory / 'events').read_text(encoding='UTF-8').splitlines():
            with contextlib.suppress(ValueError):  # the last one of a run that died
                event = json.loads(line)
                if event['type'] in ('failed', 'restarted', 'given-up'):
                    counts[f'{event["type"]} {event["error"]}'] += 1
        return ', '.join(f'{n} x {what}' for what, n in counts.most_common()) or 'nothing failed'

    def messages(self):
        return (self.directory / 'stderr').read_text(encoding='UTF-8', errors='replace')


class CardStation(Station):
    module = OPENSC
    family = 'myeid-opensc'


def processes_of(parent):
    """Each with its command line's words."""
    try:
        with open(f'/proc/{parent}/task/{parent}/children') as file:
            ids = [int(word) for word in file.read().split()]
    except OSError:
        return
    for process in ids:
        try:
            with open(f'/proc/{process}/cmdline', 'rb') as file:
                yield process, file.read().decode(errors='replace').split('\0')
        except OSError:
            continue


def children(supervisor):
    """Of the supervisor: role, process id. Below them, that of a formatter's tool."""
    found = [(role, process) for process, words in processes_of(supervisor)
             for role in ROLES + ('formatter',) if role in words]
    tools = [(TOOL, tool) for role, process in found if role == 'formatter' for tool, _ in processes_of(process)]
    return found + tools
