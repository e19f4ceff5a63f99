#!/usr/bin/env python3
"""A program of thirty lines uses Augury as a library: the public headers, libaugury.so, nothing else.

    tools/check_embed.py build/release
"""
import subprocess
import sys
import tempfile
from pathlib import Path

from project import ROOT
from tally import Tally

EXAMPLE = ROOT / 'examples' / 'embed'


def main():
    tree = ROOT / sys.argv[1]
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / 'embed'
        built = subprocess.run(['c++', '-std=c++23', '-Wall', '-Werror', f'-I{ROOT}/include',
                                EXAMPLE / 'main.cc', '-o', program, f'-L{tree}', '-laugury', f'-Wl,-rpath,{tree}'],
                               capture_output=True, text=True, check=False)
        tally.check(built.returncode == 0, f'examples/embed does not build:\n{built.stderr}')
        if built.returncode != 0:
            return tally.finish()
        ran = subprocess.run([program, EXAMPLE / 'shop.yaml', Path(folder) / 'data'], capture_output=True, text=True,
                             check=False, timeout=60)
        wanted = (EXAMPLE / 'expected.txt').read_text()
        tally.check(ran.returncode == 0 and ran.stdout == wanted,
                    f'examples/embed: exit code {ran.returncode}, printed:\n{ran.stdout}{ran.stderr}\nwanted:\n{wanted}')
    return tally.finish()


if __name__ == '__main__':
    sys.exit(main())
