"""A part of the tests: a command that anybody can run alone, and what came of it.

The command's last line of the form `N passed, N failed, N skipped` is its count; a command that prints none counts as
one. Lines that start with SKIPPED say what was left out and why. Exit code 77 means the whole part was skipped.
"""
import re
from dataclasses import dataclass, field

COUNT = re.compile(r'^(\d+) passed, (\d+) failed, (\d+) skipped$', re.MULTILINE)
ALL_SKIPPED = 77


@dataclass(frozen=True)
class Part:
    name: str
    command: str  # Run by bash in the project's root.
    tiers: tuple = ('test',)
    needs: tuple = ()  # Files that are part of the project: their absence is a failure, not a skip.
    after: tuple = ()  # Parts whose failure makes this one pointless.
    minutes: float = 5  # Killed after that.


@dataclass
class Outcome:
    part: Part
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: list = field(default_factory=list)  # Why something was skipped.
    trouble: str = ''  # What to show of a failure.

    @property
    def word(self):
        if self.failed:
            return 'FAILED'
        return 'SKIPPED' if self.skipped and not self.passed else 'PASSED'


def judge(part, seconds, exit_code, output):
    """What a finished command means."""
    outcome = Outcome(part, seconds, reasons=skip_reasons(output))
    counts = COUNT.findall(output)
    if counts:
        outcome.passed, outcome.failed, outcome.skipped = (int(n) for n in counts[-1])
        if exit_code != 0 and outcome.failed == 0:
            outcome.failed = 1
    elif exit_code == ALL_SKIPPED:
        outcome.skipped = 1
    elif exit_code == 0:
        outcome.passed = 1
    else:
        outcome.failed = 1
    if outcome.failed:
        outcome.trouble = relevant_lines(output, exit_code)
    return outcome


def skip_reasons(output):
    lines = re.findall(r'^SKIPPED (.*)$', output, re.MULTILINE)
    return list(dict.fromkeys(line.strip() for line in lines))


def relevant_lines(output, exit_code, most=40):
    """The lines that name failures if there are any, then the end of the log."""
    lines = output.rstrip().splitlines()
    end = lines[-most:]
    named = [line for line in lines[:-most] if re.search(r'\bFAILED\b|\berror:|Sanitizer', line)][:most]
    gap = ['  ...'] if named and len(lines) > most else []
    return '\n'.join(named + gap + end + ([] if exit_code == 0 else [f'exit code {exit_code}']))
