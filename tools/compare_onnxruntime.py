#!/usr/bin/env python3
"""Compares our scores of neural models with ONNX Runtime's, and with the answers stored beside public models.

    compare_onnxruntime.py --scorer "build/release/augury model score" [--backend FOLDER] [--models FOLDER]

Random models of the kinds that rank items (layers, factorization with tables, two towers, wide and deep, normalised,
recurrent), 300 seeded rows each: within 1e-5 of ONNX Runtime, relative where scores are over 1. FOLDER of the ONNX
project's own tests: every one whose inputs are rows of numbers and whose output is scores; what is refused is counted
by reason. Exit code 0: all equal; 1: not; 77: a package is missing, nothing was compared.
"""
import argparse
import collections
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import numpy as np
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper
except ImportError as missing:
    print(f'SKIPPED: {missing}; run with a Python that has the packages of tools/requirements.txt')
    sys.exit(77)

TOLERANCE = 1e-5
ROWS = 300
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
NUMBERS = {TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.INT32, TensorProto.INT64}
RANDOM_OPERATORS = {'Bernoulli', 'Dropout', 'RandomNormal', 'RandomNormalLike', 'RandomUniform', 'RandomUniformLike',
                    'Multinomial'}


class Net:
    """A graph being written: each call adds nodes and gives the name of their value."""

    def __init__(self, rng):
        self.rng, self.nodes, self.data, self.inputs, self.feeds = rng, [], [], [], {}

    def take(self, name, kind, *columns, below=None):
        self.inputs.append(helper.make_tensor_value_info(name, kind, ['rows', *columns]))
        shape = (ROWS, *columns)
        self.feeds[name] = (self.rng.integers(0, below, shape) if kind == INT64
                            else self.rng.normal(size=shape).astype(np.float32))
        return name

    def weights(self, *shape):
        return self.constant((self.rng.normal(size=shape) / max(1, shape[0]) ** 0.5).astype(np.float32))

    def constant(self, values):
        name = f'c{len(self.data)}'
        self.data.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def op(self, kind, *inputs, **attributes):
        name = f'n{len(self.nodes)}'
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def layers(self, value, *sizes, activation='Relu'):
        for wide, narrow in zip(sizes, sizes[1:]):
            value = self.op('Gemm', value, self.weights(wide, narrow), self.weights(narrow))
            if narrow != sizes[-1]:
                value = self.op(activation, value)
        return value

    def table(self, name, rows, wide):
        return self.op('Gather', self.weights(rows, wide), self.take(name, INT64, below=rows))

    def model(self, value, *columns):
        out = helper.make_tensor_value_info(value, FLOAT, ['rows', *columns])
        graph = helper.make_graph(self.nodes, 'net', self.inputs, [out], self.data)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=8)


def mlp(net):
    wide = int(net.rng.integers(1, 80))
    return net.model(net.layers(net.take('x', FLOAT, wide), wide, *net.rng.integers(2, 130, 2), 1), 1)


def classifier(net):
    wide = int(net.rng.integers(2, 40))
    return net.model(net.op('Softmax', net.layers(net.take('x', FLOAT, wide), wide, 24, 2), axis=1), 2)


def factorization(net):
    wide = int(net.rng.integers(4, 24))
    user, item = net.table('user', 500, wide), net.table('item', 200, wide)
    deep = net.layers(net.op('Concat', user, item, axis=1), 2 * wide, 16, 8)
    both = net.op('Concat', net.op('Mul', user, item), deep, axis=1)
    return net.model(net.op('Sigmoid', net.layers(both, wide + 8, 1)), 1)


def two_towers(net):
    wide = int(net.rng.integers(3, 64))
    towers = [net.layers(net.take(name, FLOAT, wide), wide, 32, 16, activation='Tanh') for name in ('user', 'item')]
    unit = [net.op('LpNormalization', tower, axis=1, p=2) for tower in towers]
    return net.model(net.op('ReduceSum', net.op('Mul', *unit), net.constant(np.array([1])), keepdims=0))


def wide_and_deep(net):
    columns = [net.op('Unsqueeze', net.take(f'f{i}', FLOAT), net.constant(np.array([1]))) for i in range(7)]
    dense = net.op('Concat', *columns, axis=1)
    deep = net.layers(net.op('Concat', dense, net.table('category', 30, 6), axis=1), 13, 20, 1, activation='LeakyRelu')
    return net.model(net.op('Add', deep, net.layers(dense, 7, 1)), 1)


def normalised(net):
    x = net.take('x', FLOAT, 12)
    one = [net.weights(12) for _ in range(2)]
    batch = net.op('BatchNormalization', x, *one, net.weights(12), net.constant(np.full(12, 1.5, np.float32)))
    layer = net.op('LayerNormalization', batch, net.weights(12), net.weights(12), axis=1)
    gelu = net.op('Mul', layer, net.op('Erf', layer))
    return net.model(net.layers(gelu, 12, 4), 4)


def recurrent(net):
    steps = net.op('Reshape', net.take('x', FLOAT, 10), net.constant(np.array([-1, 5, 2])))
    ordered = net.op('Transpose', steps, perm=[1, 0, 2])
    name = f'n{len(net.nodes)}'
    net.nodes.append(helper.make_node('GRU', [ordered, net.constant(net.rng.normal(size=(1, 18, 2)).astype(np.float32)),
                                              net.constant(net.rng.normal(size=(1, 18, 6)).astype(np.float32) / 3)],
                                      ['', name], hidden_size=6))
    return net.model(net.layers(net.op('Squeeze', name, net.constant(np.array([0]))), 6, 1), 1)


KINDS = [mlp, classifier, factorization, two_towers, wide_and_deep, normalised, recurrent]


