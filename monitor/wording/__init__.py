"""Turns values into Swedish and English sentences: reasons, summaries, entries of a mail; and into JSON forms."""
