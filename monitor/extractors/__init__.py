"""Ways to read an answer: plug-ins, one file and one class each."""
