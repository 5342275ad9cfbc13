"""The one error that the rules raise."""


class RoomError(Exception):
    """A command was refused; the asker must change something.

    `code` is stable and goes over the wire; the text is for people.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
