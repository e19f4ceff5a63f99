#!/usr/bin/env python3
"""Runs the tests of the tools themselves (tools/tests/*_test.py)."""
import sys
import unittest
from pathlib import Path

from project import ROOT
from tally import Tally


def main():
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    suite = unittest.defaultTestLoader.discover(str(ROOT / 'tools' / 'tests'), pattern='*_test.py')
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=1).run(suite)
    tally = Tally()
    bad = len(result.failures) + len(result.errors)
    tally.ok(result.testsRun - bad - len(result.skipped))
    for test, _ in result.failures + result.errors:
        tally.fail(str(test))
    for test, why in result.skipped:
        tally.skip(f'{test}: {why}')
    return tally.finish()


if __name__ == '__main__':
    sys.exit(main())
