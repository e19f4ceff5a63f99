"""Runs parts one after the other, each with its own log under build/test-logs/."""
import os
import signal
import subprocess
import sys
import time

from project import ROOT
from runner.part import Outcome, judge

LOGS = ROOT / 'build' / 'test-logs'


def run_all(parts):
    LOGS.mkdir(parents=True, exist_ok=True)
    outcomes = {}
    for number, part in enumerate(parts, 1):
        print(f'[{number}/{len(parts)}] {part.name}', end='', file=sys.stderr, flush=True)
        outcome = _refused(part, outcomes) or _run(part)
        outcomes[part.name] = outcome
        print(f'  {outcome.word.lower()}, {outcome.seconds:.1f} s', file=sys.stderr, flush=True)
    return list(outcomes.values())


def _refused(part, before):
    """An outcome that needs no run: a file is missing, or what this stands on failed."""
    missing = [name for name in part.needs if not (ROOT / name).exists()]
    if missing:
        return Outcome(part, 0, failed=1, trouble=f'the project lacks {", ".join(missing)}')
    broken = [name for name in part.after if name in before and before[name].word != 'PASSED']
    if broken:
        return Outcome(part, 0, skipped=1, reasons=[f'because {", ".join(broken)} did not pass'])
    return None


def _run(part):
    started = time.monotonic()
    log = LOGS / f'{part.name}.log'
    with open(log, 'wb') as sink:
        process = subprocess.Popen(['bash', '-c', part.command], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=sink,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        try:
            exit_code = process.wait(timeout=part.minutes * 60)
        except subprocess.TimeoutExpired:
            exit_code = 'none'
        finally:
            _end_group(process)
    output = log.read_text(encoding='utf-8', errors='replace')
    if exit_code == 'none':
        output += f'\nFAILED stopped after {part.minutes:g} minutes\n'
    return judge(part, time.monotonic() - started, exit_code, output)


def _end_group(process):
    """Nothing a part started outlives it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
