"""XGBoost, JSON and UBJSON."""
import json

import numpy as np
import xgboost

from oracles.rows import Feature, make_rows

xgboost.set_config(verbosity=0)


class XgboostOracle:
    tolerance = 3e-7  # Of transformed scores, relative: floats, whose exp() is libm's there and ours here.

    @staticmethod
    def format_of(data):
        if data[:1] != b'{' or b'gradient_booster' not in data:
            return None
        return 'XGBoost UBJSON' if data[1:2] in (b'L', b'i', b'U', b'I', b'l') else 'XGBoost JSON'

    def __init__(self, path, _, name):
        self.format = name
        self.booster = xgboost.Booster(model_file=bytearray(path.read_bytes()))
        self.booster.set_param({'nthread': 1})
        self.learner = json.loads(self.booster.save_raw('json'))['learner']

    def rows(self, count, rng):
        features = [Feature() for _ in range(int(self.learner['learner_model_param']['num_feature']))]
        booster = self.learner['gradient_booster']
        for tree in booster.get('gbtree', booster)['model'].get('trees', []):
            sets = dict(zip(tree['categories_nodes'], zip(tree['categories_segments'], tree['categories_sizes'])))
            for node, left in enumerate(tree['left_children']):
                if left == -1:
                    continue
                feature = features[tree['split_indices'][node]]
                if node in sets:
                    first, size = sets[node]
                    feature.categories.update(tree['categories'][first:first + size])
                else:
                    feature.cuts.add(float(np.float32(tree['split_conditions'][node])))
        return make_rows(features, count, rng, np.float32)

    def margins(self, rows):
        # In place: a DMatrix refuses infinities.
        margins = self.booster.inplace_predict(rows, predict_type='margin', validate_features=False)
        return np.asarray(margins, dtype=np.float64).reshape(len(rows), -1)

    def scores(self, rows):
        if self.learner['objective']['name'] == 'multi:softmax':  # The class; augury answers the scores of all.
            self.booster.set_param({'objective': 'multi:softprob'})
        scores = self.booster.inplace_predict(rows, validate_features=False)
        return np.asarray(scores, dtype=np.float64).reshape(len(rows), -1)
