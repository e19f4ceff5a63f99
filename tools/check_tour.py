#!/usr/bin/env python3
"""Every stop of docs/tour.md exists: the file, and in it each name that follows the file on the same line.

A stop reads: `src/serve/ladder.cc` `Ladder` `answer` ...
"""
import re
import sys

from project import ROOT
from tally import Tally

PATH = re.compile(r'^[\w./-]+/[\w.-]+\.(h|cc|py|txt|yaml|md)$')
NAME = re.compile(r'^~?[A-Za-z_]\w*$')


def stops(text):
    """(line, file, names) for every file named in a code span."""
    for number, line in enumerate(text.splitlines(), 1):
        current = None
        for span in re.findall(r'`([^`]+)`', line):
            if PATH.match(span):
                if current:
                    yield current
                current = (number, span, [])
            elif current:
                names = [name.removesuffix('()') for name in span.split('::')]
                if all(NAME.match(name) for name in names):
                    current[2].extend(names)
        if current:
            yield current


def check(root, text, tally):
    for number, name, wanted in stops(text):
        file = root / name
        if not file.exists():
            tally.fail(f'docs/tour.md:{number}: there is no {name}')
            continue
        content = file.read_text()
        missing = [word for word in wanted if not re.search(rf'\b{re.escape(word)}\b', content)]
        tally.check(not missing, f'docs/tour.md:{number}: {name} has no {", ".join(missing)}')


if __name__ == '__main__':
    count = Tally()
    check(ROOT, (ROOT / 'docs' / 'tour.md').read_text(), count)
    sys.exit(count.finish())
