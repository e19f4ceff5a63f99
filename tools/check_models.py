#!/usr/bin/env python3
"""Every tree model at hand gives the margins of the library that trained it, bit for bit.

The examples' models, the public ones under ../shared/data where that folder is there, and freshly trained ones of many
shapes. tools/compare_models.py does the comparing, under the Python of .venv.

    tools/check_models.py build/release/augury
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from project import ROOT
from tally import Tally

SHARED = ROOT.parent / 'shared' / 'data'
ARCHIVES = ['leaves', 'lleaves', 'gbdt-rs', 'kiwi', 'kserve', 'vespa']
# What lies beside the models: data, predictions, programs, and models of other kinds.
NOT_TREES = re.compile(r'\.(py|md|cpp|sh|tsv|libsvm|csv|onnx|train|test|data)$|LICENSE|predictions|pred_leaves|'
                       r'features\.txt$|_data\.txt$|testdata/(and|or|xor|regression)\.json$')


def public_models(folder, tally):
    for name in ARCHIVES:
        archive = SHARED / f'models-{name}' / f'{name}.tar.zst'
        if not archive.exists():
            tally.skip(f'public models: there is no {archive.name} under ../shared/data')
            continue
        subprocess.run(['tar', '--zstd', '-xf', archive, '-C', folder], check=True)
    return [path for path in sorted(Path(folder).rglob('*')) if path.is_file() and not NOT_TREES.search(str(path))]


def main():
    program = ROOT / sys.argv[1]
    tally = Tally()
    with tempfile.TemporaryDirectory() as public, tempfile.TemporaryDirectory() as trained:
        models = sorted((ROOT / 'examples').glob('*/models/*.txt')) + public_models(public, tally)
        done = subprocess.run([ROOT / '.venv/bin/python3', ROOT / 'tools/compare_models.py', '--scorer',
                               f'{program} model score', '--flag-input', '--train', trained, *models],
                              capture_output=True, text=True, check=False)
    print(done.stdout + done.stderr)
    verdicts = re.findall(r'^(\S+) .* differ  (.*)$', done.stdout, re.MULTILINE)
    if done.returncode not in (0, 1) or len(verdicts) <= len(models):
        tally.fail(f'tools/compare_models.py ended with {done.returncode} after {len(verdicts)} files')
    for model, verdict in verdicts:
        tally.check(verdict.startswith(('passes', 'refused')), f'{model}: {verdict}')
    return tally.finish()


if __name__ == '__main__':
    sys.exit(main())
