"""Judging of differences: the class of each, whether it is material, and what follows from one check."""
