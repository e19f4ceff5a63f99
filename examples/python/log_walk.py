"""Walks a log of real events through the public API: how good are the answers, how fast, what do they cost?

The first 90 % of the events by time are put in, in bulk. What follows is asked about before it is sent, each question
with the time its event happened at (`context.timestamp`):

    A    one question per event, before that event: the next thing this user takes. Things they took before do not count.
    Ab   the same, but the rows of one basket (a user, a minute) are sent only when all of it was asked about: A is partly
         "what comes next on this receipt", Ab is "what will this customer come for".
    Ab with repeats   every row of the basket counts, those taken before too, at the placement `again`.
    B    frozen at the split: one question per user; right is everything new to them in the last 10 %.

A thing that was never in the log when it is asked for counts as a miss. Prints NDCG@10 and hit rate of all-time popular
and 3-day popular (half-life) and of Augury for the same questions, with 95 % intervals (bootstrap over users), and the
time and CPU taken. Needs nothing but Python.
"""
import argparse
import bisect
import collections
import dataclasses
import json
import math
import pathlib
import random
import sys
import tempfile
import time

from augury_server import Server

TOP = 10
BATCH = 500
HALF_LIFE_S = 3 * 86400
RESAMPLES = 400
ALWAYS, FRESH, OURS = "popular, all so far", "popular, 3-day half-life", "Augury"


@dataclasses.dataclass
class Log:
    folder: pathlib.Path
    app_file: pathlib.Path
    read_items: object  # () -> items as the API takes them
    read_events: object  # () -> events as the API takes them, by time; `timestamp` in seconds
    baskets: bool  # Rows of one user and one moment are one basket.
    goals: dict  # Protocol -> NDCG@10 that the default ranking must reach.


class Popularity:
    """Counts that halve every `half_life` seconds, best first at every moment; equals by all-time count."""

    def __init__(self, half_life):
        self.half_life = half_life
        self.log_values, self.counts = {}, collections.Counter()
        self.order = []  # (-log2 of the value at time 0, -count, item): time moves all alike.

    def place(self, item):
        return (-self.log_values[item], -self.counts[item], item)

    def add(self, item, at):
        gain = at / self.half_life
        if item in self.log_values:
            del self.order[bisect.bisect_left(self.order, self.place(item))]
            value = self.log_values[item]
            gain = max(value, gain) + math.log2(1 + 2 ** -abs(value - gain))
        self.counts[item] += 1
        self.log_values[item] = gain if self.half_life < math.inf else math.log2(self.counts[item])
        bisect.insort(self.order, self.place(item))

    def top(self, without):
        found = []
        for _, _, item in self.order:
            if item not in without:
                found.append(item)
                if len(found) == TOP:
                    break
        return found


def ndcg(answer, truth):
    gain = sum(1 / math.log2(rank + 2) for rank, item in enumerate(answer) if item in truth)
    return gain / sum(1 / math.log2(rank + 2) for rank in range(min(len(truth), TOP)))


class Quality:
    """Of one protocol: every scorer over the same questions, summed by user for the bootstrap."""

    def __init__(self):
        self.by_user = collections.defaultdict(lambda: collections.defaultdict(lambda: [0.0, 0, 0]))

    def add(self, user, answers, truth):
        for name, answer in answers.items():
            sums = self.by_user[name][user]
            sums[0] += ndcg(answer, truth)
            sums[1] += any(item in truth for item in answer)
            sums[2] += 1

    def mean(self, name, column=0):
        rows = self.by_user[name].values()
        return sum(row[column] for row in rows) / max(sum(row[2] for row in rows), 1)

    def intervals(self):
        names = list(self.by_user)
        rows = [[self.by_user[name][user] for name in names] for user in self.by_user[names[0]]]
        chance = random.Random(1)
        means = collections.defaultdict(list)
        for _ in range(RESAMPLES):
            drawn = chance.choices(rows, k=len(rows))
            questions = sum(row[0][2] for row in drawn)
            for i, name in enumerate(names):
                means[name].append(sum(row[i][0] for row in drawn) / questions)
        low, high = int(RESAMPLES * .025), int(RESAMPLES * .975)
        return {name: (sorted(each)[low], sorted(each)[high]) for name, each in means.items()}

    def print(self, title):
        questions = sum(row[2] for row in self.by_user[OURS].values())
        print(f"{title}: {questions:,} questions of {len(self.by_user[OURS]):,} users")
        for name, (low, high) in self.intervals().items():
            print(f"  {name:<28}NDCG@{TOP} {self.mean(name):.4f}  ({low:.4f} to {high:.4f})   hit rate {self.mean(name, 1):.3f}")


