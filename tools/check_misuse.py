#!/usr/bin/env python3
"""What must not compile does not, and for the reason it should.

Each tests/misuse/*.cc compiles as it stands; with -DMISUSE it must fail with the error its `// refused:` line names
(a regular expression). The flags are those of the release tree, or the same set by hand where there is none.
"""
import json
import re
import shlex
import subprocess
import sys

from project import ROOT
from tally import Tally

BY_HAND = ['c++', '-std=c++23', '-Iinclude', '-Isrc', '-Wall', '-Wextra', '-Wshadow', '-Wold-style-cast', '-Werror']


def release_flags():
    commands = ROOT / 'build' / 'release' / 'compile_commands.json'
    if not commands.exists():
        return BY_HAND
    # Those of any of our own sources: they carry the warnings as errors and both include folders.
    command = next(entry['command'] for entry in json.loads(commands.read_text()) if '/src/base/' in entry['file'])
    words = shlex.split(command)
    kept = [word for word in words if word.startswith(('-std', '-W', '-f', '-m', '-D', '-I', '-O', '-isystem'))]
    return ['c++', *kept]


def compile_one(flags, source, *more):
    done = subprocess.run([*flags, *more, '-fsyntax-only', source], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def check(tally, flags, source):
    name = source.relative_to(ROOT)
    wanted = re.search(r'^// refused: (.+)$', source.read_text(), re.MULTILINE)
    if not wanted:
        tally.fail(f'{name}: no line "// refused: <error>"')
        return
    code, said = compile_one(flags, source)
    tally.check(code == 0, f'{name} does not compile even when used rightly:\n{said}')
    code, said = compile_one(flags, source, '-DMISUSE')
    tally.check(code != 0, f'{name}: the misuse compiles')
    tally.check(code == 0 or re.search(wanted.group(1), said), f'{name}: refused, but not by "{wanted.group(1)}":\n{said}')


def main():
    tally = Tally()
    sources = sorted((ROOT / 'tests' / 'misuse').glob('*.cc'))
    tally.check(sources, 'tests/misuse has no cases')
    for source in sources:
        check(tally, release_flags(), source)
    return tally.finish()


if __name__ == '__main__':
    sys.exit(main())
