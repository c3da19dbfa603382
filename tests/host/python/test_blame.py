# SPDX-License-Identifier: MIT
"""A source that is bad, and a loader that is: what each costs, and what is said."""
import os
import time
import unittest

from world import World


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return file.read().split()


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Blame(World):
    def setUp(self):
        super().setUp()
        self.loader("deadly.py")

    def act(self, *acts, options=(), status=3, **environment):
        """Ingests a fine source before and after each act; the reasons by act."""
        self.sources({f"{i}0": "fine" for i in range(len(acts) + 1)}, ".act")
        self.sources({f"{i}1 {act}": act for i, act in enumerate(acts)}, ".act")
        self.done = self.ingest("act", options=("--workers", "1", *options), status=status,
                                **environment)
        file = self.open()
        for i in range(len(acts) + 1):
            self.assertEqual(self.rows(file, "act", f"{i}0.act").tolist(), [[1, 2]])
        return {id_.partition(" ")[2].removesuffix(".act"): reason
                for (id_, _), reason in self.failures(file).items()}

    def test_a_death_costs_the_source(self):
        reasons = self.act("abort", "segfault", "leave")
        self.assertEqual({act: status for act, (status, _) in reasons.items()},
                         {"abort": "crash", "segfault": "crash", "leave": "crash"})
        self.assertIn("killed by SIGABRT", reasons["abort"][1])
        self.assertIn("killed by SIGSEGV", reasons["segfault"][1])
        self.assertIn("called exit(7)", reasons["leave"][1])
        self.assertIn("again: sheaf ingest --in-process", reasons["abort"][1])

    def test_a_hang_and_too_much_memory_cost_the_source(self):
        reasons = self.act("hang", options=("--timeout", "0.6"))
        self.assertEqual(reasons["hang"][0], "timeout")
        (self.folder / "in/01 hang.act").unlink()
        reasons = self.act("eat", options=("--worker-memory", "250MiB"))
        self.assertEqual(reasons["eat"][0], "memory")

    def test_what_is_raised_costs_the_source_and_says_where(self):
        reasons = self.act("raise_", "refuse", "system_exit", "eat_all")
        self.assertEqual([status for status, _ in reasons.values()], ["source"] * 4)
        self.assertEqual(reasons["raise_"][1], f"ValueError: no field (deadly.py, line {self.line('from error')})")
        self.assertEqual(reasons["refuse"][1], "is empty on purpose")
        self.assertEqual(reasons["system_exit"][1],
                         f"SystemExit: no more (deadly.py, line {self.line('sys.exit')})")
        self.assertRegex(reasons["eat_all"][1], "MemoryError: Unable to allocate 8.00 TiB")
        # The traceback is the loader's, the cause of the error included.
        log = self.done.stderr
        self.assertIn("info: test.act: KeyError: 'field'", log)
        self.assertIn("info: test.act: Traceback", log)
        self.assertNotIn("_serve.py", log)

    def test_a_conversation_that_ends_or_makes_no_sense_costs_the_source(self):
        reasons = self.act("hang_up", "garble")
        self.assertEqual([status for status, _ in reasons.values()], ["crash", "crash"])

    def test_what_is_printed_goes_to_the_log(self):
        self.assertEqual(self.act("print_", status=0), {})
        for line in ("info: test.act: said aloud", "info: test.act: said without an end",
                     "warning: test.act: said in sorrow"):
            self.assertIn(line, self.done.stderr)

    def test_what_workers_may_not_do_loaders_may_not_do(self):
        reasons = self.act("start", "connect", "write")
        self.assertEqual({act: status for act, (status, _) in reasons.items()},
                         {"start": "source", "connect": "source", "write": "source"})
        for _, message in reasons.values():
            self.assertRegex(message, "PermissionError")
        self.assertFalse((self.folder / "written.txt").exists())

    def test_the_working_directory_is_put_back(self):
        self.assertEqual(self.act("wander", status=0), {})
        self.assertIn("changed the working directory", self.done.stderr)

    def test_rows_that_no_output_takes_are_refused(self):
        fine = "'pairs': [1, 2], 'text': 'x'"
        wrong = {
            "fine": ("{'small': 5, 'pairs': np.ones((3, 2)), 'text': ['a', 'b']}", None),
            "large": (f"{{'small': 256, {fine}}}", "uint8, which can't hold 256"),
            "negative": (f"{{'small': [3, -1], {fine}}}", "uint8, which can't hold -1"),
            "fraction": (f"{{'small': 0.5, {fine}}}", r"uint8 and this is float64; convert it, as "
                         r"in \.astype\('uint8'\)"),
            "endless": ("{'pairs': [1e300, 0]}", "FloatingPointError: overflow"),
            "shape": ("{'pairs': np.ones((2, 3))}", r"output 'pairs' has rows of shape \(2,\).* an "
                      r"array of shape \(2, 3\) is neither"),
            "bytes": ("{'text': b'x'}", "takes str, not bytes"),
            "zero": ("{'text': 'a\\0b'}", "zero byte"),
            "surrogate": ("{'text': '\\ud800'}", "UnicodeEncodeError"),
            "name": ("{'smal': 1}", "no output 'smal'; there are small, pairs, text"),
            "none": ("None", "load returned None"),
            "bare": ("np.zeros(3)", "several outputs it is a dict with small, pairs, text"),
        }
        self.sources({name: text for name, (text, _) in wrong.items()}, ".wrong")
        self.ingest("wrong", status=3)
        reasons = {id_.partition(".")[0]: message
                   for (id_, _), (_, message) in self.failures(self.open()).items()}
        for name, (_, reason) in wrong.items():
            with self.subTest(name):
                if reason is None:
                    self.assertNotIn(name, reasons)
                else:
                    self.assertRegex(reasons.get(name, "nothing"), reason)

    def test_what_the_host_refuses_is_told_in_its_words(self):
        self.sources({"1": ""}, ".greedy")
        done = self.ingest("greedy", status=1)
        self.assertRegex(done.stdout, "greedy: needs 10000000000 rows .* raise it \\(--memory\\)")

    def test_a_loader_ends_with_the_host(self):
        self.sources({"1": "hang"}, ".act")
        self.candidates()  # so that the ingest starts one Python only
        host = self.start("ingest", "in/", "-o", "x.h5", "-f", "act", "--workers", "1")
        pythons = []
        while not pythons:
            self.assertIsNone(host.poll())
            pythons = [pid for worker in children(host.pid) for pid in children(worker)
                       if cpu_seconds(pid) > 0.3]  # it hangs in load
        host.kill()
        host.wait()
        while os.path.exists(f"/proc/{pythons[0]}"):
            time.sleep(0.01)

    def test_a_broken_loader_gets_no_more_sources(self):
        self.sources({"1": "", "2": ""}, ".broken")
        self.sources({"3": "fine"}, ".act")
        done = self.ingest("broken", "act", options=("--workers", "1"), status=3)
        self.assertIn("feature 'test.broken' gets no more sources: has no calibration", done.stderr)
        self.assertEqual(len(self.failures(self.open())), 2)

    def test_in_process_a_death_ends_the_run(self):
        self.sources({"1": "abort"}, ".act")
        done = self.ingest("act", options=("--in-process",), status=1)
        self.assertIn("the Python of 'deadly.py' has ended: killed by SIGABRT", done.stderr)


if __name__ == "__main__":
    unittest.main()
