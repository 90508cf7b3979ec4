"""Long text made short, by whole words: half a word helps nobody who is still learning the language."""

MORE = "…"


def shortened(text: str, most: int) -> str:
    """As many whole words as go into ``most`` characters, in one line, with a sign that there are more; of one word that
    is longer, its beginning.

    >>> shortened("Hebrew for nurses and carers", 20)
    'Hebrew for nurses…'
    """
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    room = most - len(MORE)
    whole = line[: room + 1].rpartition(" ")[0].rstrip(" .,;:-–")
    return (whole or line[:room]) + MORE
