"""Who is told, and how: one file, one class each."""
