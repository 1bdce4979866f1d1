"""Look at a deck as a projector shows it: 1280 by 720, without a network."""

# Of the slide on show: what does not fit, what is too small, whether there is anything at all.
LOOK = """() => {
  const page = document.querySelector("section.present .page"), wrong = [], edge = page.getBoundingClientRect();
  const name = (e) => `${e.tagName.toLowerCase()}.${e.className} "${(e.textContent || "").trim().slice(0, 40)}"`;
  if (edge.left < -1 || edge.top < -1 || edge.right > 1281 || edge.bottom > 721) wrong.push("larger than the screen");
  for (const e of [page, ...page.querySelectorAll(".text, .text *, h1, h2, .label, pre, .code, img, svg")]) {
    if (e.closest(".katex-mathml") || (e.closest("svg") && e.tagName !== "svg")) continue;
    const box = e.getBoundingClientRect();
    if (!box.width) continue;
    if (box.right > edge.right + 1 || box.bottom > edge.bottom + 1) wrong.push(`overflows: ${name(e)}`);
    const style = getComputedStyle(e), hides = style.overflowY !== "visible";
    if (!e.closest(".katex, .katex-display") && style.display !== "inline"
        && (e.scrollWidth > e.clientWidth + 1 || (hides && e.scrollHeight > e.clientHeight + 1)))
      wrong.push(`is cut: ${name(e)}`);
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const size = parseFloat(style.fontSize);
    if (own && !e.closest(".katex") && size < (e.closest(".code") ? 16 : 20)) wrong.push(`${size} px: ${name(e)}`);
    if (e.classList.contains("katex") && size < 20) wrong.push(`${size} px: ${name(e)}`);
  }
  for (const e of page.querySelectorAll(".katex-error, .katex [style*='cc0000'], .katex [style*='204, 0, 0']"))
    wrong.push(`not typeset: ${e.textContent}`);
  for (const e of page.querySelectorAll(".text"))
    if (e.innerText.includes("$") && !e.querySelector("code")) wrong.push(`not typeset: ${e.innerText}`);
  for (const e of page.querySelectorAll("img"))
    if (!e.naturalWidth || e.getBoundingClientRect().height < 150) wrong.push("a picture that shows nothing");
  const shown = [...page.children].filter((e) => !/^H[12]$/.test(e.tagName));
  if (!shown.some((e) => e.innerText.trim() || e.querySelector("img, svg"))) wrong.push("empty");
  return wrong;
}"""


def faults(tab, deck, look=lambda number: None):
    """What is wrong with a deck, a list of texts; `look` is called at every slide."""
    asked = []
    tab.set_viewport_size({"width": 1280, "height": 720})
    tab.context.set_offline(True)
    tab.on("request", lambda request: asked.append(request.url))
    said = []
    tab.on("pageerror", lambda error: said.append(f"script: {error}"))
    tab.goto(deck.as_uri())
    tab.wait_for_selector("body[data-ready]")
    for number in range(1, tab.evaluate("Reveal.getTotalSlides()") + 1):
        said += [f"slide {number}: {what}" for what in tab.evaluate(LOOK)]
        look(number)
        tab.evaluate("Reveal.next()")
    fetched = [url for url in asked if not url.startswith((deck.as_uri(), "data:", "blob:", "about:"))]
    return said + [f"fetches {url}" for url in fetched]
