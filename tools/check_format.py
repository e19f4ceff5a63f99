#!/usr/bin/env python3
"""Every C++ file is laid out as clang-format-19 lays it out. --fix does it."""
import subprocess
import sys

from project import ROOT, files
from tally import Tally


def main():
    names = [str(path) for path in files('.cc', '.h')]
    if '--fix' in sys.argv:
        return subprocess.run(['clang-format-19', '-i', *names], cwd=ROOT, check=False).returncode
    tally = Tally()
    found = subprocess.run(['clang-format-19', '--dry-run', *names], cwd=ROOT, capture_output=True, text=True,
                           check=False)
    wrong = {line.split(':')[0] for line in found.stderr.splitlines() if 'clang-format-violations' in line}
    for name in names:
        tally.check(name not in wrong, f'{name} is not laid out; run: make fmt')
    tally.check(found.returncode == 0, f'clang-format-19: {found.stderr[-2000:]}')
    return tally.finish()


if __name__ == '__main__':
    sys.exit(main())
