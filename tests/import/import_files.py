#!/usr/bin/env python3
"""`augury import`, `init` and `doctor` as a user runs them, the same table in every format.

  1. a random table of items, users and events, written as CSV, TSV, NDJSON, Parquet, gzip and Zstandard, into a data
     folder and through a server: the same feature values everywhere, and as counted here;
  2. an import is killed (SIGKILL) again and again, and started again: nothing lost, nothing counted twice;
  3. bad records are named by number and reason, and --max-bad stops; without its library Parquet is refused by name;
  4. `init` writes an app file that `check` accepts and `import` fills; `doctor` finds what is odd.

    .venv/bin/python3 tests/import/import_files.py [--seed N] [--binary build/release/augury]
"""
import argparse
import csv
import gzip
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / 'tools'), str(ROOT / 'examples' / 'python')]
from augury_server import Server  # noqa: E402
from tally import Tally  # noqa: E402

APP = Path(__file__).resolve().parent / 'shop.yaml'
START = 1_700_000_000
ODD_TEXTS = ['plain', 'with, comma', 'a "quoted" word', 'two\nlines', 'café', ' spaces ', "it's"]


class Table:
    """Items, users and events, and what the features must be."""

    def __init__(self, rng, events):
        self.items = [{'item_id': f'i{n}', 'category': rng.choice(ODD_TEXTS), 'price': round(rng.uniform(0, 99), 2),
                       'tags': rng.sample(['red', 'new', 'sale'], rng.randrange(3)) or None,
                       'new': rng.random() < 0.5, 'since': START - rng.randrange(10**7)} for n in range(40)]
        self.users = [{'user_id': f'u{n}', 'country': rng.choice(['DE', 'FR', None])} for n in range(30)]
        self.events = []
        for number in range(events):
            kind = rng.choice(['view', 'view', 'purchase'])
            self.events.append({
                'event': kind, 'user_id': f'u{rng.randrange(30)}', 'item_id': f'i{rng.randrange(40)}',
                'timestamp': START + number,
                'dwell': round(rng.uniform(0, 60), 3) if kind == 'view' and rng.random() < 0.8 else None,
                'price': round(rng.uniform(1, 99), 2) if kind == 'purchase' else None,
                'context.device': rng.choice(['phone', 'desktop', None])})

    def views(self):
        return Counter(event['user_id'] for event in self.events if event['event'] == 'view')

    def phone_views(self):
        return Counter(event['user_id'] for event in self.events
                       if event['event'] == 'view' and event['context.device'] == 'phone')

    def spent(self):
        spent = defaultdict(float)
        for event in self.events:
            spent[event['user_id']] += event['price'] or 0
        return spent


def as_text(value):
    if value is None:
        return ''
    if isinstance(value, list):
        return '|'.join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def write_csv(path, rows, delimiter=',', opener=open):
    with opener(path, 'wt', newline='', encoding='utf-8') as out:
        writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_NONE if delimiter == '\t' else csv.QUOTE_MINIMAL,
                            quotechar=None if delimiter == '\t' else '"', lineterminator='\r\n')
        writer.writerow(rows[0])
        writer.writerows([[as_text(value) for value in row.values()] for row in rows])


def write_ndjson(path, rows):
    with open(path, 'w', encoding='utf-8') as out:
        for row in rows:
            flat = {name: value for name, value in row.items() if value is not None}
            device = flat.pop('context.device', None)
            if device:
                flat['context'] = {'device': device}
            fields = {name: flat.pop(name) for name in ('dwell', 'price') if name in flat and 'event' in flat}
            if fields:
                flat['fields'] = fields
            attributes = {name: flat.pop(name) for name in list(flat) if 'event' not in flat and not name.endswith('_id')}
            if attributes:
                flat['attributes'] = attributes
            out.write(json.dumps(flat) + '\n')


def write_parquet(path, rows):
    import pyarrow
    import pyarrow.parquet
    table = pyarrow.Table.from_pylist(rows)
    for name in ('timestamp', 'since'):
        if name in table.column_names:
            place = table.column_names.index(name)
            moments = [datetime.fromtimestamp(row[name], timezone.utc) for row in rows]
            table = table.set_column(place, name, pyarrow.array(moments, pyarrow.timestamp('us', 'UTC')))
    if 'category' in table.column_names:
        place = table.column_names.index('category')
        table = table.set_column(place, 'category', table['category'].dictionary_encode())
    pyarrow.parquet.write_table(table, path, row_group_size=97, compression='zstd')


def write(folder, name, rows, form):
    path = folder / f'{name}.{form}'
    if form == 'tsv':
        # A TSV file has no quotes: a line break or a tab cannot be in it.
        write_csv(path, [{k: v.replace('\n', ' ') if isinstance(v, str) else v for k, v in row.items()} for row in rows], '\t')
    elif form == 'ndjson':
        write_ndjson(path, rows)
    elif form == 'parquet':
        write_parquet(path, rows)
    elif form == 'csv.gz':
        write_csv(path, rows, opener=gzip.open)
    else:
        write_csv(folder / f'{name}.csv', rows)
        if form == 'csv.zst':
            subprocess.run(['zstd', '-q', '-f', folder / f'{name}.csv', '-o', path], check=True)
    return path


