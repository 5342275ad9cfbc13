"""What goes wrong when somebody types."""


class TypingError(Exception):
    """What was typed cannot be done; the sentence says why, and what can."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
