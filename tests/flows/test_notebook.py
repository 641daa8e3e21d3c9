"""The notebook of the examples runs, in a kernel of its own, and shows two reports."""

import json
from pathlib import Path
from typing import Any

import pytest

PLACE = Path(__file__).parents[2] / "examples" / "verify.ipynb"


def code_cells() -> list[dict[str, Any]]:
    read = json.loads(PLACE.read_text(encoding="utf-8"))
    return [each for each in read["cells"] if each["cell_type"] == "code"]


def test_its_cells_run_one_after_the_other() -> None:
    names: dict[str, Any] = {}
    for each in code_cells():
        exec(compile("".join(each["source"]), PLACE.name, "exec"), names)  # noqa: S102  krid's own
    assert names["credential"].claims["name"] == "Hong Gildong"
    assert "kb.audience" in names["refused"]._repr_html_()


def test_no_outputs_are_kept_in_it() -> None:
    assert all(not each["outputs"] and not each["execution_count"] for each in code_cells())


@pytest.mark.filterwarnings("ignore::Warning")  # of the kernel's client, none of krid's doing
def test_a_notebook_shows_the_reports() -> None:
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    read = nbformat.read(PLACE, as_version=4)
    nbclient.NotebookClient(read, timeout=600, startup_timeout=300, kernel_name="python3").execute()
    shown = [
        output["data"]["text/html"]
        for cell in read.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]
    assert len(shown) == 2
    assert "verified" in shown[0]
    assert "kb.audience" in shown[1]
