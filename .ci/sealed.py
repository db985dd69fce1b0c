"""Started with the interpreter when CI tries the wheel: no network, nothing from the checkout."""

from __future__ import annotations

import os
import sys

CHECKOUT = os.path.join(os.environ["SEALED_FROM"], "")  # noqa: PTH118 - runs on every open
NETWORK = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}
FILES = {"open", "os.listdir", "os.scandir"}


def refuse(event: str, args: tuple[object, ...]) -> None:
    """Stop the program at the first reach outside the environment it was installed into."""
    if event in NETWORK:
        raise PermissionError(f"network at run time: {event} {args}")
    if event in FILES and isinstance(args[0], str | bytes | os.PathLike):
        path = os.path.abspath(os.fsdecode(args[0]))  # noqa: PTH100 - resolve() would recurse
        if path.startswith(CHECKOUT):
            raise PermissionError(f"the checkout at run time: {path}")


sys.addaudithook(refuse)
