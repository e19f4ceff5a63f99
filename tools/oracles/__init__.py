"""The libraries that trained a model, as oracles of its scores.

    oracle = oracles.of(path, folder)        # None: no library here reads it
    rows = oracle.rows(1000, rng)
    oracle.margins(rows)                     # one line per row, one column per output

Needs the packages of tools/requirements.txt.
"""
from oracles.catboost_oracle import CatboostOracle
from oracles.lightgbm_oracle import LightgbmOracle
from oracles.xgboost_oracle import XgboostOracle

FORMATS = [LightgbmOracle, XgboostOracle, CatboostOracle]


def of(path):
    """The oracle of a model file, told by content as augury does; None if it is of no format that both can read."""
    with open(path, 'rb') as file:
        data = file.read()
    for oracle in FORMATS:
        name = oracle.format_of(data)
        if name:
            return oracle(path, data, name)
    return None
