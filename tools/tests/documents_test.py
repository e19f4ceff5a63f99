import tempfile
import unittest
from pathlib import Path

import check_tidy
import check_tour
import markdown
from tally import Tally


class Links(unittest.TestCase):
    def test_links_inside_code_are_not_links(self):
        page = 'See [a](b.md).\n`[c](d.md)`\n```\n[e](f.md)\n```\n'
        self.assertEqual(['b.md'], markdown.links(page))

    def test_headings_become_anchors(self):
        self.assertIn('life-of-an-event', markdown.anchors('## Life of an `event`\n'))

    def test_blocks_carry_what_follows_the_backticks(self):
        self.assertEqual([('yaml app', 'app: shop\n')],
                         [(block.info, block.text) for block in markdown.blocks('x\n```yaml app\napp: shop\n```\n')])


class Tour(unittest.TestCase):
    def failures(self, text):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / 'src').mkdir()
            (root / 'src' / 'a.cc').write_text('void Ladder::answer() {}\n')
            tally = Tally()
            check_tour.check(root, text, tally)
            return tally.failed

    def test_a_stop_that_exists_passes(self):
        self.assertEqual(0, self.failures('1. `src/a.cc` `Ladder::answer` answers.\n'))

    def test_a_missing_file_or_name_fails(self):
        self.assertEqual(1, self.failures('1. `src/b.cc` `Ladder`\n'))
        self.assertEqual(1, self.failures('1. `src/a.cc` `Ladder::climb`\n'))


class Tidy(unittest.TestCase):
    def test_a_note_to_self_and_a_tab_are_found(self):
        self.assertEqual(2, len(check_tidy.problems(Path('a.cc'), '// TO' 'DO\n\tx;\n')))

    def test_functions_are_measured_from_first_to_last_line(self):
        text = 'namespace a {\nint f(int x) {\n  return x;\n}\nint g(int x,\n      int y) {\n  return x;\n}\n}\n'
        self.assertEqual([(2, 3), (5, 4)], list(check_tidy.functions(text)))


if __name__ == '__main__':
    unittest.main()
