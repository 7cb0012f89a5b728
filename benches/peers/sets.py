"""What two sets of rules do not have in common: FILE, with a side, a group, services and a block on each line."""

import sys

from measure import measure

with open(sys.argv[1]) as lines:
    rules = [tuple(it.split()) for it in lines]
wanted = [it[1:] for it in rules if it[0] == "w"]
found = [it[1:] for it in rules if it[0] == "f"]


def compare():
    a, b = set(wanted), set(found)
    return sorted(a - b), sorted(b - a)


measure(compare)
