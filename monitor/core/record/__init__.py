"""The record of a watch: revisions by name, chain heads, coverage of a period."""
