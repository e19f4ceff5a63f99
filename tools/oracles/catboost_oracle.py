"""CatBoost JSON.

The text holds every leaf to the last bit, but the library's reader of it is off by one unit in the last place for about
one value in ten. So the model asked is the binary of the same name where there is one, or gets its leaves set anew.
"""
import json

import catboost
import numpy as np

from oracles.rows import Feature, make_rows

# predict() of the plain model class takes the transform by name.
TRANSFORMS = {'Logloss': 'Probability', 'CrossEntropy': 'Probability', 'MultiClass': 'Probability',
              'MultiClassOneVsAll': 'Probability', 'Poisson': 'Exponent', 'Tweedie': 'Exponent'}


class CatboostOracle:
    format = 'CatBoost JSON'
    tolerance = 1e-13

    @staticmethod
    def format_of(data):
        if data[:1] == b'{' and b'"features_info"' in data and (b'"oblivious_trees"' in data or b'"trees"' in data):
            return CatboostOracle.format
        return None

    def __init__(self, path, data, _):
        self.document = json.loads(data)
        self.model = catboost.CatBoost()
        binary = path.with_suffix('.cbm')
        if binary.exists():
            self.model.load_model(str(binary))
            return
        self.model.load_model(str(path), format='json')
        leaves = [value for tree in self.document['oblivious_trees'] for value in tree['leaf_values']]
        self.model.set_leaf_values(np.array(leaves, dtype=np.float64))
        scale, bias = self.document.get('scale_and_bias', (1, [0]))
        self.model.set_scale_and_bias(scale, bias)

    def rows(self, count, rng):
        info = self.document['features_info']
        known = info.get('float_features', []) + info.get('categorical_features', [])
        features = [Feature() for _ in range(1 + max(f['flat_feature_index'] for f in known))]
        for feature in info.get('float_features', []):
            features[feature['flat_feature_index']].cuts.update(float(np.float32(b)) for b in feature['borders'] or [])
        return make_rows(features, count, rng, np.float32)

    def predict(self, rows, kind):
        return np.asarray(self.model.predict(rows, prediction_type=kind, thread_count=1)).reshape(len(rows), -1)

    def margins(self, rows):
        return self.predict(rows, 'RawFormulaVal')

    def scores(self, rows):
        params = self.document.get('model_info', {}).get('params', {})
        loss = params.get('loss_function', {}).get('type') if isinstance(params, dict) else None
        if loss not in TRANSFORMS:
            return self.margins(rows)
        scores = self.predict(rows, TRANSFORMS[loss])
        # Two classes share one output: the second is its probability.
        return scores[:, 1:] if loss in ('Logloss', 'CrossEntropy') else scores
