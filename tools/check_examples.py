#!/usr/bin/env python3
"""What the documents show is run.

    ```yaml app          goes through `augury check`
    ```sh run            is run by bash in an empty folder where `augury` is the program and shop.yaml the app file
                         that the same page shows last before it; it must exit 0
    ```cpp from PATH     stands word for word in that file of the project
The app files under examples/ and bench/ are checked too.

    tools/check_examples.py build/release/augury
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import markdown
from project import ROOT, files, read
from tally import Tally


def main():
    program = (ROOT / sys.argv[1]).resolve()
    if not program.exists():
        print(f'SKIPPED there is no {sys.argv[1]}; run: make build')
        return 77
    tally = Tally()
    for path in files('.yaml'):
        if path.parts[0] in ('examples', 'bench') and read(path).find('\nplacements:') >= 0:
            check_app(tally, program, path, ROOT / path)
    for page in files('.md'):
        check_page(tally, program, page)
    return tally.finish()


def check_page(tally, program, page):
    with tempfile.TemporaryDirectory() as folder:
        for block in markdown.blocks(read(page)):
            where = f'{page}:{block.line}'
            if block.info == 'yaml app':
                file = Path(folder) / 'shop.yaml'
                file.write_text(block.text)
                check_app(tally, program, where, file)
            elif block.info == 'sh run':
                run_shell(tally, program, where, block.text, folder)
            elif ' from ' in block.info:
                source = block.info.split(' from ')[1].strip()
                there = (ROOT / source).exists() and block.text.strip() in read(source)
                tally.check(there, f'{where}: this is not what {source} says')


def check_app(tally, program, where, file):
    done = subprocess.run([program, 'check', file], capture_output=True, text=True, check=False, timeout=60)
    tally.check(done.returncode == 0, f'{where}: augury check: {done.stderr or done.stdout}')


def run_shell(tally, program, where, script, folder):
    environment = os.environ | {'PATH': f'{program.parent}:{os.environ["PATH"]}'}
    try:
        done = subprocess.run(['bash', '-euo', 'pipefail', '-c', script], cwd=folder, env=environment,
                              capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL)
        tally.check(done.returncode == 0, f'{where}: exit code {done.returncode}\n{done.stdout}{done.stderr}')
    except subprocess.TimeoutExpired:
        tally.fail(f'{where}: still running after a minute')


if __name__ == '__main__':
    sys.exit(main())
