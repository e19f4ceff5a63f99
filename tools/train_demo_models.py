#!/usr/bin/env python3
"""Trains the demo's models on the simulated shop's own log: two of LightGBM, one neural, and embeddings.

    tools/train_demo_models.py [--augury build/release/augury] [--seed 7] [--visits 20000]

`augury demo --training-rows` lets the shop live for two simulated weeks and writes what every feature was worth when
an item was shown, and whether it was clicked. The same seed and the packages pinned in tools/requirements.txt give the
same model files, byte for byte: examples/demo/models/ranker.txt, light.txt, ncf.onnx, and the tables of
vectors user_embedding.npy and item_embedding.npy.
"""
import argparse
import csv
import os
import pathlib
import subprocess
import sys
import tempfile

# One kernel and one thread for matrix products: the same sums in the same order on every AVX2 machine.
os.environ |= {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "1"}
import lightgbm
import numpy

from matrix_factorization import eight_bits, factorize
from neural_factorization import Factorization

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODELS = ROOT / "examples" / "demo" / "models"
# What is known without asking for the user's and the pair's rows.
LIGHT_FEATURES = ["item_trend", "item_clicks_1d", "item_buys_7d", "item_ctr_1d", "category_ctr_1d", "item_age_days", "price"]
SETTINGS = {
    "objective": "binary", "learning_rate": 0.1, "min_data_in_leaf": 50, "verbosity": -1,
    "deterministic": True, "force_row_wise": True, "num_threads": 1, "seed": 7,
}


def read_rows(path):
    with open(path, newline="") as lines:
        reader = csv.reader(lines)
        names = next(reader)[2:]
        visits, labels, values = [], [], []
        for row in reader:
            visits.append(int(row[0]))
            labels.append(int(row[1]))
            values.append([float(x) if x else numpy.nan for x in row[2:]])
    return names, numpy.array(visits), numpy.array(labels), numpy.array(values)


def ranks(visits, scores):
    """Within each visit from 0 for the worst to 1 for the best: what `normalize: rank` makes of a score."""
    out = numpy.empty(len(scores))
    for visit in numpy.unique(visits):
        mask = numpy.flatnonzero(visits == visit)
        out[mask[numpy.argsort(scores[mask], kind="stable")]] = numpy.linspace(0, 1, len(mask))
    return out


def ndcg(visits, labels, scores, at=10):
    total, questions = 0.0, 0
    for visit in numpy.unique(visits):
        mask = visits == visit
        gains = labels[mask][numpy.argsort(-scores[mask], kind="stable")][:at]
        if gains.sum() == 0:
            continue
        discounts = 1 / numpy.log2(numpy.arange(2, len(gains) + 2))
        total += (gains * discounts).sum() / (numpy.sort(gains)[::-1] * discounts).sum()
        questions += 1
    return total / max(questions, 1)


def train(path, columns, names, train_part, test_part, trees, leaves):
    picked = [names.index(column) for column in columns]
    visits, labels, values = train_part
    data = lightgbm.Dataset(values[:, picked], labels, feature_name=columns, free_raw_data=False)
    model = lightgbm.train({**SETTINGS, "num_leaves": leaves}, data, num_boost_round=trees)
    visits, labels, values = test_part
    print(f"{path.stem}: {trees} trees, {leaves} leaves, NDCG@10 on the last fifth "
          f"{ndcg(visits, labels, model.predict(values[:, picked])):.4f} "
          f"(at random {ndcg(visits, labels, numpy.random.default_rng(1).random(len(labels))):.4f})")
    predicted = model.predict(values[:, picked])
    # Where the file was made is nobody's business: paths stay out of it.
    text = model.model_to_string()
    path.write_text(text[:text.index("\nparameters:")] + "\n" if "\nparameters:" in text else text)
    return predicted


def train_neural(names, train_part, test_part, seed):
    """People and things as the rows of two tables; what they would like of what they have never been shown."""
    columns = [names.index("ncf_user"), names.index("ncf_item")]
    people, things = train_part[2][:, columns].T.astype(int)
    model = Factorization(users=5000, items=2000, seed=seed)
    model.train(people, things, train_part[1])
    model.write(MODELS / "ncf.onnx")
    visits, labels, values = test_part
    predicted = model.scores(*values[:, columns].T.astype(int))
    print(f"ncf: NDCG@10 on the last fifth {ndcg(visits, labels, predicted):.4f}, "
          f"{(MODELS / 'ncf.onnx').stat().st_size} bytes")
    return predicted


def train_embeddings(names, train_part, test_part, seed):
    """A vector of each person and thing, whole numbers of eight bits, and how well their products order."""
    columns = [names.index("ncf_user"), names.index("ncf_item")]
    people, things = train_part[2][:, columns].T.astype(int)
    users, items = map(eight_bits, factorize(people, things, train_part[1], users=5000, items=2000, seed=seed))
    numpy.save(MODELS / "user_embedding.npy", users)
    numpy.save(MODELS / "item_embedding.npy", items)
    visits, labels, values = test_part
    people, things = values[:, columns].T.astype(int)
    predicted = (users[people].astype(float) * items[things]).sum(axis=1)
    # Somebody without a vector has no match: all alike, as the engine has it.
    print(f"match: {users.shape[1]} numbers, NDCG@10 on the last fifth {ndcg(visits, labels, predicted):.4f}, "
          f"{(users != 0).any(axis=1).sum()} of {len(users)} people and {(items != 0).any(axis=1).sum()} of {len(items)} "
          f"things have a vector, {sum((MODELS / f'{of}_embedding.npy').stat().st_size for of in ('user', 'item'))} bytes")
    return predicted


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--augury", default=str(ROOT / "build/release/augury"))
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--visits", type=int, default=20000)
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = pathlib.Path(folder) / "rows.csv"
        subprocess.run([options.augury, "demo", "--training-rows", rows, "--seed", str(options.seed), "--visits",
                        str(options.visits), "--folder", f"{folder}/shop"], check=True)
        names, visits, labels, values = read_rows(rows)
    print(f"{len(labels)} rows, {labels.mean():.3f} clicked, {len(names)} features")
    old = visits < int(visits.max() * 0.8)
    old_part, new_part = (visits[old], labels[old], values[old]), (visits[~old], labels[~old], values[~old])
    MODELS.mkdir(parents=True, exist_ok=True)
    plain = [name for name in names if name != "match" and not name.startswith("ncf_")]
    ranker = train(MODELS / "ranker.txt", plain, names, old_part, new_part, trees=80, leaves=15)
    train(MODELS / "light.txt", LIGHT_FEATURES, names, old_part, new_part, trees=20, leaves=8)
    ncf = train_neural(names, old_part, new_part, options.seed)
    match = train_embeddings(names, old_part, new_part, options.seed)
    visits, labels, _ = new_part
    both = 0.5 * ranks(visits, ranker) + 0.3 * ranks(visits, ncf)
    print(f"ranker 0.5 + ncf 0.3, by rank: NDCG@10 on the last fifth {ndcg(visits, labels, both):.4f}")
    three = both + 0.2 * ranks(visits, match)
    print(f"ranker 0.5 + ncf 0.3 + match 0.2, by rank: NDCG@10 on the last fifth {ndcg(visits, labels, three):.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
