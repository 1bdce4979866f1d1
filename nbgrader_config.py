"""nbgrader for this course. `nbgrader` commands, JupyterLab's formgrader and `gancourse` all read it."""

import sys
from pathlib import Path

c = get_config()  # noqa: F821  (nbgrader provides it)

sys.path.append(str(Path(__file__).parent.absolute()))  # for plugins of yours that lie beside this file

c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"

# nbgrader copies every file that lies beside the source notebook. What knows the answers stays here.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", ".pytest_cache", "exercises"]

c.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("your answer goes here")'}

# The notebook is rebuilt from the released one, run in a sandbox, and judged from outside (gancourse.grading).
c.Autograde.exporter_class = "gancourse.grading.nbgrader_steps.IntakeExporter"
c.Autograde.sanitize_preprocessors = []
c.Autograde.autograde_preprocessors = [
    "gancourse.grading.nbgrader_steps.JudgeNotebook",
    "gancourse.grading.nbgrader_steps.SaveJudgedGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
]
# What a notebook may take, such as {"cell": 60, "memory": 4 * 2**30}; the rest is in gancourse.grading.sandbox.Limits.
c.JudgeNotebook.limits = {}
c.GenerateFeedback.preprocessors = ["gancourse.grading.feedback.ReadGrades"]
c.GenerateFeedback.exporter_class = "gancourse.grading.feedback.FeedbackExporter"

# In the formgrader a stranger's text is shown with a grader's rights: nothing in it may run.
c.HTMLExporter.filters = {"markdown2html": "gancourse.grading.feedback.markdown"}
c.HTMLExporter.preprocessors = ["nbconvert.preprocessors.sanitize.SanitizeHTML"]
c.SanitizeHTML.strip = True
c.SanitizeHTML.tags = (
    "a b blockquote br code dd div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre small span strong sub sup "
    "table tbody td th thead tr ul"
).split()
c.SanitizeHTML.attributes = {"*": ["style", "role", "aria-label"], "a": ["href"], "td": ["colspan"], "th": ["colspan"]}
