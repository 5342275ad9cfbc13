"""What operators see of a server: its figures, and whether it is ready."""
