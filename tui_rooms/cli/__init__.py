"""The command line: one file a command; the only place that assembles the parts."""
