"""Where else a notebook opens: addresses and the cell that installs the course there, from where it is hosted.

The one setting is `repository` under `[project.urls]` in pyproject.toml.
"""

import re
import tomllib
from html import escape
from pathlib import Path
from urllib.parse import quote

from gancourse.course import CourseError

BRANCH = "main"


def repository(root):
    """Where the course is hosted, as pyproject.toml says.

    Raises:
        CourseError: it does not say so, or names a place that Colab and Binder cannot open.
    """
    about = tomllib.loads((Path(root) / "pyproject.toml").read_text(encoding="utf-8"))
    address = about["project"].get("urls", {}).get("repository", "")
    if not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+?(\.git)?/?", address):
        raise CourseError(
            f"pyproject.toml, [project.urls]: repository is {address!r}. Write https://github.com/OWNER/NAME there, "
            "where this copy of the course is hosted."
        )
    return address.rstrip("/").removesuffix(".git")


def install_cell(address, folder):
    """The first cell where nothing of the course is installed, as on Colab.

    Args:
        address: of the repository; a path on this machine will do.
        folder: of the notebook, from the course's root: the cell ends there.
    """
    name = address.rsplit("/", 1)[-1]
    return f"!git clone -q --depth 1 {address} && pip install -q ./{name}\n%cd {name}/{folder}"


def bar(address, notebook, download):
    """The line above a notebook's page: Colab, Binder, download, and the first cell.

    Args:
        address: of the repository.
        notebook: its path from the course's root.
        download: address of the file, as seen from the page.
    """
    project = address.removeprefix("https://github.com/")
    colab = f"https://colab.research.google.com/github/{project}/blob/{BRANCH}/{notebook}"
    binder = f"https://mybinder.org/v2/gh/{project}/{BRANCH}?urlpath={quote(f'lab/tree/{notebook}', safe='')}"
    cell = escape(install_cell(address, notebook.rpartition("/")[0]))
    return f"""<nav class="elsewhere" aria-label="Run this notebook"><ul>
<li><a href="{colab}">Open in Colab</a></li>
<li><a href="{binder}">Open in Binder</a></li>
<li><a href="{download}" download>Download</a></li></ul>
<details><summary>On Colab, run this as the first cell</summary><pre tabindex="0">{cell}</pre></details></nav>"""
