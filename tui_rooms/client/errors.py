"""The error whose cause is the way to the server. Refusals are `rules.errors.RoomError`."""


class LinkError(Exception):
    """The server cannot be reached, or does not speak with this client.

    `code` is stable; the text is for people; `retryable` says whether trying again by itself
    may help.
    """

    def __init__(self, code: str, sentence: str, *, retryable: bool) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.retryable = retryable

    @property
    def is_miswritten(self) -> bool:
        """Whether what was written here cannot be used: an address, or a variable."""
        return self.code in ("bad-url", "bad-proxy")
