import pytest

from classroom import open_room, released_course


@pytest.fixture
def own_course(tmp_path):
    open_room()  # skips, or fails in CI, where there is no bubblewrap
    return released_course(tmp_path)