class Meter:
    """CPU of the server and of this process since the last look, in seconds."""

    def __init__(self, server):
        self.tasks = pathlib.Path(f"/proc/{server.process.pid}/task")
        self.last = self.now()

    def now(self):
        theirs = sum(int((task / "schedstat").read_text().split()[0]) for task in self.tasks.iterdir()) / 1e9
        return theirs, time.process_time()

    def lap(self):
        before, self.last = self.last, self.now()
        return self.last[0] - before[0], self.last[1] - before[1]

    def wait_until_idle(self):
        while self.lap()[0] > .002:
            time.sleep(.2)


class Walk:
    def __init__(self, log, server, everything):
        self.log, self.server, self.everything = log, server, everything
        self.seen = collections.defaultdict(set)
        self.known = set()
        self.always, self.fresh = Popularity(math.inf), Popularity(HALF_LIFE_S)
        self.latencies = []

    def count(self, event):
        user, item, at = event["user_id"], event["item_id"], event["timestamp"]
        self.seen[user].add(item)
        self.known.add(item)
        self.always.add(item, at)
        self.fresh.add(item, at)

    def put_in(self, items, history):
        """The one place that loads: the catalogue, then the past, each in bulk."""
        for first in range(0, len(items), BATCH):
            self.server.post("/v1/items", items[first:first + BATCH])
        for first in range(0, len(history), BATCH):
            self.server.post("/v1/events", history[first:first + BATCH])

    def ask(self, user, at, placement="home"):
        question = {"user_id": user, "placement": placement, "num_predictions": TOP, "context": {"timestamp": at}}
        if self.everything:
            question["candidates"] = [item for item in self.known if placement != "home" or item not in self.seen[user]]
        body = json.dumps(question).encode()
        begun = time.monotonic()
        answer = self.server.request("POST", "/v1/predict", body)
        self.latencies.append(time.monotonic() - begun)
        return [each["item_id"] for each in answer["predictions"]]

    def answers(self, user, at):
        seen = self.seen[user]
        return {ALWAYS: self.always.top(seen), FRESH: self.fresh.top(seen), OURS: self.ask(user, at)}

    def frozen(self, future, at):
        relevant = collections.defaultdict(set)
        for event in future:
            user, item = event["user_id"], event["item_id"]
            if user in self.seen and item in self.known and item not in self.seen[user]:
                relevant[user].add(item)
        quality = Quality()
        for user, truth in relevant.items():
            quality.add(user, self.answers(user, at), truth)
        return quality

    def baskets(self, events):
        if not self.log.baskets:
            yield from ([event] for event in events)
            return
        basket = []
        for event in events:
            if basket and (event["user_id"], event["timestamp"]) != (basket[0]["user_id"], basket[0]["timestamp"]):
                yield basket
                basket = []
            basket.append(event)
        if basket:
            yield basket

    def onward(self, events):
        names = ("A", "Ab", "Ab with repeats") if self.log.baskets else ("A",)
        qualities = {name: Quality() for name in names}
        for basket in self.baskets(events):
            user, at = basket[0]["user_id"], basket[0]["timestamp"]
            if self.log.baskets:
                self.ask_about(basket, user, at, qualities)
            for event in basket:
                if event["item_id"] not in self.seen[user]:
                    qualities["A"].add(user, self.answers(user, at), {event["item_id"]})
                self.server.post("/v1/events", event)
                self.count(event)
        return qualities

    def ask_about(self, basket, user, at, qualities):
        """Nothing of the basket is known yet, so all of it is one question, right or wrong once per row."""
        new = dict.fromkeys(event["item_id"] for event in basket if event["item_id"] not in self.seen[user])
        if new:
            answers = self.answers(user, at)
            for item in new:
                qualities["Ab"].add(user, answers, {item})
        answers = {ALWAYS: self.always.top(()), FRESH: self.fresh.top(()), OURS: self.ask(user, at, "again")}
        for event in basket:
            qualities["Ab with repeats"].add(user, answers, {event["item_id"]})


