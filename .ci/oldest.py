"""Print constraints by which pip installs the oldest versions that pyproject.toml allows."""

from __future__ import annotations

import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]

project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
for line in project["dependencies"]:
    wanted = Requirement(line)
    (lowest,) = (bound.version for bound in wanted.specifier if bound.operator == ">=")
    print(f"{wanted.name}=={lowest}")  # noqa: T201
