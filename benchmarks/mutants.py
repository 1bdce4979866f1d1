"""Would a test notice? `python benchmarks/mutants.py [MODULE ...]` puts faults into the package, one at a time.

The faults are mutmut's: another operator, another number, an argument dropped or None, a text in capitals. For each,
the tests of its module that reach the function run, in a copy of the checkout as committed.
notebooks/measured/mutants.json keeps counts, and the faults that no test noticed, each as a line with
[-before-]{+after+}; faults in the words of a message are counted apart. docs/mutants.md says why each is harmless:
`--left` prints those of which it does not.

Wants mutmut: `uv run --group test --group mutants python benchmarks/mutants.py`.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from difflib import SequenceMatcher
from importlib.util import find_spec
from pathlib import Path

import click
import measured
from dependencies import ROOT, digests

PAGE = ROOT / "docs" / "mutants.md"
PLANE = ["losses", "losses_written_out", "networks_written_out", "what_is_drawn", "who_is_paid", "games"]
PLANE = [f"tests/games/test_{name}.py" for name in PLANE]
IMAGES = [*PLANE[1:5], "tests/games/test_image_games.py"]
TRANSLATION = [*PLANE[1:5], "tests/games/test_translation_games.py", "tests/games/test_cyclegan.py"]
GAMES = {
    "acgan adaptation attributes bigan conditional dcgan infogan maxout relativistic residual semisupervised": IMAGES,
    "ali began game gan losses minibatch onlooker pacgan unrolled veegan wgan words": PLANE,
    "cyclegan inpainting patch pix2pix spade srgan": TRANSLATION,
    "ascent captions editing video voxels": [*IMAGES, "tests/games/test_what_generators_are_for.py"],
    "augment": ["tests/games/test_augment.py"],
    "biggan": [*IMAGES, "tests/games/test_biggan.py"],
    "growing": [*IMAGES, "tests/games/test_growing.py"],
    "stylegan": [*IMAGES, "tests/games/test_stylegan.py"],
    "known_critic": ["tests/games/test_known_critic.py"],
    "latent": ["tests/games/test_latent.py"],
    "structure": ["tests/plots/test_plotted_diagrams.py"],
}
HINTS = [f"tests/exercises/test_{name}.py" for name in ("exercises", "hints", "judging", "variants")]
TESTS = {  # module: the tests that should notice
    f"gancourse/games/{name}.py": tests for names, tests in GAMES.items() for name in names.split()
} | {
    "gancourse/divergence.py": ["tests/test_divergence.py"],
    "gancourse/exercises/hints.py": HINTS,
    "gancourse/exercises/judge.py": HINTS,
    "gancourse/exercises/nudging.py": ["tests/exercises/test_nudging.py"],
    "gancourse/exercises/variants.py": ["tests/exercises/test_variants.py"],
    "gancourse/metrics/distances.py": ["tests/metrics/test_metrics.py", "tests/games/test_games.py"],
    "gancourse/metrics/features.py": ["tests/metrics/test_features.py"],
    "gancourse/metrics/fidelity.py": ["tests/games/test_translation_games.py"],
    "gancourse/metrics/latent_space.py": ["tests/metrics/test_latent_space.py"],
    "gancourse/metrics/neighbours.py": ["tests/metrics/test_metrics.py"],
    "gancourse/metrics/segmentation.py": ["tests/games/test_translation_games.py"],
}
LEFT_OUT = (  # tests that train, and those that look what a module defines: mutmut adds functions to it
    *("plain_gan_learns", "collapsed_generator", "is_never_too_steep", "has_the_slope"),
    *("finds_the_tent", "edges_of_the_box"),
    *("every_game_has", "every_file_is", "every_loss_is", "every_network_has"),
)
CONFIG = """
[tool.mutmut]
source_paths = ["gancourse"]
only_mutate = {modules}
also_copy = ["assignments", "benchmarks", "docs", "notebooks", "solutions"]
pytest_add_cli_args = ["-n", "0", "-p", "no:cacheprovider", "-o", "addopts="]
pytest_add_cli_args_test_selection = {tests}
"""
NOTICED = ("killed", "timeout", "segfault")


def mutate(modules, tests, processes):
    """What became of the mutants of modules that the same tests should notice.

    Returns:
        By module: {"mutants": how many, "killed": …, "words": …, "survived": [change, …]}; and the digests of it and
        of its tests as they are committed.
    """
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder) / "gancourse"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(copy)], check=True)
        with open(copy / "pyproject.toml", "a") as config:
            config.write(CONFIG.format(modules=modules, tests=[*tests, "-k", f"not ({' or '.join(LEFT_OUT)})"]))
        mutmut(copy, "run", "--max-children", str(processes))
        became = dict(re.findall(r"^\s*(\S+): (.+)$", mutmut(copy, "results", "--all", "true"), re.M))
        for module in modules:
            its_own = {name: status for name, status in became.items() if place(name)[0] == module}
            yield module, counted(copy, its_own), digests((module, *tests), copy)


def counted(copy, became):
    """The counts of a module's mutants, and the changes of those that survived, with their function."""
    alive = {name: mutmut(copy, "show", name) for name, status in became.items() if status not in NOTICED}
    survived = [f"{place(name)[1]}: {change(diff)}" for name, diff in alive.items() if not only_words(diff)]
    found = {"mutants": len(became), "killed": len(became) - len(alive), "words": len(alive) - len(survived)}
    return found | {"survived": sorted(survived)}


