#!/usr/bin/env python3
"""An outside witness: sends events, kills the server with SIGKILL, and knows what must be left.

Eight producers send batches of 1 to 500 events with mixed acknowledgements. The server is killed again and again with
requests in flight, at least a quarter of the times while it writes a checkpoint. After each restart:

  1. nothing acknowledged (fsync, os) is missing and nothing was invented: counts lie between what is certain and what
     was ever sent;
  2. batches whose fate is unknown, and those of ack=none, are sent again with the same ids;
  3. every feature value then equals this program's own: no event lost, none counted twice;
  4. batches acknowledged long ago, sent again, are all duplicates.

    tests/crash/crash_oracle.py [--kills 20] [--seed N] [--binary build/release/augury]
"""
import argparse
import concurrent.futures
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / 'tools'), str(Path(__file__).resolve().parent)]
from expected_state import ITEM_FEATURES, ITEMS, USER_FEATURES, USERS, EventSource, ExpectedState, same  # noqa: E402
from tally import Tally  # noqa: E402

PRODUCERS = 8
ACKS = ['fsync', 'fsync', 'os', 'none']


class Server:
    """One process after the other on one data folder."""

    def __init__(self, binary, folder):
        self.binary, self.folder, self.data = binary, folder, Path(folder) / 'data'
        self.process, self.slowest_start = None, 0.0

    def start(self, *arguments):
        began = time.monotonic()
        app = Path(__file__).resolve().parent / 'crash.yaml'
        command = [str(self.binary), 'serve', str(app), '--data', str(self.data), '--listen', '127.0.0.1:0', *arguments]
        log = open(Path(self.folder) / 'server.log', 'ab')
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
        log.close()
        line = self.process.stdout.readline().decode()
        if 'listening on http://' not in line:
            raise RuntimeError(f'the server did not start (exit {self.process.wait()}): {self.log_end()}')
        host, port = line.split('http://')[1].strip().rsplit(':', 1)
        self.address = host, int(port)
        while self.ask('GET', '/readyz')[0] != 200:
            time.sleep(0.01)
        self.slowest_start = max(self.slowest_start, time.monotonic() - began)

    def ask(self, method, path, value=None, connection=None):
        own = connection or http.client.HTTPConnection(*self.address, timeout=60)
        own.request(method, path, None if value is None else json.dumps(value), {'Content-Type': 'application/json'})
        reply = own.getresponse()
        body = reply.read()
        if not connection:
            own.close()
        return reply.status, json.loads(body) if body.startswith(b'{') else body

    def checkpoint_files(self):
        return [file for folder in self.data.rglob('checkpoint-tmp') for file in os.listdir(folder)]

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        return code

    def log_end(self):
        return (Path(self.folder) / 'server.log').read_text(errors='replace')[-1500:]


class Batch:
    def __init__(self, number, events, ack):
        self.number, self.events, self.ack = number, events, ack
        self.acknowledged = False
        self.counted = False  # By the expected state.


class Producers:
    """Threads that send batches while the server is up, and remember what they were told."""

    def __init__(self, server, source, seed, diary):
        self.server, self.source, self.diary = server, source, diary
        self.lock = threading.Lock()
        self.running, self.ended = threading.Event(), threading.Event()
        self.in_flight = self.sent = 0
        self.batches, self.trouble = [], []
        self.threads = [threading.Thread(target=self._work, args=(random.Random(seed * 100 + n),), daemon=True)
                        for n in range(PRODUCERS)]
        for thread in self.threads:
            thread.start()

    def go(self):
        self.running.set()

    def pause(self):
        """Returns when no producer has a request in flight."""
        self.running.clear()
        deadline = time.monotonic() + 60
        while self.in_flight and time.monotonic() < deadline:
            time.sleep(0.001)

    def end(self):
        self.ended.set()
        self.running.set()
        for thread in self.threads:
            thread.join(timeout=60)

    def _work(self, dice):
        connection = None
        while not self.ended.is_set():
            self.running.wait()
            if self.ended.is_set():
                return
            batch = self._new_batch(dice)
            try:
                connection = connection or http.client.HTTPConnection(*self.server.address, timeout=60)
                self._send(batch, connection)
            except (OSError, http.client.HTTPException, ValueError):
                connection = None
                time.sleep(0.005)
            finally:
                with self.lock:
                    self.in_flight -= 1

    def _new_batch(self, dice):
        size = dice.choice([1, 2, 5, 20, 100, 500]) if dice.random() < 0.7 else dice.randrange(1, 501)
        batch = Batch(0, self.source.take(size), dice.choice(ACKS))
        with self.lock:
            batch.number = len(self.batches)
            self.batches.append(batch)
            self.in_flight += 1
            self.sent += size
        self.note(batch, 'sent')
        return batch

    def _send(self, batch, connection):
        status, reply = self.server.ask('POST', f'/v1/events?ack={batch.ack}', batch.events, connection)
        if status == 200 and reply['accepted'] == len(batch.events):
            batch.acknowledged = True
            self.note(batch, 'acknowledged')
        elif status in (429, 503):
            time.sleep(0.02)  # Not taken: it is sent again after the next restart.
        else:
            self.trouble.append(f'batch {batch.number}: unexpected reply {status} {str(reply)[:300]}')

    def note(self, batch, what):
        first, last = batch.events[0]['event_id'], batch.events[-1]['event_id']
        self.diary.write(json.dumps({'batch': batch.number, 'ack': batch.ack, 'what': what, 'first': first, 'last': last}) + '\n')


