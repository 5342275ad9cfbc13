"""What strangers do to a server, kind by kind; `benchmarks/attack.py` runs them."""
