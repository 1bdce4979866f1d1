"""What every refusal has in common."""

import pytest

from gancourse.course import CourseError


def refuses(*words, call):
    """The call ends in a single line with these words."""
    with pytest.raises(CourseError) as refused:
        call()
    message = str(refused.value)
    assert "\n" not in message and message.endswith("."), message
    for word in words:
        assert str(word) in message, message
