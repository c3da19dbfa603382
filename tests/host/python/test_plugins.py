# SPDX-License-Identifier: MIT
"""Loaders among plugins: found, trusted, shown, refused; each with its reason."""
import json
import os
import unittest

from world import World

LOADER = """
    import sheaf_plugin as sheaf


    class Tone(sheaf.Feature):
        '''Tones of the lab.

        And more.'''
        version = "2.0.0"
        patterns = [r"\\.tone$"]
        gain = sheaf.param(1.5, "factor", minimum=0)
        outputs = sheaf.output("int16")

        def load(self, source):
            return [1, 2, 3]
"""


class Plugins(World):
    def test_a_loader_is_shown_like_any_plugin_and_python_starts_once_for_that(self):
        self.loader("my-lab.py", LOADER)
        table = self.sheaf("plugins", status=0).stdout
        self.assertRegex(table, r"tone +my-lab +2\.0\.0 +Tones of the lab\.\n")
        # What was scanned is remembered; no Python could be started now.
        nothing = {"SHEAF_PYTHON": "/nowhere"}
        info = json.loads(self.sheaf("plugins", "info", "tone", "--json", status=0, **nothing).stdout)
        self.assertEqual((info["id"], info["version"]), ("my-lab", "2.0.0"))
        feature = info["features"][0]
        self.assertEqual((feature["name"], feature["patterns"]), ("my_lab.tone", [r"\.tone$"]))
        self.assertEqual(feature["params"], [{"name": "gain", "doc": "factor",
                                              "type": "a number, 0 to inf", "default": "1.5"}])
        explained = self.sheaf("explain", "x.tone", status=0, **nothing).stdout
        self.assertRegex(explained, r"tone +my_lab\.tone my-lab 2\.0\.0 +\\\.tone\$")

    def test_what_is_no_plugin_is_refused_and_says_why(self):
        head = "import sheaf_plugin as sheaf\nclass Tone(sheaf.Feature):\n    "
        wrong = {
            "syntax.py": (head + "def", "can't be imported: SyntaxError: .*syntax.py, line 3"),
            "missing.py": ("import sheaf_plugin\nimport nowhere", "ModuleNotFoundError: No module "
                           r"named 'nowhere' \(missing.py, line 2\)"),
            "leaves.py": ("import sheaf_plugin, sys\nsys.exit(3)", "SystemExit: 3"),
            "dies.py": ("import sheaf_plugin, os\nos.abort()",
                        "ended its worker while it was scanned: killed by SIGABRT"),
            "none.py": ("import sheaf_plugin", "no class in it derives from sheaf_plugin.Feature"),
            "loadless.py": (head + "patterns = ['x']", "class Tone has no `load`"),
            "patternless.py": (head + "def load(self, source): pass", "has no `patterns`"),
            "outputless.py": (head + "patterns = ['x']\n    def load(self, source): pass",
                              "has no `outputs`"),
            "pattern.py": (head + "patterns = ['(']\n    outputs = sheaf.output('u1')\n"
                           "    def load(self, source): pass", r"malformed descriptor.*pattern '\('"),
            "Ä.py": (head + "id = 'Not An Id'\n    patterns = ['x']\n"
                     "    outputs = sheaf.output('u1')\n    def load(self, source): pass",
                     "malformed descriptor: plugin id 'Not An Id'"),
        }
        for name, (text, _) in wrong.items():
            self.loader(name, text)
        self.loader("tone.py", LOADER)
        self.loader("tone_again.py", LOADER.replace("version =", 'id = "tone"; version ='))
        self.write("plugins/helper.py", "def help(): pass")
        refused = self.candidates()
        self.assertEqual(refused.pop("tone.py"), "")
        self.assertRegex(refused.pop("tone_again.py"), "'tone' 2.0.0 is there already, from .*tone.py")
        for name, (_, reason) in wrong.items():
            with self.subTest(name):
                self.assertRegex(refused.pop(name), reason)
        self.assertEqual(refused, {})
        shown = self.sheaf("plugins", "paths", status=0).stdout
        self.assertIn("helper.py  no loader: doesn't import sheaf_plugin", shown)

    def test_without_python_or_numpy_a_loader_is_refused_with_the_remedy(self):
        self.loader("tone.py", LOADER)
        self.assertIn("SHEAF_PYTHON names", self.candidates(SHEAF_PYTHON="/nowhere")["tone.py"])
        missing = self.candidates(SHEAF_PYTHON="", PATH=str(self.folder))["tone.py"]
        self.assertIn("isn't in PATH; install it (Debian: python3 python3-numpy)", missing)
        # An interpreter that hides NumPy.
        self.write("hide/numpy.py", "raise ImportError('hidden')")
        hidden = self.candidates(PYTHONPATH=str(self.folder / "hide"))["tone.py"]
        self.assertIn("needs NumPy, which /usr/bin/python3 doesn't have (hidden); install it (Debian: "
                      "python3-numpy)", hidden)

    def test_what_others_can_write_to_is_refused_unless_it_is_trusted(self):
        file = self.loader("tone.py", LOADER)
        os.chmod(file, 0o666)
        self.assertIn("everybody can write to", self.candidates()["tone.py"])
        self.sheaf("plugins", "trust", file, status=0)
        self.assertEqual(self.candidates()["tone.py"], "")
        file.write_text(file.read_text() + "\n# another one\n")
        self.assertIn("everybody can write to", self.candidates()["tone.py"])
        helper = self.write("plugins/helper.py", "")
        self.assertIn("is no loader", self.sheaf("plugins", "trust", helper, status=1).stderr)

    def test_what_lies_beside_a_loader_is_held_to_the_same_rules(self):
        self.loader("tone.py", "    import beside\n    import sheaf_plugin" + LOADER)
        helper = self.write("plugins/beside.py", "")
        os.chmod(helper, 0o666)
        reason = self.candidates()["tone.py"]
        self.assertIn("beside isn't imported: everybody can write to", reason)
        # Nor what lies where somebody happens to be.
        os.remove(helper)
        self.write("beside.py", "")
        self.assertIn("No module named 'beside'", self.candidates(PYTHONPATH=":.:")["tone.py"])
        helper.write_text("")
        helper.chmod(0o644)
        self.assertEqual(self.candidates()["tone.py"], "")
        self.assertEqual([path.name for path in helper.parent.glob("__pycache__")], [])


if __name__ == "__main__":
    unittest.main()
