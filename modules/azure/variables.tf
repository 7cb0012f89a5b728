variable "zones" {
  description = "The zones of the layout by name, each with the arguments of a `zone` block."
  type        = any
}

variable "products" {
  description = "The products that differ from their defaults by label, each with the arguments of a `product` block."
  type        = any
  default     = {}
}

variable "flows" {
  description = "The flows that are not in the catalogue by name, each with the arguments of a `flow` block."
  type        = any
  default     = {}
}

variable "name" {
  description = "A name for readers."
  type        = string
  default     = null
}

variable "directions" {
  description = "Which rules are created: `ingress`, `egress` or both. Default both."
  type        = list(string)
  default     = null
}

variable "merge" {
  description = "Which rules are combined: `none`, `ports` or `all`. Default `none`."
  type        = string
  default     = null
}

variable "fail_on" {
  description = "Which judgements fail the plan: `error`, `warning` or `never`. Default `error`."
  type        = string
  default     = null
}

variable "accept" {
  description = "Exceptions to judgements: a list of objects with `code`, `subject`, `reason` and, if you like, `ticket` and `owner`."
  type        = any
  default     = []
}

variable "azure_options" {
  description = "Arguments of the `azure_options` block, such as `{ priority_first = 2000 }`."
  type        = any
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.azure_options), ["priority_first", "priority_last", "priority_step", "deny_rest", "allow_probes", "priorities"])) == 0
    error_message = "The variable azure_options has an argument that the block azure_options does not have. Expected priority_first, priority_last, priority_step, deny_rest, allow_probes, priorities."
  }
}
