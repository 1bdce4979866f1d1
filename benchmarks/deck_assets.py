"""Fetch what decks are made with: `python benchmarks/deck_assets.py`.

reveal.js shows slides and the speaker's window, KaTeX typesets formulas, Source Sans 3 is the type: from their packages
on npm, of these versions, into gancourse/lectures/deck/, which is where decks take them from. No deck asks a network.
"""

import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

DECK = Path(__file__).parent.parent / "gancourse" / "lectures" / "deck"
PACKAGES = ("reveal.js@5.2.1", "katex@0.16.22", "@fontsource/source-sans-3@5.3.1")
FILES = {
    "reveal.js": {
        "dist/reveal.js": "reveal.js",
        "dist/reveal.css": "reveal.css",
        "plugin/notes/notes.js": "notes.js",
        "LICENSE": "LICENSE-reveal.js",
    },
    "katex": {
        "dist/katex.min.js": "katex.min.js",
        "dist/katex.min.css": "katex.min.css",
        "dist/contrib/auto-render.min.js": "auto-render.min.js",
        "LICENSE": "LICENSE-KaTeX",
    },
    "@fontsource/source-sans-3": {"LICENSE": "LICENSE-Source-Sans-3"},
}
RANGES = {  # of code points, as the font's own package cuts it
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,"
    "U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
    "greek": "U+0370-0377,U+037A-037F,U+0384-038A,U+038C,U+038E-03A1,U+03A3-03FF",
}


def main():
    """Put everything in place."""
    shutil.rmtree(DECK / "fonts", ignore_errors=True)
    (DECK / "fonts").mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            name = package.rpartition("@")[0]
            inside = unpacked(package, Path(folder))
            for source, target in FILES[name].items():
                shutil.copyfile(inside / source, DECK / target)
            if name == "katex":
                for font in (inside / "dist" / "fonts").glob("*.woff2"):
                    shutil.copyfile(font, DECK / "fonts" / font.name)
            elif "source-sans" in name:
                (DECK / "fonts.css").write_text("\n".join(faces(inside)) + "\n")


def unpacked(package, folder):
    """The folder of a package that npm was asked for."""
    packed = subprocess.run(["npm", "pack", package], cwd=folder, check=True, capture_output=True, text=True)
    archive = folder / packed.stdout.strip().splitlines()[-1]
    inside = folder / archive.stem
    with tarfile.open(archive) as tar:
        tar.extractall(inside, filter="data")
    return inside / "package"


def faces(inside):
    """Copy the fonts' files; yields a rule of CSS for each."""
    for alphabet, codes in RANGES.items():
        for weight in (400, 600):
            for style in ("normal", "italic"):
                name = f"source-sans-3-{alphabet}-{weight}-{style}.woff2"
                shutil.copyfile(inside / "files" / name, DECK / "fonts" / name)
                yield (
                    f'@font-face {{ font-family: "Source Sans 3"; font-style: {style}; font-weight: {weight}; '
                    f'src: url("fonts/{name}") format("woff2"); unicode-range: {codes}; }}'
                )


if __name__ == "__main__":
    main()
