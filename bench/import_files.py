#!/usr/bin/env python3
"""How long a million events take from a file into a data folder, wall and CPU.

    bench/import_files.py build/release/augury [--events 1000000] [--formats csv,ndjson,parquet]

Makes the files first (skewed users and items, three event types, history times); that is not counted. Parquet needs
the Python of .venv.
"""
import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / 'tests' / 'import' / 'shop.yaml'


def events(count):
    rng = random.Random(1)
    for number in range(count):
        kind = rng.choice(('view', 'view', 'view', 'view', 'purchase'))
        yield {'event': kind, 'user_id': f'u{int(rng.paretovariate(0.6)) % 50_000}',
               'item_id': f'item-{int(rng.paretovariate(0.5)) % 20_000}', 'timestamp': 1_700_000_000 + number // 2,
               'price': round(rng.uniform(1, 99), 2) if kind == 'purchase' else None}


def write(path, rows, form):
    if form == 'parquet':
        import pyarrow
        import pyarrow.parquet
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path, compression='zstd')
        return
    with open(path, 'w', encoding='utf-8') as out:
        if form == 'csv':
            out.write(','.join(rows[0]) + '\n')
            out.writelines(','.join('' if value is None else str(value) for value in row.values()) + '\n' for row in rows)
        else:
            out.writelines(json.dumps({name: value for name, value in row.items() if value is not None}) + '\n' for row in rows)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('augury')
    options.add_argument('--events', type=int, default=1_000_000)
    options.add_argument('--formats', default='csv,ndjson,parquet')
    options = options.parse_args()
    rows = list(events(options.events))
    print(f'{options.events} events into a data folder; tests/import/shop.yaml: 8 features and the default ranking')
    for form in options.formats.split(','):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f'events.{form}'
            write(path, rows, form)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            done = subprocess.run([options.augury, 'import', '--app', APP, '--data', folder, '--events', path, '--json'],
                                  capture_output=True, text=True, check=False)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if done.returncode != 0:
                print(f'{form:8} {done.stderr.strip()}')
                continue
            counts = json.loads(done.stdout)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            print(f'{form:8} {os.path.getsize(path) / 1e6:6.1f} MB  wall {counts["seconds"]:5.1f} s  CPU {cpu:5.1f} s  '
                  f'{counts["accepted"]} accepted, {counts["bad"]} bad')
    return 0


if __name__ == '__main__':
    sys.exit(main())
