"""Fetchers: plug-ins that get a page, one file and one class each."""
