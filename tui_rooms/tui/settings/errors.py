"""A settings file or variable that cannot be used."""


class SettingsError(Exception):
    """The sentence says where, what, and what was expected."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.code = "bad-settings"
        self.sentence = sentence
