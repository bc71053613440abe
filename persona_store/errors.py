"""What can go wrong, in words for the person it happens to."""


class StoreError(Exception):
    """Its text is shown to the person who asked: it says what is wrong and what to do."""


class NotFoundError(StoreError):
    """What was asked for is not in the store."""


class DatabaseError(StoreError):
    """The database cannot be used as it is."""


class PackError(StoreError):
    """A persona pack that is not imported; ``problems`` has every reason."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class EmbeddingError(StoreError):
    """Texts cannot be turned into vectors; the lexical ranking works without."""


class FieldError(StoreError):
    """What somebody entered cannot be taken; ``field`` names what to change."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        super().__init__(text)


class NothingToPostError(StoreError):
    """A programme has nothing to tell this time; the reason is shown to whoever asks why."""
