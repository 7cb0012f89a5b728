variable "zones" { type = any }          # The zones of the layout by name, each with the arguments of a `zone` block.
variable "products" { default = {} }     # The products that differ from their defaults by label, each with the arguments of a `product` block.
variable "flows" { default = {} }        # The flows that are not in the catalogue by name, each with the arguments of a `flow` block.
variable "name" { default = null }       # A name for readers.
variable "directions" { default = null } # Which rules are created: `ingress`, `egress` or both. Default both.
variable "merge" { default = null }      # Which rules are combined: `none`, `ports` or `all`. Default `none`.
variable "fail_on" { default = null }    # Which judgements fail the plan: `error`, `warning` or `never`. Default `error`.
variable "accept" { default = [] }       # Exceptions to judgements: a list of objects with `code`, `subject`, `reason` and, if you like, `ticket` and `owner`.
