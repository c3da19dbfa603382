"""Does what the source's text says."""
import ctypes
import os
import subprocess
import sys
import time

import numpy as np
import sheaf_plugin as sheaf


class Act(sheaf.Feature):
    version = "1.0.0"
    name = "test.act"
    patterns = [r"\.act$"]
    outputs = sheaf.output("uint8", (2,))

    def load(self, source):
        act = source.bytes.decode()
        if act != "fine":
            getattr(self, act)()
        return [1, 2]

    def abort(self):
        os.abort()

    def segfault(self):
        ctypes.string_at(8)

    def leave(self):
        os._exit(7)

    def system_exit(self):
        sys.exit("no more")

    def hang(self):
        while True:
            pass

    def eat(self):
        self.eaten = np.ones(400 << 17)  # 400 MiB
        time.sleep(5)

    def eat_all(self):
        np.ones(1 << 40)

    def raise_(self):
        try:
            {}["field"]
        except KeyError as error:
            raise ValueError("no field") from error

    def refuse(self):
        raise sheaf.SourceError("is empty on purpose")

    def print_(self):
        print("said aloud")
        print("said without an end", end="")
        print("said in sorrow", file=sys.stderr)

    def hang_up(self):
        os.close(3)

    def garble(self):
        os.write(3, b"\x01" * 64)
        time.sleep(5)

    def start(self):
        subprocess.run(["true"])

    def connect(self):
        import socket
        socket.create_connection(("127.0.0.1", 9))

    def write(self):
        with open("written.txt", "w") as file:
            file.write("here")

    def wander(self):
        os.chdir("/")


class Wrong(sheaf.Feature):
    """Returns what its outputs don't take."""
    name = "test.wrong"
    patterns = [r"\.wrong$"]
    outputs = {"small": sheaf.output("uint8"), "pairs": sheaf.output("float32", (2,)),
               "text": sheaf.output(str)}

    def load(self, source):
        return eval(source.bytes.decode(), {"np": np})


class Greedy(sheaf.Feature):
    name = "test.greedy"
    patterns = [r"\.greedy$"]
    outputs = sheaf.output("float64")

    def load(self, source, sink):
        sink.reserve(rows=10**10)


class Broken(sheaf.Feature):
    name = "test.broken"
    patterns = [r"\.broken$"]
    outputs = sheaf.output("uint8")

    def load(self, source):
        raise sheaf.PluginError("has no calibration; set LAB_CALIBRATION")
