#!/usr/bin/env python3
"""Compares our scores with those of the libraries that trained the models.

    compare_models.py --scorer "build/fast/src/model/model_score_rows" MODEL...
    compare_models.py --scorer "build/release/augury model score" --flag-input --train FOLDER MODEL...

For every model 1,000 seeded rows (tools/oracles/rows.py), as float64 and, rounded, as float32. Margins must be equal
bit for bit, transformed scores within a few units of their last place. --train adds freshly trained models, written
to FOLDER. Prints a table: file, format, "passes" or why not, rows compared, rows that differ. Exit code 0: all equal
or refused for a reason that is known; 1: not; 77: a library cannot be imported, nothing was compared.
"""
import argparse
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import numpy as np

    import oracles
    from oracles import train
except ImportError as missing:
    print(f'SKIPPED: {missing}; run with the Python of .venv (tools/setup --python)')
    sys.exit(77)

# What may be refused, though a library reads it: named in docs/formats/models.md.
KNOWN_REFUSALS = ['gblinear', 'multi_output_tree', 'OnlineCtr', 'OneHotFeature', 'linear trees']


class Scorer:
    def __init__(self, command, flag_input):
        self.command, self.flag_input = shlex.split(command), flag_input

    def __call__(self, model, rows, *flags):
        """Scores, or the text of the refusal."""
        with tempfile.NamedTemporaryFile(suffix='.npy') as file:
            np.save(file, np.ascontiguousarray(rows))
            file.flush()
            source = ['--input', file.name] if self.flag_input else [file.name]
            run = subprocess.run([*self.command, model, *source, *flags], capture_output=True, text=True, check=False)
        if run.returncode != 0:
            return run.stderr.strip()
        return np.array([[float(v) for v in line.split(' ')] for line in run.stdout.splitlines()])


def rows_apart(ours, theirs, tolerance=0.0):
    if ours.shape != theirs.shape:
        return len(theirs)
    with np.errstate(invalid='ignore'):
        near = np.abs(ours - theirs) <= tolerance * np.abs(theirs)
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs)) | near
    return int((~same).any(axis=1).sum())


def compare(path, scorer, options):
    """(format, verdict, rows compared, rows that differ)"""
    oracle = None
    try:
        oracle = oracles.of(path)
    except Exception as refused:  # Each library has its own.
        if options.verbose:
            print(f'  {path.name}: the library refuses it: {refused}')
    if oracle is None:
        refusal = scorer(path, np.zeros((1, 1)))
        if not isinstance(refusal, str) or "rows '" in refusal[:8]:
            return '?', 'WRONG: not refused, and no library here reads it', 0, 0
        return '-', 'refused: ' + short(refusal), 0, 0
    rng = np.random.default_rng(options.seed)
    rows = oracle.rows(options.rows, rng)
    differ = compared = 0
    for kind in (np.float64, np.float32):
        with np.errstate(over='ignore'):
            values = rows.astype(kind)
        for theirs, flags, tolerance in ((oracle.margins, ['--margin'], 0.0), (oracle.scores, [], oracle.tolerance)):
            ours = scorer(path, values, *flags)
            if isinstance(ours, str):
                known = any(name in ours for name in KNOWN_REFUSALS)
                return oracle.format, ('refused: ' if known else 'WRONG: refused: ') + short(ours), 0, 0
            apart = rows_apart(ours, theirs(values), tolerance)
            differ += apart
            compared += len(values)
            if apart and options.verbose:
                print(f'  {path.name} {kind.__name__} {flags}: {apart} rows differ')
    return oracle.format, 'passes' if differ == 0 else 'DIFFERENT', compared, differ


def short(refusal):
    text = re.sub(r"^.*?model '[^']*': ", '', refusal)
    return text if len(text) <= 90 else text[:87] + '...'


def trained(folder):
    folder.mkdir(parents=True, exist_ok=True)
    train.train_xgboost(folder)
    train.train_catboost(folder)
    train.train_lightgbm(folder)
    return sorted(path for path in folder.iterdir() if path.suffix != '.cbm')


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument('--scorer', required=True, help='command that takes MODEL ROWS --margin')
    arguments.add_argument('--flag-input', action='store_true', help='the command takes --input ROWS')
    arguments.add_argument('--train', type=Path, metavar='FOLDER', help='also compare freshly trained models')
    arguments.add_argument('--rows', type=int, default=1000)
    arguments.add_argument('--seed', type=int, default=812)
    arguments.add_argument('--verbose', action='store_true')
    arguments.add_argument('models', nargs='*', type=Path)
    options = arguments.parse_args()
    scorer = Scorer(options.scorer, options.flag_input)
    bad = 0
    models = options.models + (trained(options.train) if options.train else [])
    for path in models:
        name, verdict, compared, differ = compare(path, scorer, options)
        bad += verdict.startswith(('WRONG', 'DIFFERENT'))
        print(f'{path.parent.name + "/" + path.name:<44} {name:<15} {compared:>6} rows {differ:>5} differ  {verdict}',
              flush=True)
    print(f'{len(models)} files, seed {options.seed}: {bad} wrong')
    sys.exit(1 if bad else 0)


if __name__ == '__main__':
    main()
