"""What comes from the client's thread, and how wishes get there."""