class Augury:
    def __init__(self, program):
        self.program = program

    def run(self, *words, ok=True):
        done = subprocess.run([self.program, *map(str, words)], capture_output=True, text=True, check=False, timeout=120)
        if ok and done.returncode != 0:
            raise RuntimeError(f'{words}: exit code {done.returncode}\n{done.stdout}{done.stderr}')
        return done

    def load(self, target, *words):
        return json.loads(self.run('import', *target, '--json', *words).stdout)

    def features(self, target, at):
        words = ['features', *target, '--at', at, 'views', 'spent', 'phone_views', 'dwell', 'trend', 'recent', 'by_category',
                 'weekly']
        for number in range(30):
            words += ['--user', f'u{number}']
        for number in range(40):
            words += ['--item', f'i{number}']
        return json.loads(self.run(*words).stdout)['features']


def same_everywhere(tally, augury, table, folder):
    at = START + len(table.events)
    first = None
    for form in ('csv', 'csv.gz', 'csv.zst', 'ndjson', 'parquet', 'tsv'):
        target = ['--app', APP, '--data', folder / f'data-{form}']
        for name, rows in (('items', table.items), ('users', table.users), ('events', table.events)):
            counts = augury.load(target, f'--{name}', write(folder, name, rows, form))
            tally.check((counts['accepted'], counts['bad']) == (len(rows), 0), f'{form}: {name}: {counts}')
        found = augury.features(target, at)
        if form == 'tsv':  # Its texts differ by their line breaks.
            found = {key: {k: v for k, v in value.items() if k != 'by_category'} for key, value in found.items()}
            expected = {key: {k: v for k, v in value.items() if k != 'by_category'} for key, value in first.items()}
            tally.check(found == expected, 'tsv: features differ from those of csv')
            continue
        first = first or found
        tally.check(found == first, f'{form}: features differ from those of csv')
    views, phones, spent = table.views(), table.phone_views(), table.spent()
    for user in (f'u{number}' for number in range(30)):
        tally.check(first[user]['views'] == views[user], f'{user}: views {first[user]["views"]}, counted {views[user]}')
        tally.check(first[user]['phone_views'] == phones[user], f'{user}: phone_views {first[user]["phone_views"]}')
        tally.check(abs(first[user]['spent'] - spent[user]) < 1e-6, f'{user}: spent {first[user]["spent"]}')
    with Server(augury.program, APP, folder) as server:
        for name in ('items', 'users', 'events'):
            augury.load(['--url', server.url, '--app', APP], f'--{name}', folder / f'{name}.csv')
        found = augury.features(['--url', server.url], at)
        tally.check(found == first, 'through the API: features differ from those of a data folder')
        again = augury.load(['--url', server.url, '--app', APP], '--events', folder / 'events.csv', '--again')
        tally.check((again['accepted'], again['duplicates']) == (0, len(table.events)), f'sent again: {again}')
        well = augury.run('doctor', '--url', server.url, ok=False)
        tally.check(well.returncode == 1 and 'were counted before' in well.stdout, f'doctor --url: {well.stdout}{well.stderr}')
    return first


def killed_and_started_again(tally, augury, rng, folder):
    events = [{'event': 'view', 'user_id': f'u{n % 30}', 'item_id': f'i{n % 40}', 'timestamp': START + n}
              for n in range(150_000)]
    path = write(folder, 'many', events, 'csv')
    target = ['--app', APP, '--data', folder / 'data-killed']
    for _ in range(6):
        process = subprocess.Popen([augury.program, 'import', *map(str, target), '--events', path],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.02, 0.3))
        process.kill()
        process.wait()
    counts = augury.load(target, '--events', path)
    tally.check(counts['records'] == len(events) and counts['bad'] == 0, f'after six kills: {counts}')
    found = augury.features(target, START + len(events))
    for number in range(30):
        tally.check(found[f'u{number}']['views'] == 5000, f'u{number}: {found[f"u{number}"]["views"]} views of 5000')
    nothing = augury.load(target, '--events', path)
    tally.check(nothing['records'] == len(events), f'a third time: {nothing}')
    with open(path, 'a', encoding='utf-8') as out:
        out.write(f'view,u0,i0,{START}\r\n')
    augury.load(target, '--events', path)
    found = augury.features(target, START + len(events))
    tally.check(found['u0']['views'] == 5001, 'a line added to the file is imported, and it alone')


