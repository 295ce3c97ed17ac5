"""Deliveries: sending what is owed, holding a mass change, taking in bounces: use cases."""
