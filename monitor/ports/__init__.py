"""What the use cases need from the world, as Protocols, and the values that cross them.

`bevaka.assembly` chooses the adapters.
"""
