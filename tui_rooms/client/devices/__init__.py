"""Where sound comes from and goes to: sound cards, kept and scanned, and files."""
