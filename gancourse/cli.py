"""The `gancourse` command. Each subcommand imports what it needs, so that --help answers at once."""

import os
import subprocess
import sys
from pathlib import Path

import click

from gancourse import __version__
from gancourse.course import CourseError, find_root


class _Group(click.Group):
    """Turns the course's own errors into one line instead of a traceback."""

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except CourseError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gancourse")
def main():
    """A course on generative adversarial networks: lectures, assignments, grading.

    Students need `lab`, `submit` and `update`, and `train` for more; lecturers `slides` and `lecture`; instructors
    `student-copy`, `new`, `release`, `roster`, `collect`, `grade`, `words`, `export` and `similar`; authors `run`.
    """
    for stream in (sys.stdout, sys.stderr):  # a console of Windows may have no character for a name or a θ
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    # What is started by name (alembic, Jupyter) must be found also where the environment was not activated.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


@main.command()
@click.option("--port", default=8888, show_default=True, help="Port to serve on; the next free one if it is taken.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser, only print the address.")
def lab(port, no_browser):
    """Open the course in JupyterLab, at the start page.

    Lectures and assignments are opened as copies in work/; in the lectures no answer stands under its question. Yours
    stay as they are when the course is updated.

    Where no browser can be opened (a server, a container) the address to visit is printed. Stop it with Ctrl-C.
    """
    root = find_root()
    command, environment = _jupyterlab(root, port, f"{_work(root)}/00_start_here.ipynb")
    if no_browser or not _has_browser():
        command.append("--no-browser")
        click.echo("No browser is opened. Visit the address with `token=` in it that is printed below.", err=True)
    os.chdir(root)
    try:
        sys.exit(subprocess.run(command, env=environment, check=False).returncode)
    except KeyboardInterrupt:
        sys.exit(0)


@main.command()
def update():
    """Bring in what is new in the course, from where it was cloned. What you have changed stays as it is.

    Copies in work/ that you have not written into are renewed; beside one that you have, the new one is put.
    """
    from gancourse.lectures.handing_out import update as pull

    root = find_root(installed=False)
    for line in pull(root):
        click.echo(line)
    _work(root)
    click.echo("The course is up to date.")


@main.command("student-copy")
@click.argument("place", type=click.Path(path_type=Path))
def student_copy(place):
    """Copy the course for students to PLACE, a folder or a zip file: without solutions, tests and benchmarks.

    For instructors. A folder that holds an earlier copy is brought up to date: make it the repository that students
    clone, commit and push; they run `gancourse update`.
    """
    from gancourse.lectures.handing_out import student_copy as copy

    count = copy(find_root(installed=False), place)
    click.echo(f"{count} files in {place}, without solutions. Hand out that, or commit and push it.")


@main.command()
@click.argument("name")
@click.option("--port", default=8888, show_default=True, help="Port to serve on; the next free one if it is taken.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser, only print the address.")
def lecture(name, port, no_browser):
    """Open lecture NAME (such as 03) in JupyterLab for a projector.

    Large type, code folded, and the widgets alive when the page opens. A copy is opened, work/live_NAME; it is made
    anew each time. With jupyterlab-rise installed (pip install jupyterlab-rise) Alt+R shows it as slides. What trains
    while one watches you run yourself. Stop it with Ctrl-C.
    """
    import shutil
    import signal
    import webbrowser

    from gancourse.lectures.copies import WORK, chosen
    from gancourse.lectures.live import HALL, prepare, running

    root = find_root()
    (path, *_) = chosen(root, [name])
    _work(root)
    command, environment = _jupyterlab(root, port, f"{WORK}/live_{path.name}")
    settings = root / WORK / ".hall"  # not the lecturer's own
    shutil.copytree(HALL, settings, dirs_exist_ok=True)
    command += ["--no-browser", f"--LabApp.user_settings_dir={settings}"]
    os.chdir(root)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # the server must not outlive this
    process = subprocess.Popen(command, env=environment)
    try:
        if (server := running(process)) is None:
            raise CourseError("JupyterLab did not start; it says why above.")
        address, failed = prepare(path, root, server)
        for number in failed:
            click.echo(f"Cell {number}, counted from 0, failed: its widget is not alive.", err=True)
        click.echo(f"Ready: {address}", err=True)
        if not no_browser and _has_browser():
            webbrowser.open(address)
        sys.exit(process.wait())
    except KeyboardInterrupt:
        sys.exit(0)
    finally:
        process.terminate()
        process.wait()


