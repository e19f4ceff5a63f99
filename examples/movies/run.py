#!/usr/bin/env python3
"""Real ratings through the public API: how good are the answers to "which film next", how fast?

    examples/movies/run.py [--augury build/release/augury] [--questions N] [--check]

MovieTweetings (../shared/data/movietweetings-100k), 100,000 ratings; what is done with them and what is printed says
examples/python/log_walk.py.
"""
import csv
import gzip
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "python"))
import log_walk  # noqa: E402

DATA = HERE.parent.parent.parent / "shared" / "data" / "movietweetings-100k"


def films():
    with open(DATA / "movies.csv", newline="", encoding="utf-8") as lines:
        return [{"item_id": f"m{row['movie_id']}",
                 "attributes": {"title": row["title"], "genres": [genre for genre in row["genres"].split("|") if genre]}}
                for row in csv.DictReader(lines)]


def ratings():
    with gzip.open(DATA / "ratings.csv.gz", "rt", newline="") as lines:
        rows = [{"event": "rating", "user_id": f"u{row['user_id']}", "item_id": f"m{row['movie_id']}",
                 "timestamp": int(row["timestamp"]), "fields": {"stars": float(row["rating"])}} for row in csv.DictReader(lines)]
    return sorted(rows, key=lambda row: row["timestamp"])  # Stable: ties keep the file's order.


if __name__ == "__main__":
    sys.exit(log_walk.main(log_walk.Log(DATA, HERE / "movies.yaml", films, ratings, baskets=False,
                                        goals={"A": .225, "B": .150}), __doc__))
