"""gancourse: lectures and graded assignments on generative adversarial networks.

Importing the package costs nothing: every module imports what it needs where it needs it.
"""

__version__ = "0.1.0"
