"""Use cases of checking: from the claim of a watch to the deliveries that are owed."""
