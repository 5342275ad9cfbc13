"""Live audio rooms in the terminal: client, headless twins and server in one program."""

__version__ = "0.1.0"
