# SPDX-License-Identifier: MIT
"""`sheaf plugins check` of loaders: the same kit as for libraries."""
import unittest

from world import World

GOOD = """
    import sheaf_plugin as sheaf


    class Size(sheaf.Feature):
        '''How long a text is.'''
        id = "lab.good"
        license = "MIT"
        patterns = [r"\\.text$"]
        outputs = sheaf.output("int64")

        def load(self, source):
            return len(source.bytes)
"""

BAD = """
    import os

    import sheaf_plugin as sheaf

    id = "lab.bad"


    class _Bad(sheaf.Feature):
        patterns = [r"\\.text$"]
        outputs = sheaf.output("float64")
        seen = 0


    class Remembers(_Bad):
        def load(self, source):
            self.seen += 1
            return float(self.seen)


    class Dies(_Bad):
        def load(self, source):
            if not source.bytes:
                os.abort()
            return 1.0


    class Unsteady(_Bad):
        def describe(self):
            self.attrs = {"made": os.urandom(4).hex()}

        def load(self, source):
            return 1.0
"""


class Check(World):
    def check(self, status):
        for number in range(3):
            self.write(f"in/{number}.text", "x" * number + "y")
        return self.sheaf("plugins", "check", "plugins/lab.py", "--with", "in", status=status).stdout

    def test_a_good_loader_passes_in_full(self):
        self.loader("lab.py", GOOD)
        said = self.check(0)
        self.assertIn("lab.good", said)
        self.assertIn("passed in full", said)

    def test_what_is_wrong_with_a_loader_is_found(self):
        self.loader("lab.py", BAD)
        said = self.check(1)
        self.assertRegex(said, "interleaved of lab.bad.remembers\n  .* gives another result than alone")
        self.assertRegex(said, r"hostile of lab.bad.dies\n  .*\(empty\): killed by SIGABRT")
        self.assertRegex(said, "open of lab.bad.unsteady\n  two instances describe themselves")

    def test_a_loader_that_cannot_be_imported_fails(self):
        self.loader("lab.py", "import sheaf_plugin\nimport nobody_has_this\n")
        self.assertIn("nobody_has_this", self.check(1))


if __name__ == "__main__":
    unittest.main()