def _jupyterlab(root, port, start):
    """The command that serves the course at its page `start`, and the environment it needs."""
    command = [
        *(sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", f"--ServerApp.port={port}"),
        f"--LabApp.default_url=/lab/tree/{start}",
        "--LabApp.extension_manager=readonly",  # the other one asks the network for a list at every start
    ]
    if shell := os.environ.get("SHELL"):  # not a login shell, which would forget where `gancourse` is
        command.append(f"--ServerApp.terminado_settings={{'shell_command': ['{shell}']}}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    # JupyterLab's own defaults minus what asks the network: news, updates.
    paths = [str(Path(__file__).with_name("lab")), os.environ.get("JUPYTER_CONFIG_PATH")]
    return command, os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths))}


def _work(root):
    """The folder to work in, with copies of lectures and assignments; if nothing can be written, the lectures' own."""
    from gancourse.lectures.copies import WORK, copy_course

    try:
        for said in copy_course(root):
            click.echo(said, err=True)
    except OSError as error:
        click.echo(f"Lectures are opened as they are, not as copies: {error}", err=True)
        return "notebooks"
    return WORK


def _has_browser():
    import webbrowser

    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


@main.command()
@click.argument("names", nargs=-1)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder to write to; slides/ if left out."
)
def slides(names, out):
    """Make the decks of lectures, all or those of NAMES (such as 03): one HTML file each, which needs no network.

    In the browser: arrow keys or space, F for full screen, S for the speaker's window with notes, time and the next
    slide, ? for all keys. What goes on a slide, and how a lecture's cells choose, is in gancourse/lectures/excerpts.py.
    """
    from gancourse.lectures.copies import chosen
    from gancourse.lectures.slides import write_deck

    root = find_root()
    out = out or root / "slides"
    out.mkdir(parents=True, exist_ok=True)
    for path in chosen(root, names):
        made = write_deck(path, target := out / f"{path.stem}.html")
        words = sum(slide.words() for slide in made) / len(made)
        size = target.stat().st_size / 1e6
        click.echo(f"{target}: {len(made)} slides, {words:.0f} words each, {size:.1f} MB")


@main.command()
def doctor():
    """Look this machine over: what works, and what to do about what does not.

    Ends with an error if something is missing that the course cannot do without.
    """
    from gancourse.doctor import examine

    findings = examine(find_root())
    marks = {"ok": click.style("ok     ", fg="green"), "note": "note   ", "missing": click.style("MISSING", fg="red")}
    for finding in findings:
        click.echo(f"{marks[finding.state]}  {finding.what:<12} {finding.says}")
    missing = sum(f.state == "missing" for f in findings)
    click.echo("All is well." if not missing else f"{missing} to mend before the course works here.")
    sys.exit(bool(missing))


@main.command()
@click.argument("system")
@click.option(
    "--data",
    "source",
    required=True,
    help="digits, shapes, emoji-noto, ..., or a folder; for translation edges-to-shapes, noto-fluent, ....",
)
@click.option("--size", type=int, help="Pixels a side; the data's own if left out.")
@click.option("--images", type=int, help="How many of the images to use.")
@click.option("--steps", default=3000, show_default=True, help="Generator steps in all.")
@click.option("--width", type=int, help="Channels of the widest images' layer.")
@click.option("--batch", type=int, help="Images a step, of all processes; the system's own if left out.")
@click.option("--seed", default=0, show_default=True, help="Of all random numbers.")
@click.option("--device", "at", help="cpu, cuda, mps; the best there is if left out.")
@click.option("--bf16/--no-bf16", default=None, help="Compute in bfloat16; where that is fast, if left out.")
@click.option("--out", "folder", type=click.Path(path_type=Path), help="Folder to write to.")
@click.option("--fresh", is_flag=True, help="Begin anew also if the folder holds a run that could go on.")
def train(source, folder, **options):
    """Train SYSTEM (such as dcgan, acgan, infogan) on images.

    Writes the model, its history, a contact sheet and a page about the run into a folder. Run the same command again
    with more --steps and it goes on; after Ctrl-C too. Several GPUs:

    torchrun --nproc-per-node N -m gancourse.cli train SYSTEM ...
    """
    from gancourse import device
    from gancourse.training import runs

    device.join()
    try:
        folder = runs.run(source=source, folder=folder, **options)
    finally:
        device.leave()
    click.echo(f"Done: see {folder}/summary.md")


