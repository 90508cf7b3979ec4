"""Finding things by a part of their name, whatever language the name is in."""

from django.db.models import BooleanField, F, Q, Value
from django.db.models.expressions import Func


class SaysSomewhere(Func):
    """Whether a translated text holds a pattern (``ILIKE``) in any of its languages."""

    # Not the column as text: that would find the tags of the languages, and miss words with quotes, which JSON escapes.
    template = "EXISTS (SELECT FROM jsonb_each_text(%(expressions)s)"
    arg_joiner = ") AS said (language, words) WHERE said.words ILIKE "
    arity = 2
    output_field = BooleanField()


def named(words: str, *fields: str) -> Q:
    """Rows where each of the ``words`` stands in one of the translated ``fields``, in one language or another."""
    condition = Q()
    for word in words.split():
        escaped = word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        somewhere = Q()
        for field in fields:
            somewhere |= Q(SaysSomewhere(F(field), Value(f"%{escaped}%")))
        condition &= somewhere
    return condition
