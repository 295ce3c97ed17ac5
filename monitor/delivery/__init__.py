"""Use cases of delivery: sending what is owed, holding a mass change, processing bounces."""
