"""The refusals of the command."""


class CommandError(Exception):
    """A command that cannot go on; the message says what is wrong and what to do. `exit_code` is 1, or 2 for bad input."""

    def __init__(self, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code
