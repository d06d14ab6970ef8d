#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Builds tokenferry with both compilers, runs every test Meson knows of, and counts each case.

usage: tests/tally.py BUILD_ROOT [WORD...]

A test program that speaks TAP counts as many cases as it reports; any other counts as one. A skipped case,
a program that dies, and one that runs fewer cases than it planned are failures. With WORDs only the jobs
with one of them in their name run, and the builds those need. A job's line says how long it ran and what of that was
computing. The last line is 'N passed, N failed'.
"""
import concurrent.futures
import dataclasses
import functools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

SOURCE = pathlib.Path(__file__).resolve().parent.parent
OUTPUT_LINES = 400  # of a failed job; its end, where the reason stands
MEMORY = '/dev/shm'  # where temporary files cost no disk writes, if it is there


@dataclasses.dataclass
class Build:
    name: str
    compiler: dict  # what 'meson setup' finds in its environment
    options: list
    suites: set  # of Meson's test suites, those that run in this build


BUILDS = [
    # Line numbers are what a failure is told by; types and variables would take a sixth of the compilers' time.
    Build('gcc', {'CC': 'gcc', 'CC_LD': 'lld'}, ['-Ddebug=false', '-Dc_args=-g1', '-Db_pch=true'],
          {'unit', 'fault', 'residue', 'crash', 'card', 'e2e', 'lint'}),
    Build('clang', {'CC': 'clang', 'CC_LD': 'lld'},
          ['-Ddebug=false', '-Doptimization=0', '-Dc_args=-g1', '-Db_pch=true', '-Db_sanitize=address,undefined',
           '-Db_lundef=false', '-Dfuzz=true'],
          {'unit', 'fault', 'residue', 'crash', 'card', 'fuzz'}),
]
SANITIZERS = {
    # What was freed is kept from use for 16 MiB, and told with its eight last callers: of the default's 256 MiB and 30, the
    # work of drawing one RSA key sees nothing but cold memory.
    'ASAN_OPTIONS': 'detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:quarantine_size_mb=16:'
                    'malloc_context_size=8',
    'UBSAN_OPTIONS': 'halt_on_error=1:print_stacktrace=1',
    'TF_TEST_EVERY': '10',  # the plain build runs every fault point, this one a part that changes by the day
}


# It does not work below strace, nor in a process that gave up being looked into; libp11 that hangs keeps what it has;
# OpenSC, unloaded by then, leaks when a card is pulled, written or locked; and fontconfig keeps what it found, which
# nobody may free while a thread of Pango's is still at work.
NO_LEAK_SEARCH = ('crash-disk', 'card-confine', 'auditing', 'unseal', 'card-journey', 'card-pins', 'card-batch',
                  'journey-', 'letter-press')


@dataclasses.dataclass
class Case:
    name: str
    is_passed: bool
    seconds: float


@dataclasses.dataclass
class Job:
    name: str
    command: list
    directory: pathlib.Path
    environment: dict
    timeout: float
    needs: 'Job | None' = None
    is_tap: bool = False
    temporary: str = ''  # below it, the job gets a TMPDIR of its own
    runs_alone: bool = False
    is_started: bool = False
    is_ended: bool = False
    started: float = 0
    seconds: float = 0
    cpu_seconds: float = 0  # of its processes, less those that nobody waited for
    cases: list = dataclasses.field(default_factory=list)
    output: list = dataclasses.field(default_factory=list)

    def is_ready(self):
        return not self.is_started and (self.needs is None or self.needs.is_ended)

    def phase(self):
        return self.name.rsplit('/', 1)[0]

    def has_failed(self):
        return not all(case.is_passed for case in self.cases)

    def add(self, what, is_passed, seconds):
        self.cases.append(Case(f'{self.name}: {what}' if what else self.name, is_passed, seconds))

    def run(self):
        self.started = time.monotonic()
        if self.needs is not None and self.needs.has_failed():
            self.add(f'needs {self.needs.name}', False, 0)
        elif not self.temporary:
            self.run_command({})
        else:
            self.run_in_private()
        self.seconds = time.monotonic() - self.started

    def run_in_private(self):
        """Whatever a test that dies leaves behind goes with its TMPDIR."""
        private = make_directory(self.temporary)
        try:
            self.run_command({'TMPDIR': private})
        finally:
            shutil.rmtree(private, onerror=lambda _, path, error: self.output.append(f'left: {path}: {error[1]}'))

    def run_command(self, environment):
        process = subprocess.Popen(self.command, cwd=self.directory,
                                   env={**os.environ, **self.environment, **environment}, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace',
                                   start_new_session=True)
        timer = threading.Timer(self.timeout, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        reader = TapReader(self) if self.is_tap else None
        for line in process.stdout:
            self.output.append(line.rstrip('\n'))
            if reader is not None:
                reader.read(line)
        _, status, usage = os.wait4(process.pid, 0)
        status = process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu_seconds = usage.ru_utime + usage.ru_stime
        timer.cancel()
        if reader is not None:
            reader.end()
        if status != 0 and not self.has_failed() or reader is None:
            what = '' if status == 0 else f'ended with status {status} after {self.elapsed():.0f} s'
            self.add(what, status == 0, self.elapsed())

    def elapsed(self):
        return time.monotonic() - self.started


class TapReader:
    """Turns the result lines of one program into cases. Lines of sub-tests are indented and not counted."""

    def __init__(self, job):
        self.job = job
        self.planned = None
        self.n_read = 0
        self.last = time.monotonic()

    def read(self, line):
        if plan := re.match(r'1\.\.(\d+)', line):
            self.planned = int(plan[1])
        elif line.startswith('Bail out!'):
            self.job.add(line.strip(), False, 0)
        elif result := re.match(r'(not )?ok\b\s*\d*\s*(?:- )?(.*)', line):
            self.add(result)

    def add(self, result):
        now = time.monotonic()
        name = re.sub(r' in \d+ms$', '', result[2].strip())
        is_passed = result[1] is None and re.search(r'#\s*(skip|todo)', name, re.IGNORECASE) is None
        self.job.add(name, is_passed, now - self.last)
        self.last = now
        self.n_read += 1

    def end(self):
        if self.planned is None or self.n_read < self.planned:
            self.job.add(f'ran {self.n_read} of {self.planned} planned cases', False, 0)


def configure(root, build):
    """Returns the build's directory, set up afresh when its options have changed."""
    directory = root / build.name
    command = ['meson', 'setup', f'--prefix={directory}/installed', '--libdir=lib', '--werror', *build.options]
    stamp = directory / 'configured-by'
    if stamp.exists() and stamp.read_text() != repr(command):
        command.append('--wipe')
    if not stamp.exists() or command[-1] == '--wipe':
        subprocess.run([*command, directory, SOURCE], check=True, stdin=subprocess.DEVNULL,
                       env={**os.environ, **build.compiler})
        stamp.write_text(repr([word for word in command if word != '--wipe']))
    subprocess.run(['ninja', '-C', directory, 'build.ninja'], check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL)  # the list of tests, too, is made here
    return directory


