"""Make a folder that installs without a network, on Linux and on Windows.

Usage: python bundle/make.py WHEEL FOLDER

Fetches, once, the wheels of everything that WHEEL needs, as constraints.txt pins it, for CPython
3.12 on x86-64; puts beside them what a person reads and starts; says how large it is.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from packaging.metadata import parse_email
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
PYTHON = (3, 12)


class System(NamedTuple):
    """A kind of machine: what its wheels are called, and how a requirement names it."""

    platforms: tuple[str, ...]
    named: dict[str, str]

    def tags(self) -> set[Tag]:
        """Return what a wheel may be made for, to be installed there."""
        platforms = self.platforms
        return {
            *cpython_tags(PYTHON, platforms=platforms),
            *compatible_tags(PYTHON, "cp312", platforms),
        }


SYSTEMS = {
    # glibc 2.28 came in 2018: Debian 10, Ubuntu 18.10, Red Hat 8.
    "Linux": System(
        (*(f"manylinux_2_{minor}_x86_64" for minor in range(28, 4, -1)), "manylinux2014_x86_64"),
        {
            "os_name": "posix",
            "sys_platform": "linux",
            "platform_system": "Linux",
            "platform_machine": "x86_64",
        },
    ),
    "Windows": System(
        ("win_amd64",),
        {
            "os_name": "nt",
            "sys_platform": "win32",
            "platform_system": "Windows",
            "platform_machine": "AMD64",
        },
    ),
}


def missing(wheels: Path, system: System) -> list[str]:
    """Return what the planner needs on a system, directly or not, and no wheel there gives.

    pip looks at the machine that it runs on for what a requirement is needed on, whatever
    platform it is asked for.
    """
    there = {
        name: path
        for path in sorted(wheels.glob("*.whl"))
        for name, _, _, tags in [parse_wheel_filename(path.name)]
        if tags & system.tags()
    }
    wanted = [Requirement("planner")]
    seen, gone = set(), set()
    while wanted:
        one = wanted.pop()
        name = canonicalize_name(one.name)
        if name not in there:
            gone.add(f"{one.name}{one.specifier}")
        elif (name, *sorted(one.extras)) not in seen:
            seen.add((name, *sorted(one.extras)))
            wanted += _required(there[name], system, one.extras)
    return sorted(gone)


def _required(wheel: Path, system: System, extras: set[str]) -> Iterator[Requirement]:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        metadata, _ = parse_email(archive.read(name))
    for line in metadata.get("requires_dist", []):
        one = Requirement(line)
        asked = [system.named | {"extra": extra} for extra in ("", *extras)]
        if one.marker is None or any(map(one.marker.evaluate, asked)):
            yield one


def fetch(wheels: Path, system: System, *wanted: str) -> None:
    """Fetch wheels for a system, and those that they need."""
    platforms = [f"--platform={name}" for name in system.platforms]
    command = [sys.executable, "-m", "pip", "download", "-qq", "--no-input"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", "--python-version=3.12"]
    command += [*platforms, "--constraint", str(HERE.parent / "constraints.txt")]
    subprocess.run(  # noqa: S603 - our own words, and names of packages
        [*command, "--find-links", str(wheels), "--dest", str(wheels), *wanted], check=True
    )


def main() -> None:
    """Make the folder."""
    wheel, folder = map(Path, sys.argv[1:])
    shutil.rmtree(folder, ignore_errors=True)
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    shutil.copy(wheel, wheels)
    for system in SYSTEMS.values():
        fetch(wheels, system, str(wheel))
        while more := missing(wheels, system):
            fetch(wheels, system, *more)
    shutil.copy(HERE / "install.sh", folder)
    for name in ("install.cmd", "README.txt"):  # Windows reads them: its line ends
        text = (HERE / name).read_text("utf-8")
        (folder / name).write_text(text, "utf-8", newline="\r\n")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    number = len(list(wheels.iterdir()))
    print(f"{folder}: {size / 1e6:.0f} MB, {number} wheels, for {' and '.join(SYSTEMS)}")  # noqa: T201


if __name__ == "__main__":
    main()
