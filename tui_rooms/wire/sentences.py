"""pydantic's findings, as one sentence a person can act on."""

from pydantic import ValidationError


def sentence_for(error: ValidationError) -> str:
    """The first finding: where, what is wrong, and with which value."""
    finding = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in finding["loc"])
    value = finding["input"]
    shown = ""
    if isinstance(value, (str, int, float, bool)):
        shown = f" (got {_shown(value)})"
    where = f"at '{place}': " if place else ""
    more = error.error_count() - 1
    rest = f", and {more} more" if more else ""
    return f"message not understood, {where}{finding['msg']}{shown}{rest}"


def _shown(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 60 else text[:57] + "..."
