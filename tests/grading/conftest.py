import pytest

from classroom import make_course, open_room


@pytest.fixture
def own_course(tmp_path):
    open_room()  # skips, or fails in CI, where there is no bubblewrap
    return make_course(tmp_path)
