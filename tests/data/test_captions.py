"""What is said of faces as bags of words, and what a classifier says of pictures."""

import pytest
import torch

from gancourse.course import CourseError
from gancourse.data.images import load
from gancourse.data.worlds.captions import SILENT, TOPICS, VOCABULARY, bag, captions_seen, spoken
from gancourse.data.worlds.faces import faces
from gancourse.metrics.features import load_features


def words(row):
    return {word for word, said in zip(VOCABULARY, row.tolist(), strict=True) if said > 0}


def test_a_bag_has_the_words_in_any_order_and_says_no_to_all_others():
    first, other = bag(["A smiling person, with pink bangs.", "with bangs pink smiling a person"])
    assert torch.equal(first, other)
    assert words(first) == {"smiling", "pink", "bangs"}
    assert set(first.tolist()) == {1.0, -1.0}


def test_every_word_of_every_caption_is_in_the_vocabulary_or_says_nothing():
    torch.manual_seed(0)
    said = set()
    for text in faces(2000, 16).captions():
        said |= set(text.replace(",", "").split())
    assert said <= set(VOCABULARY) | SILENT
    assert set(VOCABULARY) <= said  # and no word is never said
    assert not set(VOCABULARY) & SILENT
    assert set(VOCABULARY) == {word for topic in TOPICS.values() for word in topic}


def test_a_word_that_nobody_says_is_named_with_the_nearest():
    with pytest.raises(CourseError, match=r"'bang'.*'bangs'"):
        bag(["pink bang"])


def test_only_black_is_said_of_two_things_so_that_a_bag_loses_no_colour():
    twice = [w for w in VOCABULARY if sum(w in topic for topic in TOPICS.values()) > 1]
    assert twice == ["black"]


def test_the_loader_gives_the_words_as_attributes():
    images = load("captioned-faces", 16, n=6)
    made = faces(6, 16, generator=torch.Generator().manual_seed(0))
    assert torch.equal(images.x, made.image)
    assert torch.equal(images.attributes, bag(made.captions()))
    assert images.attribute_names == VOCABULARY


def test_spoken_captions_differ_and_are_those_of_faces():
    torch.manual_seed(0)
    drawn = spoken(50)
    torch.manual_seed(0)
    assert torch.equal(drawn, bag(faces(50, 16).captions()))
    assert len(drawn.unique(dim=0)) == 50


def test_what_a_classifier_sees_is_what_is_there():
    torch.manual_seed(0)
    some = faces(60, 64)
    seen, said = bag(captions_seen(load_features("faces"), some.image)) > 0, bag(some.captions()) > 0
    for topic in ("hairstyle", "clothes", "background", "lipstick", "glasses"):
        of = [VOCABULARY.index(word) for word in TOPICS[topic]]
        assert (seen[:, of] == said[:, of]).float().mean() > 0.97, topic
