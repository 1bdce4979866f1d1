"""The feedback page shows a student's work, points and hints; nothing a notebook holds runs or loads in it."""

import base64
import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader.api import Gradebook

from browser import require_chromium
from classroom import ASSIGNMENTS, ROOT, answered, hand_in, model_answers, released_course
from gancourse import maths
from gancourse.grading import feedback
from gancourse.grading.feedback import MAX_IMAGE, MAX_OUTPUTS, MAX_PAGE, MAX_TEXT, markdown, page, total
from gancourse.grading.run import grade

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(20)).decode()
PANEL = (
    '<div role="status" style="border:1px solid"><b><code>generator</code>: 2 of 2 points.</b><ul><li>'
    '<b style="color:#0072b2" role="img" aria-label="holds">✓</b> adds θ <small>(2 of 2)</small></li></ul></div>'
)


def about(grades=None, **more):
    return {"assignment": "ps1", "student": "ada", "grades": grades or {}, "comments": {}, "late_penalty": 0} | more


def shown(*cells, record=None, **more):
    return page(new_notebook(cells=list(cells)), about(**more), record)


def named(cell, name):
    cell.metadata["nbgrader"] = {"grade_id": name}
    return cell


def displaying(data, source="show()"):
    return new_code_cell(source, outputs=[new_output("display_data", data=data)])


def printing(text):
    return new_code_cell("show()", outputs=[new_output("stream", text=text)])


def check(name="check-generator", html=PANEL):
    return named(displaying({"text/html": html}, "check('generator', generator)"), name)


class Tags(HTMLParser):
    """What a page is made of: its elements with their attributes, and its text by class of the box it stands in."""

    def __init__(self, html):
        super().__init__()
        self.found, self.ids = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag


def assert_nothing_runs_or_loads(html):
    """By a parser of its own, not by the one that cleaned: only known elements, no address but a link's."""
    tags = Tags(html).found
    ours = {"html", "head", "meta", "title", "style", "body", "header", "h1", "nav", "main", "section", "img"}
    assert {tag for tag, _ in tags} <= ours | feedback.TAGS | maths.TAGS
    assert [tag for tag, _ in tags].count("style") == 1
    assert html.count("</style") == 1
    for tag, attributes in tags:
        assert not any(key.startswith("on") or key in ("style", "srcset", "background") for key in attributes)
        assert attributes.get("http-equiv") in (None, "Content-Security-Policy")
        if "src" in attributes:
            assert tag == "img"
            assert re.fullmatch(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=]+", attributes["src"])
        if "href" in attributes:
            assert tag == "a"
            assert re.match(r"#cell-\d+$|https?://|mailto:", attributes["href"])


