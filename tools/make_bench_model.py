#!/usr/bin/env python3
"""Trains the models that bench/model_trees_bench scores: make_bench_model.py OUT.txt [TREES [LEAVES]]

100 features: user_0..49 (the same for all rows of a request), item_0..39, pair_0..9; about 25 % of the splits on pair
features. Seeded: the same arguments give the same file.
"""
import sys

import lightgbm
import numpy as np

USER, ITEM, PAIR = 50, 40, 10


def main():
    out = sys.argv[1]
    trees = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    leaves = int(sys.argv[3]) if len(sys.argv) > 3 else 64
    rng = np.random.default_rng(812)
    count = 60_000
    x = rng.normal(size=(count, USER + ITEM + PAIR)).astype(np.float32)
    effect = np.concatenate([np.full(USER, 0.5), np.full(ITEM, 0.6), np.full(PAIR, 1.3)])
    effect = effect * rng.uniform(0.5, 1.5, len(effect))
    y = np.tanh(x) @ effect + 0.5 * x[:, 0] * x[:, USER] + 0.5 * x[:, 1] * x[:, USER + ITEM]
    y = y + 2 * np.sin(3 * x[:, USER + ITEM:]).sum(axis=1) + rng.normal(size=count)
    names = [f"user_{i}" for i in range(USER)] + [f"item_{i}" for i in range(ITEM)] + [f"pair_{i}" for i in range(PAIR)]
    settings = {"objective": "regression", "num_leaves": leaves, "learning_rate": 0.1, "min_data_in_leaf": 20,
                "verbose": -1, "seed": 812, "deterministic": True, "num_threads": 2, "force_row_wise": True}
    model = lightgbm.train(settings, lightgbm.Dataset(x, y, feature_name=names), trees)
    model.save_model(out)
    splits = model.feature_importance("split")
    print(f"{out}: {model.num_trees()} trees, {splits[USER + ITEM:].sum() / splits.sum():.0%} of splits on pair features")


if __name__ == "__main__":
    main()
