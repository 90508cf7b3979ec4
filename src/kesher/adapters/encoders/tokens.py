"""Texts to the numbers of their tokens, as multilingual-e5-small was trained with them.

The tokeniser is SentencePiece's unigram model (Kudo 2018): of all ways to cut a word into pieces of the vocabulary the one
with the highest sum of scores; what no piece holds is unknown, a run of it once. No piece of this vocabulary crosses a space,
so words are cut one by one and kept: titles share their words. Thirty lines here stand for the ``tokenizers`` package,
which takes two seconds and half a gigabyte for this vocabulary and brings a client of a model hub with it.
"""

from collections.abc import Sequence
from typing import Final

from kesher.adapters.encoders.weights import Weights

#: The model's authors put it before queries; titles are compared with titles, so it stands on both sides.
PREFIX: Final = "query: "
#: Characters beyond which a text is not read: far more than the model takes.
FURTHEST: Final = 4_000
#: SentencePiece writes the space before a word so.
_SPACE: Final = "\u2581"
#: How much worse than the worst piece an unknown character is, as in SentencePiece.
_UNKNOWN: Final = 10.0
#: Cut words that are kept; beyond so many all are forgotten.
_KEPT: Final = 200_000


class Tokens:
    """The tokeniser of a file of weights. Safe for threads: the worst that can happen is that a word is cut twice."""

    def __init__(self, weights: Weights) -> None:
        self._begin, self._end, self._unknown = weights.begin, weights.end, weights.unknown
        self._longest = weights.longest
        special = {weights.begin, weights.end, weights.unknown, 1, len(weights.pieces) - 1}  # and padding and the mask
        self._piece = {
            piece: (number, score)
            for number, (piece, score) in enumerate(zip(weights.pieces, weights.scores.tolist(), strict=True))
            if number not in special
        }
        self._most = max(map(len, self._piece), default=1)
        self._least = float(weights.scores.min()) - _UNKNOWN
        self._normalised = dict(weights.normalised)
        self._cut: dict[str, list[int]] = {}

    def of(self, texts: Sequence[str]) -> list[list[int]]:
        """Per text its tokens, with those that open and close it, at most as many as the model takes."""
        found = []
        for text in texts:
            words = (PREFIX + text[:FURTHEST]).translate(self._normalised).split(" ")
            tokens = [token for word in words if word for token in self._word(word)]
            found.append([self._begin, *tokens[: self._longest - 2], self._end])
        return found

    def _word(self, word: str) -> list[int]:
        known = self._cut.get(word)
        if known is None:
            if len(self._cut) >= _KEPT:
                self._cut.clear()
            known = self._cut[word] = self._likeliest(_SPACE + word)
        return known

    def _likeliest(self, text: str) -> list[int]:
        """Viterbi: the best way to each place, from the best ways to the places before it."""
        best = [0.0] + [float("-inf")] * len(text)
        came = [(0, self._unknown)] * (len(text) + 1)
        for end in range(1, len(text) + 1):
            best[end], came[end] = best[end - 1] + self._least, (end - 1, self._unknown)
            for begin in range(max(0, end - self._most), end):
                piece = self._piece.get(text[begin:end])
                if piece is not None and best[begin] + piece[1] > best[end]:
                    best[end], came[end] = best[begin] + piece[1], (begin, piece[0])
        tokens: list[int] = []
        end = len(text)
        while end:
            end, token = came[end]
            if not (token == self._unknown and tokens and tokens[-1] == token):
                tokens.append(token)
        return tokens[::-1]