def mutmut(copy, *arguments):
    """What mutmut prints; of the package nothing but the copy is to be found."""
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, "-m", "mutmut", *arguments]
    ran = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise click.ClickException(f"mutmut {arguments[0]} failed:\n{ran.stdout[-2000:]}{ran.stderr[-1000:]}")
    return ran.stdout


# --- a mutant in words ----------------------------------------------------------------------------------------------


def place(name):
    """The module and the function that a mutant is of, from a name like gancourse.games.gan.xǁGANǁfake__mutmut_1."""
    module, function = re.fullmatch(r"(.*)\.x_?(.*)__mutmut_\d+", name).groups()
    return module.replace(".", "/") + ".py", function.strip("ǁ").replace("ǁ", ".")


def sides(diff):
    """What a unified diff takes out and puts in, each as one line."""
    lines = [line for line in diff.splitlines() if not line.startswith(("--- ", "+++ "))]
    return [" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"]


def change(diff):
    """A diff as one line, with [-before-]{+after+} as in `git diff --word-diff`."""
    before, after = (re.findall(r"\w+|\s+|.", side) for side in sides(diff))
    said = ""
    for same, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        out, put = "".join(before[i:j]), "".join(after[k:m])
        said += out if same == "equal" else (f"[-{out}-]" if out else "") + (f"{{+{put}+}}" if put else "")
    return said


def only_words(diff):
    """Whether a mutant changes nothing but the words of a text with a space in it: by XX around it, or by its case."""
    before, after = sides(diff)
    same = before.lower() == re.sub(r"XX(.*?)XX", r"\1", after).lower()
    return same and any(" " in text for text in re.findall(r"[\"']([^\"']*)[\"']", before))


# --- the record and the page ----------------------------------------------------------------------------------------


def table(modules):
    """The record's counts as a table for the page; the share is of those that change more than words."""
    rows = ["| module | mutants | killed | words only | survived | noticed |", "|---|---|---|---|---|---|"]
    for module, found in modules.items():
        share = found["killed"] / max(1, found["mutants"] - found["words"])
        counts = (found["mutants"], found["killed"], found["words"], len(found["survived"]), f"{share:.1%}")
        rows.append(f"| `{module.removeprefix('gancourse/')}` | {' | '.join(map(str, counts))} |")
    return "\n".join(rows)


def left(modules, page):
    """The survivors of which the page says nothing, as its lines: "- `module` function: ``change``"."""
    survived = [(module.removeprefix("gancourse/"), s) for module, found in modules.items() for s in found["survived"]]
    lines = ["- `{}` {}: ``{}``".format(module, *s.split(": ", 1)) for module, s in survived]
    return [line for line in dict.fromkeys(lines) if line not in page.splitlines()]


def keep(module, found, code):
    """Add a module to the record, or measured anew put it in place of what was."""
    known = measured.load("mutants").get("modules", {}) | {module: found}
    modules = {name: known[name] for name in sorted(known)}
    command = "python benchmarks/mutants.py"
    measured.save("mutants", command, {"modules": modules}, ["mutmut"], list(modules), {module: code})


@click.command()
@click.argument("modules", nargs=-1)
@click.option("--processes", default=2, help="Mutants at a time.")
@click.option("--left", "only_left", is_flag=True, help="Run nothing: print the table, and survivors without a reason.")
def main(modules, processes, only_left):
    if only_left:
        known = measured.load("mutants").get("modules", {})
        print("\n".join([table(known), "", *left(known, PAGE.read_text())]))
        return
    if unknown := [module for module in modules if module not in TESTS]:
        raise click.ClickException(f"No tests are named for {', '.join(unknown)}; modules are: {', '.join(TESTS)}.")
    if not find_spec("mutmut"):
        raise click.ClickException("mutmut is not there. Add `--group mutants` to `uv run`.")
    if not shutil.which("git"):
        raise click.ClickException("git is not there: faults are put into a clone of the checkout.")
    for tests in dict.fromkeys(tuple(TESTS[module]) for module in modules or TESTS):
        together = [module for module in modules or TESTS if tuple(TESTS[module]) == tests]
        for module, found, code in mutate(together, tests, processes):
            keep(module, found, code)
            print(table({module: found}).splitlines()[-1])


if __name__ == "__main__":
    main()
