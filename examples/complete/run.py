#!/usr/bin/env python3
"""The complete app file at work: a small shop with embeddings, three models in an ensemble, an experiment.

    examples/complete/run.py [--augury build/release/augury] [--seed 11] [--visits 300] [--check]

People visit, are answered, and do what they do (shop_life.py); then some are asked again and the reasons are printed.
The shop lives in January 2026, within the dates of its experiment: every request says what time it is there. The list of
what is popular is up to a second behind, and this shop lives fast: figures differ a little from run to run.
"""
import argparse
import collections
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "python"))
from augury_server import Server  # noqa: E402
from shop_life import DAY, DEVICES, OPENED, Shop  # noqa: E402

MEMBERS = {"control": {"ranker", "ncf", "match"}, "treatment": {"ranker_next", "ncf", "match"}}
SOURCES = {"popular", "related", "nearest", "recent"}
BEGINS = OPENED + 14 * DAY  # When the logs end that the models were trained on.
USERS = 40  # That visit: few enough to come back.


class Visits:
    """What happened, as the shop sees it."""

    def __init__(self, server, shop):
        self.server, self.shop, self.now, self.number = server, shop, BEGINS, 0
        self.answers, self.sent, self.bought = [], collections.Counter(), []

    def ask(self, user, device, **more):
        return self.server.post("/v1/predict", {"user_id": user, "session_id": f"s{self.number}", "placement": "home", "explain": True,
                                                "context": {"device": device, "timestamp": self.now}, **more})

    def visit(self):
        draw = self.shop.random
        user, device = f"user_{draw.randint(1, USERS)}", draw.choice(DEVICES)
        self.number += 1
        answer = self.ask(user, device)
        self.answers.append(answer)
        events = self.shop.visit(user, f"s{self.number}", device, items(answer), self.now)
        if events:
            self.server.post("/v1/events", events)
        self.sent.update(event["event"] for event in events)
        self.bought += [(user, event["item_id"]) for event in events if event["event"] == "purchase"]
        self.now += 60


def items(answer):
    return [one["item_id"] for one in answer["predictions"]]


def sources(answer):
    return {reason["source"] for one in answer["predictions"] for reason in one["reasons"] if "source" in reason}


def members(server, answer):
    return {one["name"] for one in server.get(f"/v1/explain/{answer['prediction_id']}")["members"]}


def show(shop, answer):
    facts = answer["metadata"]
    print(f"\n{answer['user_id']}: {facts['level']}, variant {facts['variant']}, models {facts['model_version']}")
    for one in answer["predictions"][:5]:
        found = " ".join(reason["source"] for reason in one["reasons"] if "source" in reason)
        said = [reason for reason in one["reasons"] if "feature" in reason][:3]
        print(f"  {one['rank']}. {one['item_id']:8} {shop.items[one['item_id']]['attributes']['category']:8} {one['score']:.3f}  "
              f"{one['explanation']}; found by {found}; " + ", ".join(f"{r['feature']} {r['contribution']:+.2f}" for r in said))


def features(server):
    return [feature["name"] for feature in server.get("/v1/apps/shop")["plan"]["features"] if not feature["hidden"]]


def values(server, visits, user, shown):
    """By feature, where it has one: a value for this person or one of these things."""
    table = server.post("/v1/features/batch", {
        "user_ids": [user], "item_ids": shown, "feature_names": features(server), "session_id": f"s{visits.number}",
        "context": {"timestamp": visits.now, "device": "mobile"}})["features"]
    found = {}
    for cells in table.values():
        for name, cell in cells.items():
            cell = next((x for x in cell.values() if x is not None), None) if isinstance(cell, dict) else cell
            if cell is not None and cell != []:
                found[name] = cell
    return found


