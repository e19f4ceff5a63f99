#!/usr/bin/env python3
"""What others rely on changes only where a reviewer sees it: the help of every command, the names of the metrics.

    tools/check_golden.py build/release/augury [--update]
"""
import difflib
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from project import ROOT
from tally import Tally

sys.path.insert(0, str(ROOT / 'examples' / 'python'))
from augury_server import Server  # noqa: E402

GOLDEN = ROOT / 'tests' / 'golden'
APP = ROOT / 'examples' / 'demo' / 'shop.yaml'


def help_of(program, *command):
    done = subprocess.run([program, *command, '--help'], capture_output=True, text=True, check=False, timeout=30)
    return done.stdout + done.stderr


def cli_help(program):
    """The help of the program and of every command and group it lists."""
    pages, open_commands = [], [()]
    while open_commands:
        command = open_commands.pop(0)
        page = help_of(program, *command)
        pages.append(f'$ augury {" ".join([*command, "--help"])}\n{page.rstrip()}\n')
        listed = re.search(r'^(?:Subcommands|SUBCOMMANDS|Commands):\n((?:[ ]+\S.*\n?)+)', page, re.MULTILINE)
        names = re.findall(r'^ {1,4}([a-z][a-z-]*)\b', listed.group(1), re.MULTILINE) if listed else []
        open_commands += [(*command, name) for name in names]
    return '\n'.join(pages)


def metrics(program):
    """Name, kind and help of each metric after one event and one answer; values are nobody's promise."""
    with tempfile.TemporaryDirectory() as folder:
        with Server(program, APP, folder) as server:
            server.post('/v1/events', {'event': 'click', 'user_id': 'ann', 'item_id': 'book-7'})
            server.post('/v1/predict', {'user_id': 'ann'})
            text = raw_get(server, '/metrics')
    lines = [line for line in text.splitlines() if line.startswith('#')]
    return '\n'.join(sorted(lines, key=lambda line: (line.split()[2], line.split()[1]))) + '\n'


def raw_get(server, path):
    with urllib.request.urlopen(server.url + path, timeout=10) as reply:
        return reply.read().decode()


def main():
    program = (ROOT / sys.argv[1]).resolve()
    tally = Tally()
    for name, made in (('cli_help.txt', cli_help), ('metrics.txt', metrics)):
        now = made(program)
        if '--update' in sys.argv:
            GOLDEN.mkdir(parents=True, exist_ok=True)
            (GOLDEN / name).write_text(now)
        kept = (GOLDEN / name).read_text()
        change = '\n'.join(difflib.unified_diff(kept.splitlines(), now.splitlines(), f'tests/golden/{name}', 'now',
                                                lineterm=''))
        tally.check(not change, f'tests/golden/{name} differs; if that is meant: tools/check_golden.py '
                                f'{sys.argv[1]} --update\n{change}')
    return tally.finish()


if __name__ == '__main__':
    sys.exit(main())
