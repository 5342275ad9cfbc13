"""Whatever comes in from others, thrown at what reads it.

`test_targets.py` spends a small fixed budget on each target; `python -m tests.fuzz --seconds N
TARGET` goes on for longer, guided by coverage where atheris is installed (`pip install atheris`).
The corpora are small files of what really is sent: `python -m tests.fuzz --make-corpora`.
"""
