# SPDX-License-Identifier: LGPL-2.1-or-later
"""What befalls the processes of a batch: they are killed or stopped, or the module in them ends or hangs them."""
import math
import os
import pathlib
import signal

from station import ROLES, SOURCE, children

BUILD = pathlib.Path(os.environ.get('TOKENFERRY_BUILD', SOURCE / 'build' / 'gcc'))
MOCK = BUILD / 'tests' / 'mock' / 'libtf-mock.so'
IMPATIENT = BUILD / 'tests' / 'soak' / 'libimpatient.so'


class Blow:
    """Who is killed, or stopped for good, after which event of a run, and how long after it."""

    def __init__(self, dice, n_events, roles=ROLES):
        self.signal = dice.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGSTOP))
        # A supervisor that is stopped does nothing, and whoever stopped it lets it go on.
        self.victim = dice.choice(roles if self.is_hang() else ('supervisor', 'all') + roles)
        self.after = dice.randrange(n_events)
        self.seconds = dice.choice((0, dice.uniform(0, 0.005), dice.uniform(0, 0.2)))
        self.choice = dice.random()

    def is_hang(self):
        return self.signal == signal.SIGSTOP

    def __str__(self):
        return f'{"stop" if self.is_hang() else "kill"} {self.victim} {1000 * self.seconds:.0f} ms after event {self.after}'

    def strike(self, supervisor):
        family = children(supervisor)
        if self.victim in ('supervisor', 'all'):
            send(self.signal, [supervisor])
            if self.victim == 'all':
                send(self.signal, [process for _, process in family])
            return
        ours = [process for role, process in family if role == self.victim]
        send(self.signal, [ours[int(self.choice * len(ours))]] if ours else [])


class Module:
    """How a batch's module behaves in a run: faithful, or at one call of N, by chance, the process ends or the call never
    returns. Which calls these are the seed and the process's number decide."""

    def __init__(self, dice, calls, n_members):
        """'calls': of a member."""
        self.command = dice.choice(('kill', 'hang', None, None))
        # From most members' to one's of them all; each hang is waited for.
        least = calls * n_members / 3 if self.is_hang() else calls / 2
        self.one_in = round(math.exp(dice.uniform(math.log(least), math.log(calls * n_members))))
        self.seed = dice.randrange(2 ** 32)

    def is_hang(self):
        return self.command == 'hang'

    def options(self, station):
        """Of the batch; it is the mock in front of its module, and confirmed (--yes) wherever it was built."""
        if self.command is None:
            return None
        return ['--module', str(MOCK), '--module-args', f'module={station.module} do={self}',
                '--token-profile', station.family, '--yes']

    def __str__(self):
        return f'{self.command}-one-in={self.one_in}:{self.seed}' if self.command is not None else 'faithful'


def impatience(parts, seconds):
    """For the environment of a batch, where a part of what befalls it is a hang: children have so long to answer."""
    if not any(part.is_hang() for part in parts):
        return {}
    return {'LD_PRELOAD': str(IMPATIENT), 'TF_TEST_PATIENCE': str(1000 * seconds)}


def kill(processes):
    send(signal.SIGKILL, processes)


def send(number, processes):
    """A process that has just ended by itself is no matter."""
    for process in processes:
        try:
            os.kill(process, number)
        except ProcessLookupError:
            pass
