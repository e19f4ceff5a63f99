"""What a run says: trouble first, then one line per part, then the count alone on the last line."""
from project import ROOT
from runner.run import LOGS

ORDER = {'FAILED': 0, 'SKIPPED': 1, 'PASSED': 2}


def show_parts(parts):
    for part in parts:
        print(f'{part.name:<20} {part.command}')


def show(tier, outcomes):
    outcomes = sorted(outcomes, key=lambda outcome: ORDER[outcome.word])
    for outcome in outcomes:
        if outcome.failed:
            _show_trouble(outcome)
    print()
    print(f'{"":<8} {"part":<20} {"passed":>7} {"failed":>7} {"skipped":>8} {"seconds":>8}')
    for outcome in outcomes:
        print(f'{outcome.word:<8} {outcome.part.name:<20} {outcome.passed:>7} {outcome.failed:>7} '
              f'{outcome.skipped:>8} {outcome.seconds:>8.1f}')
        for reason in outcome.reasons[:8]:
            print(f'{"":<8}   skipped: {reason}')
    seconds = sum(outcome.seconds for outcome in outcomes)
    passed, failed, skipped = (sum(getattr(outcome, name) for outcome in outcomes)
                               for name in ('passed', 'failed', 'skipped'))
    print(f'\n{tier}: {seconds // 60:.0f} min {seconds % 60:.0f} s')
    print(f'{passed} passed, {failed} failed, {skipped} skipped')
    return 1 if failed else 0


def _show_trouble(outcome):
    log = (LOGS / f'{outcome.part.name}.log').relative_to(ROOT)
    print(f'\n=== FAILED {outcome.part.name}')
    print('\n'.join('    ' + line for line in outcome.trouble.splitlines()))
    print(f'    again: {outcome.part.command}')
    print(f'    whole log: {log}')
