"""What is said of faces, as bags of words: which words of a small vocabulary a caption has, in no order.

In captions of `faces` the order tells nothing: hair, clothes and backgrounds have colours of their own (all but black),
so that "a pink bob" and "a red top" are known from "pink", "bob" and "red". Of "a red disc left of a blue square" a bag
would not do.
"""

import difflib

import torch

from gancourse.course import CourseError
from gancourse.data.worlds.face_palette import BACKGROUNDS, BEARDS, CLOTHES, GLASSES, HAIR_COLOURS, HAIRSTYLES
from gancourse.data.worlds.faces import FACTORS, describe, faces

TOPICS = {  # what a word is about; "black" is said of hair and of clothes
    "mood": ("smiling", "frowning"),
    "age": ("young", "middle-aged", "old"),
    "hairstyle": tuple(HAIRSTYLES),
    "hair colour": tuple(HAIR_COLOURS),
    "beard": BEARDS[1:],
    "glasses": GLASSES[1:],
    "lipstick": ("lipstick",),
    "earrings": ("earrings",),
    "freckles": ("freckles",),
    "eyes and mouth": ("closed", "open"),
    "clothes": tuple(CLOTHES),
    "background": tuple(BACKGROUNDS),
}
VOCABULARY = tuple(dict.fromkeys(word for words in TOPICS.values() for word in words))
SILENT = set("a an and with wearing on person hair beard glasses top background mouth eyes".split())
FRECKLED = 0.2  # half of the faintest that there are


def bag(texts):
    """Captions as bags of words: 1 for each word of `VOCABULARY` that is said, −1 for the others, (n, words).

    Words that say nothing by themselves, such as "with", are left out.

    Raises:
        CourseError: a word that no caption of a face has.
    """
    out = -torch.ones(len(texts), len(VOCABULARY))
    for row, text in zip(out, texts, strict=True):
        for word in text.lower().replace(",", " ").replace(".", " ").split():
            if word in VOCABULARY:
                row[VOCABULARY.index(word)] = 1
            elif word not in SILENT:
                near = difflib.get_close_matches(word, VOCABULARY, n=1)
                hint = f"Did you mean {near[0]!r}?" if near else f"Words are: {', '.join(VOCABULARY)}."
                raise CourseError(f"No caption of a face says {word!r}. {hint}")
    return out


def spoken(n):
    """Bags of the captions of n faces, drawn with torch's global random numbers."""
    return bag(faces(n, 16).captions())


def captions_seen(classifier, x):
    """What a classifier sees, in the words of the world: a caption for each image.

    Args:
        classifier: one that knows every factor of a face, `load_features("faces")`.
        x: images as it takes them, shape (n, 3, H, W).
    """
    said = classifier.predict(x)
    said["freckles"] = said["freckles"] * (said["freckles"] > FRECKLED)
    columns = {name: said[name].tolist() for name in FACTORS}
    return [describe(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]
