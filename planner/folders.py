"""Folders that appear whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import ctypes
import errno
import os
import secrets
import shutil
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LEFT_BEHIND = 3600
"""Seconds after which a folder that was being written is taken for a dead process's."""


def write_folder(out: Path, files: Mapping[str, bytes], *, replace: bool = True) -> bool:
    """Write files to a new folder, which then takes the place of `out` in one step.

    Where the system can't exchange two folders in one step (Windows), the old one is put aside
    for a moment; should the process die then, the next call brings it back.

    Parameters
    ----------
    replace : bool
        Whether what is there may be replaced. If not, only an empty folder is, and whether
        anything is there is seen in the step that takes the place: nothing that appears while the
        files are written is lost.

    Returns
    -------
    bool
        False if something is there and stays.

    Raises
    ------
    OSError
        If the disk does not take them; what was there is there still.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    tidy(out)
    new = _beside(out, "writing")
    try:
        new.mkdir()
        for name, data in files.items():
            _write(new / name, data)
        _sync(new)
        if not replace:
            if not _claimed(new, out):
                return False
        elif os.path.lexists(out):
            _exchange(new, out)
        else:
            new.rename(out)
        _sync(out.parent)
    finally:
        _remove(new)
    return True


def _claimed(new: Path, out: Path) -> bool:
    """Give a folder a name that nothing has but an empty folder; False if anything else has it."""
    try:
        new.rename(out)
    except OSError:
        if os.path.lexists(out):  # no system lets a folder take the place of a file or a full one
            return False
        raise
    return True


def tidy(out: Path) -> None:
    """Undo what a process that died has left beside a folder."""
    for path in sorted(out.parent.iterdir()):
        if path.name.startswith(f".{out.name}.old-") and not out.exists():
            path.rename(out)
        elif path.name.startswith((f".{out.name}.old-", f".{out.name}.writing-")):
            try:
                age = time.time() - path.lstat().st_mtime
            except FileNotFoundError:  # another process has just finished with it
                continue
            if age > LEFT_BEHIND:
                _remove(path)


def _exchange(new: Path, out: Path) -> None:
    """Let two folders change names; `new` is then the old one."""
    if _at_once(new, out):
        return
    old = _beside(out, "old")
    out.rename(old)
    try:
        new.rename(out)
    except BaseException:  # an interrupt too
        old.rename(out)
        raise
    _remove(old)


def _at_once(a: Path, b: Path) -> bool:
    """Exchange two names in one step, as Linux and macOS can; False where it can't be done."""
    call = {"linux": "renameat2", "darwin": "renamex_np"}.get(sys.platform, "")
    library = ctypes.CDLL(None, use_errno=True) if call else None
    if library is None or not hasattr(library, call):
        return False
    here = ctypes.c_int(-100)  # AT_FDCWD
    names = os.fsencode(a), os.fsencode(b)
    flag = ctypes.c_uint(2)  # RENAME_EXCHANGE, RENAME_SWAP
    arguments = (here, names[0], here, names[1], flag) if call == "renameat2" else (*names, flag)
    if getattr(library, call)(*arguments) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(b))


def _beside(out: Path, what: str) -> Path:
    return out.with_name(f".{out.name}.{what}-{secrets.token_hex(6)}")


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Have the names in a folder survive a power cut, where folders can be opened."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)
