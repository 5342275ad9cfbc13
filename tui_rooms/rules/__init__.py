"""The room itself, as plain functions over plain values.

Nothing here knows of time, chance, sockets or threads: the hour is an argument, ids come
inside commands, and the next wake-up is a return value (`next_deadline`).

The way through: `commands` → `decide` (a table: one function a command) → `events` → `evolve` (a
table: one function an event) → `room`. What belongs to one concept, deciding and changing, is in
one file: `creation`, `opening`, `joining`, `people`, `permissions`, `hands`, `offers`,
`microphones`, `moderation`, `chat`, `signals`, `deadlines`. Who sees what is said once, in
`visibility`, for events and for the `view`. `life` and `standing` are the two state machines.
"""
