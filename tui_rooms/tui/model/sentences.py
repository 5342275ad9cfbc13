"""What people are told when something goes wrong."""


def sentence_of(error: Exception) -> str:
    """Our own errors have a sentence; of others people learn what they are. Nothing is said of a
    log: where there is no place for one, there is none."""
    sentence = getattr(error, "sentence", None)
    if isinstance(sentence, str):
        return sentence
    return f"something unexpected went wrong ({type(error).__name__}: {error})"
