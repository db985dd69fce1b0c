"""Names of files and folders that every system takes, Windows too."""

from __future__ import annotations

import re

RESERVED = {
    "con", "prn", "aux", "nul", "conin$", "conout$",
    *(f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"),
}  # fmt: skip
"""Names that Windows gives to no file, in small letters; what follows a dot makes no difference."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]|[. ]+$')


def on_every_system(name: str) -> bool:
    """Tell whether Windows, too, can have a file or folder of a name.

    Parameters
    ----------
    name : str
        The last part of a path.

    References
    ----------
    Microsoft, Naming Files, Paths, and Namespaces.
    """
    stem = name.partition(".")[0].rstrip(" ").casefold()
    return not _FORBIDDEN.search(name) and stem not in RESERVED


def as_part(name: str) -> str:
    """Return a name with a hyphen for what no name may have, fit to be a part of another."""
    return _FORBIDDEN.sub("-", name)
