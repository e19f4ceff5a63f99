#!/usr/bin/env python3
"""Runs the unit tests of a build tree, as many at a time as there are processors, and counts single tests.

    tools/check_units.py build/dev                         every module that has tests
    tools/check_units.py build/dev tests/scenarios_test    these executables of the tree
"""
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from project import ROOT
from tally import Tally

MINUTES = 15
SANITIZERS = {
    'ASAN_OPTIONS': 'detect_stack_use_after_return=1:strict_string_checks=1',
    'UBSAN_OPTIONS': 'print_stacktrace=1',
    # Libraries that were not built for it (RocksDB) lock in ways it does not see; of our code everything is reported.
    'TSAN_OPTIONS': 'second_deadlock_stack=1:ignore_noninstrumented_modules=1',
}


def executables(tree):
    """What each module promises in its CMakeLists.txt, whether it was built or not."""
    found = []
    for manifest in sorted((ROOT / 'src').glob('*/CMakeLists.txt')):
        if re.search(r'^\s*TESTS\b', manifest.read_text(), re.MULTILINE):
            module = manifest.parent.name
            found.append(tree / 'src' / module / f'{module}_test')
    return found


def run(executable):
    """(exit code or a word, output, results or None)"""
    results = executable.with_suffix('.json')
    results.unlink(missing_ok=True)
    try:
        done = subprocess.run([executable, f'--gtest_output=json:{results}', '--gtest_color=no'], cwd=ROOT,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env=os.environ | SANITIZERS, timeout=MINUTES * 60, check=False)
    except FileNotFoundError:
        return 'not built', '', None
    except subprocess.TimeoutExpired as late:
        return f'still running after {MINUTES} minutes', (late.output or b'').decode(errors='replace'), None
    output = done.stdout.decode(errors='replace')
    return done.returncode, output, json.loads(results.read_text()) if results.exists() else None


def single_tests(results):
    for suite in results['testsuites']:
        yield from suite['testsuite']


def count(tally, executable, exit_code, output, results):
    failed = 0
    for test in single_tests(results) if results else []:
        name = f'{test["classname"]}.{test["name"]}'
        if test.get('failures'):
            failed += 1
            tally.fail(f'{executable} --gtest_filter={name}')
        elif test['result'] == 'SKIPPED':
            tally.skip(f'{name}: {skip_reason(output, name)}')
        elif test['result'] == 'COMPLETED':
            tally.ok()
    if failed == 0 and exit_code != 0:
        tally.fail(f'{executable}: exit code {exit_code}' if isinstance(exit_code, int) else f'{executable}: {exit_code}')
    return failed > 0 or exit_code != 0


def skip_reason(output, name):
    said = re.search(re.escape(f'[ RUN      ] {name}') + r'\n.*?: Skipped\n(.*?)\n', output, re.DOTALL)
    return said.group(1) if said else 'no reason given'


def failing_lines(output):
    """The output between RUN and FAILED of each failing test; everything if none is marked (a sanitizer's report)."""
    blocks = re.findall(r'\[ RUN      \] (?:(?!\[ RUN      \]).)*?\[  FAILED  \] [^\n]*', output, re.DOTALL)
    return '\n'.join(blocks) if blocks else output[-8000:]


def main():
    tree = Path(sys.argv[1])
    tree = tree if tree.is_absolute() else ROOT / tree
    chosen = [tree / name for name in sys.argv[2:]] or executables(tree)
    tally = Tally()
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for executable, (exit_code, output, results) in zip(chosen, pool.map(run, chosen)):
            name = executable.relative_to(ROOT)
            took = f', {results["time"]}' if results else ''
            print(f'-- {name}{took}')
            if count(tally, name, exit_code, output, results):
                print(failing_lines(output))
    return tally.finish()


if __name__ == '__main__':
    sys.exit(main())
