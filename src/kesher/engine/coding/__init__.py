"""Words to occupations and skills: what a person calls their work, in any script, as concepts with reasons.

    coder = Coder(vocabulary)                       # build once
    coder.code("נהג משאית").candidates[0].isco08    # "8332"

Texts are compared by an :class:`Embedder`; character n-grams are always there. What comes out are proposals, each with
the label that matched and a confidence, or a question, or "none": a person decides.
"""

from kesher.engine.coding.coder import Answer, Candidate, Coder, Coding, rank
from kesher.engine.coding.embedding import Compared, Embedder, Encoder
from kesher.engine.coding.fusion import Blend, Fused, Keeper, Progress
from kesher.engine.coding.linear import Adapted, Linear
from kesher.engine.coding.needed import Needed
from kesher.engine.coding.ngrams import CharacterNgrams, normal
from kesher.engine.coding.trust import NGRAM_TRUST, Trust
from kesher.engine.coding.vocabulary import Ambiguous, Concept, Label, Role, Vocabulary

__all__ = [
    "NGRAM_TRUST",
    "Adapted",
    "Ambiguous",
    "Answer",
    "Blend",
    "Candidate",
    "CharacterNgrams",
    "Coder",
    "Coding",
    "Compared",
    "Concept",
    "Embedder",
    "Encoder",
    "Fused",
    "Keeper",
    "Label",
    "Linear",
    "Needed",
    "Progress",
    "Role",
    "Trust",
    "Vocabulary",
    "normal",
    "rank",
]
