#!/usr/bin/env python3
"""Every link of every document leads somewhere inside the project; links out are not followed."""
import sys

import markdown
from project import ROOT, files, read
from tally import Tally


def problem(page, target):
    if '://' in target or target.startswith('mailto:'):
        return None
    name, _, fragment = target.partition('#')
    file = (ROOT / page.parent / name).resolve() if name else ROOT / page
    if not file.exists():
        return f'{page}: {target} does not exist'
    if not file.is_relative_to(ROOT):
        return f'{page}: {target} leaves the project'
    if fragment and file.suffix == '.md' and fragment not in markdown.anchors(file.read_text()):
        return f'{page}: {target}: the page has no such heading'
    return None


def main():
    tally = Tally()
    for page in files('.md'):
        for target in markdown.links(read(page)):
            found = problem(page, target)
            tally.check(found is None, found)
    return tally.finish()


if __name__ == '__main__':
    sys.exit(main())
