"""What lies between Textual and the terminal: pacing, thrift, colours, keys."""
