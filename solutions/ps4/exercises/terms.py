"""The terms of three losses, and what is written in their place."""

import torch
import torch.nn.functional as F


def says_real(logits):
    """What is paid where real is the right answer: the mean of −log σ(f)."""
    return F.softplus(-logits).mean()


def says_fake(logits):
    return F.softplus(logits).mean()


def classify_by_logarithm(logits, labels):
    return F.nll_loss(logits.softmax(dim=1).log(), labels)


def classify_summed(logits, labels):
    return F.cross_entropy(logits, labels, reduction="sum")


HALVED = "It is half of what is asked for. Every mean stands by itself; their sum is not averaged again."
SUMS = "You sum over the batch. Every term is a mean over it."
DETACHED = (
    "The value is right, but no gradient flows from it to the logits, so nobody would learn. Stay in PyTorch: "
    "no `.item()`, no `.detach()`, no NumPy."
)
LOGARITHM_OF_PROBABILITY = (
    "At |logit| = 1000 it is inf, or cut off at 100: a probability was rounded to 0 before the logarithm. Use the "
    "logits: `softplus` or `binary_cross_entropy_with_logits`, and `cross_entropy`."
)

WRONG_TERMS = {
    "summed": (
        {
            "real": lambda f: F.softplus(-f).sum(),
            "fake": lambda f: F.softplus(f).sum(),
            "classify": classify_summed,
        },
        SUMS,
    ),
    "source_summed": (
        {"real": lambda f: F.softplus(-f).sum(), "fake": lambda f: F.softplus(f).sum()},
        "What is paid for real or generated is summed over the batch. It is a mean, as the class term is.",
    ),
    "one_per_example": (
        {"real": lambda f: F.softplus(-f), "fake": F.softplus},
        "You return one number per example. Average every term over the batch: `.mean()`.",
    ),
    "softmax_first": (
        {"classify": lambda logits, labels: F.cross_entropy(logits.softmax(dim=1), labels)},
        "Softmax is applied twice: `cross_entropy` takes logits and contains it. Hand it the class logits as they are.",
    ),
    "sigmoid_first": (
        {"real": lambda f: says_real(f.sigmoid()), "fake": lambda f: says_fake(f.sigmoid())},
        "The sigmoid is applied twice: softplus(−f) = −log σ(f) takes the logit f itself.",
    ),
    "no_softmax": (
        {"classify": F.nll_loss},
        "You pick out the logit of the class, without softmax: it can be pushed up without end. `nll_loss` takes "
        "log-probabilities; `cross_entropy` takes logits.",
    ),
    "softmax_over_batch": (
        {"classify": lambda logits, labels: F.nll_loss(logits.log_softmax(dim=0), labels)},
        "Your softmax runs along the batch, axis 0. Each example's probabilities over the *classes* sum to 1: axis 1.",
    ),
    "no_logarithm": (
        {"classify": lambda logits, labels: -logits.softmax(dim=1).gather(1, labels[:, None]).mean()},
        "The logarithm is missing in the class term: it is −log of the probability, not minus the probability.",
    ),
    "by_logarithm": (
        {"real": lambda f: -f.sigmoid().log().mean(), "fake": lambda f: -(1 - f.sigmoid()).log().mean()},
        LOGARITHM_OF_PROBABILITY,
    ),
}
CUT_OFF_TERMS = {
    "by_bce": (
        {
            "real": lambda f: F.binary_cross_entropy(f.sigmoid(), torch.ones_like(f)),
            "fake": lambda f: F.binary_cross_entropy(f.sigmoid(), torch.zeros_like(f)),
        },
        LOGARITHM_OF_PROBABILITY,
    ),
    "with_epsilon": (
        {
            "real": lambda f: -(f.sigmoid() + 1e-8).log().mean(),
            "fake": lambda f: -(1 - f.sigmoid() + 1e-8).log().mean(),
        },
        "A small number is added inside a logarithm. It prevents inf, but cuts the loss off: −log 1e-8 is 18, where "
        "1000 is right, and beyond it there is no gradient. Use the logits: `softplus` or "
        "`binary_cross_entropy_with_logits`.",
    ),
}


def only(table, *parts):
    """A table of misconceptions for a loss that has only these parts."""
    return {
        name: ({part: other for part, other in wrong.items() if part in parts}, hint)
        for name, (wrong, hint) in table.items()
    }
