"""LightGBM: text models as they are; a JSON dump, which the library cannot read, turned into the text it was made of."""
import json
import logging
import re

import lightgbm
import numpy as np

from oracles.rows import Feature, make_rows

lightgbm.register_logger(logging.getLogger('lightgbm'))
logging.getLogger('lightgbm').setLevel(logging.ERROR)

MISSING = {'None': 0, 'Zero': 1, 'NaN': 2}


class LightgbmOracle:
    tolerance = 1e-13  # Of transformed scores, relative.

    @staticmethod
    def format_of(data):
        if data.startswith((b'tree\n', b'tree\r\n')) and b'max_feature_idx=' in data[:4096]:
            return 'LightGBM text'
        if data.startswith(b'{') and b'"tree_info"' in data and b'"learner"' not in data[:200]:
            return 'LightGBM JSON'
        return None

    def __init__(self, _, data, name):
        self.format = name
        text = data.decode()
        self.text = text_of_dump(json.loads(text)) if name == 'LightGBM JSON' else text
        self.booster = lightgbm.Booster(model_str=without_sizes(self.text))

    def rows(self, count, rng):
        infos = re.search(r'^feature_infos=(.*)$', self.text, re.M).group(1).split(' ')
        features = [feature_of(info) for info in infos]
        for feature, cut in thresholds(self.text):
            features[feature].cuts.add(cut)
        return make_rows(features, count, rng)

    def margins(self, rows):
        return self.booster.predict(rows, raw_score=True, num_threads=1).reshape(len(rows), -1)

    def scores(self, rows):
        if self.text.startswith('tree\nversion=v2\n') and '\naverage_output\n' in self.text:
            # Leaves of such forests are transformed already; newer libraries transform the average again.
            trees = self.text.count('\nTree=')
            return self.margins(rows) / (trees // self.booster.num_model_per_iteration())
        return self.booster.predict(rows, num_threads=1).reshape(len(rows), -1)


def feature_of(info):
    if info.startswith('['):
        return Feature(*(float(v) for v in info[1:-1].split(':')))
    feature = Feature()
    if info != 'none':
        feature.categories = {int(v) for v in info.split(':')}
    return feature


def thresholds(text):
    for tree in text.split('\nTree=')[1:]:
        fields = dict(line.split('=', 1) for line in tree.split('\n\n')[0].splitlines() if '=' in line)
        features = [int(f) for f in fields.get('split_feature', '').split()]
        cuts = [float(t) for t in fields.get('threshold', '').split()]
        kinds = [int(d) for d in fields.get('decision_type', '').split()]
        for feature, cut, kind in zip(features, cuts, kinds):
            if not kind & 1:
                yield feature, cut


def without_sizes(text):
    """Files edited after training have tree_sizes that no longer fit; the library then reads trees one by one."""
    return re.sub(r'^tree_sizes=.*\n', '', text, count=1, flags=re.M)


def text_of_dump(dump):
    """The text model that a dump says everything of."""
    infos = dump.get('feature_infos', {})
    head = ['tree', f'version={dump["version"]}', f'num_class={dump["num_class"]}',
            f'num_tree_per_iteration={dump["num_tree_per_iteration"]}', f'label_index={dump["label_index"]}',
            f'max_feature_idx={dump["max_feature_idx"]}']
    if 'objective' in dump:
        head.append(f'objective={dump["objective"]}')
    if dump.get('average_output'):
        head.append('average_output')
    head += ['feature_names=' + ' '.join(dump['feature_names']),
             'feature_infos=' + ' '.join(info_text(infos.get(name)) for name in dump['feature_names']), '']
    trees = [tree_text(i, tree['tree_structure']) for i, tree in enumerate(dump['tree_info'])]
    return '\n'.join(head) + '\n' + '\n'.join(trees) + 'end of trees\n\nparameters:\nend of parameters\n'


def info_text(info):
    if info is None:
        return 'none'
    if info['values']:
        return ':'.join(str(v) for v in info['values'])
    return f'[{info["min_value"]}:{info["max_value"]}]'


def tree_text(index, root):
    nodes, leaves, sets = [], [], []

    def place(node):
        if 'leaf_value' in node:
            leaves.append(node)
            return -len(leaves)
        at = len(nodes)
        nodes.append(node)
        node['children'] = (place(node['left_child']), place(node['right_child']))
        return at

    place(root)
    cuts = []
    for node in nodes:
        if node['decision_type'] == '==':
            cuts.append(str(len(sets)))
            sets.append(words_of(node['threshold']))
        else:
            cuts.append(repr(float(node['threshold'])))
    bounds = np.cumsum([0] + [len(words) for words in sets])
    lists = {
        'split_feature': [n['split_feature'] for n in nodes],
        'split_gain': ['0' for _ in nodes],
        'threshold': cuts,
        'decision_type': [(n['decision_type'] == '==') + 2 * n['default_left'] + 4 * MISSING[n['missing_type']]
                          for n in nodes],
        'left_child': [n['children'][0] for n in nodes],
        'right_child': [n['children'][1] for n in nodes],
        'leaf_value': [repr(float(leaf['leaf_value'])) for leaf in leaves],
        'leaf_weight': ['1' for _ in leaves],
        'leaf_count': [leaf.get('leaf_count', 1) for leaf in leaves],
        'internal_value': ['0' for _ in nodes],
        'internal_weight': ['0' for _ in nodes],
        'internal_count': ['1' for _ in nodes],
    }
    if sets:
        lists['cat_boundaries'] = list(bounds)
        lists['cat_threshold'] = [word for words in sets for word in words]
    lines = [f'Tree={index}', f'num_leaves={len(leaves)}', f'num_cat={len(sets)}']
    lines += [f'{name}=' + ' '.join(str(v) for v in values) for name, values in lists.items()]
    return '\n'.join(lines + ['is_linear=0', 'shrinkage=1', '', '', ''])


def words_of(categories):
    numbers = [int(c) for c in categories.split('||') if c]
    words = [0] * (max(numbers, default=0) // 32 + 1)
    for number in numbers:
        words[number // 32] |= 1 << number % 32
    return words
