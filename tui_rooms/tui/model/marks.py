"""What tells a name from another that is alike: a mark in brackets, at its end."""

import re
from typing import Final

from tui_rooms.rules.roles import Role

LONGEST: Final = 16
"""Characters of a mark that is no role and no end of an identity."""
_ROLES: Final = "|".join(Role)
_MARK: Final = re.compile(rf" \((?:{_ROLES}|…[^()]+|[^()]{{1,{LONGEST}}})\)$")
_CLAIM: Final = re.compile(rf"\(\s*(?:{_ROLES})\s*\)$", re.IGNORECASE)


def marked(name: str, mark: str) -> str:
    """The name with its mark."""
    return f"{name} ({mark.replace('(', '').replace(')', '')})"


def unmarked(called: str) -> str:
    """The name without its mark; a bracket of its own that could be one goes too."""
    return _MARK.sub("", called)


def mark_of(called: str) -> str:
    """The mark, with what parts it from the name; empty without one."""
    mark = _MARK.search(called)
    return mark[0] if mark else ""


def claims_a_role(name: str) -> bool:
    """Whether a name ends with what only a mark may say."""
    return bool(_CLAIM.search(name))