def milliseconds(latencies):
    latencies = sorted(latencies)
    return f"p50 {latencies[len(latencies) // 2] * 1e3:.2f} ms, p99 {latencies[len(latencies) * 99 // 100] * 1e3:.2f} ms"


def run(log, options):
    events = log.read_events()
    for number, event in enumerate(events):
        event["event_id"] = f"e{number}"
    split = len(events) * 9 // 10
    history, future = events[:split], events[split:]
    with tempfile.TemporaryDirectory() as folder, Server(options.augury, options.app, folder) as server:
        walk, meter = Walk(log, server, options.all_items), Meter(server)
        begun = time.monotonic()
        walk.put_in(log.read_items(), history)
        took, (theirs, ours) = time.monotonic() - begun, meter.lap()
        print(f"{split:,} events put in, {split / took:,.0f}/s; CPU per event: server {theirs / split * 1e6:.1f} us, "
              f"client {ours / split * 1e6:.1f} us")
        for event in history:
            walk.count(event)
        meter.wait_until_idle()
        qualities = {"B": walk.frozen(future, history[-1]["timestamp"])}
        asked, (theirs, ours) = len(walk.latencies), meter.lap()
        print(f"{asked:,} questions to a server at rest: {milliseconds(walk.latencies)}; CPU per question: "
              f"server {theirs / asked * 1e6:,.0f} us, client {ours / asked * 1e6:,.0f} us")
        walk.latencies.clear()
        future = future[:options.questions or None]
        qualities.update(walk.onward(future))
        asked, (theirs, ours) = len(walk.latencies), meter.lap()
        print(f"{len(future):,} events onward, one at a time, {asked:,} questions before them: {milliseconds(walk.latencies)}; CPU "
              f"per question with its events: server {theirs / asked * 1e6:,.0f} us, client {ours / asked * 1e6:,.0f} us")
    for name, quality in qualities.items():
        quality.print(name)
    return qualities


def check(log, qualities, whole):
    """The goals where all questions were asked; of the first few only that Augury is ahead of what is popular."""
    failed = False
    for name, quality in qualities.items():
        ours = quality.mean(OURS)
        goal = log.goals[name] if whole or name == "B" else quality.mean(FRESH)
        if name != "Ab" or whole:  # A few baskets tell nothing.
            print(f"  {name}: {ours:.4f}, expected at least {goal:.4f}" + ("" if ours >= goal else "   FAILED"))
            failed |= ours < goal
    return 1 if failed else 0


def main(log, description):
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--augury", default=str(pathlib.Path(__file__).resolve().parent.parent.parent / "build/release/augury"))
    options.add_argument("--app", default=log.app_file, help="another app file with the same events, such as one from `augury check --expand`")
    options.add_argument("--questions", type=int, default=0, help="go on for so many events only")
    options.add_argument("--all-items", action="store_true", help="rank all items instead of those that recall finds (slow)")
    options.add_argument("--check", action="store_true", help="exit with 1 unless the answers are as good as they must be")
    options = options.parse_args()
    if not log.folder.exists():
        print(f"SKIPPED: no data at {log.folder}")
        return 77
    qualities = run(log, options)
    return check(log, qualities, not options.questions) if options.check else 0
