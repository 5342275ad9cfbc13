"""This process somewhere else on earth: zones as rules, so that no file of them is needed."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

BERLIN: Final = "CET-1CEST,M3.5.0,M10.5.0/3"
KOLKATA: Final = "IST-5:30"
KATHMANDU: Final = "<+0545>-5:45"
SAO_PAULO: Final = "<-03>3"
NEWFOUNDLAND: Final = "NST3:30NDT,M3.2.0,M11.1.0"
AUCKLAND: Final = "NZST-12NZDT,M9.5.0,M4.1.0/3"
LORD_HOWE: Final = "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"
"""Its clocks are changed by half an hour."""
KIRITIMATI: Final = "<+14>-14"
BAKER_ISLAND: Final = "<-12>12"
ZONES: Final = (
    *("UTC0", BERLIN, KOLKATA, KATHMANDU, SAO_PAULO, NEWFOUNDLAND),
    *(AUCKLAND, LORD_HOWE, KIRITIMATI, BAKER_ISLAND),
)


@contextmanager
def living_in(zone: str | None) -> Iterator[None]:
    """Local time as with that `TZ`; None: as with none."""
    before = os.environ.pop("TZ", None)
    if zone is not None:
        os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ", None)
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()
