"""What every layer stands on: strict encodings, time, randomness and limits.

Nothing here knows a credential format, a protocol or a role.
"""
