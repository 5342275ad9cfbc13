"""Text that a system hands over as bytes: arguments, variables, names of users."""

import sys


def readable(text: str) -> str:
    """The text as it can be sent, with U+FFFD for bytes that are none.

    Python keeps such bytes as lone surrogates, which nothing but the name of a file may hold. In
    a locale without UTF-8 all but ASCII comes like that, and is found again here.
    """
    if text.isascii() or not any("\ud800" <= one <= "\udfff" for one in text):
        return text
    try:
        typed = text.encode(sys.getfilesystemencoding(), "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no byte
        typed = text.encode("utf-8", "replace")
    return typed.decode("utf-8", "replace")
