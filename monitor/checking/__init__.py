"""One check, from the claim to what is owed: use cases."""
