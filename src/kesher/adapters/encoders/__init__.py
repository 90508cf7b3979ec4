"""What coding's engine may be plugged into: encoders of meaning, and which of them this machine has.

    embedder = best_embedder("occupation")          # never fails: character n-grams are always there
    coder = Coder(vocabulary, embedder)
    print(embedder.name)                            # says which one is active

KESHER_ENCODER chooses: nothing or ``auto`` (the best that works here), ``int8``, ``wheel``, ``ngrams``, a folder with an ONNX
model, or an address ``https://host/v1/embeddings#model`` (its key in KESHER_ENCODER_KEY).
"""

from kesher.adapters.encoders.choice import Choice, best_embedder, choose, expected, this_machine, tuned
from kesher.adapters.encoders.e5 import NotHere
from kesher.adapters.encoders.others import NoAnswer

__all__ = ["Choice", "NoAnswer", "NotHere", "best_embedder", "choose", "expected", "this_machine", "tuned"]
