#!/usr/bin/env python3
"""Compares our raw scores with LightGBM's own library, bit for bit.

    compare_lightgbm.py --scorer "build/dev/src/model/model_score_rows" MODEL...
    compare_lightgbm.py --scorer "build/release/augury model score" --flag-input MODEL...

For every model 1,000 seeded rows: random values, values exactly on the model's thresholds and one float beside them,
NaN, zeros, near-zeros, infinities, known and unseen categories. As float64 (our exact way) and, rounded, as float32
(our fast way). Exit code 0: all equal; 1: not; 77: lightgbm cannot be imported, nothing was compared.
"""
import argparse
import logging
import re
import shlex
import subprocess
import sys
import tempfile

try:
    import lightgbm
    import numpy as np
except ImportError as missing:
    print(f"SKIPPED: {missing}; run with a Python that has lightgbm and numpy")
    sys.exit(77)


def thresholds_by_feature(text):
    found = {}
    for tree in text.split("\nTree=")[1:]:
        fields = dict(line.split("=", 1) for line in tree.split("\n\n")[0].splitlines() if "=" in line)
        features = [int(f) for f in fields.get("split_feature", "").split()]
        cuts = [float(t) for t in fields.get("threshold", "").split()]
        kinds = [int(d) for d in fields.get("decision_type", "").split()]
        for feature, cut, kind in zip(features, cuts, kinds):
            if not kind & 1:
                found.setdefault(feature, set()).add(cut)
    return found


def make_rows(text, count, rng):
    infos = re.search(r"^feature_infos=(.*)$", text, re.M).group(1).split(" ")
    cuts = thresholds_by_feature(text)
    rows = np.empty((count, len(infos)))
    for f, info in enumerate(infos):
        if info.startswith("["):
            low, high = (float(v) for v in info[1:-1].split(":"))
            rows[:, f] = rng.uniform(low - 0.1 * (high - low), high + 0.1 * (high - low), count)
        elif info == "none":
            rows[:, f] = rng.normal(size=count)
        else:
            known = [int(v) for v in info.split(":")]
            unseen = [-1, max(known) + 1, max(known) + 40, 100_000, 3_000_000_000, 0.5, -0.5]
            rows[:, f] = rng.choice(known * 3 + unseen, count)
        if f in cuts:
            edges = np.array(sorted(cuts[f]))
            on = rng.random(count) < 0.2
            rows[on, f] = rng.choice(edges, on.sum())
            beside = rng.random(count) < 0.1
            picked = rng.choice(edges, beside.sum())
            rows[beside, f] = np.nextafter(picked, rng.choice([-np.inf, np.inf], beside.sum()))
    odd = np.array([np.nan, np.nan, np.nan, 0.0, 0.0, -0.0, 1e-35, -1e-35, 1e-36, -1e-40, 2e-35, -2e-35, np.inf,
                    -np.inf, 1e300, -1e300])
    strange = rng.random(rows.shape) < 0.15
    rows[strange] = rng.choice(odd, strange.sum())
    return rows


def without_sizes(text):
    """Files edited after training have tree_sizes that no longer fit; the library then reads trees one by one."""
    return re.sub(r"^tree_sizes=.*\n", "", text, count=1, flags=re.M)


def ours(scorer, flag_input, model, rows):
    with tempfile.NamedTemporaryFile(suffix=".npy") as file:
        np.save(file, np.ascontiguousarray(rows))
        file.flush()
        source = ["--input", file.name] if flag_input else [file.name]
        run = subprocess.run([*scorer, model, *source, "--margin"], capture_output=True, text=True)
    if run.returncode != 0:
        raise SystemExit(f"{model}: {run.stderr.strip()}")
    return np.array([[float(v) for v in line.split(" ")] for line in run.stdout.splitlines()])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--scorer", required=True, help="command that takes MODEL ROWS --margin")
    arguments.add_argument("--flag-input", action="store_true", help="the command takes --input ROWS")
    arguments.add_argument("--rows", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=812)
    arguments.add_argument("models", nargs="+")
    options = arguments.parse_args()
    lightgbm.register_logger(logging.getLogger("lightgbm"))
    logging.getLogger("lightgbm").setLevel(logging.ERROR)
    different = 0
    for model in options.models:
        rng = np.random.default_rng(options.seed)
        with open(model, encoding="utf-8") as file:
            text = file.read()
        rows = make_rows(text, options.rows, rng)
        booster = lightgbm.Booster(model_str=without_sizes(text))
        for kind in (np.float64, np.float32):
            with np.errstate(over="ignore"):
                values = rows.astype(kind)
            theirs = booster.predict(values, raw_score=True, num_threads=1).reshape(len(rows), -1)
            found = ours(shlex.split(options.scorer), options.flag_input, model, values)
            wrong = int((found != theirs).any(axis=1).sum()) if found.shape == theirs.shape else len(rows)
            different += wrong
            if wrong:
                row = int((found != theirs).any(axis=1).argmax())
                print(f"DIFFERENT {model} {kind.__name__}: {wrong} rows, first {row}: {found[row]} != {theirs[row]}")
    total = len(options.models)
    print(f"lightgbm {lightgbm.__version__}, seed {options.seed}: {total} models x {options.rows} rows x 2 types, "
          f"{different} rows differ")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
