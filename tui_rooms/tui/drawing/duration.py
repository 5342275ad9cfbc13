"""How long something has gone on, or will."""


def duration(seconds: int) -> str:
    """Hours only when there are any: 12:45, 1:12:45."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
