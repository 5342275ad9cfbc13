"""What goes wrong with a log of rooms."""


class StorageError(Exception):
    """The operator must act: the file, the disk or the settings are not right.

    `code` is stable; the text says what to do. What was not acknowledged has not happened.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class VersionConflict(Exception):  # noqa: N818 (nothing is wrong: one of two was second)
    """Somebody else has written to the room meanwhile: read what is new, and decide again."""

    code = "version-conflict"

    def __init__(self, room_id: str, *, expected: int, found: int) -> None:
        self.sentence = (
            f"the log of room '{room_id}' has {found} events, expected {expected}: "
            "another writer was faster"
        )
        super().__init__(self.sentence)
        self.room_id = room_id
        self.expected = expected
        self.found = found
