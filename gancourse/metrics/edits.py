"""What an edit changed of an image, and what it was not meant to: factor by factor. Taught in lecture 15."""


def factor_changes(classifier, before, after):
    """How much each factor changed, by name: numbers, the larger the more.

    Of a factor that is a number, the mean absolute change in standard deviations of the world; of one that is one of
    several, the share of images in which it is another.

    Args:
        classifier: a `features.Classifier` that knows the factors, such as `load_features("faces")`.
        before, after: images as it takes them, equally many.

    Raises:
        ValueError: they are not equally many; or as for `Classifier.predict`.
    """
    if len(before) != len(after):
        raise ValueError(f"There are {len(before)} images before and {len(after)} after: each needs its own.")
    first, then = classifier.predict(before), classifier.predict(after)
    changes = {}
    for name, value in first.items():
        if name in classifier.numbers:
            changes[name] = float((then[name] - value).abs().mean() / getattr(classifier, f"scale_{name}"))
        else:
            changes[name] = float((then[name] != value).double().mean())
    return changes


def drift(changes, wanted):
    """The mean change of all factors but those that were `wanted`, names."""
    rest = [value for name, value in changes.items() if name not in wanted]
    return sum(rest) / len(rest)
