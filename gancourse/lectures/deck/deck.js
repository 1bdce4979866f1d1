// Typeset formulas, find for each slide the largest text with which all of it fits, and begin.
(async () => {
  const delimiters = [{ left: "$$", right: "$$", display: true }, { left: "$", right: "$", display: false }];
  for (const page of document.querySelectorAll(".page")) renderMathInElement(page, { delimiters, throwOnError: false });
  // The speaker's window has none of the styles: there it is the browser that typesets.
  for (const notes of document.querySelectorAll("aside.notes"))
    renderMathInElement(notes, { delimiters, throwOnError: false, output: "mathml" });
  await Promise.all([...document.fonts].map((font) => font.load()));
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));

  const fits = (page) =>
    page.scrollHeight <= page.clientHeight &&
    [page, ...page.querySelectorAll(".text, .code pre, .printed")].every((e) => e.scrollWidth <= e.clientWidth + 1);
  // A wide formula shrinks alone: the words above it stay large.
  const narrow = (formula) => {
    formula.style.fontSize = "";
    const inside = formula.querySelector(".katex-html"), size = parseFloat(getComputedStyle(formula.firstChild).fontSize);
    const ratio = formula.clientWidth / inside.scrollWidth;
    if (ratio < 1) formula.style.fontSize = `${Math.max(20, size * ratio * 0.98) / size}em`;
  };
  for (const page of document.querySelectorAll(".page")) {
    const section = page.parentElement;
    section.style.display = "block";
    for (let size = section.classList.contains("pictured") ? 32 : 44; size >= 20; size -= 2) {
      page.style.fontSize = `${size}px`;
      page.querySelectorAll(".text .katex-display").forEach(narrow);
      if (fits(page)) break;
    }
    section.style.display = "";
  }
  const options = { width: 1280, height: 720, margin: 0, center: false, hash: true, controls: false };
  await Reveal.initialize({ ...options, slideNumber: "c/t", transition: "none", plugins: [RevealNotes] });
  document.body.dataset.ready = "yes";
})();
