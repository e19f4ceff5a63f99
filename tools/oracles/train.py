"""Freshly trained models of many shapes, small and seeded: what the public ones lack.

Depths, missing values, classes, rankings, dart, categories, versions of base_score; and models that are refused.
"""
import json
import logging

import catboost
import lightgbm
import numpy as np
import xgboost

SEED = 812
logging.getLogger('lightgbm').setLevel(logging.ERROR)
lightgbm.register_logger(logging.getLogger('lightgbm'))


def samples(rng, count=600, inputs=8):
    rows = rng.normal(size=(count, inputs))
    rows[:, 1] = np.round(rows[:, 1] * 3)
    rows[:, 2] = rng.integers(0, 40, count)
    rows[rng.random(rows.shape) < 0.08] = np.nan
    rows[rng.random(rows.shape) < 0.05] = 0.0
    filled = np.nan_to_num(rows)
    target = filled[:, 0] * 2 + np.sin(filled[:, 1]) + (filled[:, 2] % 7 == 3) + rng.normal(size=count) * 0.3
    return rows, target


def labels(target, classes):
    edges = np.quantile(target, np.linspace(0, 1, classes + 1)[1:-1])
    return np.digitize(target, edges)


XGBOOST = {
    'squared': ({}, None), 'logistic': ({'objective': 'binary:logistic'}, 2),
    'logitraw': ({'objective': 'binary:logitraw'}, 2), 'hinge': ({'objective': 'binary:hinge'}, 2),
    'reglogistic': ({'objective': 'reg:logistic', 'base_score': 0.25}, 2),
    'softmax': ({'objective': 'multi:softmax', 'num_class': 4}, 4),
    'softprob': ({'objective': 'multi:softprob', 'num_class': 3, 'num_parallel_tree': 2, 'subsample': 0.7}, 3),
    'poisson': ({'objective': 'count:poisson'}, 5), 'gamma': ({'objective': 'reg:gamma'}, 'positive'),
    'tweedie': ({'objective': 'reg:tweedie'}, 'positive'), 'cox': ({'objective': 'survival:cox'}, 'positive'),
    'absolute': ({'objective': 'reg:absoluteerror'}, None), 'huber': ({'objective': 'reg:pseudohubererror'}, None),
    'quantile': ({'objective': 'reg:quantileerror', 'quantile_alpha': [0.2, 0.5, 0.8]}, None),
    'ranknd': ({'objective': 'rank:ndcg'}, 'rank'), 'rankpair': ({'objective': 'rank:pairwise'}, 'rank'),
    'rankmap': ({'objective': 'rank:map'}, 'rank2'), 'targets': ({}, 'targets'),
    'dart': ({'booster': 'dart', 'rate_drop': 0.4, 'objective': 'binary:logistic'}, 2),
    'dartmulti': ({'booster': 'dart', 'rate_drop': 0.4, 'objective': 'multi:softprob', 'num_class': 3}, 3),
    'exact': ({'tree_method': 'exact', 'gamma': 2.0}, None), 'lossguide': ({'grow_policy': 'lossguide',
                                                                            'max_leaves': 40, 'max_depth': 0}, None),
    'categories': ({'max_cat_to_onehot': 1, 'objective': 'binary:logistic'}, 2),
    'onehot': ({'max_cat_to_onehot': 100}, None),
    'linear': ({'booster': 'gblinear'}, None), 'vectorleaf': ({'multi_strategy': 'multi_output_tree'}, 'targets'),
}


def train_xgboost(folder):
    rng = np.random.default_rng(SEED)
    for name, (extra, kind) in XGBOOST.items():
        write_xgboost(folder, name, {'max_depth': 5, **extra}, kind, rng)
    for depth in range(1, 13):
        write_xgboost(folder, f'depth{depth}', {'max_depth': depth, 'min_child_weight': 0}, None, rng)
    old_headers(folder)