HOSTILE = {
    "script": "<script>alert(1)</script>",
    "script in capitals, unclosed": "<SCRIPT SRC=//evil.example/x.js>",
    "script within script": "<scr<script></script>ipt>alert(1)</script>",
    "onerror": "<img src=x onerror=alert(1)>",
    "onclick": '<b onclick="alert(1)">press</b>',
    "javascript link": "[press](javascript:alert(1)) <a href='javascript:alert(1)'>press</a>",
    "javascript link by entities": '<a href="&#106;avascript&colon;x()">x</a> <a href="java\tscript:x()">x</a>',
    "data link": "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "svg onload": "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "iframe": "<iframe src='https://evil.example' srcdoc='<script>alert(1)</script>'></iframe>",
    "object": "<object data='https://evil.example'></object><embed src='https://evil.example'>",
    "style with url": "<p style=\"background:url('https://evil.example/x')\">a</p>",
    "style sheet": "<style>@import 'https://evil.example/x.css'; body { display: none }</style>",
    "link": "<link rel=stylesheet href=https://evil.example/x.css>",
    "remote image": "![seen](https://evil.example/pixel.png) <img src=https://evil.example/pixel.png>",
    "data image": f"![seen](data:image/svg+xml;base64,{base64.b64encode(b'<svg/>').decode()})",
    "attachment": "![seen](attachment:x.svg)",
    "meta refresh": "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "base": "<base href=https://evil.example>",
    "form": "<form action=https://evil.example><input autofocus onfocus=alert(1)><button>ok</button></form>",
    "end of the page's style": "</style><script>alert(1)</script>",
    "end of the page's boxes": "</div></section></main></body></html><script>alert(1)</script>",
    "comment": "<!-- --!><script>alert(1)</script> -->",
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;",
    "mathml": "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
    "noscript": '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "template": "<template><script>alert(1)</script></template>",
    "name and class": "<p id=points name=cookie class='check right'>a</p>",
    "script in a formula": r"$\text{<script>alert(1)</script>}$ and $$\text{<img src=x onerror=alert(1)>}$$",
    "attributes in a formula": r"$\style{background:url(//evil.example)}{x} \href{javascript:x()}{x} \class{a}{b}$",
    "breaking out by a formula": "<a title='\n\n$x$ ' href='https://a.example/$x$'>a</a>\n\n$y$ onload='alert(1)'>",
    "link reference": "[a]: javascript:alert(1)\n\n[a] <javascript:alert(1)>",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_text_does_nothing_wherever_it_stands(what):
    text = HOSTILE[what]
    html = shown(
        new_markdown_cell(text, attachments={"x.svg": {"image/svg+xml": text}}),
        new_code_cell(f"'''{text}'''"),
        new_raw_cell(text),
        displaying({"text/html": text}),
        displaying({"text/plain": text}),
        displaying({"text/markdown": text, "text/latex": text, "image/svg+xml": text}),
        displaying({"application/javascript": text}),
        displaying({"image/png": text, "text/plain": text}),
        displaying({"image/png": PNG, "text/plain": text}),
        displaying({"application/vnd.jupyter.widget-view+json": {"model_id": text}, "text/plain": "Slider()"}),
        printing(text),
        new_code_cell("1/0", outputs=[new_output("error", ename=text, evalue=text, traceback=[text])]),
        check(html=PANEL + text),
        grades={"check-generator": (2, 2)},
        comments={"check-generator": text},
        student=text,
        assignment=text,
        record={"status": text, "notes": [text], "received": text},
    )
    assert_nothing_runs_or_loads(html)
    assert "evil.example" not in " ".join(str(attributes) for tag, attributes in Tags(html).found if tag != "img")


def test_the_page_allows_the_browser_nothing_but_its_style_and_pictures():
    policy = next(a["content"] for t, a in Tags(shown()).found if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")


def test_hostile_metadata_is_not_shown():
    cell = new_code_cell("x = 1", metadata={"gc": "</style><script>alert(1)", "nbgrader": {"grade_id": ["a"]}})
    damaged = new_code_cell("y = 1", metadata={"nbgrader": "</style><script>alert(1)</script>"})
    kernel = {"name": "</style><script>alert(1)", "display_name": "</title><script>alert(1)"}
    notebook = new_notebook(cells=[cell, damaged], metadata={"kernelspec": kernel})
    html = page(notebook, about())
    assert_nothing_runs_or_loads(html)
    assert "alert(1)" not in html


def test_a_forged_panel_stands_in_the_box_of_the_notebooks_own_output():
    forged = displaying({"text/html": PANEL.replace("<div", '<div class="check right"')})
    html = shown(forged, check(), check(), grades={"check-generator": (2, 2)})
    assert html.count('<div class="check right">') == 1
    assert html.index("Output of the notebook") < html.index("2 of 2 points.") < html.index('<div class="check right">')
    assert html.count("Output of the notebook") == 2  # the forged one, and the copy of the check
    assert 'class="check' not in shown(check("check-nothing"))


def test_a_huge_output_is_cut():
    html = shown(printing("x" * (MAX_TEXT + 1234)), grades={})
    assert "… 1234 more characters left out" in html
    assert len(html) < MAX_TEXT + 20_000
    many = new_code_cell("show()", outputs=[new_output("stream", text="x" * 3000) for _ in range(MAX_OUTPUTS + 7)])
    html = shown(many)
    assert "… 7 more outputs left out" in html
    assert html.count("x") < MAX_TEXT + 2000
    assert len(shown(*[new_markdown_cell("x" * MAX_TEXT) for _ in range(100)])) < MAX_PAGE + 100_000


def test_html_that_is_too_long_is_shown_as_text():
    html = shown(displaying({"text/html": "<p>" * MAX_TEXT, "text/plain": "a table"}))
    assert '<pre tabindex="0">a table</pre>' in html
    assert len(html) < 20_000


def test_terminal_colours_and_progress_bars_are_gone():
    html = shown(printing("\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x07link\n 10%\r 90%\r100%\r\nend\x00\u202e"))
    assert '<pre tabindex="0">red link\n100%\nend</pre>' in html


def test_pictures_are_pictures():
    jpeg = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(20)).decode()
    html = shown(
        displaying({"image/png": PNG[:8] + "\n" + PNG[8:], "text/plain": "A circle", "text/html": "<b>no</b>"})
    )
    assert f'<img src="data:image/png;base64,{PNG}" alt="A circle">' in html
    assert f"data:image/jpeg;base64,{jpeg}" in shown(displaying({"image/jpeg": jpeg}))
    assert "[not an image]" in shown(displaying({"image/png": jpeg}))
    assert "[not an image]" in shown(displaying({"image/png": 'x" onerror="alert(1)'}))
    assert "<img" not in shown(displaying({"image/gif": PNG}))


def test_pictures_have_a_size():
    large = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(MAX_IMAGE)).decode()
    assert "[image too large]" in shown(displaying({"image/png": large}))
    most = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(MAX_IMAGE - 8)).decode()
    html = shown(*[displaying({"image/png": most}) for _ in range(11)])
    assert html.count("<img") == 10
    assert html.count("[image too large]") == 1


