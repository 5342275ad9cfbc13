"""The engine's socket and the system calls below it."""
