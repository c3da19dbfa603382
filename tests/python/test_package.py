# SPDX-License-Identifier: MIT
"""The package as a whole: its types, its text, and that it stands by itself."""
import glob
import inspect
import os
import shutil
import subprocess
import sys
import unittest

import made
import sheaf

PACKAGE = os.path.dirname(sheaf.__file__)


class Package(made.Folder):
    def test_everything_public_has_a_docstring(self):
        for name in sheaf.__all__:
            member = getattr(sheaf, name)
            with self.subTest(name):
                self.assertTrue(inspect.getdoc(member))
                if not inspect.isclass(member):
                    continue
                for key, value in vars(member).items():
                    if inspect.isfunction(value) and not key.startswith("_"):
                        self.assertTrue(value.__doc__, f"{name}.{key}")

    @unittest.skipIf(shutil.which("mypy") is None, "mypy is not installed")
    def test_the_types_are_whole_and_fit_the_compiled_half(self):
        environment = {**os.environ, "MYPY_CACHE_DIR": self.path("mypy"), "MYPYPATH": ""}
        checked = subprocess.run(
            ["mypy", "--disallow-untyped-defs", "--ignore-missing-imports", PACKAGE], capture_output=True, text=True, env=environment, cwd=self.folder)
        self.assertEqual(checked.returncode, 0, checked.stdout)
        with open(os.path.join(PACKAGE, "_core.pyi")) as text:
            stub = text.read()
        from sheaf import _core
        for name, value in vars(_core).items():
            if name.startswith("__"):
                continue
            self.assertRegex(stub, rf"(class|def) {name}\b")
            for member in vars(value) if inspect.isclass(value) else ():
                if not member.startswith("_"):
                    self.assertRegex(stub, rf"def {member}\b")

    def test_a_users_types_are_checked(self):
        if shutil.which("mypy") is None:
            self.skipTest("mypy is not installed")
        with open(self.path("use.py"), "w") as use:
            use.write("import sheaf\nf = sheaf.open('x')\nreveal_type(f.ids)\nf.idds\n")
        environment = {**os.environ, "MYPY_CACHE_DIR": self.path("mypy"),
                       "MYPYPATH": os.path.dirname(PACKAGE)}
        checked = subprocess.run(["mypy", "--ignore-missing-imports", self.path("use.py")],
                                 capture_output=True, text=True, env=environment, cwd=self.folder)
        self.assertIn("builtins.tuple[builtins.str, ...]", checked.stdout)
        self.assertIn('"File" has no attribute "idds"', checked.stdout)

    def test_importing_it_is_quick_and_brings_nothing_but_numpy(self):
        script = ("import sys, sheaf; "
                  "print(*(m for m in ('h5py', 'torch', 'cv2', 'pandas') if m in sys.modules))")
        told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        self.assertEqual((told.returncode, told.stdout.strip()), (0, ""), told.stderr)

    @unittest.skipUnless("SHEAF_TEST_BUILD" in os.environ, "no build folder named")
    def test_it_works_where_it_was_installed(self):
        prefix = self.path("prefix")
        installed = subprocess.run(
            ["cmake", "--install", os.environ["SHEAF_TEST_BUILD"], "--prefix", prefix],
            capture_output=True, text=True)
        self.assertEqual(installed.returncode, 0, installed.stderr)
        package, = glob.glob(os.path.join(prefix, "lib", "python3*", "dist-packages", "sheaf"))
        with open(self.path("dot.pgm"), "wb") as picture:
            picture.write(b"P5 2 1 255\n\x07\x08")
        script = ("import sheaf; sheaf.ingest('dot.pgm', 'dot.h5', features='image'); "
                  "print(sheaf.__file__, sheaf.open('dot.h5')['image'][0].ravel().tolist())")
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("SHEAF_")}
        environment.update(PYTHONPATH=os.path.dirname(package), XDG_CACHE_HOME=self.path("cache"),
                           XDG_DATA_HOME=self.path("data"))
        told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                              env=environment, cwd=self.folder)
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertTrue(told.stdout.startswith(package))
        self.assertIn("[7, 7, 7, 8, 8, 8]", told.stdout)


if __name__ == "__main__":
    unittest.main()
