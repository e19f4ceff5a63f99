#!/usr/bin/env python3
"""Real ratings through the public API: how good are the answers, how fast?

    examples/movies/run.py [--augury build/release/augury] [--questions N] [--check]

Puts MovieTweetings (../shared/data/movietweetings-100k) into a fresh server in time order: the films, then the first
90 % of the ratings in batches. Then for each of the last 10 %: asks for the top 10 of the films that user has not
rated, and only then sends the rating. Every question and event carries the time it happened at. Prints NDCG@10 and hit
rate of all-time popular and 3-day popular (half-life; both computed here) and of Augury, for the same questions.

--questions N asks only the first N. --check exits with 1 unless Augury is level with 3-day popular. Needs nothing but
Python.
"""
import argparse
import collections
import csv
import gzip
import json
import math
import pathlib
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "python"))
from augury_server import Server  # noqa: E402

DATA = HERE.parent.parent.parent / "shared" / "data" / "movietweetings-100k"
TOP = 10
BATCH = 500
HALF_LIFE_S = 3 * 86400


def read_films():
    with open(DATA / "movies.csv", newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def read_ratings():
    with gzip.open(DATA / "ratings.csv.gz", "rt", newline="") as lines:
        rows = [(row["user_id"], row["movie_id"], float(row["rating"]), int(row["timestamp"])) for row in csv.DictReader(lines)]
    rows.sort(key=lambda row: row[3])  # Stable: ties keep the file's order.
    return rows


def event(row, number):
    user, film, stars, at = row
    return {"event": "rating", "event_id": f"r{number}", "user_id": f"u{user}", "item_id": f"m{film}", "timestamp": at,
            "fields": {"stars": stars}}


class Popularity:
    """Counts that halve every `half_life` seconds, kept at one moment; infinity never forgets."""

    def __init__(self, half_life):
        self.half_life = half_life
        self.values = collections.defaultdict(float)
        self.times = {}

    def add(self, film, at):
        self.values[film] = self.at(film, at) + 1
        self.times[film] = at

    def at(self, film, now):
        if film not in self.times:
            return 0.0
        return self.values[film] * 2 ** (-(now - self.times[film]) / self.half_life)

    def top(self, seen, now):
        ranked = sorted(self.values, key=lambda film: (-self.at(film, now), film))
        return [film for film in ranked if film not in seen][:TOP]


class Quality:
    def __init__(self):
        self.questions, self.hits, self.gain = 0, 0, 0.0

    def add(self, answer, truth):
        self.questions += 1
        if truth in answer:
            self.hits += 1
            self.gain += 1 / math.log2(answer.index(truth) + 2)

    @property
    def ndcg(self):
        return self.gain / max(self.questions, 1)

    def line(self, name):
        return f"  {name:<28}{self.ndcg:>8.4f}{self.hits / max(self.questions, 1):>10.3f}"


def put_films(server, films):
    items = [{"item_id": f"m{film['movie_id']}",
              "attributes": {"title": film["title"], "genres": [g for g in film["genres"].split("|") if g]}} for film in films]
    for first in range(0, len(items), BATCH):
        server.post("/v1/items", items[first:first + BATCH])


def put_history(server, ratings):
    begun = time.monotonic()
    for first in range(0, len(ratings), BATCH):
        server.post("/v1/events", [event(row, first + i) for i, row in enumerate(ratings[first:first + BATCH])])
    return len(ratings) / (time.monotonic() - begun)


def walk(server, history, questions):
    seen = collections.defaultdict(set)
    always, fresh = Popularity(math.inf), Popularity(HALF_LIFE_S)
    for user, film, _, at in history:
        seen[user].add(film)
        always.add(film, at)
        fresh.add(film, at)
    scores = {name: Quality() for name in ("popular, all so far", "popular, 3-day half-life", "Augury")}
    latencies = []
    for number, row in enumerate(questions):
        user, film, _, at = row
        scores["popular, all so far"].add(always.top(seen[user], at), film)
        scores["popular, 3-day half-life"].add(fresh.top(seen[user], at), film)
        begun = time.monotonic()
        answer = server.post("/v1/predict", {"user_id": f"u{user}", "num_predictions": TOP, "context": {"timestamp": at},
                                             "exclude": [f"m{each}" for each in seen[user]]})
        latencies.append(time.monotonic() - begun)
        scores["Augury"].add([item["item_id"][1:] for item in answer["predictions"]], film)
        server.post("/v1/events", event(row, len(history) + number))
        seen[user].add(film)
        always.add(film, at)
        fresh.add(film, at)
    return scores, sorted(latencies)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--augury", default=str(HERE.parent.parent / "build/release/augury"))
    options.add_argument("--questions", type=int, default=0)
    options.add_argument("--check", action="store_true")
    options = options.parse_args()
    if not DATA.exists():
        print(f"SKIPPED: no data at {DATA}")
        return 77
    ratings = read_ratings()
    split = len(ratings) * 9 // 10
    questions = ratings[split:][:options.questions or None]
    with tempfile.TemporaryDirectory() as folder, Server(options.augury, HERE / "movies.yaml", folder) as server:
        put_films(server, read_films())
        rate = put_history(server, ratings[:split])
        scores, latencies = walk(server, ratings[:split], questions)
    print(f"{split} ratings put in at {rate:,.0f} events/s (this script included), then {len(questions)} questions")
    print(f"  {'':<28}{'NDCG@10':>8}{'hit rate':>10}")
    for name, quality in scores.items():
        print(quality.line(name))
    print(f"  asked and answered: p50 {latencies[len(latencies) // 2] * 1e3:.2f} ms, "
          f"p99 {latencies[len(latencies) * 99 // 100] * 1e3:.2f} ms")
    floor = 0.98 * scores["popular, 3-day half-life"].ndcg
    if options.check and scores["Augury"].ndcg < floor:
        print(f"FAILED: Augury's NDCG@10 is below {floor:.4f}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
