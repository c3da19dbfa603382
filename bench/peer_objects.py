# SPDX-License-Identifier: MIT
"""peer_objects.py h5py|ch5mpy FOLDER COUNT: what bench/objects.cpp does; seconds as JSON."""
import importlib.metadata
import json
import os
import sys
import time

import h5py

name, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
seconds = {}


def measure(step, body):
    begin = time.perf_counter()
    body()
    seconds[step] = time.perf_counter() - begin


def with_h5py():
    file = h5py.File(folder + "/h5py.h5", "w", track_order=True)

    def sets():
        for at in range(count):
            file[f"run/{at % 100}/key{at}"] = at * 0.5
        file.flush()

    def groups():
        for at in range(count):
            file[f"deep/{at}/a/b"] = at
        file.flush()

    def appends():
        group = file.create_group("log")
        for at in range(count):
            group[str(len(group))] = at
        file.flush()

    def attributes():
        for at in range(count * 10):
            group.attrs[f"a{at}"] = at
        file.flush()

    def attributes_of_many():
        for at in range(count * 10):
            item = at % count
            file[f"run/{item % 100}/key{item}"].attrs[f"a{at // count}"] = at
        file.flush()

    def reads():
        for at in range(count):
            assert file[f"run/{at % 100}/key{at}"][()] == at * 0.5

    def large_dictionary():
        many = file.create_group("many", track_order=True)
        for at in range(count * 10):
            many[f"key{at}"] = at
        file.flush()

    group = file.create_group("attrs")
    steps = [sets, groups, appends, attributes_of_many, reads, large_dictionary]
    if count <= 2000:  # its time grows with the square: minutes for 100,000 of one object
        steps.append(attributes)
    for step in steps:
        measure(step.__name__, step)


def with_ch5mpy():
    sys.path.insert(0, os.environ["SHEAF_CH5MPY"])
    known = importlib.metadata.version
    importlib.metadata.version = lambda name: "0" if name == "ch5mpy" else known(name)
    import ch5mpy as ch

    file = ch.File(folder + "/ch5mpy.h5", ch.H5Mode.WRITE_TRUNCATE)
    ch.write_object({"run": {str(at): {} for at in range(100)}}, file, "")
    root = ch.H5Dict(file)

    def sets():
        for at in range(count):
            root["run"][str(at % 100)][f"key{at}"] = at * 0.5
        file.flush()

    def appends():
        log = root["log"]
        for at in range(count):
            log.append(at)
        file.flush()

    def erases():
        log = root["log"]
        for at in range(100):
            del log[at]
        file.flush()

    def reads():
        for at in range(count):
            assert root["run"][str(at % 100)][f"key{at}"] == at * 0.5

    def print_():
        repr(root["many"])

    ch.H5List.write([], file, "log")
    for step in (sets, reads, appends, erases):
        measure(step.__name__, step)
    ch.write_object({f"key{at}": at for at in range(count * 10)}, file, "many")
    measure("print", print_)


with_h5py() if name == "h5py" else with_ch5mpy()
print(json.dumps(seconds))