def test_a_lone_surrogate_does_not_stop_the_page():
    shown(new_markdown_cell("\ud800 $\ud800$"), new_code_cell("\ud800"), printing("\ud800"), student="\ud800").encode()


def test_the_page_is_readable():
    html = shown(
        new_markdown_cell("# Title\n\n## Part\n\n| a | b |\n|---|---|\n| 1 | *2* |\n\n[course](https://example.org)"),
        new_code_cell("def f(x):\n    return 'a' if x < 1 else None"),
        displaying({"text/html": "<style scoped>td {}</style><table border=1><tr><td colspan=2>7</td></tr></table>"}),
    )
    assert '<html lang="en">' in html
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html
    assert [tag for tag, _ in Tags(html).found if re.fullmatch(r"h\d", tag)] == ["h1", "h2", "h2", "h3"]
    assert "<em>2</em>" in html
    assert '<a href="https://example.org">course</a>' in html
    assert '<span class="k">return</span>' in html
    assert '<td colspan="2">7</td>' in html
    assert "td {}" not in html


def test_points_hints_comments_and_a_table_that_leads_to_them():
    html = shown(
        named(new_code_cell("def generator(z, theta): ..."), "generator"),
        check(),
        named(new_markdown_cell("It *overshoots*.\n<!-- keep this line -->"), "in-words"),
        grades={"check-generator": (2, 2), "in-words": (3.5, 5), "check-lost": (0, 4)},
        comments={"in-words": "Well said.\nBut <why>?"},
    )
    assert "<title>ps1, ada: 5.5 of 11 points</title>" in html
    rows = re.findall(r"<tr><td>(?:<a href=\"#(.*?)\">)?([\w-]+)(?:</a>)?</td><td class=\"points (\w+)\">(.*?)<", html)
    assert rows == [
        ("cell-0", "generator", "right", "2 of 2"),
        ("cell-2", "in-words", "wrong", "3.5 of 5"),
        ("", "lost", "wrong", "0 of 4"),
    ]
    assert 'id="cell-0"' in html
    assert '<b role="img" aria-label="holds">✓</b> adds θ' in html
    assert "<em>overshoots</em>" in html
    assert "keep this line" not in html
    assert "Well said.\nBut &lt;why&gt;?" in html
    assert "check(" not in html


