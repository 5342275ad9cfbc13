"""The room itself, as plain functions over plain values.

Nothing here knows of time, chance, sockets or threads: the hour is an argument, ids come
inside commands, and the next wake-up is a return value (`next_deadline`).
"""
