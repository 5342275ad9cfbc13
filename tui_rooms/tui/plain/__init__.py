"""The same lobby and rooms as lines of text: for screen readers, logs and dumb terminals."""