def bad_records(tally, augury, folder):
    path = folder / 'bad.csv'
    path.write_bytes(b'event,user_id,item_id,dwell\nview,u1,i1,1\nview,u1\nview,u1,i1,soon\nbuy,u1,i1,\nview,,i1,\n'
                     b'view,u\xff,i1,\nview,u2,i2,\n')
    target = ['--app', APP, '--data', folder / 'data-bad']
    done = augury.run('import', *target, '--events', path)
    for reason in ('bad.csv:3: found 2 fields, expected 4', "bad.csv:4: dwell: found 'soon', expected a number",
                   "bad.csv:5: UNKNOWN_EVENT: 'buy'", 'bad.csv:6: MISSING_KEY', 'bad.csv:7: the text is not UTF-8'):
        tally.check(reason in done.stderr, f'not said: {reason}\n{done.stderr}')
    tally.check('7 events: 2 accepted, 5 bad' in done.stdout, done.stdout)
    stopped = augury.run('import', *target, '--events', path, '--again', '--max-bad', '2', ok=False)
    tally.check(stopped.returncode == 1 and 'more than 2 bad records' in stopped.stderr, stopped.stderr)
    items = folder / 'bad_items.csv'
    items.write_text('item_id,price\ni1,1\n' + 'x' * 300 + ',2\ni3,3\n')
    done = augury.run('import', *target, '--items', items)
    tally.check('bad_items.csv:3: ' in done.stderr and '2 accepted, 1 bad' in done.stdout, done.stdout + done.stderr)
    for words, expected in ((('--events', '/nowhere.csv'), 'cannot read'), (('--events', path, '--format', 'xls'), 'expected one of'),
                            ((), 'what to import?'), (('--items', items, '--column', 'itemid=a'), "did you mean 'item_id'"),
                            (('--events', folder / 'no.parquet'), 'no such file'), (('--events', APP, '--format', 'parquet'), 'Parquet')):
        refused = augury.run('import', *target, *words, ok=False)
        code = 3 if expected == 'Parquet' else 1  # 3: the bytes are damaged.
        tally.check(refused.returncode == code and expected in refused.stderr, f'{words}: {refused.stderr}')


def without_arrow(tally, augury, table, folder):
    """A program whose library for Parquet was not built says so; everything else works."""
    alone = folder / 'alone'
    alone.mkdir()
    shutil.copy(augury.program, alone / 'augury')
    target = ['--app', APP, '--data', folder / 'data-alone']
    alone = Augury(alone / 'augury')
    refused = alone.run('import', *target, '--events', write(folder, 'events', table.events, 'parquet'), ok=False)
    tally.check(refused.returncode == 1 and 'tools/setup --python, then make build' in refused.stderr, refused.stderr)
    counts = alone.load(target, '--events', write(folder, 'events', table.events, 'csv'))
    tally.check(counts['accepted'] == len(table.events), f'{counts}')


def first_app_file(tally, augury, table, folder):
    events = [{'visitorid': e['user_id'], 'action': e['event'], 'product': e['item_id'], 'ts': e['timestamp'] * 1_000_000,
               'amount': e['price']} for e in table.events]
    events_file, items_file = write(folder, 'log', events, 'csv'), write(folder, 'products', table.items, 'csv')
    app = folder / 'first.yaml'
    said = augury.run('init', '--events', events_file, '--items', items_file, '--output', app).stdout
    augury.run('check', app)
    commands = [line.split()[1:] for line in said.splitlines() if line.startswith('  augury import')]
    for words in commands:
        done = augury.run(*words, '--data', folder / 'data-init')
        tally.check(', 0 bad' in done.stdout, f'{words}: {done.stdout}{done.stderr}')
    tally.check(len(commands) == 2, said)
    odd = augury.run('doctor', app, '--data', folder / 'data-init', ok=False)
    tally.check(odd.returncode == 1 and 'days ago' in odd.stdout, f'doctor: {odd.stdout}{odd.stderr}')
    with app.open('a', encoding='utf-8') as out:
        out.write('\n')
    app.write_text(app.read_text().replace('events:\n', 'events:\n  refund: [user, item]\n', 1))
    odd = json.loads(augury.run('doctor', app, '--data', folder / 'data-init', '--json', ok=False).stdout)
    tally.check(any("the event 'refund' never came" in finding['found'] for finding in odd['findings']), f'doctor: {odd}')


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('--seed', type=int, default=random.randrange(10**6))
    options.add_argument('--binary', default='build/release/augury')
    options = options.parse_args()
    print(f'seed {options.seed}')
    rng = random.Random(options.seed)
    augury, tally = Augury((ROOT / options.binary).resolve()), Tally()
    folder = Path(tempfile.mkdtemp())
    try:
        table = Table(rng, 3000)
        same_everywhere(tally, augury, table, folder)
        killed_and_started_again(tally, augury, rng, folder)
        bad_records(tally, augury, folder)
        without_arrow(tally, augury, table, folder)
        first_app_file(tally, augury, table, folder)
    finally:
        shutil.rmtree(folder)
    return tally.finish()


if __name__ == '__main__':
    sys.exit(main())
