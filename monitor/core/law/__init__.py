"""The text of a law as a tree: its sections, their days, what an act did to them, and the words for it."""
