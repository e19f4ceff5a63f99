#!/usr/bin/env python3
"""The sync is seen before the reply: strace watches a server take events and says in which order things happened.

For each event sent with ack=fsync: a write to the journal's log that carries it, then a sync of that file that began
after the write and ended well, then the reply. With ack=os some reply comes before any sync; if none did, this check
would see nothing and says so.

    tests/crash/sync_before_reply.py [build/release/augury]
"""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / 'examples' / 'python'), str(ROOT / 'tools')]
from augury_server import Server  # noqa: E402
from tally import Tally  # noqa: E402

EVENTS = 20
APP = 'app: shop\nevents: {click: [user, item]}\nplacements: {home: {}}\n'
CALLS = 'write,writev,pwrite64,pwritev,fdatasync,fsync,sendto,sendmsg'
CALL = re.compile(r'^(\d+) +(\w+)\((\d+)<(.*?)>(.*)$')
RESUMED = re.compile(r'^(\d+) +<\.\.\. (\w+) resumed>(.*)$')


class Call:
    """One system call: the lines it began and ended at, the file, the bytes it names."""

    def __init__(self, name, path, text, line):
        self.name, self.path, self.text, self.began, self.ended, self.good = name, path, text, line, None, False

    def end(self, line, text):
        self.ended, self.good = line, not re.search(r'= -1 ', text)


def read_trace(text):
    calls, open_calls = [], {}
    for number, line in enumerate(text.splitlines()):
        if began := CALL.match(line):
            thread, name, _, path, rest = began.groups()
            call = Call(name, path, rest, number)
            calls.append(call)
            if rest.endswith('<unfinished ...>'):
                open_calls[thread] = call
            else:
                call.end(number, rest)
        elif resumed := RESUMED.match(line):
            call = open_calls.pop(resumed.group(1), None)
            if call:
                call.end(number, resumed.group(3))
    return [call for call in calls if call.ended is not None]


def synced_before_reply(calls, user):
    """None if the trace does not show the event at all."""
    writes = [call for call in calls if 'write' in call.name and call.path.endswith('.log') and user in call.text]
    replies = [call for call in calls if 'reply-to-' + user in call.text]
    if not writes or not replies:
        return None
    write, reply = writes[0], replies[0]
    return any(call.name in ('fdatasync', 'fsync') and call.path == write.path and call.good
               and call.began > write.ended and call.ended < reply.began for call in calls)


def trace_events(program, ack):
    """The trace of a server that takes EVENTS events, one after the other; the users it names."""
    users = [f'watched-{ack}-{number:04}' for number in range(EVENTS)]
    with tempfile.TemporaryDirectory() as folder:
        app, trace = Path(folder) / 'shop.yaml', Path(folder) / 'trace'
        app.write_text(APP)
        server = Server(program, app, folder)
        server.command = ['strace', '-D', '-f', '-y', '-s', '4096', '-e', f'trace={CALLS}', '-o', str(trace), *server.command]
        with server:
            for user in users:
                event = {'event': 'click', 'user_id': user, 'item_id': 'book-7'}
                reply = server.post(f'/v1/events?ack={ack}', event)
                assert reply['accepted'] == 1, reply
        return read_trace(mark_replies(trace.read_text(errors='replace'), users)), users


def mark_replies(text, users):
    """Events go one after the other, so the n-th reply that accepts one belongs to the n-th user."""
    remaining = iter(users)
    return '\n'.join(line + f' reply-to-{next(remaining, "nobody")}' if is_reply(line) else line
                     for line in text.splitlines())


def is_reply(line):
    return re.search(r'\b(sendto|sendmsg|writev?)\(', line) and re.search(r'accepted\\":\s*1\b', line)


def strace_works():
    if not shutil.which('strace'):
        return False
    return subprocess.run(['strace', '-D', '-e', 'trace=none', 'true'], capture_output=True, check=False).returncode == 0


def main():
    program = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / 'build/release/augury').resolve()
    if not strace_works():
        print('SKIPPED strace may not watch processes here')
        return 77
    tally = Tally()
    calls, users = trace_events(program, 'fsync')
    for user in users:
        seen = synced_before_reply(calls, user)
        tally.check(seen, f'ack=fsync, {user}: ' + ('the reply was not preceded by a sync of its bytes' if seen is False
                                                    else 'its bytes were not seen on their way to the journal'))
    calls, users = trace_events(program, 'os')
    order = [synced_before_reply(calls, user) for user in users]
    tally.check(False in order, f'ack=os: every reply came after a sync, so this check cannot tell them apart: {order}')
    return tally.finish()


if __name__ == '__main__':
    sys.exit(main())
