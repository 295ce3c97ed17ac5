"""Commands. `assembly` is the only place where adapters are chosen."""
