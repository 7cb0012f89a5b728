output "rules" { value = portmatrix_rules.this.rules }                     # The rules between zones, without addresses, by key.
output "openstack_rules" { value = portmatrix_rules.this.openstack_rules } # The security group rules that are created, by key.
output "findings" { value = portmatrix_rules.this.findings }               # What was found about the layout: errors and warnings under stable codes.
output "counts" { value = portmatrix_rules.this.counts }                   # How full each group is with the rules of this layout.
