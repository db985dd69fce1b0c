"""Half a minute of fuzzing: the sound files and thousands of changes to them break no reader."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from waiting import HANGS

pytestmark = pytest.mark.slow


@pytest.mark.skipif(sys.platform != "linux", reason="atheris is made for Linux")
def test_no_reader_falls(tmp_path):
    script = Path(__file__).with_name("support") / "fuzz.py"
    made, found = tmp_path / "made", tmp_path / "found"
    made.mkdir()
    found.mkdir()
    done = subprocess.run(
        [sys.executable, str(script), "-runs=1000", "-seed=1"],
        capture_output=True,
        text=True,
        cwd=found,
        env=os.environ | {"TMPDIR": str(made)},
        timeout=HANGS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    runs = re.search(r"Done (\d+) runs", done.stderr)
    assert runs is not None
    assert int(runs[1]) >= 1000
    assert list(found.iterdir()) == []
