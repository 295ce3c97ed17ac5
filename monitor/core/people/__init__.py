"""Subscribers: sign-up, signed links, who is told of what and when, bounces."""
