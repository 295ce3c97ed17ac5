"""Ways to get a page: plug-ins, one file and one class each."""
