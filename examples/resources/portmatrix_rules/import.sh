# The id is the `name` of the resource, or `default` if it has none. The next apply fills in the rules.
terraform import portmatrix_rules.edge default
