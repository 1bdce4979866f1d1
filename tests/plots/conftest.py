"""Every figure that a test of this folder draws must be legible in a lecture hall."""

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

ROOM = 1180 / 96, 560 / 96  # inches: what a slide of 1280 × 720 pixels leaves a picture, beside margins and a title
POINTS = 12


def pytest_configure(config):
    config.addinivalue_line("markers", "of_any_size: what is drawn is not the course's to arrange, nor for a hall")


@pytest.fixture(autouse=True)
def _words_can_be_read_from_the_back_row(monkeypatch, request):
    made, begin = [], Figure.__init__

    def noted(self, *args, **options):
        begin(self, *args, **options)
        made.append(self)

    monkeypatch.setattr(Figure, "__init__", noted)
    yield
    if request.node.get_closest_marker("of_any_size"):
        return
    for figure in made:
        larger = min(room / side for room, side in zip(ROOM, figure.get_size_inches(), strict=True))
        words = [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible()]
        small = {t.get_text(): round(t.get_fontsize() * larger, 1) for t in words if t.get_fontsize() * larger < POINTS}
        assert not small, f"below {POINTS} points on a slide: {small}"
