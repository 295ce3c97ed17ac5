"""Subscribers: sign-up, signed links, fan-out, quiet hours and digests, bounces, operator alerts."""
