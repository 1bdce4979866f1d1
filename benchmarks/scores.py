"""How good generated images are, in the features of the course's classifiers, beside what real images score."""

import torch

from gancourse.data.images import load, to_float
from gancourse.metrics.distances import frechet_distance, moments
from gancourse.metrics.features import load_features, train_classifier
from gancourse.metrics.neighbours import density_coverage, precision_recall

SAMPLES = 5000
KNOWN_BY = {
    "plain-glyphs": "glyphs",
    "captioned-faces": "faces",
}  # the classifier that knows a world, where it has another name


class Judge:
    """Held-out images as a classifier sees them: its own world's, or for digits one that is trained here and now.

    Attributes:
        floor: what as many real images of the training set score.
    """

    def __init__(self, source, size):
        train_set, test = load(source, size), load(source, size, split="test")
        if source == "mnist":
            torch.manual_seed(0)
            self.network = train_classifier(train_set.x, train_set.label, 600, progress=False)
        else:
            self.network = load_features(KNOWN_BY.get(source, source))
        self.real = self.network.features(to_float(test.x[:SAMPLES]))
        self.moments = moments(self.real)
        self.floor = self.scores(to_float(train_set.x[:SAMPLES]))

    def distance(self, x):
        """Fréchet distance of images."""
        return round(frechet_distance(self.moments, self.network.features(x)), 3)

    def scores(self, x):
        """Fréchet distance, precision, recall and coverage of images."""
        features = self.network.features(x)
        found = precision_recall(self.real, features)
        return {
            "frechet": round(frechet_distance(self.moments, features), 3),
            "precision": round(found.precision, 3),
            "recall": round(found.recall, 3),
            "coverage": round(density_coverage(self.real, features).coverage, 3),
        }


def sampled(game, n=SAMPLES):
    """n samples, in [-1, 1], always of the same latent numbers."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return torch.cat([game.sample(500).float().cpu() for _ in range(n // 500)]).clamp(-1, 1)
