"""What makes a block change worth a reader's time, and what does not: one small named thing a rule."""
