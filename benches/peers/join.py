"""Joins the blocks of addresses in a file: LIBRARY FILE RESULT."""

import importlib
import sys

from measure import measure

library, file, result = sys.argv[1:]
module = importlib.import_module(library)
block, join = {
    "ipaddress": lambda: (module.ip_network, module.collapse_addresses),
    "netaddr": lambda: (module.IPNetwork, module.cidr_merge),
}[library]()
with open(file) as lines:
    blocks = [block(it.strip()) for it in lines]
joined = measure(lambda: list(join(blocks)))
with open(result, "w") as text:
    text.writelines(f"{it}\n" for it in joined)
