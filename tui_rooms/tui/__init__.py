"""The terminal: screens and widgets take values and post messages."""
