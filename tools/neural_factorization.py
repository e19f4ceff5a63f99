"""Neural collaborative filtering (He et al., 2017), small enough for numpy: who clicks what, from who clicked what.

Each person and thing has a short vector. The score adds what their product says, what a small network makes of both,
and how well the thing does with everybody. Training is plain Adam on log loss, by hand. Two kinds:

    Factorization   the short vectors are tables; an ONNX file with two whole-number inputs that are looked up in them
    Towers          the short vectors are made of embeddings that are known; an ONNX file with two inputs of numbers
"""
import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

WIDE, HIDDEN = 8, 16
BATCH, EPOCHS, RATE, SHRINK = 1024, 6, 0.01, 3e-6


class Factorization:
    TABLE_TYPE = numpy.float16  # Half the file, and no digit that means anything is lost.

    def __init__(self, users, items, seed):
        self.random = numpy.random.default_rng(seed)
        draw = lambda *shape: self.random.normal(scale=0.1, size=shape)
        self.weights = {
            "users": draw(users, WIDE), "items": draw(items, WIDE), "item_bias": numpy.zeros((items, 1)),
            "user_bias": numpy.zeros((users, 1)), "product": draw(WIDE, 1) + 1, "first": draw(2 * WIDE, HIDDEN),
            "first_bias": numpy.zeros(HIDDEN), "last": draw(HIDDEN, 1), "bias": numpy.array([-2.7])}
        self.moments = {name: [numpy.zeros_like(w), numpy.zeros_like(w)] for name, w in self.weights.items()}
        self.steps = 0

    def _rows(self, table, of):
        return self.weights[table][of]

    def _into_rows(self, table, of, slope):
        out = numpy.zeros_like(self.weights[table])
        numpy.add.at(out, of, slope)
        return out

    def _forward(self, people, things):
        w = self.weights
        u, i = self._rows("users", people), self._rows("items", things)
        both = numpy.concatenate([u, i], axis=1)
        hidden = numpy.maximum(both @ w["first"] + w["first_bias"], 0)
        logit = ((u * i) @ w["product"] + hidden @ w["last"] + self._rows("item_bias", things)
                 + self._rows("user_bias", people) + w["bias"])
        return u, i, both, hidden, logit[:, 0]

    def scores(self, people, things):
        return self._forward(people, things)[-1]

    def train(self, people, things, clicked):
        for epoch in range(EPOCHS):
            order = self.random.permutation(len(people))
            for first in range(0, len(order), BATCH):
                picked = order[first:first + BATCH]
                self._step(people[picked], things[picked], clicked[picked], RATE / (1 + epoch))
        self._settle(people, things)

    def _settle(self, people, things):
        """People and things hardly seen keep what chance gave them: take it away again."""
        for table, seen in (("users", people), ("items", things)):
            count = numpy.bincount(seen, minlength=len(self.weights[table]))[:, None]
            self.weights[table] *= count / (count + 5)

    def _step(self, people, things, clicked, rate):
        w = self.weights
        u, i, both, hidden, logit = self._forward(people, things)
        off = ((1 / (1 + numpy.exp(-logit)) - clicked) / len(clicked))[:, None]
        back = (off @ w["last"].T) * (hidden > 0)
        into = back @ w["first"].T
        by_product = off * w["product"].T
        slopes = {"product": (u * i).T @ off, "last": hidden.T @ off, "first": both.T @ back,
                  "first_bias": back.sum(0), "bias": off.sum(0)}
        for name, rows, slope in (("users", people, into[:, :WIDE] + by_product * i),
                                  ("items", things, into[:, WIDE:] + by_product * u),
                                  ("item_bias", things, off), ("user_bias", people, off)):
            slopes[name] = self._into_rows(name, rows, slope)
        self.steps += 1
        for name, slope in slopes.items():
            mean, square = self.moments[name]
            mean += 0.1 * (slope + SHRINK * w[name] - mean)
            square += 0.001 * (slope * slope - square)
            w[name] -= rate * (mean / (1 - 0.9 ** self.steps)) / (numpy.sqrt(square / (1 - 0.999 ** self.steps)) + 1e-8)

    def _ports(self, user, item):
        return [helper.make_tensor_value_info(name, TensorProto.INT64, ["rows"]) for name in (user, item)]

    def _row_nodes(self, table, port):
        return [helper.make_node("Gather", [table, port], [f"{table}_row"]),
                helper.make_node("Cast", [f"{table}_row"], [f"{table}_of"], to=TensorProto.FLOAT)]

    def write(self, path, user="ncf_user", item="ncf_item"):
        """Tables as TABLE_TYPE. What a person adds to all things alike changes no order and stays out."""
        node = helper.make_node
        data = [*(numpy_helper.from_array(self.weights[name].astype(self.TABLE_TYPE), name)
                  for name in ("users", "items", "item_bias")),
                *(numpy_helper.from_array(self.weights[name].astype(numpy.float32), name)
                  for name in ("product", "first", "first_bias", "last", "bias"))]
        nodes = self._row_nodes("users", user) + self._row_nodes("items", item) + self._row_nodes("item_bias", item)
        nodes += [
            node("Mul", ["users_of", "items_of"], ["meet"]), node("MatMul", ["meet", "product"], ["by_product"]),
            node("Concat", ["users_of", "items_of"], ["both"], axis=1),
            node("Gemm", ["both", "first", "first_bias"], ["inner"]), node("Relu", ["inner"], ["hidden"]),
            node("MatMul", ["hidden", "last"], ["by_network"]), node("Add", ["by_product", "by_network"], ["pair"]),
            node("Add", ["pair", "item_bias_of"], ["sum"]), node("Add", ["sum", "bias"], ["logit"]),
            node("Sigmoid", ["logit"], ["click"])]
        out = helper.make_tensor_value_info("click", TensorProto.FLOAT, ["rows", 1])
        graph = helper.make_graph(nodes, "neural_factorization", self._ports(user, item), [out], data)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="")
        onnx.checker.check_model(model)
        path.write_bytes(model.SerializeToString(deterministic=True))


class Towers(Factorization):
    """`people` and `things` are matrices, a row of known numbers each; `users` and `items` their widths."""
    TABLE_TYPE = numpy.float32

    def _rows(self, table, of):
        return of @ self.weights[table]

    def _into_rows(self, table, of, slope):
        return of.T @ slope

    def _settle(self, people, things):
        pass  # Every weight is made of everybody.

    def _ports(self, user, item):
        return [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", len(self.weights[table])])
                for name, table in ((user, "users"), (item, "items"))]

    def _row_nodes(self, table, port):
        return [helper.make_node("MatMul", [port, table], [f"{table}_of"])]
