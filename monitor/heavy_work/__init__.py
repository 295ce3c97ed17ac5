"""Heavy work: reading and comparing what a stranger may have made too large, in a process that has a budget.

budget.py      what is heavy, and what it may cost
children.py    the daemon's side: starts a process, ends it at its budget or when the program stops
child.py       the process: limits itself, does one piece of work, ends
"""
