output "rules" {
  description = "The rules between zones, without addresses, by key."
  value       = portmatrix_rules.this.rules
}

output "openstack_rules" {
  description = "The security group rules that are created, by key."
  value       = portmatrix_rules.this.openstack_rules
}

output "findings" {
  description = "What was found about the layout: errors and warnings under stable codes."
  value       = portmatrix_rules.this.findings
}

output "counts" {
  description = "How full each group is with the rules of this layout."
  value       = portmatrix_rules.this.counts
}
