"""Subscriptions, by subscribers themselves and by the operator: use cases."""
