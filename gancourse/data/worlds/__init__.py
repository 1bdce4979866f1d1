"""Data whose true distribution is known, made on the spot."""
