"""What crosses between processes: plain data, checked when it comes in."""

import numpy as np
import pytest

from gancourse.exercises.observe import MAX_BYTES, decode, encode, observe
from gancourse.grading.sandbox import received


@pytest.mark.parametrize(
    "value",
    [3, -2.5, True, np.float64(1e300), np.arange(6).reshape(2, 3), np.array([np.nan, np.inf]), np.float32([1, 2])],
)
def test_numbers_and_arrays_come_back_exactly(value):
    assert np.array_equal(decode(encode(value)), value, equal_nan=True)
    assert np.asarray(decode(encode(value))).shape == np.asarray(value).shape


def test_a_tensor_comes_back_as_its_numbers():
    import torch

    assert decode(encode(torch.ones(2, requires_grad=True))).tolist() == [1, 1]


def test_a_ragged_list_comes_back_as_a_list_and_anything_else_as_its_type():
    assert [np.size(v) for v in decode(encode([np.ones(2), 1.0]))] == [2, 1]
    assert decode(encode({"a": 1})) is None
    assert encode(None) == {"type": "NoneType"}
    assert decode(encode(1 + 2j)) is None


def test_an_array_over_the_cap_is_named_and_not_sent():
    sent = encode(np.zeros(MAX_BYTES // 8 + 1))
    assert "base64" not in sent
    assert "MB" in sent["type"]


@pytest.mark.parametrize(
    "data",
    [
        {"dtype": "float64", "shape": [3], "base64": "AAAA"},  # too few bytes
        {"dtype": "object", "shape": [1], "base64": "AAAAAAAAAAA="},  # a pickle in disguise
        {"dtype": "float64", "shape": [-1], "base64": "AAAAAAAAAAA="},
        {"dtype": "float64", "shape": ["1"], "base64": "AAAAAAAAAAA="},
    ],
)
def test_a_forged_buffer_is_refused(data):
    with pytest.raises(ValueError):
        decode(data)
    assert received({"value": data, "after": [], "error": None})["value"] == {"type": "malformed answer"}


@pytest.mark.parametrize("data", [None, [], {}, {"value": 3, "after": [], "error": None}, {"error": {"type": 1}}])
def test_what_is_no_observation_agrees_with_nothing(data):
    assert decode(received(data)["value"]) is None


def test_the_function_gets_copies():
    z = np.zeros(3)

    def spoil(z):
        z += 1
        return z

    seen = observe(spoil, [z])
    assert z.tolist() == [0, 0, 0]
    assert decode(seen["after"][0]).tolist() == [1, 1, 1]


def test_an_exception_is_told_with_its_line():
    def broken(z):
        return z + thta  # noqa: F821

    error = observe(broken, [1.0])["error"]
    assert error["type"] == "NameError"
    assert "thta" in error["message"]
    assert error["line"].startswith("return z + thta")


def test_leaving_early_is_an_answer_like_any_other():
    assert observe(lambda: exit(0), [])["error"]["type"] == "SystemExit"
