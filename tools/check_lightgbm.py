#!/usr/bin/env python3
"""Every LightGBM model at hand gives the margins of LightGBM's own library, bit for bit.

The demo's models, and the public ones under ../shared/data where that folder is there. tools/compare_lightgbm.py does
the comparing.

    tools/check_lightgbm.py build/release/augury
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from project import ROOT
from tally import Tally

SHARED = ROOT.parent / 'shared' / 'data'
ARCHIVES = ['leaves', 'lleaves', 'kserve']


def public_models(folder, tally):
    archives = [SHARED / f'models-{name}' / f'{name}.tar.zst' for name in ARCHIVES]
    for archive in archives:
        if not archive.exists():
            tally.skip(f'public models: there is no {archive.name} under ../shared/data')
            continue
        subprocess.run(['tar', '--zstd', '-xf', archive, '-C', folder], check=True)
    return [path for path in sorted(Path(folder).rglob('*')) if path.is_file() and is_lightgbm_text(path)]


def is_lightgbm_text(path):
    with open(path, 'rb') as file:
        head = file.read(4096)
    return head.startswith(b'tree\n') and b'max_feature_idx=' in head


def main():
    program = ROOT / sys.argv[1]
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        models = sorted((ROOT / 'examples/demo/models').glob('*.txt')) + public_models(folder, tally)
        done = subprocess.run([ROOT / '.venv/bin/python3', ROOT / 'tools/compare_lightgbm.py', '--scorer',
                               f'{program} model score', '--flag-input', *models],
                              capture_output=True, text=True, check=False)
    print(done.stdout + done.stderr)
    differ = set(re.findall(r'^DIFFERENT (\S+)', done.stdout, re.MULTILINE))
    if done.returncode not in (0, 1) or (done.returncode == 1 and not differ):
        tally.fail(f'tools/compare_lightgbm.py ended with {done.returncode}')
    else:
        for model in models:
            tally.check(str(model) not in differ, f'{model.parent.name}/{model.name}: margins differ from the library')
    return tally.finish()


if __name__ == '__main__':
    sys.exit(main())