@main.command()
@click.argument("assignment")
@click.option("--student", help="Your id, as your instructor knows you. Asked for if left out.")
@click.option("--check", "archive", type=click.Path(exists=True, path_type=Path), help="Only look over a packed file.")
def submit(assignment, student, archive):
    """Look over, run and pack ASSIGNMENT (such as ps1) into a zip file to hand in.

    What is packed is graded here as it will be graded there, with the inputs of your own checks: in an empty folder,
    with the same limits, and without what cannot be imported in grading. You see your points, and what is missing or
    changed. Half an answer is packed, too: it is better than none.
    """
    from gancourse.grading import submit as steps
    from gancourse.lectures.copies import own_assignment

    named = Path(assignment)
    assignment = named.stem.lower()  # `ps1.ipynb`, a path to it, `PS1`: what is meant is clear
    beside = next((p for p in (named, Path(f"{assignment}.ipynb")) if p.suffix == ".ipynb" and p.is_file()), None)
    root = find_root(installed=beside is not None)
    released = root / "assignments" / assignment
    notebook = beside or own_assignment(root, assignment) or released / f"{assignment}.ipynb"
    if not released.is_dir() or not notebook.exists():
        known = ", ".join(sorted(p.name for p in released.parent.glob("ps*"))) or "none"
        raise CourseError(f"There is no assignment {assignment!r}; there are: {known}.")
    if archive:
        problems, name = steps.unpack_and_look_over(archive, released)
        for problem in problems:
            click.echo(f"! {problem}")
        state = "can be handed in, but see above" if problems else "is ready to hand in"
        return click.echo(f"{archive}, with {name} in it, {state}.")
    student = student or click.prompt("Your id")
    click.echo(f"Packing {notebook}", err=True)
    packed = steps.pack(notebook, student, Path.cwd())
    problems, _ = steps.unpack_and_look_over(packed, released)
    for problem in problems:
        click.echo(f"! {problem}")
    click.echo(f"Grading {packed} on the inputs of your checks ...", err=True)
    try:
        for said in steps.dry_run(packed, released):
            click.echo(said)
    except CourseError as error:
        click.echo(f"! {error}")
    return click.echo(f"What you wrote in words is graded by a person.\nHand in this file: {packed}")


@main.command()
@click.argument("assignment")
def release(assignment):
    """Make the student version of ASSIGNMENT (such as ps1) in assignments/.

    Solutions are taken out, the checks are compiled to plain data, and the gradebook learns of the assignment. Before
    that the checks are tried: the reference must earn all points, misconceptions and stubs must not. The points that
    the notebook states are written from the exercises.
    """
    from gancourse.exercises.release import release as make

    if make(find_root(installed=False), assignment):
        click.echo(f"The points in solutions/{assignment}/{assignment}.ipynb were brought up to date.")
    click.echo(f"assignments/{assignment}/ is ready. Hand out that folder, or commit it.")


@main.command()
@click.argument("table", type=click.Path(exists=True, dir_okay=False))
def roster(table):
    """Enter the students of TABLE, a CSV with the columns id, name, email, platform_id, into the gradebook.

    All but id may be left out or empty; exports of Canvas, Moodle and others are understood as they are. From then on
    `gancourse collect` knows who is who, and leaves aside what comes from nobody on it.
    """
    from gancourse.grading.roster import enter_roster

    count, unknown = enter_roster(find_root(installed=False), table)
    click.echo(f"{count} students, {unknown} of them new to the gradebook.")


@main.group()
def new():
    """Begin an assignment or an exercise of your own, from a template that works."""


@new.command("assignment")
@click.argument("name")
def new_assignment(name):
    """Begin assignment NAME (such as ps7) in solutions/."""
    from gancourse.exercises.drafts import new_assignment as begin

    root = find_root(installed=False)
    _wrote(root, begin(root, name))
    click.echo(f"Add exercises to it: gancourse new exercise {name} my_function")


