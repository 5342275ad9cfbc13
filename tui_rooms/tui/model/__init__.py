"""Plain values and small machines of the screen; no Textual in here."""
