# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a batch left, seen with pkcs11-tool, openssl, pdftotext and sqlite3: not by the word of the program."""
import concurrent.futures
import contextlib
import hashlib
import os
import pathlib
import re
import select
import sqlite3
import subprocess

from station import MODULE, OPENSC

PATIENCE = 10  # seconds, for what is over at once
STEPS = ('intent', 'imported', 'proved', 'wiping', 'wiped', 'provisioned')  # of a member whose token is made
PROVEN = ('proved', 'wiping', 'wiped', 'provisioned')
MESSAGE = b'is this the key of that certificate?'


class Wrong(Exception):
    """The batch did what it must never do."""


def demand(claim, sentence):
    if not claim:
        raise Wrong(sentence)


def output_of(*command, station=None, **options):
    environment = station.environment if station is not None else None
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, **options)
    demand(result.returncode == 0, f'{command[0]} failed: {result.stderr.decode(errors="replace").strip()}')
    return result.stdout


def no_source_went_without_proof(station):
    """At any time, after any death: a file that is gone or changed is that of a member whose key was proven."""
    gone = [member for member in station.members if not is_whole(member)]
    if not gone:
        return
    rows = {row[0]: row[1:] for row in query(
        station, 'SELECT number, step, statement IS NOT NULL AND signature IS NOT NULL, certificate'
        ' FROM migration JOIN job ON job.migration = migration.id')}
    for member in gone:
        demand(member.number in rows, f'{member.number}: the source went without a row in the ledger')
        step, is_proven, der = rows[member.number]
        demand(is_proven and step in PROVEN, f'{member.number}: the source went at step {step}')
        demand(der == certificate(member), f'{member.number}: the proof is that of another certificate')


def nobody_works_on(station):
    """Children die with their supervisor, those that were stopped as well; its death is told before theirs."""
    for process in processes_in(station.directory):
        try:
            ended = os.pidfd_open(process)
        except ProcessLookupError:
            continue
        demand(select.select([ended], [], [], PATIENCE)[0], f'process {process} outlived the batch')
        os.close(ended)


def processes_in(directory):
    for entry in pathlib.Path('/proc').glob('[0-9]*'):
        with contextlib.suppress(OSError):
            if (entry / 'cwd').readlink() == directory:
                yield int(entry.name)


def is_whole(member):
    try:
        return member.source.read_bytes() == pathlib.Path(f'{member.made}.p12').read_bytes()
    except FileNotFoundError:
        return False


def certificate(member):
    return pathlib.Path(f'{member.made}.der').read_bytes()


def everybody_has_a_token(station):
    """After the last run. Tokens are told apart by their labels, their keys by what they sign."""
    slots = output_of('pkcs11-tool', '--module', MODULE, '--list-token-slots', station=station).decode()
    labels = re.findall(r'^\s*token label\s*: (.*?)\s*$', slots, re.MULTILINE)
    demand(sorted(labels) == sorted(member.number for member in station.members),
           f'the store holds {sorted(labels)}')
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda member: has_its_token(station, member), station.members))
    nothing_is_left(station)
    everybody_is_provisioned(station)


def pin_of(member):
    words = output_of('pdftotext', '-raw', member.letter, '-').decode().split()
    return [word for word in words if word.isdigit()][-1]


def has_its_token(station, member):
    seen = station.directory / 'seen' / member.number
    seen.mkdir(parents=True)
    signs_and_stays(station, member, pin_of(member), seen)
    its_escrow_is_whole(station, member)


def has_its_card(station, member):
    """The one card that is in a reader; what OpenSC says of a key's access is the same whatever was written."""
    seen = station.directory / 'seen' / member.number
    seen.mkdir(parents=True)
    signs(station, member, pin_of(member), seen, OPENSC)
    its_escrow_is_whole(station, member)


def its_escrow_is_whole(station, member):
    pins = output_of('openssl', 'cms', '-decrypt', '-inform', 'DER', '-in', member.escrow, '-inkey',
                     station.authority.directory / 'escrow.key', '-recip', station.authority.directory / 'escrow.pem')
    demand(f'number {member.number}\n'.encode() in pins and b'\nso ' in pins and b'\nuser ' not in pins,
           f'{member.number}: not what an escrow holds')


