"""When a watch is checked next, and when a silent host is tried again."""