def test_an_outstanding_score_is_not_a_zero():
    html = shown(
        named(new_markdown_cell("Because."), "in-words"),
        check(),
        grades=(grades := {"in-words": (None, 5), "check-generator": (2, 2)}),
    )
    assert total(grades) == "2 of 7 points, 5 not graded yet"
    assert "<title>ps1, ada: 2 of 7 points, 5 not graded yet</title>" in html
    assert html.count("not graded yet (5 points)") == 2
    assert "0 of 5" not in html
    assert "0 of 5" in shown(named(new_markdown_cell("Because."), "in-words"), grades={"in-words": (0, 5)})


def test_a_score_that_a_person_changed_is_told_beside_the_panel():
    assert "the points that count for generator" not in shown(check(), grades={"check-generator": (2, 2)})
    html = shown(check(), grades={"check-generator": (1, 2)}, late_penalty=0.5)
    assert re.search(r"the points that count for generator: *\n?<span class=\"points wrong\">1 of 2 points", html)
    assert "0.5 points were taken off" in html
    assert "0.5 of 2 points" in html


def test_the_record_is_told_but_no_suspicion():
    record = {
        "status": "timed out",
        "notes": ["Cell `generator` was found under another name."],
        "received": "2026-03-01T12:30:00+00:00",
        "suspected": ["copied from bob"],
    }
    html = shown(record=record)
    assert "Status: timed out." in html
    assert "Cell <code>generator</code> was found under another name." in html
    assert "01 March 2026, 12:30 UTC" in html
    assert "bob" not in html
    assert "suspect" not in shown(record={"status": "tampering suspected"})
    assert "Status" not in shown(record={"status": "graded"})
    assert "Status" not in shown(record={})


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_formula_of_the_assignments_is_set(assignment):
    notebook = nbformat.read(ROOT / "solutions" / assignment / f"{assignment}.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            html = str(markdown(cell.source))
            assert "\\" not in re.sub(r"<code>.*?</code>", "", html)
            assert "$" not in html
            assert html.count("<math") == len(re.findall(r"\$\$.+?\$\$|\$[^$]+\$", cell.source, re.DOTALL))


@pytest.mark.parametrize(
    "source",
    ["$x^2$", "$$\nx^2\n$$", r"\(x^2\)", r"\\(x^2\\)", r"\[x^2\]", r"\begin{align} a &= x^2 \\ &= 1 \end{align}"],
)
def test_a_formula_is_set(source):
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in markdown(f"Before {source} after")


@pytest.mark.parametrize(
    "source", ["`$x$`", "``a`$x$``", "```\n$x$\n```", "~~~python\nf('$x$')\n~~~", "    a = '$x$'", "$5 and $6", r"\$x$"]
)
def test_a_dollar_that_is_no_formula_is_left_alone(source):
    html = markdown(source)
    assert "<math" not in html
    assert "$" in html
    assert feedback.TOKEN not in html


@pytest.mark.parametrize("tex", ["{" * 500, r"\frac", r"\begin{nothing}", r"\text{a < b}", r"\nothing{x}"])
def test_what_cannot_be_set_is_shown_as_its_source(tex):
    html = markdown(f"${tex}$ and $y$")
    assert f"<code>${tex.replace('<', '&lt;')}$</code>" in html
    assert "<mi>y</mi>" in html


def test_formulas_look_like_tex():
    assert "<mi>log</mi><mspace" in markdown(r"$\log x$")
    assert "<mspace" not in markdown(r"$\log(x)$")
    assert "𝒩" in markdown(r"$\mathcal N$")
    assert "ℬ" in markdown(r"$\mathcal B$")


def open_in_chromium(html, path, width=390):
    """The page's width, its requests and what it says on the console; and whether a formula is one to the browser."""
    from playwright.sync_api import sync_playwright

    path.write_text(html)
    heard = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require_chromium(), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": width, "height": 800})
        tab.on("request", lambda request: heard.append(request.url[:200]))
        tab.on("dialog", lambda dialog: (heard.append("dialog"), dialog.dismiss()))
        tab.goto(path.as_uri())
        found = tab.evaluate(
            "() => ({width: document.documentElement.scrollWidth,"
            " formulas: [...document.querySelectorAll('math')].filter(m => m.clientWidth > 5).length})"
        )
        browser.close()
    return found | {"heard": [h for h in heard if not h.startswith(("file:", "data:image/png"))]}


def test_a_browser_loads_nothing_runs_nothing_and_needs_no_scrolling_sideways(tmp_path):
    hostile = [
        cell
        for text in HOSTILE.values()
        for cell in (new_markdown_cell(text), displaying({"text/html": text}), printing(text))
    ]
    wide = [
        new_code_cell("x = " + "1 + " * 200),
        printing("y" * 1000),
        new_markdown_cell("$" + "x + " * 100 + "x$ w" + "w" * 300),
    ]
    table = displaying({"text/html": "<table><tr>" + "<td>12345678</td>" * 60 + "</tr></table>"})
    html = shown(*hostile, *wide, table, new_markdown_cell("$$x^2$$"))
    without_policy = re.sub(r"<meta http-equiv.*?>", "", html)  # each wall must stand alone
    assert "Content-Security-Policy" not in without_policy
    for text in (html, without_policy):
        found = open_in_chromium(text, tmp_path / "page.html")
        assert found["heard"] == []
        assert found["width"] == 390
        assert found["formulas"] >= 2


def test_the_policy_alone_stops_what_would_get_through(tmp_path):
    """All but a page that sends its reader elsewhere, of which no policy knows."""
    raw = " ".join(text for what, text in HOSTILE.items() if what != "meta refresh")
    html = shown().replace("<main>", "<main>" + raw)
    assert "<script>alert(1)" in html
    assert "dialog" not in open_in_chromium(html, tmp_path / "page.html")["heard"]
    loud = re.sub(r"<meta http-equiv.*?>", "", html, count=1)
    assert "dialog" in open_in_chromium(loud, tmp_path / "page.html")["heard"]  # or this test would show nothing


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A student whose generator subtracts, and who prints; graded, without a look at the question in words."""
    folder = released_course(tmp_path_factory.mktemp("course"))
    answers = model_answers() | {"generator": "def generator(z, theta):\n    return z - theta\n"}
    hand_in(folder, "ada", answered(answers, extra="print('my own', 6 * 7)"))
    grade(folder, "ps1")
    return folder


def feedback_of(folder):
    return (folder / "feedback" / "ada" / "ps1" / "ps1.html").read_text()


def test_an_honest_notebook_shows_work_points_and_hints(graded):
    html = feedback_of(graded)
    assert_nothing_runs_or_loads(html)
    assert "<title>ps1, ada: 33 of 40 points, 5 not graded yet</title>" in html
    assert "my own 42" in html
    assert '<span class="n">z</span> <span class="o">-</span> <span class="n">theta</span>' in html
    assert "<b>Hint.</b> The sign of θ is the wrong way round" in html
    assert "right given your <code>generator</code>" in html
    assert "<img src=" in html
    assert html.count('<tr><td><a href="#cell-') == 10
    checks = json.loads((graded / "solutions" / "ps1" / "checks.json").read_text())
    assert "base64" in json.dumps(checks)
    for encoded in re.findall(r'"base64": "([^"]{20,})"', json.dumps(checks)):
        assert encoded not in html


def test_nbgraders_own_command_makes_the_page_with_comment_and_score_by_hand(graded, tmp_path):
    folder = tmp_path / "course"
    shutil.copytree(graded, folder)
    record = folder / "records" / "ps1" / "ada.json"
    record.write_text(json.dumps(json.loads(record.read_text()) | {"notes": ["One cell had to be put back."]}))
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        by_hand = gradebook.find_grade("overshoot-in-words", "ps1", "ps1", "ada")
        by_hand.manual_score, by_hand.needs_manual_grade = 0, False
        gradebook.find_comment("overshoot-in-words", "ps1", "ps1", "ada").manual_comment = "Why <so>?"
        gradebook.db.commit()
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", "ps1", "--force"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    html = feedback_of(folder)
    assert "<title>ps1, ada: 33 of 40 points</title>" in html
    assert "0 of 5" in html
    assert "Why &lt;so&gt;?" in html
    assert "One cell had to be put back." in html
