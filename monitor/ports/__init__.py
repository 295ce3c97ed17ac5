"""Protocols for what the use cases need from the world, and the values that cross them.

`bevaka.assembly` chooses the adapters.
"""
