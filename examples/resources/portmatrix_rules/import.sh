# The id is the name, `default` unless the resource has one. The next plan fills in the rules.
terraform import portmatrix_rules.edge default