@new.command("exercise")
@click.argument("assignment")
@click.argument("name")
def new_exercise(assignment, name):
    """Add an example of an exercise, the function NAME, to ASSIGNMENT: write your own in its place."""
    from gancourse.exercises.drafts import new_exercise as begin

    root = find_root(installed=False)
    _wrote(root, begin(root, assignment, name))
    click.echo(f"Change them, then: gancourse release {assignment}")


def _wrote(root, paths):
    for path in paths:
        click.echo(f"wrote {path.relative_to(root)}")


@main.command()
@click.argument("assignment")
@click.argument("folder", required=False, type=click.Path(exists=True, path_type=Path))
def collect(assignment, folder):
    """Sort what a learning platform gave into submitted/<student>/ASSIGNMENT/.

    FOLDER is a folder or a zip file of the whole class; downloaded/ASSIGNMENT/archive if left out. Files are taken by
    their names, which end in ps1_<student>.zip or .ipynb. Nothing in them is opened.
    """
    from gancourse.grading.collect import collect as sort_in

    collected, known, aside = sort_in(find_root(installed=False), assignment, folder)
    for line in aside:
        click.echo(f"left aside: {line}", err=True)
    names = f" ({', '.join(collected)})" if collected else ""
    click.echo(f"{len(collected)} collected{names}, {known} were there already, {len(aside)} left aside.")
    sys.exit(bool(aside))


@main.command()
@click.argument("assignment")
@click.option("--force", is_flag=True, help="Grade everything again, also what has not changed.")
@click.option("--workers", type=int, help="Submissions at a time on this machine; one per core if left out.")
@click.option("--scheduler", help="Address of a Dask cluster to grade on, such as tcp://lab-1:8786.")
@click.option("--received", type=click.Path(exists=True), help="CSV (student, received) of when work came in.")
@click.option("--unsandboxed", is_flag=True, help="Run the students' code with your own rights. Trust them all?")
def grade(assignment, force, workers, scheduler, received, unsandboxed):
    """Grade everything in submitted/<student>/ASSIGNMENT/.

    Students' code runs in a sandbox and is judged from outside. Points go into nbgrader's gradebook, a page of feedback
    per student into feedback/, all grades into grades.csv. Killed or stopped, run it again: it goes on where it was.
    Run it also after grading by hand (in JupyterLab's formgrader): feedback and table are written anew.
    """
    from gancourse.course import exercises_sources, support_files
    from gancourse.grading.rooms import ROOMS

    # Importing nbformat imports jsonschema, and that, where it finds this, builds a parser for international addresses:
    # a second, half of all that starting takes. It does without if there is none, and no notebook has any to check.
    sys.modules.setdefault("rfc3987_syntax", None)

    root = find_root(installed=False)
    if unsandboxed:
        click.echo("WITHOUT A SANDBOX: the students' code runs with your rights.", err=True)
    if not scheduler:  # opening a room takes as long as the imports below
        exercises = exercises_sources(root, assignment)
        ROOMS.expect(support_files(root, assignment), exercises, not unsandboxed)

    from gancourse.grading.received import read_times
    from gancourse.grading.run import grade as grade_all
    from gancourse.grading.run import lateness, summary, waiting

    times = read_times(received) if received else None
    try:
        outcomes = grade_all(root, assignment, force, scheduler, not unsandboxed, workers, times)
    except KeyboardInterrupt:
        again = "again without --force" if force else "the same command again"
        raise CourseError(f"Stopped. Run {again}, and it goes on where it was.") from None
    unchanged, suspected = outcomes.pop("unchanged", 0), outcomes.pop("tampering suspected", 0)
    click.echo(summary(root, assignment))
    counts = ", ".join(f"{count} {status}" for status, count in sorted(outcomes.items()))
    suspicion = f", tampering suspected in {suspected}" if suspected else ""
    click.echo(f"{counts}; {unchanged} of them unchanged since the last run{suspicion}.")
    if said := lateness(root, assignment):
        click.echo(said)
    if n_waiting := waiting(root, assignment):
        click.echo(f"{n_waiting} have answers for a person to score, in the formgrader; then run this again.")
    place = "" if root == Path.cwd() else f"{root}/"
    click.echo(f"Feedback is in {place}feedback/, the table in {place}grades.csv.")
    sys.exit(1 if outcomes["ungradable"] or outcomes["grader error"] else 0)


