"""The rules that decide whether a block change is material."""
