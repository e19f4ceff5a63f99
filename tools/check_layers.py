#!/usr/bin/env python3
"""Holds every include to the rows of ARCHITECTURE.md.

A file includes rows strictly below its own and its own module; include/augury sees only the standard library. The
```layers block lists the rows, top first. The ```libraries block lists who may see a third-party header.
"""
import re
import sys
from pathlib import Path

from project import ROOT
from tally import Tally

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)
STANDARD = re.compile(r'^[a-z_]+$')  # <vector>; what has a dot or a slash is somebody's library
TEST_HEADERS = ('gtest/', 'gmock/')
# What the operating system offers; the libraries block calls all of it `posix`.
POSIX = re.compile(r'^((sys|arpa|netinet|linux)/.*|(unistd|fcntl|signal|stdlib|pthread|poll|netdb|sched|time|dirent|ftw)\.h)$')
README_PARTS = ['Job:', 'Start here:', 'Promises:', 'Does not know:']
README_LINES = 40


class Rules:
    """The two blocks of ARCHITECTURE.md, read."""

    def __init__(self, architecture):
        rows = _block(architecture, 'layers')
        self.row = {name: depth for depth, line in enumerate(rows) for name in line.split()}
        self.libraries = {}
        for line in _block(architecture, 'libraries'):
            header, _, modules = line.partition(':')
            self.libraries[header.strip()] = set(modules.split())

    def may_see_module(self, module, other):
        return module == other or self.row[other] > self.row[module]

    def may_see_library(self, module, header):
        """The longest listed prefix decides; an unlisted library is refused. `every` is every module of src/."""
        if POSIX.match(header):
            header = 'posix'
        listed = [prefix for prefix in self.libraries if header.startswith(prefix)]
        if not listed:
            return False
        modules = self.libraries[max(listed, key=len)]
        return module in modules or 'every' in modules


def _block(text, name):
    found = re.search(rf'^```{name}\n(.*?)^```', text, re.MULTILINE | re.DOTALL)
    if not found:
        raise SystemExit(f'FAILED ARCHITECTURE.md has no ```{name} block')
    return [line for line in found.group(1).splitlines() if line.strip()]


def problems_of_file(rules, module, text, is_test=False):
    """What is wrong with the includes of one file of `module`; `augury` is include/augury."""
    found = []
    for quote, name in INCLUDE.findall(text):
        wrong = _wrong_quoted(rules, module, name) if quote == '"' else _wrong_angled(rules, module, name, is_test)
        if wrong:
            found.append(f'{name}: {wrong}')
    return found


def _wrong_quoted(rules, module, name):
    other = name.split('/')[0]
    if '/' not in name:
        return 'write the path from src/, as in "base/clock.h"'
    if other not in rules.row:
        return f'"{other}" is no module of the layers block'
    if rules.may_see_module(module, other):
        return None
    if rules.row[other] == rules.row[module]:
        return f'{module} and {other} stand in one row and do not know each other; declare the interface you want'
    return f'{other} stands above {module}; it may know {module}, never the reverse'


def _wrong_angled(rules, module, name, is_test):
    if STANDARD.match(name):
        return None
    if is_test and (name.startswith(TEST_HEADERS) or POSIX.match(name)):
        return None
    if module == 'augury':
        return 'the contract sees only the standard library'
    if rules.may_see_library(module, name):
        return None
    return f'{module} may not see this library; list it in the libraries block of ARCHITECTURE.md or go through its owner'


def problems_of_module(rules, folder):
    """A module is a listed folder with a README of half a page and one augury_module call of its own name."""
    module = folder.name
    if module not in rules.row:
        return [f'src/{module} is not in the layers block of ARCHITECTURE.md']
    found = []
    readme = folder / 'README.md'
    if not readme.exists():
        found.append(f'src/{module} has no README.md')
    else:
        text = readme.read_text()
        found += [f'src/{module}/README.md lacks "{part}"' for part in README_PARTS if part not in text]
        if len(text.splitlines()) > README_LINES:
            found.append(f'src/{module}/README.md is longer than half a page ({README_LINES} lines)')
    manifest = folder / 'CMakeLists.txt'
    if not manifest.exists():
        return found + [f'src/{module} has no CMakeLists.txt']
    return found + _problems_of_manifest(rules, module, manifest.read_text())


def _problems_of_manifest(rules, module, text):
    calls = re.findall(r'^augury_module\((\w+)', text, re.MULTILINE)
    if module == 'app':  # The one program.
        return []
    if calls != [module]:
        return [f'src/{module}/CMakeLists.txt: one augury_module({module} ...) call, not {calls}']
    depends = re.search(r'\bDEPENDS\s+([a-z\s]+)', text)
    names = depends.group(1).split() if depends else []
    return [f'src/{module}/CMakeLists.txt depends on {name}, which is not beneath it'
            for name in names if name not in rules.row or rules.row[name] <= rules.row[module]]


def check(root, tally):
    rules = Rules((root / 'ARCHITECTURE.md').read_text())
    for folder in sorted(path for path in (root / 'src').iterdir() if any(path.glob('**/*.*'))):
        found = problems_of_module(rules, folder)
        for problem in found:
            tally.fail(problem)
        tally.ok(0 if found else 1)
        if folder.name in rules.row:
            _check_files(rules, folder.name, folder, tally, root)
    _check_files(rules, 'augury', root / 'include' / 'augury', tally, root)


def _check_files(rules, module, folder, tally, root):
    for path in sorted([*folder.rglob('*.h'), *folder.rglob('*.cc')]):
        is_test = path.stem.endswith(('_test', '_suite')) or 'testing' in path.parts
        found = problems_of_file(rules, module, path.read_text(), is_test)
        for problem in found:
            tally.fail(f'{path.relative_to(root)} includes {problem}')
        tally.ok(0 if found else 1)


if __name__ == '__main__':
    count = Tally()
    check(ROOT, count)
    sys.exit(count.finish())
