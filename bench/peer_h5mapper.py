# SPDX-License-Identifier: MIT
"""peer_h5mapper.py TREE FOLDER OUT.h5 WORKERS: the same job by h5mapper, as its README does it."""
import contextlib
import io
import json
import pathlib
import sys
import time

tree, folder, output, workers = sys.argv[1:]
sys.path.insert(0, tree)

import cv2  # noqa: E402
import h5mapper  # noqa: E402

cv2.setNumThreads(1)


class Image(h5mapper.Feature):
    __re__ = r".jpg$"

    def load(self, source):
        return cv2.cvtColor(cv2.imread(source), cv2.COLOR_BGR2RGB)[None]


class File(h5mapper.TypedFile):
    image = Image()


sources = sorted(str(path) for path in pathlib.Path(folder).rglob("*.jpg"))
begin = time.perf_counter()
with contextlib.redirect_stderr(io.StringIO()):  # its progress bar
    File.create(output, sources, n_workers=int(workers))
seconds = time.perf_counter() - begin
print(json.dumps({"sources": len(sources), "seconds": seconds}))
