"""What was worked out before, kept between runs: broken or absent, it only costs time.

A name says everything that its content depends on, by digest, so that nothing is out of date; but
for the totals of a data folder's last run, which each run writes anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import platform
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_dir

from planner.message import say

_LOG = logging.getLogger(__name__)

MOST = 200
"""Files that are kept; those that were not used for longest go first."""

DECIDING = ("pulp", "highspy", "numpy", "scipy", "pandas", "networkx")
"""Libraries that a plan may depend on."""


def anew() -> bool:
    """Whether the environment's PLANNER_ANEW asks for everything to be solved anew."""
    return bool(os.environ.get("PLANNER_ANEW"))


def key(*parts: object) -> str:
    """Return the sha256 of some parts (what JSON can hold), and of the program itself."""
    content = json.dumps([program(), *parts], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


@cache
def program() -> str:
    """Return the sha256 of the program's own source and of what it decides with."""
    found = [f"{name} {version(name)}" for name in DECIDING]
    found += [platform.python_version(), platform.machine()]
    digest = hashlib.sha256(" ".join(found).encode())
    package = Path(__file__).parent
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def folder() -> Path:
    """Return where things are kept: the environment's PLANNER_CACHE, or the user's cache."""
    return Path(os.environ.get("PLANNER_CACHE") or user_cache_dir("planner", appauthor=False))


def load(name: str) -> bytes | None:
    """Return what is kept under a name; None if there is nothing to trust."""
    path = folder() / name
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        _LOG.warning(say("{} can't be read and is made anew ({})", path, error))
        return None
    digest, found = content[:32], content[32:]
    if hashlib.sha256(found).digest() != digest:
        _LOG.warning(say("{} doesn't hold what it should and is made anew", path))
        return None
    with suppress(OSError):
        os.utime(path)
    return found


def store(name: str, found: bytes) -> bool:
    """Keep something under a name, whole or not at all; tell whether it is kept."""
    place, part = folder(), None
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place, suffix=".part", delete=False) as file:
            part = Path(file.name)
            file.write(hashlib.sha256(found).digest() + found)
        part.replace(place / name)
        _tidy(place)
    except OSError as error:
        _refused(str(error))
        if part is not None:
            part.unlink(missing_ok=True)
        return False
    return True


@cache
def _refused(reason: str) -> None:
    """Say once why nothing is kept."""
    _LOG.warning(say("nothing is kept for the next run ({})", reason))


def _tidy(place: Path) -> None:
    """Leave the `MOST` files that were used last."""
    used = []
    for path in place.glob("*-" + "[0-9a-f]" * 64):
        with suppress(FileNotFoundError):  # another run may be at it too
            used.append((path.stat().st_mtime, path))
    for _, path in sorted(used)[:-MOST]:
        path.unlink(missing_ok=True)
