"""Random rows that visit every rule of a tree model.

Random values, values exactly on the model's thresholds and one representable value beside them, NaN, zeros,
near-zeros, infinities, known and unseen categories.
"""
import numpy as np

ODD = np.array([np.nan, np.nan, np.nan, 0.0, 0.0, -0.0, 1e-35, -1e-35, 1e-36, -1e-40, 2e-35, -2e-35, np.inf, -np.inf,
                1e300, -1e300])


class Feature:
    """What is known of one input: where its thresholds lie, or which categories it has."""

    def __init__(self, low=None, high=None):
        self.low, self.high = low, high
        self.cuts = set()
        self.categories = set()

    def values(self, count, rng):
        if self.categories:
            known = sorted(self.categories)
            unseen = [-1, known[-1] + 1, known[-1] + 40, 100_000, 3_000_000_000, 0.5, -0.5]
            return rng.choice(known * 3 + unseen, count)
        low, high = self.low, self.high
        if low is None and self.cuts:
            low, high = min(self.cuts), max(self.cuts)
        if low is None or not np.isfinite([low, high]).all():
            return rng.normal(size=count)
        margin = 0.1 * (high - low) or 1.0
        return rng.uniform(low - margin, high + margin, count)


def make_rows(features, count, rng, kind=np.float64):
    """`kind` is what the library compares in: what is beside a threshold is beside it in that type."""
    rows = np.empty((count, len(features)))
    for f, feature in enumerate(features):
        rows[:, f] = feature.values(count, rng)
        if feature.cuts:
            edges = np.array(sorted(feature.cuts)).astype(kind)
            on = rng.random(count) < 0.2
            rows[on, f] = rng.choice(edges, on.sum())
            beside = rng.random(count) < 0.1
            picked = rng.choice(edges, beside.sum())
            toward = rng.choice([-np.inf, np.inf], beside.sum()).astype(kind)
            with np.errstate(over='ignore'):
                rows[beside, f] = np.nextafter(picked, toward)
    strange = rng.random(rows.shape) < 0.15
    rows[strange] = rng.choice(ODD, strange.sum())
    return rows