def jobs_of(root, build):
    """The build itself, then one job for each of its tests."""
    directory = configure(root, build)
    make = Job(f'build/{build.name}', ['sh', '-c', 'ninja -k 0 && meson install --quiet'], directory, {}, 1500,
               runs_alone=True)
    jobs = [make]
    listed = subprocess.run(['meson', 'introspect', '--tests', directory], check=True, capture_output=True, text=True)
    for test in json.loads(listed.stdout):
        suite = test['suite'][0].split(':')[-1] if test['suite'] else ''
        if suite not in build.suites:
            continue
        environment = {**test['env'], **(SANITIZERS if build.name == 'clang' else {})}
        if test['name'].startswith(NO_LEAK_SEARCH):
            environment['ASAN_OPTIONS'] = environment.get('ASAN_OPTIONS', '') + ':detect_leaks=0'
        is_tap = test['protocol'] == 'tap'
        command = test['cmd'] + (['--tap'] if is_tap and suite not in {'card', 'e2e'} else [])
        where = '' if build.name == 'gcc' else f'{build.name}/'
        jobs.append(Job(f'{where}{suite}/{test["name"]}', command, pathlib.Path(test['workdir'] or directory),
                        environment, test['timeout'] * 2, make, is_tap, choose_temporary(suite, test['name'])))
    return jobs


