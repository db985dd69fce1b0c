"""Templates as Jinja compiles them, kept between runs: that takes longer than filling them in."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from jinja2 import BytecodeCache

from planner import cache

if TYPE_CHECKING:
    from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """Compiled templates under a digest of their source, name and Jinja's version."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was kept, if it is of the same source, Jinja and Python."""
        found = cache.load(_name(bucket))
        if found is not None:
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        cache.store(_name(bucket), bucket.bytecode_to_string())


def _name(bucket: Bucket) -> str:
    return f"template-{cache.key(version('jinja2'), bucket.key, bucket.checksum)}"
