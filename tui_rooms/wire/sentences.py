"""What pydantic finds, in this house's words: where, what was expected, and which value came.

No text of the library's own is shown: its words are for programmers, and change with it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, get_args

from pydantic import ValidationError
from pydantic_core.core_schema import ErrorType

Finding: TypeAlias = Mapping[str, Any]
"""One entry of `ValidationError.errors()`."""

_THEIRS: Final = frozenset(get_args(ErrorType))
"""The types of findings that have the library's own words."""
_SHOWN: Final = 60
"""Characters of a value, or of a field's name, that a sentence repeats."""
_DEEPEST: Final = 8
"""Fields within each other that a sentence repeats."""
_LIST: Final = "a list"
_OBJECT: Final = "an object"
_WHOLE: Final = "a whole number"
_NUMBER: Final = "a number"
_TRUTH: Final = "true or false"
_TEXT: Final = "text"

_EXPECTED: Final[Mapping[str, str | Callable[[Mapping[str, Any]], str]]] = {
    **dict.fromkeys(("string_type", "string_sub_type"), _TEXT),
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), _WHOLE),
    **dict.fromkeys(("float_type", "float_parsing"), _NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), _TRUTH),
    **dict.fromkeys(
        ("list_type", "tuple_type", "set_type", "frozen_set_type", "iterable_type"), _LIST
    ),
    **dict.fromkeys(
        ("dict_type", "mapping_type", "model_type", "model_attributes_type", "dataclass_type"),
        _OBJECT,
    ),
    "finite_number": "a finite number",
    "none_required": "nothing",
    "greater_than": lambda limits: f"more than {limits['gt']}",
    "greater_than_equal": lambda limits: f"at least {limits['ge']}",
    "less_than": lambda limits: f"less than {limits['lt']}",
    "less_than_equal": lambda limits: f"at most {limits['le']}",
    "string_too_short": lambda limits: f"at least {_characters(limits['min_length'])}",
    "string_too_long": lambda limits: f"at most {_characters(limits['max_length'])}",
    "string_unicode": "text without lone surrogates",
    "string_pattern_mismatch": "another form",
    "too_short": lambda limits: f"at least {limits['min_length']} entries",
    "too_long": lambda limits: f"at most {limits['max_length']} entries",
    "enum": lambda limits: _one_of(limits["expected"]),
    "literal_error": lambda limits: _one_of(limits["expected"]),
    "union_tag_invalid": lambda limits: _one_of(limits["expected_tags"]),
}
"""What a value should have been, by the type of the finding."""
_MISSING: Final = frozenset(
    {"missing", "missing_argument", "missing_keyword_only_argument", "union_tag_not_found"}
)
_UNKNOWN: Final = frozenset({"extra_forbidden", "unexpected_keyword_argument"})
_UNSAID: Final = _MISSING | _UNKNOWN | {"json_invalid", "value_error"}
"""Findings that are not about a value, or name it themselves."""


def sentence_for(error: ValidationError) -> str:
    """The first finding of a message: where, what is wrong, and with which value."""
    finding = error.errors(include_url=False)[0]
    place = place_of(finding)
    where = f"at '{place}': " if place else ""
    more = error.error_count() - 1
    rest = f", and {more} more" if more else ""
    return f"message not understood, {where}{finding_text(finding)}{_got(finding)}{rest}"


def place_of(finding: Finding) -> str:
    """Where it is, with dots: "create_room.title"."""
    loc = finding["loc"]
    if finding["type"] == "union_tag_not_found":
        loc = (*loc, finding["ctx"]["discriminator"].strip("'"))
    shown = [shown_name(str(part)) for part in loc if part != "[key]"]
    if len(shown) > _DEEPEST:
        shown = [*shown[: _DEEPEST - 1], "…", shown[-1]]
    return ".".join(shown)


def shown_name(name: str) -> str:
    """A field's name, which may be anything that somebody has sent."""
    text = name if name.isprintable() else ascii(name)[1:-1]
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def finding_text(finding: Finding) -> str:
    """What is wrong there: "expected a whole number", "it is missing"."""
    kind = finding["type"]
    context = finding.get("ctx", {})
    if kind in _MISSING:
        return "it is missing"
    if kind in _UNKNOWN:
        return "there is no such field"
    if kind == "json_invalid":
        place = re.search(r"line (\d+) column (\d+)", str(context.get("error", "")))
        return "this is not JSON" + (
            f", from line {place[1]}, column {place[2]} on" if place else ""
        )
    if kind == "value_error":
        return str(context.get("error", "it cannot be used"))  # our own words
    if kind not in _THEIRS:
        return str(finding["msg"])  # ours too, by PydanticCustomError
    expected = _EXPECTED.get(kind)
    if expected is None:
        return "it cannot be used"
    return f"expected {expected if isinstance(expected, str) else expected(context)}"


def _got(finding: Finding) -> str:
    value = finding.get("input")
    if finding["type"] == "union_tag_invalid":
        value = finding["ctx"]["tag"]
    if finding["type"] in _UNSAID or not isinstance(value, (str, int, float)):
        return ""
    text = ascii(value)
    return f" (got {text if len(text) <= _SHOWN else text[: _SHOWN - 3] + '...'})"


def _characters(count: int) -> str:
    return "1 character" if count == 1 else f"{count} characters"


def _one_of(expected: str) -> str:
    """Of "'a', 'b' or 'c'", or the same without "or"."""
    names = re.findall(r"'([^']*)'", expected)
    return f"one of: {', '.join(names)}" if len(names) > 1 else expected