def choose_temporary(suite, name):
    """Thousands of journeys and tokens need no disk; the one test that looks at what the disk was told does."""
    needs_no_disk = suite in {'fault', 'crash'} and name != 'crash-disk' or name.startswith(('journey-', 'batch-chaos'))
    return MEMORY if needs_no_disk and os.access(MEMORY, os.W_OK) else tempfile.gettempdir()


def make_directory(parent):
    """A temporary directory that a test's other users can pass through, but not list."""
    directory = tempfile.mkdtemp(prefix='tokenferry-', dir=parent)
    os.chmod(directory, 0o711)
    return directory


def choose(jobs, words):
    if not words:
        return jobs
    chosen = [job for job in jobs if any(word in job.name for word in words)]
    return [job for job in jobs if job in chosen or any(other.needs is job for other in chosen)]


def run_all(jobs, n_workers):
    """Runs the jobs in order, so many at a time; a build has the machine to itself."""
    condition = threading.Condition()

    def next_job():
        running = [job for job in jobs if job.is_started and not job.is_ended]
        if any(job.runs_alone for job in running):
            return None
        for job in jobs:
            if job.is_ready() and not (job.runs_alone and running):
                return job
        return None

    def work():
        while True:
            with condition:
                while (job := next_job()) is None:
                    if all(job.is_started for job in jobs):
                        return
                    condition.wait()
                job.is_started = True
            job.run()
            with condition:
                job.is_ended = True
                condition.notify_all()
                n_failed = sum(not case.is_passed for case in job.cases)
                print(f'{"FAIL" if n_failed else "ok":4} {job.seconds:6.1f} s {job.cpu_seconds:6.1f} s  '
                      f'{len(job.cases) - n_failed:4} passed {n_failed:3} failed  {job.name}', flush=True)

    workers = [threading.Thread(target=work) for _ in range(n_workers)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def report_phases(jobs, elapsed):
    print('\nTime spent, jobs side by side, and what of it was computing:')
    for phase in [*sorted({job.phase() for job in jobs}), '']:
        of_phase = [job for job in jobs if phase in {job.phase(), ''}]
        print(f'  {sum(job.seconds for job in of_phase):6.1f} s  {sum(job.cpu_seconds for job in of_phase):6.1f} s  '
              f'{phase or "all"}')
    print(f'  {elapsed:6.1f} s  from start to end')


def report(jobs, started):
    cases = [case for job in jobs for case in job.cases]
    failed = [case for case in cases if not case.is_passed]
    for job in jobs:
        if job.has_failed() and job.output:
            print(f'\n=== {job.name} ===\n$ {" ".join(map(str, job.command))}')
            # Neither what passed nor ninja's '[1/9] Compiling' is of interest.
            for line in [line for line in job.output if not line.startswith(('ok ', '['))][-OUTPUT_LINES:]:
                print(line)
    if failed:
        print('\nFailed:')
        for case in failed:
            print(f'  {case.name}')
    print('\nThe ten slowest:')
    for case in sorted(cases, key=lambda case: -case.seconds)[:10]:
        print(f'  {case.seconds:6.1f} s  {case.name}')
    report_phases(jobs, time.monotonic() - started)
    print(f'\n{len(cases) - len(failed)} passed, {len(failed)} failed')
    return not failed and bool(cases)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a shell's background, and inherited
    os.environ['PATH'] += ':/usr/sbin:/sbin'  # an ordinary user's has neither; mkfs and pcscd lie there
    started = time.monotonic()
    root = pathlib.Path(sys.argv[1]).resolve()
    root.mkdir(parents=True, exist_ok=True)
    try:
        with concurrent.futures.ThreadPoolExecutor() as pool:  # to configure takes one processor
            jobs = [job for of_build in pool.map(functools.partial(jobs_of, root), BUILDS) for job in of_build]
    except subprocess.CalledProcessError as error:
        print(f'{error}\n0 passed, 1 failed')
        sys.exit(1)
    # The builds first, then the longest tests, so that no processor is idle at the end.
    jobs = sorted(choose(jobs, sys.argv[2:]), key=lambda job: (not job.runs_alone, -job.timeout))
    run_all(jobs, (os.cpu_count() or 1) * 2)  # most wait for disks, readers and deadlines half of their time
    sys.exit(0 if report(jobs, started) else 1)


if __name__ == '__main__':
    main()
