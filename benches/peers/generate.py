"""Compiles a policy with Aerleon: DEFINITIONS POLICY RESULT."""

import json
import sys

from aerleon import api
from aerleon.lib import naming

from measure import measure

with open(sys.argv[1]) as file:
    definitions = json.load(file)
with open(sys.argv[2]) as file:
    policy = json.load(file)
names = naming.Naming()
names.ParseDefinitionsObject(definitions, "")

# The first call loads every platform.
first = dict(policy["filters"][0], terms=policy["filters"][0]["terms"][:1])
api.Generate([dict(policy, filters=[first])], names)

(text,) = measure(lambda: api.Generate([policy], names)).values()
with open(sys.argv[3], "w") as file:
    file.write(text)
