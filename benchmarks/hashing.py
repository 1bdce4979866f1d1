"""Searching by binary codes, as lecture 02 shows it: `python benchmarks/hashing.py [pictures texts]`, 8 minutes.

- pictures: glyphs that show the query's digit, among 60,000;
- texts: docstrings of SciPy that are of the query's part of it.

Binary codes are those of an autoencoder, and the signs of principal components; beside them a search without codes.
Writes notebooks/measured/hashing.json; a part that is not named stays as it was.
"""

import sys

import numpy as np
import torch
from autoencoders import SEEDS, flat_glyphs, timed
from measured import columns, keep
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer

from gancourse.codes.autoencoder import fit
from gancourse.codes.documents import scipy_documents
from gancourse.codes.hashing import HashingAutoencoder, hamming_search, pack, precision

COMMAND = "python benchmarks/hashing.py"
BITS = (8, 16, 32, 64)


def signs(model, *parts):
    """Bits by the signs of components, as many bits as there are of them."""
    return [model.transform(part) > 0 for part in parts]


def picture_search(seed, bits=BITS, n=60_000, queries=200, steps=1000, found=100):
    """By way of searching, precision of the first hundred and milliseconds a query."""
    torch.manual_seed(seed)
    x, y = flat_glyphs(n, seed)
    asked, wanted = flat_glyphs(queries, 1000 + seed)
    table = {}
    for b in bits:
        model = HashingAutoencoder((x.shape[1], 512, b))
        fit(model, x, steps, lr=3e-3)
        pca = PCA(b, random_state=seed).fit(x[:10_000])
        ways = {"autoencoder": (model.bits(asked), model.bits(x)), "PCA": signs(pca, asked.numpy(), x.numpy())}
        for name, pair in ways.items():
            queried, codes = map(pack, pair)
            (index, _), seconds = timed(lambda q=queried, c=codes: hamming_search(q, c, found))
            row = {"precision": precision(index, wanted, y), "milliseconds": 1000 * seconds / queries}
            table[f"{name}, {b} bits"] = row
    index, seconds = timed(lambda: nearest(asked.numpy(), x.numpy(), found))
    table["pixels"] = {"precision": precision(index, wanted, y), "milliseconds": 1000 * seconds / queries}
    table["chance"] = {"precision": float((np.bincount(y) / len(y))[wanted].mean()), "milliseconds": 0.0}
    return {name: {key: round(v, 4) for key, v in row.items()} for name, row in table.items()}


def nearest(queries, x, k):
    """The k nearest of x (n, d) by Euclidean distance to each query, one query at a time, as a search comes."""
    lengths = (x**2).sum(axis=1)
    return np.stack([np.argsort(lengths - 2 * x @ query, kind="stable")[:k] for query in queries])


def measure_pictures(seeds=SEEDS, **sizes):
    runs = []
    for seed in range(seeds):
        runs.append(picture_search(seed, **sizes))
        print({k: v["precision"] for k, v in runs[-1].items()}, flush=True)
    return {name: columns([run[name] for run in runs]) for name in runs[0]}


def text_search(texts, seed, bits=BITS, steps=600, queries=200, found=10):
    """By way of searching, the precision of the first ten: the share of texts from the same part of SciPy."""
    torch.manual_seed(seed)
    order = np.random.default_rng(seed).permutation(len(texts.names))
    asked, kept = order[:queries], order[queries:]
    weighted = TfidfTransformer(sublinear_tf=True).fit(texts.counts[kept])
    tfidf = [weighted.transform(texts.counts[part]).toarray() for part in (asked, kept)]
    wanted, labels = texts.label[asked], texts.label[kept]
    counts = torch.as_tensor(texts.counts)
    table = {}
    for b in bits:
        model = HashingAutoencoder((counts.shape[1], 128, b), "counts")
        fit(model, counts[kept], steps, lr=2e-3, mask=0.25)
        lsa = TruncatedSVD(b, random_state=seed).fit(tfidf[1])
        ways = {"autoencoder": (model.bits(counts[asked]), model.bits(counts[kept])), "LSA": signs(lsa, *tfidf)}
        for name, pair in ways.items():
            index, _ = hamming_search(*map(pack, pair), found)
            table[f"{name}, {b} bits"] = precision(index, wanted, labels)
    index = np.argsort(-tfidf[0] @ tfidf[1].T, axis=1, kind="stable")[:, :found]
    table["tf-idf"] = precision(index, wanted, labels)
    table["chance"] = float((np.bincount(labels) / len(labels))[wanted].mean())
    return {name: round(v, 4) for name, v in table.items()}


def measure_texts(seeds=SEEDS, **sizes):
    import scipy

    texts = scipy_documents()
    runs = [text_search(texts, seed, **sizes) for seed in range(seeds)]
    print(columns(runs), flush=True)
    about = {"scipy": scipy.__version__, "texts": len(texts.names), "words": len(texts.words)}
    return about | {"precision": columns(runs)}


PARTS = {"pictures": measure_pictures, "texts": measure_texts}
PROTOCOL = {
    "pictures": "60,000 glyphs of 16×16; the share of the first 100 that show the query's digit, 200 queries; seconds "
    "of the processor, one thread.",
    "texts": "Docstrings of SciPy; the share of the first 10 that are of the query's part of SciPy, 200 queries.",
}


def main():
    torch.set_num_threads(1)
    for name in sys.argv[1:] or PARTS:
        if name not in PARTS:
            sys.exit(f"No part {name}; there are: {', '.join(PARTS)}")
        keep("hashing", COMMAND, name, PARTS[name](), list(PARTS), {"protocol": PROTOCOL})


if __name__ == "__main__":
    main()
