"""Extractors: plug-ins that turn an answer into an extraction, one file and one class each."""
