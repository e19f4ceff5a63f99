#!/usr/bin/env python3
"""The program as a shell sees it: exit codes, where it writes, one process per folder, a stop that finishes what was
begun, damage that is not served, and no user's name in the log.

    tests/program/commands.py [build/release/augury]
"""
import http.client
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / 'examples' / 'python'), str(ROOT / 'tools')]
from augury_server import Server  # noqa: E402
from tally import Tally  # noqa: E402

APP = 'app: shop\nevents: {click: [user, item]}\nplacements: {home: {}}\n'
WRONG = 'app: shop\nevents: {click: [usr, item]}\nplacements: {home: {}}\n'
USER = 'a-name-that-no-log-shows'


def post(url, path, value):
    """Over a connection of its own, so that many can be on their way."""
    connection = http.client.HTTPConnection(url.removeprefix('http://'), timeout=30)
    connection.request('POST', path, json.dumps(value), {'Content-Type': 'application/json'})
    return json.loads(connection.getresponse().read())


class Program:
    def __init__(self, path, folder):
        self.path, self.folder = Path(path).resolve(), Path(folder)
        (self.folder / 'shop.yaml').write_text(APP)
        (self.folder / 'wrong.yaml').write_text(WRONG)

    def run(self, *words):
        return subprocess.run([self.path, *words], cwd=self.folder, capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=60)

    def serve(self, name):
        """A server whose data is NAME/data and whose log is NAME/server.log."""
        (self.folder / name).mkdir(exist_ok=True)
        return Server(self.path, self.folder / 'shop.yaml', self.folder / name)


def check_exit_codes(program, tally):
    """Results on standard output, complaints on standard error, the code says which it was."""
    for words, code, said in [(['version'], 0, None), (['check', 'shop.yaml'], 0, None), (['--help'], 0, None),
                              ([], 2, 'Run with --help'), (['frobnicate'], 2, 'Run with --help'),
                              (['check'], 2, 'app_files is required'),
                              (['check', 'nowhere.yaml'], 1, 'cannot read app file nowhere.yaml'),
                              (['check', 'wrong.yaml'], 1, "wrong.yaml:2:18: event 'click': keys: found 'usr'"),
                              (['predict', '--app', 'wrong.yaml', '--user', 'ann'], 1, 'wrong.yaml:2:18'),
                              (['predict', '--url', 'http://127.0.0.1:1', '--user', 'ann'], 1, '127.0.0.1')]:
        done = program.run(*words)
        where = f'augury {" ".join(words)}'
        tally.check(done.returncode == code, f'{where}: exit code {done.returncode}, expected {code}')
        if said is None:
            tally.check(done.stdout and not done.stderr, f'{where}: stdout {done.stdout!r}, stderr {done.stderr!r}')
        else:
            tally.check(said in done.stderr, f'{where}: standard error lacks {said!r}: {done.stderr!r}')


def check_a_vector_is_one_line_of_the_plan(program, tally):
    """Though a network takes it as a column per dimension."""
    done = program.run('check', ROOT / 'examples' / 'complete' / 'shop.yaml')
    tally.check(done.stdout.count('    user_embedding           a vector, 64 columns') == 1 and '[0]' not in done.stdout,
                f'augury check says {done.stdout}{done.stderr}')


def check_one_process_per_folder(program, tally):
    with program.serve('one') as server:
        second = program.run('serve', 'shop.yaml', '--data', 'one/data', '--listen', '127.0.0.1:0')
        tally.check(second.returncode == 1, f'a second server: exit code {second.returncode}, expected 1')
        tally.check('is in use by process' in second.stderr, f'a second server said {second.stderr!r}')
        tally.check(server.get('/v1/status')['apps'][0]['app'] == 'shop', 'the first server stopped answering')


def check_a_stop_finishes_what_was_begun(program, tally):
    """SIGTERM while batches are on their way: each is answered or refused whole, and what was answered is there."""
    batch = 2000
    with program.serve('drained') as server:
        answered = []

        def send(number):
            events = [{'event': 'click', 'user_id': f'u{number}', 'item_id': 'book', 'event_id': f'{number}-{i}'}
                      for i in range(batch)]
            try:
                answered.append(post(server.url, '/v1/events', events)['accepted'])
            except (OSError, http.client.HTTPException):
                pass  # Not taken any more: the connection was refused or closed before the request was read.

        senders = [threading.Thread(target=send, args=(number,)) for number in range(12)]
        for number, sender in enumerate(senders):
            sender.start()
            if number == 5:
                server.process.send_signal(signal.SIGTERM)
        for sender in senders:
            sender.join()
        tally.check(server.process.wait(30) == 0, f'after SIGTERM: exit code {server.process.returncode}')
    tally.check(all(accepted == batch for accepted in answered), f'answered in part: {answered}')
    with program.serve('drained') as server:
        status = server.get('/v1/status')['apps'][0]
        tally.check(int(status['ingest']['applied']) >= batch * len(answered), f'{len(answered)} answered, {status}')


def check_log_names_nobody(program, tally):
    with program.serve('quiet') as server:
        server.post('/v1/events', {'event': 'click', 'user_id': USER, 'item_id': 'book'})
        server.post('/v1/predict', {'user_id': USER})  # Somebody known now.
    log = (program.folder / 'quiet' / 'server.log').read_text()
    tally.check(log != '', 'the server logged nothing, so this check saw nothing')
    tally.check(USER not in log, f'the log names a user: {log}')


def check_damage_is_not_served(program, tally):
    with program.serve('damaged') as server:
        for number in range(50):
            server.post('/v1/events', {'event': 'click', 'user_id': f'u{number}', 'item_id': 'book'})
    sorted_files = sorted((program.folder / 'damaged' / 'data' / 'shop').glob('*.sst'), key=lambda path: path.stat().st_size)
    damaged = bytearray(sorted_files[-1].read_bytes())
    for place in range(16, len(damaged) // 2, 64):
        damaged[place] ^= 0x55
    sorted_files[-1].write_bytes(damaged)
    for words in (['serve', 'shop.yaml', '--data', 'damaged/data', '--listen', '127.0.0.1:0'], ['inspect', 'damaged/data/shop']):
        done = program.run(*words)
        tally.check(done.returncode == 3, f'{words[0]} on damaged data: exit code {done.returncode}, expected 3')
        tally.check(done.stderr != '', f'{words[0]} on damaged data says nothing')


def main():
    tally = Tally()
    path = sys.argv[1] if len(sys.argv) > 1 else ROOT / 'build' / 'release' / 'augury'
    for check in (check_exit_codes, check_a_vector_is_one_line_of_the_plan, check_one_process_per_folder,
                  check_a_stop_finishes_what_was_begun, check_log_names_nobody, check_damage_is_not_served):
        folder = tempfile.mkdtemp()
        try:
            check(Program(path, folder), tally)
        finally:
            shutil.rmtree(folder)
    return tally.finish()


if __name__ == '__main__':
    sys.exit(main())
