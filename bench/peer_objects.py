# SPDX-License-Identifier: MIT
"""peer_objects.py h5py|ch5mpy FOLDER COUNT: what bench/objects.cpp does; seconds as JSON.

A step that would take minutes is ended after half a minute, and one may fail on the way:
{"seconds": …, "share": of the step, "why": "…"}.
"""
import importlib.metadata
import json
import os
import sys
import time

import h5py
import numpy as np

LONGEST = 30
name, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
results = {}


def measure(step):
    """A step may be a generator that says how much of it is done."""
    begin, share, why = time.perf_counter(), 0, ""
    try:
        for share in step() or []:
            if time.perf_counter() - begin > LONGEST:
                why = f"ended after {LONGEST} s"
                break
    except (OSError, RuntimeError) as error:
        why = str(error)
    seconds = time.perf_counter() - begin
    results[step.__name__] = {"seconds": seconds, "share": share, "why": why} if why else seconds


def set_attributes(attrs, flush):
    for at in range(count * 10):
        attrs[f"a{at}"] = at
        if at % 100 == 99:
            yield (at + 1) / (count * 10)
    flush()


class Scan:
    """bench/objects_steps.hpp has it in C++."""

    def __init__(self, gain, name, samples):
        self.gain, self.name, self.samples = gain, name, samples

    def __h5_write__(self, values):
        values["gain"] = self.gain
        values["name"] = self.name
        values["samples"] = self.samples

    @classmethod
    def __h5_read__(cls, values):
        return cls(values["gain"], values["name"], np.array(values["samples"]))


def scan(at):
    return Scan(at * 0.5, f"scan {at}", np.full(8, at, np.float32))


def with_h5py():
    file = h5py.File(folder + "/h5py.h5", "w", track_order=True)
    one = file.create_group("one", track_order=True)  # plain ones take minutes

    def sets():
        for at in range(count):
            file[f"run/{at % 100}/key{at}"] = at * 0.5
        file.flush()

    def groups():
        for at in range(count):
            file[f"deep/{at}/a/b"] = at
        file.flush()

    def reads():
        for at in range(count):
            assert file[f"run/{at % 100}/key{at}"][()] == at * 0.5

    def appends():
        group = file.create_group("log")
        for at in range(count):
            group[str(len(group))] = at
        file.flush()

    def attributes():
        return set_attributes(one.attrs, file.flush)

    def attributes_of_many():
        for at in range(count * 10):
            item = at % count
            file[f"run/{item % 100}/key{item}"].attrs[f"a{at // count}"] = at
        file.flush()

    def saves():
        for at in range(count):
            made, group = scan(at), file.create_group(f"scans/{at}")
            group["gain"], group["name"], group["samples"] = made.gain, made.name, made.samples
        file.flush()

    def loads():
        for at in range(count):
            group = file[f"scans/{at}"]
            loaded = Scan(group["gain"][()], group["name"].asstr()[()], group["samples"][()])
            assert loaded.gain == at * 0.5

    def large_dictionary():
        many = file.create_group("many", track_order=True)
        for at in range(count * 10):
            many[f"key{at}"] = at
        file.flush()

    for step in (sets, groups, reads, appends, attributes, attributes_of_many, saves, loads,
                 large_dictionary):
        measure(step)
    file.close()

    def print():  # as h5py has nothing of the kind: the names, and 20 values
        with h5py.File(folder + "/h5py.h5") as opened:
            names = list(opened["many"])
            [opened["many"][key][()] for key in names[:10] + names[-10:]]

    measure(print)


def with_ch5mpy():
    sys.path.insert(0, os.environ["SHEAF_CH5MPY"])
    known = importlib.metadata.version
    importlib.metadata.version = lambda name: "0" if name == "ch5mpy" else known(name)
    import ch5mpy as ch

    path = folder + "/ch5mpy.h5"
    file = ch.File(path, ch.H5Mode.WRITE_TRUNCATE)
    ch.write_object({"run": {str(at): {} for at in range(100)}, "deep": {}, "scans": {}, "one": {}},
                    file, "")
    ch.H5List.write([], file, "log")
    root = ch.H5Dict(file)

    def sets():
        for at in range(count):
            root["run"][str(at % 100)][f"key{at}"] = at * 0.5
        file.flush()

    def groups():
        for at in range(count):
            root["deep"][str(at)] = {"a": {"b": at}}
        file.flush()

    def reads():
        for at in range(count):
            assert root["run"][str(at % 100)][f"key{at}"] == at * 0.5

    def appends():
        log = root["log"]
        for at in range(count):
            log.append(at)
        file.flush()

    def erases():
        log = root["log"]
        for at in range(count // 10):
            del log[count // 2 - at]
            yield (at + 1) / (count // 10)
        file.flush()

    def attributes():
        return set_attributes(file["one"].attrs, file.flush)

    def attributes_of_many():
        for at in range(count * 10):
            item = at % count
            file[f"run/{item % 100}/key{item}"].attrs[f"a{at // count}"] = at
            if item % 100 == 99:
                yield (at + 1) / (count * 10)
        file.flush()

    def saves():
        scans = root["scans"]
        for at in range(count):
            scans[str(at)] = scan(at)
        file.flush()

    def loads():
        scans = root["scans"]
        for at in range(count):
            assert scans[str(at)].gain == at * 0.5

    def large_dictionary():
        ch.write_object({f"key{at}": at for at in range(count * 10)}, file, "many")
        file.flush()

    for step in (sets, groups, reads, appends, erases, attributes, attributes_of_many, saves, loads,
                 large_dictionary):
        measure(step)
    file.close()

    def print():
        repr(ch.H5Dict(ch.File(path, ch.H5Mode.READ))["many"])

    measure(print)


if __name__ == "__main__":
    with_h5py() if name == "h5py" else with_ch5mpy()
    json.dump(results, sys.stdout)
