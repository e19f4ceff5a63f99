#!/usr/bin/env python3
"""Neural models score as ONNX Runtime does: random ones, and the public ones under ../shared/data where they are there.

tools/compare_onnxruntime.py does the comparing.

    tools/check_onnxruntime.py build/release/augury
"""
import re
import subprocess
import sys
import tempfile

from project import ROOT
from tally import Tally

ARCHIVE = ROOT.parent / 'shared/data/models-onnx-backend/onnx-backend-test-data.tar.zst'


def main():
    program = ROOT / sys.argv[1]
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        public = []
        if ARCHIVE.exists():
            subprocess.run(['tar', '--zstd', '-xf', ARCHIVE, '-C', folder], check=True)
            public = ['--backend', folder]
        else:
            tally.skip(f'public models: there is no {ARCHIVE.name} under ../shared/data')
        done = subprocess.run([ROOT / '.venv/bin/python3', ROOT / 'tools/compare_onnxruntime.py', '--scorer',
                               f'{program} model score', *public], capture_output=True, text=True, check=False)
    print(done.stdout + done.stderr)
    differ = re.findall(r'^DIFFERENT (.*)', done.stdout, re.MULTILINE)
    for what in differ:
        tally.fail(what)
    if done.returncode not in (0, 1) or (done.returncode == 1 and not differ):
        tally.fail(f'tools/compare_onnxruntime.py ended with {done.returncode}')
    tally.ok(sum(int(n) for n in re.findall(r'\b(\d+) (?:passed|(?!refused)[a-z_]+(?=,| within))', done.stdout)))
    return tally.finish()


if __name__ == '__main__':
    sys.exit(main())
