import unittest

from runner.part import Part, judge

PART = Part('some', 'true')


class Judging(unittest.TestCase):
    def test_the_last_count_is_the_part_s_count(self):
        outcome = judge(PART, 1, 0, '9 passed, 9 failed, 9 skipped\n7 passed, 0 failed, 1 skipped\n')
        self.assertEqual((7, 0, 1, 'PASSED'), (outcome.passed, outcome.failed, outcome.skipped, outcome.word))

    def test_a_count_inside_a_sentence_is_no_count(self):
        outcome = judge(PART, 1, 0, 'units: 7 passed, 0 failed, 1 skipped\n')
        self.assertEqual((1, 0, 0), (outcome.passed, outcome.failed, outcome.skipped))

    def test_a_bad_exit_is_a_failure_whatever_the_count_says(self):
        outcome = judge(PART, 1, 3, '7 passed, 0 failed, 0 skipped\n')
        self.assertEqual('FAILED', outcome.word)
        self.assertIn('exit code 3', outcome.trouble)

    def test_a_command_without_a_count_is_one_test(self):
        self.assertEqual(1, judge(PART, 1, 0, 'fine\n').passed)
        self.assertEqual(1, judge(PART, 1, 1, 'not fine\n').failed)

    def test_a_skipped_part_says_why(self):
        outcome = judge(PART, 1, 77, 'SKIPPED no data here\nSKIPPED no data here\n')
        self.assertEqual(('SKIPPED', ['no data here']), (outcome.word, outcome.reasons))

    def test_trouble_shows_the_lines_that_name_it(self):
        output = 'a.cc:3: error: no\n' + 'noise\n' * 200
        self.assertIn('a.cc:3: error: no', judge(PART, 1, 1, output).trouble)


if __name__ == '__main__':
    unittest.main()
