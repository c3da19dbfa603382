# SPDX-License-Identifier: MIT
"""The command `sheaf` in a folder of a test's own, with loaders in Python."""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import textwrap
import unittest

import h5py

HERE = pathlib.Path(__file__).parent
SHEAF = os.environ["SHEAF_TEST_PROGRAM"]
PLUGINS = pathlib.Path(os.environ["SHEAF_TEST_PLUGINS"])
PYTHON = "/usr/bin/python3"  # Debian's, the one that has NumPy


class World(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sheaf-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "plugins").mkdir(mode=0o755)
        (self.folder / "tmp").mkdir()
        self.plugin_path = [self.folder / "plugins"]

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else
                         textwrap.dedent(content).lstrip("\n").encode())
        return path

    def loader(self, name, text=None):
        """A loader's file in the plugin folder, of its own text or one of loaders/."""
        text = (HERE / "loaders" / name).read_text() if text is None else text
        path = self.write(f"plugins/{name}", text)
        path.chmod(0o644)
        return path

    @staticmethod
    def line(text, name="deadly.py"):
        """The number of the first line of a loader that has the text."""
        lines = (HERE / "loaders" / name).read_text().splitlines()
        return next(number for number, line in enumerate(lines, 1) if text in line)

    def sources(self, contents, suffix):
        for name, content in contents.items():
            self.write(f"in/{name}{suffix}", content)

    def variables(self):
        folder = str(self.folder)
        return {**os.environ, "HOME": folder, "TMPDIR": folder + "/tmp", "XDG_DATA_HOME": "",
                "XDG_CONFIG_HOME": folder + "/config", "XDG_CACHE_HOME": folder + "/cache",
                "SHEAF_PLUGIN_PATH": ":".join(map(str, self.plugin_path)), "SHEAF_PYTHON": PYTHON}

    def start(self, *arguments):
        process = subprocess.Popen([SHEAF, *arguments], cwd=self.folder, env=self.variables(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def sheaf(self, *arguments, status=None, **environment):
        done = subprocess.run([SHEAF, *map(str, arguments)], cwd=self.folder,
                              env={**self.variables(), **environment}, capture_output=True,
                              text=True, timeout=250)
        if status is not None:
            self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def ingest(self, *features, output="x.h5", options=(), status=0, sources="in/", **environment):
        named = [word for feature in features for word in ("-f", feature)]
        return self.sheaf("-v", "ingest", sources, "-o", output, "--overwrite", "-q", *options,
                          *named, status=status, **environment)

    def open(self, name="x.h5"):
        file = h5py.File(self.folder / name, "r")
        self.addCleanup(file.close)
        return file

    def rows(self, file, path, id_):
        """The rows of one source, as h5py reads them through the reference."""
        ids = file["__src__/id"].asstr()[:].tolist()
        group = file[path]
        start, stop = group["__span__"][ids.index(id_)]
        return None if start < 0 else group["__arr__"][start:stop]

    def failures(self, file):
        """The reasons, by id and feature."""
        if "__fail__" not in file:
            return {}
        table = {name: file["__fail__"][name].asstr()[:] for name in
                 ("id", "feature", "status", "message")}
        return {(id_, feature): (status, message) for id_, feature, status, message in
                zip(table["id"], table["feature"], table["status"], table["message"])}

    def digest(self, name):
        return hashlib.sha256((self.folder / name).read_bytes()).hexdigest()

    def candidates(self, **environment):
        """Why each file in the plugin folder was refused; empty where it wasn't."""
        done = self.sheaf("plugins", "paths", "--json", status=0, **environment)
        return {os.path.basename(each["file"]): each["refused"]
                for place in json.loads(done.stdout) if place["origin"] == "SHEAF_PLUGIN_PATH"
                for each in place["candidates"]}
