output "rules" {
  description = "The rules between zones, without addresses, by key."
  value       = portmatrix_rules.this.rules
}

output "gcp_rules" {
  description = "The firewall rules that are created, by key."
  value       = portmatrix_rules.this.gcp_rules
}

output "findings" {
  description = "What was found about the layout: errors and warnings under stable codes."
  value       = portmatrix_rules.this.findings
}

output "counts" {
  description = "How full each group is with the rules of this layout."
  value       = portmatrix_rules.this.counts
}