class Oracle:
    def __init__(self, options, folder):
        self.options, self.dice = options, random.Random(options.seed)
        self.now_ms = int(time.time() * 1000)
        self.server = Server(options.binary, folder)
        self.expected = ExpectedState(self.now_ms)
        self.certain, self.maybe = {}, {}  # Events of each user that must / may be there after a crash.
        diary = open(Path(folder) / 'expected.ndjson', 'w', buffering=1)
        self.producers = Producers(self.server, EventSource(options.seed, self.now_ms), options.seed, diary)
        self.tally = Tally()
        self.checkpoint_kills = self.resent = self.in_flight = 0

    def run(self):
        self.server.start(*self.start_arguments(0))
        for kill in range(self.options.kills):
            self.producers.go()
            self.let_it_work(during_checkpoint=kill % 5 < 2)
            self.server.start(*self.start_arguments(kill + 1))
            self.check_restart(f'after kill {kill + 1}')
        self.producers.go()
        time.sleep(self.options.seconds)
        self.producers.pause()
        self.settle('at the end')
        self.check_values('at the end')
        self.tally.check(self.server.stop() == 0, 'SIGTERM did not end the server with exit code 0')
        self.server.start()
        self.check_values('after a clean stop')
        self.server.stop()
        self.producers.end()
        for trouble in self.producers.trouble[:10]:
            self.tally.fail(trouble)
        wanted = self.options.kills // 4
        self.tally.check(self.checkpoint_kills >= wanted,
                         f'only {self.checkpoint_kills} of {self.options.kills} kills met a checkpoint, wanted {wanted}')

    def start_arguments(self, kill):
        often = kill % 5 < 2 or self.dice.random() < 0.5
        return ['--checkpoint-events', '2000' if often else '250000', '--checkpoint-every', '1' if often else '30']

    def let_it_work(self, during_checkpoint):
        """Ends with a SIGKILL while requests are in flight."""
        time.sleep(self.dice.uniform(0.3, 1) * self.options.seconds)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if self.producers.in_flight and (not during_checkpoint or self.server.checkpoint_files()):
                break
        self.in_flight += self.producers.in_flight > 0
        self.server.kill()
        self.producers.pause()
        self.checkpoint_kills += bool(self.server.checkpoint_files())

    def check_restart(self, when):
        self.check_bounds(when)
        self.settle(when)
        self.check_values(when)
        self.check_old_batches(when)

    def check_bounds(self, when):
        """Before anything is sent again: certain <= counted <= ever sent, for each user."""
        for batch in self.producers.batches:
            if batch.counted:
                continue
            for event in batch.events:
                user = event['user_id']
                self.maybe[user] = self.maybe.get(user, 0) + 1
                if batch.acknowledged and batch.ack != 'none':
                    self.certain[user] = self.certain.get(user, 0) + 1
        found = self.features(USERS, [], ['user_events'])
        wrong = []
        for user in USERS:
            counted = found.get(user, {}).get('user_events') or 0
            known = self.expected.users[user].events
            lowest, highest = known + self.certain.get(user, 0), known + self.maybe.get(user, 0)
            if not lowest <= counted <= highest:
                wrong.append(f'{user}: {counted} events, expected {lowest} to {highest}')
        self.certain, self.maybe = {}, {}
        self.tally.check(not wrong, f'{when}: {len(wrong)} users have lost or invented events: {wrong[:5]}')

    def settle(self, when):
        """Sends what may be missing again; from then on every batch is counted."""
        open_batches = [batch for batch in self.producers.batches if not batch.counted]
        unsure = [batch for batch in open_batches if not batch.acknowledged or batch.ack == 'none']
        with concurrent.futures.ThreadPoolExecutor(PRODUCERS) as pool:
            wrong = [problem for problem in pool.map(self.send_again, unsure) if problem]
        self.tally.check(not wrong, f'{when}: {len(wrong)} batches sent again were not taken: {wrong[:3]}')
        self.resent += len(unsure)
        for batch in open_batches:
            batch.counted = True
            for event in batch.events:
                self.expected.count(event)

    def send_again(self, batch):
        ack = 'os' if batch.number % 3 == 0 else 'fsync'
        status, reply = self.server.ask('POST', f'/v1/events?ack={ack}', batch.events)
        if status != 200 or reply['accepted'] + reply['duplicates'] != len(batch.events):
            return f'batch {batch.number}: {status} {str(reply)[:300]}'
        return None

    def check_old_batches(self, when):
        old = [batch for batch in self.producers.batches if batch.counted]
        for batch in self.dice.sample(old, min(10, len(old))):
            status, reply = self.server.ask('POST', '/v1/events', batch.events)
            fine = status == 200 and reply['duplicates'] == len(batch.events) and reply['accepted'] == 0
            self.tally.check(fine, f'{when}: batch {batch.number} of long ago, sent again: {status} {str(reply)[:300]}')

    def features(self, users, items, names):
        status, reply = self.server.ask('POST', '/v1/features/batch', {
            'user_ids': users, 'item_ids': items, 'feature_names': names, 'context': {'timestamp': self.now_ms}})
        if status != 200:
            raise RuntimeError(f'features: {status} {reply}')
        return reply['features']

    def check_values(self, when):
        wrong = list(self.differences())
        self.tally.check(not wrong, f'{when}: {len(wrong)} feature values differ: ' + '; '.join(wrong[:5]))

    def differences(self):
        found = self.features(USERS, [], [*USER_FEATURES, 'all_events'])
        total = found.get('', {}).get('all_events')
        if not same(total, self.expected.events):
            yield f'all_events is {total}, expected {self.expected.events}'
        for user in USERS:
            if self.expected.users[user].events:
                yield from differing(user, found.get(user, {}), self.expected.user_values(user))
        found = self.features([], ITEMS, ITEM_FEATURES)
        for item in ITEMS:
            if self.expected.items[item].views:
                yield from differing(item, found.get(item, {}), self.expected.item_values(item))
        yield from self.pair_differences()

    def pair_differences(self):
        users = self.dice.sample(USERS, 40)
        found = self.features(users, ITEMS, ['pair_views'])
        for user in users:
            values = found.get(user, {}).get('pair_views') or {}
            expected = {item: self.expected.pair_views.get((user, item), 0) for item in ITEMS}
            yield from differing(f'pair_views of {user}', values, expected)

    def summary(self):
        seconds = self.server.slowest_start
        return (f'crash: {self.options.kills} kills ({self.in_flight} with requests in flight, {self.checkpoint_kills} during '
                f'a checkpoint), {self.producers.sent:,} events in {len(self.producers.batches):,} batches '
                f'({self.resent:,} sent again), slowest start {seconds:.2f} s, seed {self.options.seed}: '
                f'{"FAILED" if self.tally.failed else "ok"}')


def differing(owner, found, expected):
    for name, value in expected.items():
        if not same(found.get(name), value):
            yield f'{owner} {name} is {found.get(name)}, expected {value}'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--kills', type=int, default=20)
    parser.add_argument('--seed', type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument('--seconds', type=float, default=1.5, help='between kills, at most')
    parser.add_argument('--binary', type=Path, default=ROOT / 'build/release/augury')
    parser.add_argument('--keep', action='store_true', help='leave the folder for a look')
    options = parser.parse_args()

    folder = tempfile.mkdtemp(prefix='augury-crash-')
    oracle = Oracle(options, folder)
    try:
        oracle.run()
    except (RuntimeError, OSError, http.client.HTTPException) as error:
        oracle.tally.fail(f'{error}; the server said: {oracle.server.log_end()}')
    finally:
        if oracle.server.process and oracle.server.process.poll() is None:
            oracle.server.kill()
    if options.keep or oracle.tally.failed:
        print(f'left for a look: {folder}')
    else:
        shutil.rmtree(folder)
    print(oracle.summary())
    return oracle.tally.finish()


if __name__ == '__main__':
    sys.exit(main())
