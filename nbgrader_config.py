"""nbgrader for this course. `nbgrader` commands, JupyterLab's formgrader and `gancourse` all read it."""

c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"

# nbgrader copies every file that lies beside the source notebook. What knows the answers stays here.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", ".pytest_cache", "exercises.py"]

c.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("your answer goes here")'}

# The notebook is tidied, run, and judged from outside (gancourse.grading).
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "gancourse.grading.nbgrader_steps.TidyCells",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "gancourse.grading.nbgrader_steps.JudgeNotebook",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "gancourse.grading.nbgrader_steps.SaveJudgedGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.ClearHiddenTests",
    "gancourse.grading.feedback.ReadGrades",
]
c.GenerateFeedback.exporter_class = "gancourse.grading.feedback.FeedbackExporter"

# `gancourse submit` packs ps1_<student>.zip; collected with `nbgrader zip_collect ps1`.
c.FileNameCollectorPlugin.named_regexp = (
    r".*[/_](?P<assignment>ps\d+)_(?P<student_id>[A-Za-z0-9.-]+)/(?P<file_id>[^/]+)$"
)
