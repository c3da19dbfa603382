# SPDX-License-Identifier: MIT
"""`sheaf ingest`: from files, folders, archives and addresses to one file."""
from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Optional, Sequence, Tuple, Union

from . import _core
from ._info import Failure

PathLike = Union[str, "os.PathLike[str]"]


@dataclass(frozen=True)
class Progress:
    """How far a run is. `total` is 0 while sources aren't counted yet."""

    stage: str  # "walking", "loading", …
    done: int  # sources
    total: int
    bytes_done: int
    bytes_total: int
    failed: int


@dataclass(frozen=True)
class Summary:
    """What an ingest came to. Counts are of sources."""

    output: str
    written: bool  # the file is there
    interrupted: bool
    stored: int  # by at least one feature, in this run
    replaced: int  # of those: they had changed
    partly: int  # of those: another feature failed on them
    failed: int  # with a failure, stored in part or not at all
    resumed: bool  # the file was there
    before: int  # it had then
    left: int  # of those: as they were
    changed: int  # of those: changed, and left all the same (update=True replaces them)
    dropped: int  # of those: gone, and dropped
    skipped: Tuple[str, ...]  # ids that no feature had anything to load from
    failures: Tuple[Failure, ...] = field(repr=False)
    source_bytes: int
    file_bytes: int
    seconds: float

    def __str__(self) -> str:
        text = f"{self.output}: {self.stored} sources stored in {self.seconds:.2f} s"
        if self.failed:
            text += f", {self.failed} failed:"
        return "\n".join([text, *(f"  {failure}" for failure in self.failures[:10])])


def _told_as(progress: Callable[[Progress], object]) -> Callable[[Dict[str, Any]], object]:
    return lambda now: progress(Progress(**now))


def ingest(
    sources: Union[PathLike, Sequence[PathLike]],
    output: PathLike,
    *,
    features: Sequence[str] = (),
    progress: Optional[Callable[[Progress], object]] = None,
    config: Optional[PathLike] = None,
    base: Optional[PathLike] = None,
    archives: Optional[bool] = None,
    overwrite: Optional[bool] = None,
    update: Optional[bool] = None,
    prune: Optional[bool] = None,
    force: bool = False,
    check: Optional[str] = None,
    stop_on_error: Optional[bool] = None,
    workers: Optional[int] = None,
    memory: Optional[int] = None,
    timeout: Optional[float] = None,
    worker_memory: Optional[int] = None,
    commit_every: Optional[int] = None,
    commit_after: Optional[float] = None,
    in_process: bool = False,
) -> Summary:
    """Loads sources into a file, or adds to it: the command `sheaf ingest`, option by option.

    sources: files, folders, globs, archives, addresses, "@list.txt".
    features: as behind -f: "image", "audio:rate=16000", "image=data/image:size=64x64".
        None given: all that match.
    progress: called with a Progress, about twenty times a second at most, in this thread. What it
        raises ends the run.
    update, prune: replaces sources that changed; drops those that are gone.
    check: "time" or "digest": how a changed source is known.
    memory, worker_memory: bytes; timeout, commit_after: seconds; commit_every: sources.

    A source that fails doesn't raise: it is in the summary, and in the file. Ctrl-C ends the run
    and raises KeyboardInterrupt; the file then has what was complete, and the same call goes on.
    """
    if isinstance(sources, (str, os.PathLike)):
        sources = [sources]
    if isinstance(features, str):
        features = [features]
    if check not in (None, "time", "digest"):
        raise ValueError(f"check is 'time' or 'digest', not {check!r}")
    if overwrite and (update or prune or force):
        raise ValueError("overwrite builds the file anew: leave out update, prune and force")
    if prune and not update:
        raise ValueError("prune needs update")
    for name, limit in (("workers", workers), ("memory", memory), ("timeout", timeout),
                        ("worker_memory", worker_memory), ("commit_every", commit_every),
                        ("commit_after", commit_after)):
        if limit is not None and limit <= 0:
            raise ValueError(f"{name} must be more than 0, not {limit}")
    options = {
        "sources": [os.fspath(source) for source in sources],
        "output": os.fspath(output),
        "features": list(features),
        "config": None if config is None else os.fspath(config),
        "base": None if base is None else os.fspath(base),
        "archives": archives,
        "overwrite": overwrite,
        "update": update,
        "prune": prune,
        "force": force,
        "digests": None if check is None else check == "digest",
        "stop_on_error": stop_on_error,
        "workers": workers,
        "memory": memory,
        "worker_memory": worker_memory,
        "timeout": timeout,
        "commit_every": commit_every,
        "commit_after": commit_after,
        "in_process": in_process,
    }
    told = _core.ingest(options, progress and _told_as(progress))
    told["failures"] = tuple(Failure(**failure) for failure in told["failures"])
    return Summary(**told)