def signs(station, member, pin, seen, module):
    """The letter's PIN opens one private key, that of the member's certificate. What there is besides."""
    (seen / 'message').write_bytes(MESSAGE if member.is_rsa else hashlib.sha256(MESSAGE).digest())
    listed = output_of('pkcs11-tool', '--module', module, '--token-label', member.number, '--login', '--pin', pin,
                       '--list-objects', '--sign', '--mechanism', 'SHA256-RSA-PKCS' if member.is_rsa else 'ECDSA',
                       '--signature-format', 'openssl', '--input-file', seen / 'message',
                       '--output-file', seen / 'signature', station=station).decode()
    demand(listed.count('Private Key Object') == 1, f'{member.number}: not one private key\n{listed}')
    output_of('openssl', 'dgst', '-sha256', '-verify', f'{member.made}.pub', '-signature', seen / 'signature',
              input=MESSAGE)
    return listed


def signs_and_stays(station, member, pin, seen):
    """And the key cannot leave, its certificate bears the member's name."""
    listed = signs(station, member, pin, seen, MODULE)
    access = re.search('Private Key Object.*?ID: *([0-9a-f]+).*?Access: *([^\n]*)', listed, re.DOTALL)
    granted = access[2].split(', ') if access else []
    demand('sensitive' in granted and 'extractable' not in granted,
           f'{member.number}: its key can leave\n{listed}')
    objects = re.split(r'^(?=[A-Z].* Object; )', listed, flags=re.MULTILINE)
    of_key = [words for words in objects if words.startswith('Certificate') and re.search(rf'ID: *{access[1]}\b', words)]
    demand(len(of_key) == 1 and f'CN={as_listed(member.name)}\n' in of_key[0], f'{member.number}: not its name\n{listed}')


def as_listed(text):
    """As pkcs11-tool prints a name: what is not ASCII by its bytes."""
    return ''.join(chr(byte) if byte < 0x80 else f'\\x{byte:02X}' for byte in text.encode())


def staging_roots(station):
    """Where tokens are made, wherever memory is (src/batch/staging.c)."""
    return [station.runtime, pathlib.Path('/dev/shm'), pathlib.Path(f'/run/user/{os.geteuid()}'), station.tokens.parent]


def nothing_is_left(station):
    left = [str(member.source) for member in station.members if member.source.exists()]
    left += [str(path) for path in station.tokens.iterdir() if path.name.startswith('.')]
    left += [str(path) for path in station.runtime.iterdir()]
    left += [str(path) for root in staging_roots(station) for path in root.glob(f'tokenferry-staging-{uuid_of(station)}-*')]
    left += [str(path) for path in (station.directory / 'letters').rglob('*') if path.is_file()
             and path not in [member.letter for member in station.members]
             and path not in [member.escrow for member in station.members]]
    demand(not left, f'left behind: {left}')


def query(station, text):
    with contextlib.closing(sqlite3.connect(f'file:{station.ledger}?mode=ro', uri=True)) as ledger:
        return ledger.execute(text).fetchall()


def uuid_of(station):
    return query(station, 'SELECT uuid FROM ledger')[0][0]


def steps(station):
    """That members were left at; of a ledger that a dead run left not even readable, none."""
    try:
        return {step for step, in query(station, 'SELECT step FROM migration')}
    except sqlite3.OperationalError:
        return set()


def everybody_is_provisioned(station):
    """One living row for each; of whom no PINs are kept to go on with."""
    rows = query(station, "SELECT number, step FROM job JOIN migration ON job.migration = migration.id")
    demand(sorted(rows) == sorted((member.number, 'provisioned') for member in station.members), f'the ledger: {rows}')
    living = query(station, "SELECT count(*) FROM migration WHERE step NOT IN ('undone', 'refuted')")[0][0]
    demand(living == len(rows), f'{living} living rows for {len(rows)} members')
    demand(query(station, 'SELECT count(*) FROM envelope WHERE resume IS NOT NULL') == [(0,)], 'resume envelopes are kept')
