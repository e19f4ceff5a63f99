#!/usr/bin/env python3
"""Real purchases through the public API: how good are the answers to "what next" and "what again", how fast?

    examples/shop/run.py [--augury build/release/augury] [--questions N] [--check]

Online Retail (../shared/data/online-retail), the 397,884 rows that are a customer's purchases; what is done with them
and what is printed says examples/python/log_walk.py. Needs the `zstd` command to unpack.
"""
import csv
import datetime
import functools
import io
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "python"))
import log_walk  # noqa: E402

DATA = HERE.parent.parent.parent / "shared" / "data" / "online-retail"


def is_purchase(row):
    return (row["CustomerID"] and not row["InvoiceNo"].startswith("C") and float(row["Quantity"]) > 0
            and float(row["UnitPrice"]) > 0)


@functools.cache
def rows():
    text = subprocess.run(["zstd", "-dcq", DATA / "online_retail.csv.zst"], check=True, capture_output=True).stdout.decode()
    return sorted(filter(is_purchase, csv.DictReader(io.StringIO(text))), key=lambda row: row["InvoiceDate"])  # Stable.


def things():
    """Under the description first seen."""
    names = {}
    for row in rows():
        names.setdefault(row["StockCode"], row["Description"])
    return [{"item_id": code, "attributes": {"description": name}} for code, name in names.items()]


@functools.cache
def seconds(date):
    return int(datetime.datetime.fromisoformat(date).replace(tzinfo=datetime.timezone.utc).timestamp())


def purchases():
    return [{"event": "purchase", "user_id": row["CustomerID"].removesuffix(".0"), "item_id": row["StockCode"],
             "timestamp": seconds(row["InvoiceDate"]),
             "fields": {"quantity": float(row["Quantity"]), "price": float(row["UnitPrice"])}} for row in rows()]


if __name__ == "__main__":
    sys.exit(log_walk.main(log_walk.Log(DATA, HERE / "shop.yaml", things, purchases, baskets=True,
                                        goals={"A": .200, "Ab": .019, "Ab with repeats": .050, "B": .090}), __doc__))
