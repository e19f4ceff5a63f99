import tempfile
import unittest
from pathlib import Path

import check_layers
from tally import Tally

ARCHITECTURE = '''
```layers
app
engine
serve ingest
journal feature
base
augury
```

```libraries
rocksdb/: journal
fmt/: every
boost/: serve
boost/unordered/: every
```
'''
README = 'Job:\nStart here:\nPromises:\nDoes not know:\n'


class Includes(unittest.TestCase):
    def setUp(self):
        self.rules = check_layers.Rules(ARCHITECTURE)

    def problems(self, module, line, is_test=False):
        return check_layers.problems_of_file(self.rules, module, line + '\n', is_test)

    def test_a_row_below_and_the_own_module_are_seen(self):
        self.assertEqual([], self.problems('serve', '#include "feature/plan.h"'))
        self.assertEqual([], self.problems('serve', '#include "serve/ladder.h"'))
        self.assertEqual([], self.problems('feature', '#include "augury/result.h"'))

    def test_a_row_above_is_refused_and_named(self):
        self.assertIn('serve stands above feature', self.problems('feature', '#include "serve/ladder.h"')[0])

    def test_a_neighbour_is_refused(self):
        self.assertIn('one row', self.problems('feature', '#include "journal/journal.h"')[0])

    def test_a_path_from_the_own_folder_is_refused(self):
        self.assertIn('from src/', self.problems('feature', '#include "plan.h"')[0])

    def test_an_unlisted_module_is_refused(self):
        self.assertIn('no module', self.problems('feature', '#include "drawer/plan.h"')[0])

    def test_the_contract_sees_only_the_standard_library(self):
        self.assertEqual([], self.problems('augury', '#include <string_view>'))
        self.assertNotEqual([], self.problems('augury', '#include <fmt/format.h>'))
        self.assertNotEqual([], self.problems('augury', '#include "base/clock.h"'))

    def test_a_library_is_seen_by_its_owner_only(self):
        self.assertEqual([], self.problems('journal', '#include <rocksdb/db.h>'))
        self.assertNotEqual([], self.problems('feature', '#include <rocksdb/db.h>'))
        self.assertNotEqual([], self.problems('journal', '#include <unknown/thing.h>'))

    def test_the_longest_listed_name_decides(self):
        self.assertNotEqual([], self.problems('feature', '#include <boost/asio.hpp>'))
        self.assertEqual([], self.problems('feature', '#include <boost/unordered/unordered_flat_map.hpp>'))

    def test_only_tests_see_the_test_library(self):
        self.assertEqual([], self.problems('feature', '#include <gtest/gtest.h>', is_test=True))
        self.assertNotEqual([], self.problems('feature', '#include <gtest/gtest.h>'))


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write('ARCHITECTURE.md', ARCHITECTURE)
        self.write('include/augury/result.h', '#include <expected>\n')
        self.module('feature', 'augury_module(feature DEPENDS base\n  SOURCES plan.cc)\n')

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def module(self, name, manifest):
        self.write(f'src/{name}/README.md', README)
        self.write(f'src/{name}/CMakeLists.txt', manifest)
        self.write(f'src/{name}/plan.cc', '#include "augury/result.h"\n')

    def failures(self):
        tally = Tally()
        check_layers.check(self.root, tally)
        return tally.failed

    def test_a_tidy_tree_passes(self):
        self.assertEqual(0, self.failures())

    def test_a_folder_that_is_not_listed_is_refused(self):
        self.module('drawer', 'augury_module(drawer)\n')
        self.assertEqual(1, self.failures())

    def test_a_module_without_a_readme_is_refused(self):
        (self.root / 'src/feature/README.md').unlink()
        self.assertEqual(1, self.failures())

    def test_a_manifest_that_depends_upward_is_refused(self):
        self.module('feature', 'augury_module(feature DEPENDS base serve\n  SOURCES plan.cc)\n')
        self.assertEqual(1, self.failures())

    def test_an_include_upward_is_found_in_a_subfolder(self):
        self.write('src/feature/window/ring.h', '#include "engine/engine.h"\n')
        self.assertEqual(1, self.failures())


if __name__ == '__main__':
    unittest.main()
