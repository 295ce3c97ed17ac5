"""The core and the use cases: fetch, extract, compare, decide, notify. Independent of database, mail and web code."""