def write_xgboost(folder, name, params, kind, rng):
    rows, target = samples(rng)
    groups = None
    if isinstance(kind, int):
        target = labels(target, kind)
    elif kind == 'positive':
        target = np.abs(target) + 0.1
    elif kind in ('rank', 'rank2'):
        target, groups = labels(target, 4 if kind == 'rank' else 2), [20] * (len(rows) // 20)
    elif kind == 'targets':
        target = np.stack([target, np.cos(target), target ** 2], axis=1)
    types = ['q'] * rows.shape[1]
    if name in ('categories', 'onehot'):
        types[2] = 'c'
    data = xgboost.DMatrix(rows, target, feature_types=types)
    if groups:
        data.set_group(groups)
    booster = xgboost.train({'nthread': 1, 'seed': SEED, **params}, data, 12)
    booster.save_model(folder / f'xgb_{name}.json')
    booster.save_model(folder / f'xgb_{name}.ubj')


def old_headers(folder):
    """What versions before 3.1 write otherwise: base_score as one text, default_left as booleans, no categories."""
    for name in ('logistic', 'softmax', 'poisson'):
        document = json.loads((folder / f'xgb_{name}.json').read_text())
        learner = document['learner']
        learner['learner_model_param']['base_score'] = '5E-1'
        document['version'] = [1, 0, 2]
        for tree in learner['gradient_booster']['model']['trees']:
            tree['default_left'] = [bool(left) for left in tree['default_left']]
        (folder / f'xgb_{name}_old.json').write_text(json.dumps(document))


CATBOOST = {
    'rmse': ({}, None), 'logloss': ({'loss_function': 'Logloss'}, 2),
    'multiclass': ({'loss_function': 'MultiClass'}, 4), 'onevsall': ({'loss_function': 'MultiClassOneVsAll'}, 3),
    'poisson': ({'loss_function': 'Poisson'}, 5), 'yetirank': ({'loss_function': 'YetiRank'}, 'rank'),
    'nanmax': ({'nan_mode': 'Max'}, None), 'borders': ({'border_count': 600, 'task_type': 'CPU'}, None),
    'depthwise': ({'grow_policy': 'Depthwise'}, None),
    'lossguide': ({'grow_policy': 'Lossguide', 'max_leaves': 20, 'loss_function': 'Logloss'}, 2),
    'lossguidemulti': ({'grow_policy': 'Lossguide', 'loss_function': 'MultiClass'}, 3),
    'targets': ({'loss_function': 'MultiRMSE'}, 'targets'), 'nonan': ({}, 'filled'),
    'ctr': ({}, 'category'), 'onehot': ({'one_hot_max_size': 100}, 'category'),
}


def train_catboost(folder):
    rng = np.random.default_rng(SEED)
    for name, (extra, kind) in CATBOOST.items():
        write_catboost(folder, name, {'depth': 5, **extra}, kind, rng)
    for depth in range(1, 13):
        write_catboost(folder, f'depth{depth}', {'depth': depth}, None, rng)


def write_catboost(folder, name, params, kind, rng):
    rows, target = samples(rng)
    options = {}
    if isinstance(kind, int):
        target = labels(target, kind)
    elif kind == 'rank':
        target, options = labels(target, 4), {'group_id': np.arange(len(rows)) // 20}
    elif kind == 'targets':
        target = np.stack([target, np.cos(target)], axis=1)
    elif kind == 'filled':
        rows = np.nan_to_num(rows)
    elif kind == 'category':
        rows = np.nan_to_num(rows).astype(object)
        rows[:, 2] = [str(int(v)) for v in rows[:, 2]]
        options = {'cat_features': [2]}
    model = catboost.CatBoost({'iterations': 15, 'thread_count': 1, 'random_seed': SEED, 'verbose': False,
                               'allow_writing_files': False, **params})
    model.fit(catboost.Pool(rows, target, **options))
    pool = catboost.Pool(rows, target, **options) if kind == 'category' else None
    model.save_model(str(folder / f'cat_{name}.json'), format='json', pool=pool)
    model.save_model(str(folder / f'cat_{name}.cbm'))


LIGHTGBM = {
    'regression': ({}, None), 'binary': ({'objective': 'binary'}, 2),
    'multiclass': ({'objective': 'multiclass', 'num_class': 3}, 3), 'poisson': ({'objective': 'poisson'}, 5),
    'zero': ({'zero_as_missing': True}, None), 'nomissing': ({'use_missing': False}, None),
    'forest': ({'boosting': 'rf', 'bagging_freq': 1, 'bagging_fraction': 0.6, 'objective': 'binary'}, 2),
    'deep': ({'num_leaves': 200, 'min_data_in_leaf': 1}, None), 'linear': ({'linear_tree': True}, None),
}


def train_lightgbm(folder):
    """Dumps, and the text model of each."""
    rng = np.random.default_rng(SEED)
    for name, (params, classes) in LIGHTGBM.items():
        rows, target = samples(rng)
        rows[:, 2] = np.nan_to_num(rows[:, 2])
        data = lightgbm.Dataset(rows, target if classes is None else labels(target, classes),
                                categorical_feature=[2] if name != 'linear' else 'auto')
        booster = lightgbm.train({'num_threads': 1, 'seed': SEED, 'verbose': -1, **params}, data, 10)
        booster.save_model(folder / f'lgb_{name}.txt')
        (folder / f'lgb_{name}.json').write_text(json.dumps(booster.dump_model()))
