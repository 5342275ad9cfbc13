"""What outlives the program: the sessions with which its next run is the same person again."""
