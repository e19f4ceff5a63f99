#!/usr/bin/env python3
"""Small habits: no notes to self, no tabs, no drawer folders, no path of somebody's machine. Shape is only reported."""
import re
import sys

from project import ROOT, files, read
from tally import Tally

CODE = ('.cc', '.h', '.py', '.cmake', '.txt', '.sh', '.yaml')
TEXT = CODE + ('.md', '.json')
DRAWERS = {'common', 'util', 'utils', 'core', 'helper', 'helpers', 'misc', 'manager', 'managers'}
NOTE = re.compile(r'\b(' + '|'.join(['TO' 'DO', 'FIX' 'ME', 'X' 'XX', 'HA' 'CK']) + r')\b')
MACHINE_PATH = re.compile(r'(?<![\w.~$}])/(?:home|root|work|Users|mnt)/\w')
FUNCTION_LINES = 60
FILE_LINES = 450


def problems(path, text):
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        where = f'{path}:{number}'
        if str(path).endswith(CODE) and NOTE.search(line):
            found.append(f'{where}: a note to self; do it, or open an issue')
        if '\t' in line:
            found.append(f'{where}: a tab; use spaces')
        if MACHINE_PATH.search(line):
            found.append(f'{where}: a path of one machine')
        if str(path).endswith(CODE) and line != line.rstrip():
            found.append(f'{where}: spaces at the end of the line')
    if text and not text.endswith('\n'):
        found.append(f'{path}: no newline at the end')
    return found


def functions(text):
    """(first line, lines) of each function that begins and ends in the first column."""
    start = None
    for number, line in enumerate(text.splitlines(), 1):
        if start is None and re.match(r'^[A-Za-z_].*\{$', line) and not re.match(r'^(namespace|class|struct|enum|extern)\b', line):
            start = number
        elif start is None and re.match(r'^[A-Za-z_].*[(,]$', line):
            start = number
        elif start is not None and line.startswith('}'):
            yield start, number - start + 1
            start = None
        elif start is not None and line.endswith(';') and not line.startswith(' '):
            start = None


def report_shape(paths):
    """Not a gate: when something leaves the shape, ask which second idea moved in."""
    texts = [(path, read(path)) for path in paths]
    long_files = sorted(((len(text.splitlines()), path) for path, text in texts), reverse=True)
    long_functions = sorted(((lines, f'{path}:{start}') for path, text in texts for start, lines in functions(text)),
                            reverse=True)
    print(f'functions over {FUNCTION_LINES} lines: {sum(n > FUNCTION_LINES for n, _ in long_functions)}; longest:')
    for lines, where in long_functions[:10]:
        print(f'  {lines:>4}  {where}')
    print(f'files over {FILE_LINES} lines: {sum(n > FILE_LINES for n, _ in long_files)}; longest:')
    for lines, path in long_files[:10]:
        print(f'  {lines:>4}  {path}')


def main():
    tally = Tally()
    for path in files():
        drawers = DRAWERS & set(path.parts[:-1])
        tally.check(not drawers, f'{path}: a folder called {", ".join(drawers)}; name the idea that lives there')
        if str(path).endswith(TEXT) and 'golden' not in path.parts:
            found = problems(path, read(path))
            for problem in found:
                tally.fail(problem)
            tally.ok(0 if found else 1)
    report_shape(path for path in files('.cc', '.h') if (ROOT / path).exists())
    return tally.finish()


if __name__ == '__main__':
    sys.exit(main())
