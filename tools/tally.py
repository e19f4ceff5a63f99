"""How a check reports: a line for each failure and skip, and the count as its last line.

    tally = Tally()
    tally.check(ok, 'src/a.cc:3: a tab; use spaces')
    sys.exit(tally.finish())
"""


class Tally:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def ok(self, count=1):
        self.passed += count

    def fail(self, why):
        self.failed += 1
        print(f'FAILED {why}', flush=True)

    def skip(self, why, count=1):
        self.skipped += count
        print(f'SKIPPED {why}', flush=True)

    def check(self, holds, why):
        if holds:
            self.ok()
        else:
            self.fail(why)

    def finish(self):
        """Prints the count; returns the exit code."""
        print(f'{self.passed} passed, {self.failed} failed, {self.skipped} skipped', flush=True)
        return 1 if self.failed else 0
