"""The error whose cause is the other side of the connection."""


class ProtocolError(Exception):
    """The peer sent something that is not of the protocol.

    `code` is stable and goes over the wire; the text is for people.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
