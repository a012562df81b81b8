"""The commands of `tsunagu`, one file a verb or a few that belong together; `api/cli.py` joins them.

They are the edge of the edge: nothing else in `api` imports them. What they share is in common.py, what they print in
show*.py; heavy imports wait inside the commands, so that help comes at once.
"""
