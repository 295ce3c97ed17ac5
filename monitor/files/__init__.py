"""Files that office programs write: opened within limits, and read as the pieces of a page. Pure over bytes."""
