"""What the worker does for the words: see :mod:`kesher.words.encoding`."""

from kesher.base.tasks import every, task
from kesher.words.encoding import encode_beside


@every("* * * * *")
def encode_labels() -> None:
    """Each minute: begin to work out the vectors of labels that have none yet."""
    encode_beside()


@task(retry=False)
def encode_labels_now() -> None:
    """The same at once, when a local word has just been decided."""
    encode_beside()
