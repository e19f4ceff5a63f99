#!/usr/bin/env python3
"""Each header compiles alone and twice, and each library links with what it declares.

    tools/check_headers.py build/dev
"""
import os
import re
import subprocess
import sys
from pathlib import Path

from project import ROOT
from tally import Tally


def main():
    tree = ROOT / sys.argv[1]
    tally = Tally()
    listed = subprocess.run(['ninja', '-C', tree, '-t', 'targets', 'all'], capture_output=True, text=True, check=False)
    targets = sorted({name for name in re.findall(r'^(?:\S*/)?(\w+_(?:headers|link_test)): phony', listed.stdout,
                                                  re.MULTILINE) if not name.startswith('cmake_object_order')})
    tally.check(listed.returncode == 0 and targets, f'{sys.argv[1]} is not configured; run: cmake --preset dev')
    if not targets:
        return tally.finish()
    built = subprocess.run(['ninja', '-C', tree, '-k', '0', '-j', str(os.cpu_count()), *targets],
                           capture_output=True, text=True, check=False)
    failed = set(re.findall(r'^FAILED: (\S+)', built.stdout, re.MULTILINE))
    for unit in sorted(tree.glob('**/alone/*.cc')):
        name = unit.relative_to(tree)
        tally.check(not any(unit.stem in path and 'alone' in path and unit.parent.parent.name in path for path in failed),
                    f'header alone: {name}')
    for test in (target for target in targets if target.endswith('_link_test')):
        module = test.removesuffix('_link_test')
        program = tree / 'src' / module / test
        done = program.exists() and subprocess.run([program], check=False).returncode == 0
        tally.check(done and not any(test in path for path in failed), f'link test: {module}')
    if failed:
        print(built.stdout[-8000:])
    tally.check(built.returncode == 0, f'ninja -C {sys.argv[1]} {" ".join(targets[:3])} ... failed')
    return tally.finish()


if __name__ == '__main__':
    sys.exit(main())