def ours(scorer, path, feeds):
    """(scores, '') or (None, why not)"""
    columns = [np.asarray(values, np.float64).reshape(len(values), -1) for values in feeds]
    with tempfile.NamedTemporaryFile(suffix='.npy') as file:
        np.save(file, np.ascontiguousarray(np.concatenate(columns, axis=1)))
        file.flush()
        run = subprocess.run([*scorer, path, '--input', file.name], capture_output=True, text=True, check=False)
    if run.returncode < 0 or run.returncode > 2:
        raise SystemExit(f'FAILED {path}: the scorer ended with {run.returncode}: {run.stderr}')
    if run.returncode:
        return None, run.stderr.strip()
    return np.array([[float(v) for v in line.split(' ')] for line in run.stdout.splitlines()]), ''


def differs(found, expected):
    expected = np.asarray(expected, np.float64).reshape(len(expected), -1)
    if expected.shape[1] == 2:
        expected = expected[:, 1:]
    if found.shape != expected.shape:
        return f'shape {found.shape}, expected {expected.shape}'
    with np.errstate(invalid='ignore'):
        far = np.abs(found - expected) / np.maximum(1, np.abs(expected))
    far[(found == expected) | (np.isnan(found) & np.isnan(expected))] = 0
    far[np.isnan(far)] = np.inf
    return f'{far.max():.2g} apart' if far.max() > TOLERANCE else ''


def random_models(scorer, folder, seed, each):
    wrong, worst = [], collections.Counter()
    for kind in KINDS:
        for i in range(each):
            net = Net(np.random.default_rng([seed, KINDS.index(kind), i]))
            model = kind(net)
            path = folder / f'{kind.__name__}_{i}.onnx'
            onnx.save(model, path)
            expected = onnxruntime.InferenceSession(path, providers=['CPUExecutionProvider']).run(None, net.feeds)[0]
            found, why = ours(scorer, path, net.feeds.values())
            why = why or differs(found, expected)
            if why:
                wrong.append(f'{kind.__name__} {i}: {why}')
            worst[kind.__name__] += not why
    print(f'random models, seed {seed}, {ROWS} rows each: ' + ', '.join(f'{n} {k}' for k, n in worst.items()) +
          f' within {TOLERANCE} of ONNX Runtime {onnxruntime.__version__}')
    return wrong


def tensor_of(path):
    return numpy_helper.to_array(onnx.TensorProto.FromString(path.read_bytes()))


def fitting(model, feeds, expected):
    """Why a public test is not rows in and scores out; empty if it is."""
    if any(node.op_type in RANDOM_OPERATORS for node in model.graph.node):
        return 'random'
    if not feeds or len(expected) != 1 or any(not 1 <= x.ndim <= 2 for x in [*feeds, *expected]):
        return 'not rows in, scores out'
    if any(x.dtype.name not in ('float32', 'float64', 'int32', 'int64') for x in feeds):
        return 'not numbers'
    if expected[0].dtype.name not in ('float32', 'float64'):
        return 'no floats out'
    if len({len(x) for x in [*feeds, *expected]}) != 1 or any(x.size == 0 for x in feeds):
        return 'not the same rows in and out'
    # Doubles are computed as floats: what floats cannot hold is not ours.
    return '' if all((np.abs(x) < 1e30).all() for x in [*feeds, *expected]) else 'values that floats cannot hold'


def refusal(why):
    """The kind of a message, without its names."""
    return re.sub(r"'[^']*'", '…', re.sub(r"^.*?model '[^']*': ", '', why))[:110]


def public_models(scorer, folder):
    wrong, seen, refused = [], collections.Counter(), collections.Counter()
    for path in sorted(folder.rglob('model.onnx')):
        data = path.parent / 'test_data_set_0'
        try:
            model = onnx.load(path)
            feeds = [tensor_of(file) for file in sorted(data.glob('input_*.pb'), key=lambda p: int(p.stem[6:]))]
            expected = [tensor_of(file) for file in sorted(data.glob('output_*.pb'))]
        except Exception:  # Sequences, optionals, types numpy has not: no rows of numbers.
            seen['not tensors of numbers'] += 1
            continue
        given = {value.name for value in model.graph.initializer}
        inputs = [value for value in model.graph.input if value.name not in given]
        why_not = fitting(model, feeds, expected) if len(inputs) == len(feeds) else 'inputs left out'
        seen[why_not or 'fitting'] += 1
        if why_not:
            continue
        found, why = ours(scorer, path, feeds)
        if found is None:
            refused[refusal(why)] += 1
        elif why := differs(found, expected[0]):
            wrong.append(f'{path.parent.name}: {why}')
        else:
            seen['passed'] += 1
    print(f'public models: {seen["fitting"]} of {sum(seen.values()) - seen["passed"]} are rows in and scores out: '
          f'{seen["passed"]} passed, {sum(refused.values())} refused, {len(wrong)} differ')
    for why, count in refused.most_common():
        print(f'  refused {count:>4}: {why}')
    return wrong


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument('--scorer', required=True, help='command that takes MODEL --input ROWS')
    arguments.add_argument('--seed', type=int, default=812)
    arguments.add_argument('--each', type=int, default=5, help='random models of each kind')
    arguments.add_argument('--backend', type=Path, help='folder of onnx/backend/test/data')
    options = arguments.parse_args()
    scorer = shlex.split(options.scorer)
    onnxruntime.set_default_logger_severity(4)
    with tempfile.TemporaryDirectory() as folder:
        wrong = random_models(scorer, Path(folder), options.seed, options.each)
    if options.backend:
        wrong += public_models(scorer, options.backend)
    for line in wrong:
        print(f'DIFFERENT {line}')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
