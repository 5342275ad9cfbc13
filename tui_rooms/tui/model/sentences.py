"""What people are told when something goes wrong."""


def sentence_of(error: Exception) -> str:
    """Our own errors have a sentence; of others people learn what they are, and where more is."""
    sentence = getattr(error, "sentence", None)
    if isinstance(sentence, str):
        return sentence
    return f"something unexpected went wrong ({type(error).__name__}: {error}); the log has more"