def problems(server, shop, visits, final, found):
    """What is not as the app file says."""
    def expect(is_so, otherwise):
        if not is_so:
            yield otherwise

    by_category = lambda answer: collections.Counter(shop.items[item]["attributes"]["category"] for item in items(answer))
    all_answers = visits.answers + final
    # A busy machine may cost a member its 80 ms now and then; that is what the budget is for.
    full = [a for a in final if a["metadata"]["level"] == "PRIMARY" and members(server, a) == MEMBERS[a["metadata"]["variant"]]]
    yield from expect(len(full) >= 0.9 * len(final), f"only {len(full)} of {len(final)} answers are PRIMARY with all three members")
    late = [a for a in all_answers if a["metadata"]["level"] != "PRIMARY"]
    yield from expect(len(late) <= 0.05 * len(all_answers), f"{len(late)} of {len(all_answers)} answers are not PRIMARY")
    heard = set().union(*map(sources, all_answers))
    yield from expect(heard >= SOURCES, f"nothing was found by {sorted(SOURCES - heard)}")
    for answer in all_answers:
        yield from expect(len(items(answer)) == 10, f"{len(items(answer))} items for {answer['user_id']}")
        yield from expect(max(by_category(answer).values()) <= 3, f"too much of one category: {by_category(answer)}")
        yield from expect(all(shop.items[item]["attributes"]["in_stock"] for item in items(answer)), "something is out of stock")
    yield from expect(visits.bought, "nobody bought anything")
    for user, item in visits.bought:
        again = visits.ask(user, "desktop", candidates=[item])
        yield from expect(item not in items(again), f"{user} bought {item} and is offered it again")
    variants = {answer["metadata"]["variant"] for answer in full}
    yield from expect(variants == set(MEMBERS), f"variants with all their members: {sorted(variants)}")
    again = [visits.ask("user_1", "mobile", explain=False)["metadata"]["cache_hit"] for _ in range(2)]
    yield from expect(again[1], "the same question twice was not answered from the cache")
    for event in ("view", "click", "cart", "purchase"):
        yield from expect(visits.sent[event], f"no {event} was sent")
    missing = [name for name in features(server) if name not in found]
    yield from expect(not missing, f"features without a value: {missing}")
    outcome = server.post("/v1/apps/shop/reload", {})["outcome"]
    yield from expect(outcome == "unchanged", f"the reload says {outcome}")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--augury", default=str(HERE.parent.parent / "build/release/augury"))
    options.add_argument("--seed", type=int, default=11)
    options.add_argument("--visits", type=int, default=300)
    options.add_argument("--check", action="store_true", help="exit 1 where something is not as the app file says")
    options = options.parse_args()
    shop = Shop(options.seed)
    with tempfile.TemporaryDirectory() as folder, Server(options.augury, HERE / "shop.yaml", folder) as server:
        server.post("/v1/items", shop.catalogue())
        server.post("/v1/users", shop.people())
        visits = Visits(server, shop)
        for _ in range(options.visits):
            visits.visit()
        final = [visits.ask(f"user_{n}", "mobile") for n in range(1, USERS + 1)]
        print(f"{len(shop.items)} items, {len(shop.users)} users, {options.visits} visits: " +
              ", ".join(f"{count} {event}s" for event, count in sorted(visits.sent.items())))
        for variant in ("control", "treatment"):
            for answer in [a for a in final if a["metadata"]["variant"] == variant][:1]:
                show(shop, answer)
        every = visits.answers + final
        print("\nlevels:   ", *(f"{level} {n}" for level, n in collections.Counter(a["metadata"]["level"] for a in every).items()))
        print("variants: ", *(f"{variant} {n}" for variant, n in collections.Counter(a["metadata"]["variant"] for a in final).items()))
        print("found by: ", *(f"{source} {n}" for source, n in collections.Counter(s for a in every for s in sources(a)).items()))
        found = values(server, visits, visits.answers[-1]["user_id"], items(visits.answers[-1]))
        print("features: ", *(f"{name} {cell:.4g}" for name, cell in found.items() if isinstance(cell, (int, float))))
        if not options.check:
            return 0
        wrong = list(problems(server, shop, visits, final, found))
    for problem in wrong:
        print(f"FAILED {problem}")
    print("all as the app file says" if not wrong else f"{len(wrong)} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
