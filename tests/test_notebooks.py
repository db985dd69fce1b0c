"""The notebooks: pairs of files that say the same, kept without outputs, and every cell runs."""

from __future__ import annotations

from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient

from waiting import HANGS

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))


def cells(notebook):
    return [(cell.cell_type, cell.source.strip()) for cell in notebook.cells]


def test_every_notebook_is_a_pair():
    assert NAMES
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_both_files_of_a_pair_say_the_same(name):
    """After a change of one: jupytext --sync notebooks/*.py."""
    text = jupytext.read(FOLDER / f"{name}.py")
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    assert cells(notebook) == cells(text)
    assert [c for c in notebook.cells if c.cell_type == "code" and c.outputs] == []
    assert notebook.metadata["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_of_a_notebook_runs(name, tmp_path):
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    made = NotebookClient(
        notebook, timeout=HANGS, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    outputs = [output for cell in made.cells for output in cell.get("outputs", ())]
    assert [o for o in outputs if o.output_type == "stream" and o.name == "stderr"] == []
    shown = [o for o in outputs if o.output_type == "execute_result"]
    assert any("text/html" in output.data for output in shown)