@main.command()
@click.argument("assignment")
@click.option("--for", "platform", type=click.Choice(["canvas", "moodle", "csv"]), required=True, help="Who reads it.")
@click.option("--template", type=click.Path(exists=True, dir_okay=False), help="A CSV the platform exported, to fill.")
@click.option("--out", type=click.Path(dir_okay=False), help="File to write; grades-ASSIGNMENT-... if left out.")
@click.option("--column", help="Column of the template, if it is not named as the assignment is.")
@click.option("--unfinished", is_flag=True, help="Write the points so far of what still needs a person.")
def export(assignment, platform, **options):
    """Write the grades of ASSIGNMENT as a CSV that Canvas or Moodle imports.

    What was not handed in, could not be graded, or still needs a person is left empty, and named. Give the CSV that
    the platform exported by --template: only the assignment's column of it is filled.
    """
    from gancourse.grading.export import export_grades

    click.echo("\n".join(export_grades(find_root(installed=False), assignment, platform, **options)))


@main.command()
@click.argument("assignment")
def similar(assignment):
    """Show whose answers to ASSIGNMENT are alike, in a way that few others' are.

    Writes a page for instructors, similar/ASSIGNMENT.html, with the answers beside each other. It is a hint to a
    person who looks, no finding: nothing of it goes into grades or feedback.
    """
    from gancourse.grading.similarity import compare_class

    click.echo("\n".join(compare_class(find_root(installed=False), assignment)))


@main.command()
@click.argument("assignment")
@click.option("--names", is_flag=True, help="Show on the page who wrote what from the start.")
@click.option("--scores", type=click.Path(exists=True, dir_okay=False), help="A CSV saved from the page: enter it.")
def words(assignment, names, scores):
    """Put all answers in words to ASSIGNMENT on one page to score them, or enter the scores that it saved.

    Writes words/ASSIGNMENT.html: what was asked, the model answer, all answers below each other. Type scores, save them
    as a CSV, and enter that with --scores; then run `gancourse grade ASSIGNMENT` for feedback and table.
    """
    from gancourse.grading.words import enter_scores, write_page

    root = find_root(installed=False)
    if not scores:
        path, count = write_page(root, assignment, names)
        return click.echo(
            f"{count} answers are in {path}. Open it, score, save, then: gancourse words {assignment} --scores FILE"
        )
    entered, wrong = enter_scores(root, assignment, scores)
    for line in wrong:
        click.echo(f"not entered: {line}", err=True)
    click.echo(f"{entered} scores entered. Run `gancourse grade {assignment}` for feedback and table.")
    sys.exit(bool(wrong))


@main.command()
@click.argument("names", nargs=-1)
@click.option("--frames", is_flag=True, help="Only record what the widgets show; leave the notebooks as they are.")
def run(names, frames):
    """Run lecture notebooks in place, all or those of NAMES (such as 03, or 03_shift_gan).

    For authors: what is committed must be what the code prints. A notebook that fails is left as it was. What each
    widget shows goes into notebooks/frames/, for the site.
    """
    from nbclient.exceptions import CellExecutionError

    from gancourse.lectures.copies import chosen
    from gancourse.notebooks import record_frames, rerun

    for path in chosen(find_root(), names):
        try:
            seconds = record_frames(path) if frames else rerun(path)
        except CellExecutionError as error:
            raise CourseError(f"{path.name} failed and was left as it was.\n{error}") from error
        click.echo(f"{path.name}: {seconds:.1f} s")


@main.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder to write; site/ if left out.")
def site(out):
    """Build the course as web pages that open from a folder, without a server or a network.

    Lectures with their pictures and with players in place of widgets, assignments, guides and an API reference.
    """
    from gancourse.site.build import build_site

    root = find_root()
    out = out or root / "site"
    warnings = build_site(root, out)
    click.echo("\n".join(warnings), err=True, nl=bool(warnings))
    click.echo(f"Open {out / 'index.html'}")


if __name__ == "__main__":
    main()
