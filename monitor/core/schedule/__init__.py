"""The times at which a watch is checked next and a silent host is tried again."""
