#!/usr/bin/env python3
"""Trains the models of examples/complete on the life of its own shop: three of LightGBM, one neural.

    tools/train_complete_models.py [--augury build/release/augury] [--seed 7] [--visits 8000]

Two weeks before the example begins, people visit the shop of examples/complete/shop_life.py and are shown things at
random; what every feature was worth then comes from a server with the example's features, and whether it was clicked
from the simulation. The same seed and the packages pinned in tools/requirements.txt give the same files, byte for byte.
"""
import argparse
import json
import sys
import tempfile

import train_demo_models as demo  # First: it says how numpy is to multiply.
import numpy
import yaml

from neural_factorization import Towers

EXAMPLE = demo.ROOT / "examples" / "complete"
sys.path += [str(EXAMPLE), str(demo.ROOT / "examples" / "python")]
from augury_server import Server  # noqa: E402
from shop_life import DAY, DEVICES, OPENED, Shop  # noqa: E402

MODELS = EXAMPLE / "models"
NUMBERS = ["user_clicks_5m", "user_spend_30d", "item_ctr_1h", "item_ctr_1d", "item_trend", "category_ctr_1d", "pair_views_7d",
           "idle", "session_depth", "hour", "device", "affinity", "item_age_days", "match"]
# What is known without asking for the user's and the pair's rows.
LIGHT = ["item_ctr_1h", "item_ctr_1d", "item_trend", "category_ctr_1d", "item_age_days"]
SHOWN = 20


def features_alone(folder):
    """The example without its models, and with impressions sent: what is shown here is shown by nobody's ranking."""
    app = yaml.safe_load((EXAMPLE / "shop.yaml").read_text())
    for part in ("models", "experiments"):
        del app[part]
    app |= {"impressions": "sent", "placements": {"home": {"score": {"members": {"match": 1}}, "recall": [
        {"recent": "item.created_at", "limit": 1}]}}}
    path = f"{folder}/shop.yaml"
    with open(path, "w") as out:
        json.dump(app, out, indent=1)
    return path


def value(table, owner, name, item):
    found = table.get(owner, {}).get(name)
    if isinstance(found, dict):
        found = found.get(item)
    return numpy.nan if found is None else float(found)


def one_visit(server, shop, number, at):
    """The rows of what is shown, by (user, item): the values of NUMBERS; and what was clicked."""
    user, device, session = shop.random.choice(list(shop.users)), shop.random.choice(DEVICES), f"s{number}"
    shown = shop.random.sample(shop.on_sale(at), SHOWN)
    table = server.post("/v1/features/batch", {
        "user_ids": [user], "item_ids": shown, "feature_names": NUMBERS, "session_id": session,
        "context": {"timestamp": at, "device": device}})["features"]
    owner = lambda name, item: next(o for o in (user, item, "") if name in table.get(o, {}))
    rows = [[value(table, owner(name, item), name, item) for name in NUMBERS] for item in shown]
    events = shop.visit(user, session, device, shown, at)
    seen = [{"event": "impression", "user_id": user, "item_id": item, "session_id": session, "timestamp": at} for item in shown]
    server.post("/v1/events?ack=os", seen + events)
    clicked = {event["item_id"] for event in events if event["event"] == "click"}
    return user, shown, rows, [item in clicked for item in shown]


def live(shop, augury, visits):
    with tempfile.TemporaryDirectory() as folder, Server(augury, features_alone(folder), folder) as server:
        server.post("/v1/items", shop.catalogue())
        server.post("/v1/users", shop.people())
        gone = [one_visit(server, shop, n, OPENED + n * 14 * DAY // visits) for n in range(visits)]
    people, things = list(shop.users), list(shop.items)
    return {"visits": numpy.repeat(numpy.arange(visits), SHOWN),
            "labels": numpy.array([label for *_, labels in gone for label in labels], float),
            "values": numpy.array([row for _, _, rows, _ in gone for row in rows]),
            "people": numpy.array([people.index(user) for user, shown, *_ in gone for _ in shown]),
            "things": numpy.array([things.index(item) for _, shown, *_ in gone for item in shown])}


def train_towers(shop, seed, log, old):
    known = lambda table, name: numpy.array([row["vectors"][name] for row in table.values()])
    users, items = known(shop.users, "user_embedding"), known(shop.items, "item_embedding")
    model = Towers(users=users.shape[1], items=items.shape[1], seed=seed)
    model.train(users[log["people"][old]], items[log["things"][old]], log["labels"][old])
    model.write(MODELS / "ncf.onnx", "user_embedding", "item_embedding")
    return model.scores(users[log["people"][~old]], items[log["things"][~old]])


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--augury", default=str(demo.ROOT / "build/release/augury"))
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--visits", type=int, default=8000)
    options = options.parse_args()
    shop = Shop(options.seed)
    log = live(shop, options.augury, options.visits)
    print(f"{len(log['labels'])} rows, {log['labels'].mean():.3f} clicked")
    old = log["visits"] < options.visits * 0.8
    parts = [tuple(log[name][which] for name in ("visits", "labels", "values")) for which in (old, ~old)]
    MODELS.mkdir(exist_ok=True)
    ranker = demo.train(MODELS / "ranker.txt", NUMBERS, NUMBERS, *parts, trees=60, leaves=12)
    demo.train(MODELS / "ranker_next.txt", NUMBERS, NUMBERS, *parts, trees=90, leaves=8)
    demo.train(MODELS / "light.txt", LIGHT, NUMBERS, *parts, trees=20, leaves=8)
    ncf = train_towers(shop, options.seed, log, old)
    visits, labels, values = parts[1]
    print(f"ncf: NDCG@10 on the last fifth {demo.ndcg(visits, labels, ncf):.4f}, {(MODELS / 'ncf.onnx').stat().st_size} bytes")
    match = demo.ranks(visits, values[:, NUMBERS.index("match")])
    all_three = .5 * demo.ranks(visits, ranker) + .3 * demo.ranks(visits, ncf) + .2 * match
    print(f"match: {demo.ndcg(visits, labels, match):.4f}; all three, by rank: {demo.ndcg(visits, labels, all_three):.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
