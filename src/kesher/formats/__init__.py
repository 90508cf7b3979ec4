"""The outside world's files and messages, read and written: pydantic models in, pydantic models out."""
