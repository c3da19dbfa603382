#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What installed plugins cost: `sheaf ingest` of one source with one plugin more than the built-in
ones, and with many, in turns.

  warm   what plugins declare is remembered from an earlier run
  cold   nothing is remembered: each is loaded by a worker and asked
"""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import common

INCLUDE = common.HERE.parent / "plugin_api"


def arguments():
    parser = common.parser(__doc__, repeat=41)
    parser.add_argument("--plugins", type=int, default=200, help="how many are many")
    return parser.parse_args()


def make_plugins(folder, count):
    """Each of one source, with an id and patterns of its own."""
    folder.mkdir()
    def make(i):
        subprocess.run(["gcc", "-std=gnu11", "-O1", "-fPIC", "-shared", f"-DNAME=tiny{i}",
                        f"-I{INCLUDE}", common.HERE / "tiny_plugin.c", "-o", folder / f"tiny{i}.so"],
                       check=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(make, range(count)))


class Home:
    """Where a run finds its plugins and what it remembers of them."""

    def __init__(self, scratch, plugins):
        self.cache = scratch / f"cache-{plugins.name}"
        self.environment = dict(os.environ, SHEAF_PLUGIN_PATH=str(plugins),
                                XDG_CACHE_HOME=str(self.cache), XDG_DATA_HOME=str(scratch),
                                XDG_CONFIG_HOME=str(scratch))

    def run(self, *words):
        """Milliseconds of a whole process."""
        begin = time.perf_counter()
        subprocess.run([common.BUILD / "sheaf", *map(str, words)], env=self.environment, check=True,
                       stdout=subprocess.DEVNULL)
        return 1000 * (time.perf_counter() - begin)

    def cold(self, *words):
        shutil.rmtree(self.cache, ignore_errors=True)
        return self.run(*words)


def compare(name, repeat, one, many, words, is_cold=False):
    figures = common.interleaved(repeat, {
        "one": lambda: (one.cold if is_cold else one.run)(*words),
        "many": lambda: (many.cold if is_cold else many.run)(*words)})
    print(f"  {name:<28}{figures['one']:8.1f} ms {figures['many']:8.1f} ms "
          f"{figures['many'] - figures['one']:8.1f} ms more")


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="sheaf-bench-") as name:
        scratch = pathlib.Path(name)
        make_plugins(scratch / "one", 1)
        make_plugins(scratch / "many", args.plugins)
        sources = scratch / "in"
        sources.mkdir()
        (sources / "a.tiny0").write_text("x")
        words = ["ingest", sources, "-o", scratch / "out.h5", "--overwrite", "--quiet",
                 "--workers", args.workers]
        one, many = (Home(scratch, scratch / folder) for folder in ("one", "many"))
        print(f"{args.workers} workers, median of {args.repeat}, whole processes: with one plugin, "
              f"with {args.plugins}, difference")
        for home in one, many:
            home.cold(*words)
        compare("warm, all that match", args.repeat, one, many, words)
        compare("warm, -f tiny0", args.repeat, one, many, [*words, "-f", "tiny0"])
        compare("warm, sheaf plugins", args.repeat, one, many, ["plugins"])
        compare("cold, all that match", max(3, args.repeat // 4), one, many, words, True)


if __name__ == "__main__":
    main()
