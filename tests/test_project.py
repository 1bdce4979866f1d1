"""The repository holds together: one list of dependencies, lectures in shape, links that lead somewhere."""

import re
import tomllib

import nbformat
import pytest
import yaml

from classroom import ROOT

LECTURES = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_the_conda_route_installs_what_pyproject_says():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())
    pip = next(d["pip"] for d in conda["dependencies"] if isinstance(d, dict))
    groups = project["dependency-groups"]
    assert groups["test"][0] == {"include-group": "site"}
    assert pip == ["-e .", *project["project"]["dependencies"], *groups["site"], *groups["test"][1:]]


@pytest.mark.parametrize("path", LECTURES, ids=lambda p: p.stem)
def test_a_lecture_is_fit_to_teach_from(path):
    notebook = nbformat.read(path, as_version=4)
    code = [c for c in notebook.cells if c.cell_type == "code"]
    assert all(c.metadata.get("slideshow", {}).get("slide_type") for c in notebook.cells), (
        "every cell is part of the deck"
    )
    assert all(c.execution_count for c in code), "stored as it ran"
    assert not any(o.output_type == "error" for c in code for o in c.outputs)
    exempt = [c for c in code if "nbval-ignore-output" in c.metadata.get("tags", [])]
    assert len(exempt) <= len(code) / 3
    assert path.stat().st_size < 3e6


@pytest.mark.parametrize("path", LECTURES, ids=lambda p: p.stem)
def test_every_stored_figure_has_alternative_text(path):
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            html = output.get("data", {}).get("text/html", "")
            if "<img" in html or "image/png" in output.get("data", {}):
                assert len(output.data["text/plain"]) > 40
                assert 'alt="' in html


@pytest.mark.parametrize("path", [*LECTURES, *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")], ids=lambda p: p.name)
def test_links_to_files_lead_somewhere(path):
    if path.suffix == ".ipynb":
        text = "\n".join(c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "markdown")
    else:
        text = re.sub(r"``.*?``", "", path.read_text())  # code may look like a link
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (path.parent / target).exists(), target
