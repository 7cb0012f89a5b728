//! Resources that are not read although they can change what is allowed.

use crate::review_plan::document::{GROUP, change, created, in_place, plan, stays, wanted, with};
use crate::review_plan::review;
use portmatrix::review::read::PLATFORMS;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// What a review says with more resources: whether the two sides are in sync, and the notes.
fn notes_of(changes: &[Value], arguments: &[&str]) -> (Value, Vec<String>) {
    let text = plan(changes, &[]);
    let ran = review(
        text.as_bytes(),
        &[&["--format", "json"], arguments].concat(),
    );
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    let notes = json["notes"].as_array().unwrap().iter();
    let notes = notes.map(|it| it.as_str().unwrap().to_owned()).collect();
    (json["in_sync"].clone(), notes)
}

/// With resources in addition to the wanted rules on AWS.
fn with_more(more: &[Value]) -> (Value, Vec<String>) {
    notes_of(&[in_place(), more.to_vec()].concat(), &[])
}

fn group_rule(group: &str) -> Value {
    let rule = json!({ "group_id": group, "ip_protocol": "tcp", "from_port": 22, "to_port": 22 });
    created("awscc_ec2_security_group_ingress.ssh", rule)
}

#[test]
fn a_rule_that_is_not_read_is_not_in_sync() {
    let (in_sync, notes) = with_more(&[group_rule(GROUP)]);
    assert_eq!(in_sync, json!(false));
    assert_eq!(
        notes,
        [
            "not read: `awscc_ec2_security_group_ingress.ssh` (type `awscc_ec2_security_group_ingress`, a rule by Cloud Control), which can allow more traffic than the rules that are read; check it, and leave it out with `--ignore ADDRESS`"
        ]
    );
}

/// `--all` reviews every point, also one without any rule that is read; an inventory has no other points.
#[test]
fn all_names_those_that_are_elsewhere() {
    let always = created(
        "azurerm_network_manager_admin_rule.ssh",
        json!({ "action": "AlwaysAllow" }),
    );
    let more = [group_rule("sg-other"), always];
    let both = [in_place(), more.to_vec()].concat();
    let (in_sync, notes) = notes_of(&both, &["--all"]);
    assert_eq!((in_sync, notes.len()), (json!(false), 2));
    let (_, notes) = notes_of(&both, &["--all", "--ignore", "sg-*"]);
    assert_eq!(notes.len(), 1, "{notes:?}");
    for format in ["text", "json", "sarif", "markdown"] {
        let ran = review(plan(&more, &[]).as_bytes(), &["--all", "--format", format]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let count = ran.out.matches("not read: ").count();
        assert_eq!(count, 2, "{}", ran.out);
    }
}

#[test]
fn one_that_is_elsewhere_gone_ignored_or_only_read_is_quiet() {
    let quiet = (json!(true), Vec::new());
    assert_eq!(with_more(&[group_rule("sg-other")]), quiet);
    let rule = group_rule(GROUP)["change"]["after"].clone();
    let address = "awscc_ec2_security_group_ingress.ssh";
    let gone = change(address, &["delete"], &rule, &Value::Null);
    assert_eq!(with_more(&[gone]), quiet);
    let mut data = stays(address, &rule);
    data["mode"] = json!("data");
    assert_eq!(with_more(&[data]), quiet);
    let both = [in_place(), vec![group_rule(GROUP)]].concat();
    assert_eq!(notes_of(&both, &["--ignore", "*.ssh"]), quiet);
    // A platform on which nothing is reviewed.
    let always = created(
        "azurerm_network_manager_admin_rule.ssh",
        json!({ "action": "AlwaysAllow" }),
    );
    assert_eq!(with_more(&[always]), quiet);
}

#[test]
fn a_group_that_is_not_known_yet_may_be_the_reviewed_one() {
    let mut rule = created("awscc_ec2_security_group_ingress.ssh", json!({}));
    rule["change"]["after_unknown"] = json!({ "group_id": true });
    assert_eq!(with_more(&[rule]).0, json!(false));
    // Only where the zone's own group is not known.
    let group = || {
        let mut group = created("awscc_ec2_security_group.new", json!({ "vpc_id": "vpc-1" }));
        group["change"]["after_unknown"] = json!({ "group_id": true });
        group
    };
    assert_eq!(with_more(&[group()]).1, [""; 0]);
    let mut changes = in_place();
    let zone = json!({ "dmz": { "aws": [{}] } });
    changes[0] = created("portmatrix_rules.edge", with(wanted(), "zone", zone));
    changes[0]["change"]["after_unknown"] =
        json!({ "zone": { "dmz": { "aws": [{ "security_group_id": true }] } } });
    changes.push(group());
    assert_eq!(notes_of(&changes, &[]).1.len(), 1);
}

/// A list that has every existing rule of its group removes nothing.
#[test]
fn a_list_of_the_only_rules_counts_if_it_leaves_one_out() {
    let list = |rules: &[&str]| {
        let list = json!({
            "security_group_id": GROUP, "ingress_rule_ids": rules, "egress_rule_ids": [],
        });
        let list = stays("aws_vpc_security_group_rules_exclusive.it", &list);
        with_more(&[list])
    };
    assert_eq!(list(&["sgr-ops", "sgr-web"]), (json!(true), Vec::new()));
    let (in_sync, notes) = list(&["sgr-web"]);
    assert_eq!(in_sync, json!(false));
    assert!(notes[0].contains("can remove rules"), "{notes:?}");
}

fn acl_rules(rules: &[(i64, &str, &str, &str)]) -> Value {
    let rule = |it: &(i64, &str, &str, &str)| {
        let (v4, v6) = if it.2.contains(':') {
            ("", it.2)
        } else {
            (it.2, "")
        };
        json!({
            "rule_no": it.0, "action": it.1, "cidr_block": v4, "ipv6_cidr_block": v6,
            "protocol": it.3, "from_port": 0, "to_port": 0,
        })
    };
    rules.iter().map(rule).collect()
}

/// They can only block; one that allows all does not.
#[test]
fn a_network_acl_is_noted_unless_it_allows_all() {
    let everything = (100, "allow", "0.0.0.0/0", "-1");
    let everything_v6 = (101, "allow", "::/0", "-1");
    for (rules, blocks) in [
        (vec![everything], false),
        (vec![everything, everything_v6], false),
        (vec![everything, (200, "deny", "10.0.0.0/8", "6")], false),
        (vec![everything, (50, "deny", "10.0.0.0/8", "6")], true),
        (
            vec![everything, (50, "deny", "fd00::/8", "-1"), everything_v6],
            true,
        ),
        (vec![(100, "allow", "0.0.0.0/0", "6")], true),
        (vec![], true),
    ] {
        let acl = |vpc: &str| {
            let acl = json!({
                "id": "acl-1", "vpc_id": vpc, "ingress": acl_rules(&rules),
                "egress": acl_rules(&[everything]),
            });
            stays("aws_network_acl.it", &acl)
        };
        let group = json!({ "id": GROUP, "vpc_id": "vpc-1", "ingress": [], "egress": [] });
        let mut group = stays("aws_security_group.it", &group);
        group["mode"] = json!("data");
        let (in_sync, notes) = with_more(&[acl("vpc-1"), group.clone()]);
        assert_eq!(in_sync, json!(true));
        assert_eq!(notes.len(), usize::from(blocks), "{rules:?} {notes:?}");
        assert!(notes.iter().all(|it| it.contains("can only block")));
        assert_eq!(with_more(&[acl("vpc-2"), group]).1, [""; 0]);
    }
}

/// A network on Google Cloud with one wanted rule in place.
fn on_gcp(more: &[Value]) -> (Value, Vec<String>) {
    let rule = json!({
        "name": "web", "network": "core", "project": "p", "direction": "INGRESS", "priority": 1000,
        "source_ranges": ["10.0.0.0/8"], "target_tags": ["kong"],
        "allow": [{ "protocol": "tcp", "ports": ["443"] }], "deny": [],
    });
    let rules = json!({
        "zone": { "dmz": { "gcp": [{ "network": "core", "project": "p", "target_tags": ["kong"] }] } },
        "gcp_rules": { "dmz/ingress/tcp-443/web:ipv4": rule },
        "aws_ingress": {}, "aws_egress": {}, "azure_rules": {},
    });
    let changes = [
        stays("portmatrix_rules.edge", &rules),
        stays("google_compute_firewall.web", &rule),
    ];
    notes_of(&[&changes, more].concat(), &[])
}

#[test]
fn a_firewall_policy_counts_where_it_is_attached() {
    let rule = |action: &str| {
        let rule = json!({ "firewall_policy": "fp", "action": action, "disabled": false });
        created("google_compute_network_firewall_policy_rule.it", rule)
    };
    let attached = |network: &str| {
        let target = format!("projects/p/global/networks/{network}");
        let policy = "projects/p/global/firewallPolicies/fp";
        created(
            "google_compute_network_firewall_policy_association.it",
            json!({ "firewall_policy": policy, "attachment_target": target }),
        )
    };
    for (more, in_sync, notes) in [
        (vec![rule("allow")], false, 1),
        (vec![rule("allow"), attached("core")], false, 1),
        (vec![rule("allow"), attached("other")], true, 0),
        (vec![rule("apply_security_profile_group")], false, 1),
        (vec![rule("deny"), attached("core")], true, 1),
        (vec![rule("goto_next"), attached("core")], true, 0),
        // The rules of the policy are in another configuration.
        (vec![attached("core")], false, 1),
        (vec![attached("other")], true, 0),
    ] {
        let said = on_gcp(&more);
        assert_eq!(
            (&said.0, said.1.len()),
            (&json!(in_sync), notes),
            "{said:?} {more:?}"
        );
    }
    let with_rules = |action: &str| {
        let rules = json!({ "name": "x", "rule": [{ "action": "deny" }, { "action": action }] });
        on_gcp(&[created(
            "google_compute_network_firewall_policy_with_rules.it",
            rules,
        )])
        .0
    };
    assert_eq!(with_rules("allow"), json!(false));
    assert_eq!(with_rules("goto_next"), json!(true));
    let rule = |network: &str| {
        let link =
            format!("https://www.googleapis.com/compute/v1/projects/p/global/networks/{network}");
        let rule = json!({ "action": "allow", "target_resources": [link] });
        on_gcp(&[created("google_compute_firewall_policy_rule.it", rule)]).0
    };
    assert_eq!((rule("core"), rule("other")), (json!(false), json!(true)));
}

/// A network security group on Azure at which nothing is wanted.
fn on_azure(address: &str, more: Value) -> (Value, usize) {
    let block = json!({ "resource_group_name": "rg", "network_security_group_name": "nsg" });
    let rules = json!({
        "zone": { "dmz": { "azure": [block] } },
        "aws_ingress": {}, "aws_egress": {}, "azure_rules": {}, "gcp_rules": {},
    });
    let changes = vec![
        stays("portmatrix_rules.edge", &rules),
        created(address, more),
    ];
    let (in_sync, notes) = notes_of(&changes, &[]);
    (in_sync, notes.len())
}

#[test]
fn azure_has_other_ways_to_allow() {
    let (open, blocks, quiet) = ((json!(false), 1), (json!(true), 1), (json!(true), 0));
    let admin = |action: &str| {
        on_azure(
            "azurerm_network_manager_admin_rule.it",
            json!({ "action": action }),
        )
    };
    assert_eq!(admin("AlwaysAllow"), open);
    assert_eq!(admin("Deny"), blocks);
    assert_eq!(admin("Allow"), quiet);
    let parent = |group: &str| {
        format!(
            "/subscriptions/0/resourceGroups/RG/providers/Microsoft.Network/networkSecurityGroups/{group}"
        )
    };
    let api = |kind: &str, group: &str, access: &str| {
        let body = json!({ "properties": { "access": access, "direction": "Inbound" } });
        let resource =
            json!({ "type": kind, "parent_id": parent(group), "name": "r", "body": body });
        on_azure("azapi_resource.it", resource)
    };
    let rule = "Microsoft.Network/networkSecurityGroups/securityRules@2024-05-01";
    assert_eq!(api(rule, "NSG", "Allow"), open);
    assert_eq!(api(rule, "nsg", "Deny"), blocks);
    assert_eq!(api(rule, "other", "Allow"), quiet);
    assert_eq!(
        api(
            "Microsoft.Storage/storageAccounts@2023-01-01",
            "nsg",
            "Allow"
        ),
        quiet
    );
    let deployment = |mode: &str, template: &str| {
        let it = json!({
            "resource_group_name": "rg", "deployment_mode": mode, "template_content": template,
        });
        on_azure("azurerm_resource_group_template_deployment.it", it)
    };
    let network = "{\"type\":\"Microsoft.Network/networkSecurityGroups\"}";
    assert_eq!(deployment("Incremental", network), open);
    assert_eq!(deployment("Incremental", "{}"), quiet);
    // It removes what the template does not have.
    assert_eq!(deployment("Complete", "{}"), open);
}

/// What creates rules from a template counts unless all of the template is there and has none.
#[test]
fn templates_count_unless_they_are_known_to_create_no_rules() {
    let (open, blocks, quiet) = ((json!(false), 1), (json!(true), 1), (json!(true), 0));
    let on_aws = |kind: &str, it: Value| {
        let (in_sync, notes) = with_more(&[created(&format!("{kind}.it"), it)]);
        (in_sync, notes.len())
    };
    let stack = |body: &str, url: Value| {
        let it = json!({ "template_body": body, "template_url": url });
        on_aws("aws_cloudformation_stack", it)
    };
    assert_eq!(stack("AWS::S3::Bucket", Value::Null), quiet);
    assert_eq!(stack("AWS::EC2::SecurityGroupIngress", Value::Null), open);
    // The body may be that of before.
    assert_eq!(stack("AWS::S3::Bucket", json!("https://s3/new.json")), open);
    let control = |kind: &str| on_aws("aws_cloudcontrolapi_resource", json!({ "type_name": kind }));
    assert_eq!(control("AWS::CloudFormation::StackSet"), open);
    assert_eq!(control("AWS::NetworkFirewall::RuleGroup"), blocks);
    assert_eq!(control("AWS::EC2::SecurityGroupVpcAssociation"), quiet);

    let spec =
        json!({ "template_content": "{}", "template_spec_version_id": "/subscriptions/0/spec/1" });
    let kind = "azurerm_subscription_template_deployment.it";
    assert_eq!(on_azure(kind, spec), open);
    let api = |kind: &str, body: Value| {
        let it = json!({ "type": format!("{kind}@2024-05-01"), "name": "r", "body": body });
        on_azure("azapi_resource.it", it)
    };
    let deployments = "Microsoft.Resources/deployments";
    let link = json!({ "properties": { "templateLink": { "uri": "https://example.com/t.json" } } });
    assert_eq!(api(deployments, link), open);
    assert_eq!(
        api(
            deployments,
            json!({ "properties": { "mode": "Incremental" } })
        ),
        quiet
    );
    assert_eq!(
        api("Microsoft.Resources/deploymentScripts", json!({})),
        open
    );
    let rules =
        "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/rules";
    let access = |it: &str| api(rules, json!({ "properties": { "access": it } }));
    assert_eq!(access("AlwaysAllow"), open);
    assert_eq!(access("Deny"), blocks);
    assert_eq!(access("Allow"), quiet);
    assert_eq!(api(rules, Value::Null), open);
    let group =
        "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/nsg";
    let delete = json!({
        "type": "Microsoft.Network/networkSecurityGroups/securityRules@2024-05-01", "method": "DELETE",
        "resource_id": format!("{group}/securityRules/web"),
    });
    assert_eq!(on_azure("azapi_resource_action.it", delete), open);
}

/// Firewalls that no zone can name: only an inventory has them.
#[test]
fn firewalls_of_their_own_are_named_in_an_inventory() {
    let nodes = |groups: Value| {
        let access = json!([{ "ec2_ssh_key": "ops", "source_security_group_ids": groups }]);
        created("aws_eks_node_group.it", json!({ "remote_access": access }))
    };
    let ports = json!({ "port_info": [{ "protocol": "tcp", "from_port": 22, "to_port": 22 }] });
    let cluster = created("google_container_cluster.it", json!({ "name": "c" }));
    for (it, is_named) in [
        (nodes(json!([])), true),
        (nodes(json!(["sg-bastion"])), false),
        (created("aws_eks_node_group.it", json!({})), false),
        (
            created("aws_lightsail_instance_public_ports.it", ports),
            true,
        ),
        (created("aws_gamelift_fleet.it", json!({})), false),
        (cluster, true),
    ] {
        let all = review(plan(std::slice::from_ref(&it), &[]).as_bytes(), &["--all"]);
        assert_eq!(all.out.contains("not read: "), is_named, "{}", all.out);
        assert_eq!(with_more(&[it]), (json!(true), Vec::new()));
    }
    let groups = json!([{ "emr_managed_master_security_group": GROUP }]);
    let emr = created("aws_emr_cluster.it", json!({ "ec2_attributes": groups }));
    assert_eq!(with_more(&[emr]).0, json!(false));
}

/// A rule for a prefix list does not show that the list is everyone.
#[test]
fn a_prefix_list_counts_if_it_is_nearly_everyone() {
    let list = |blocks: &str| {
        let entry = |it| json!({ "cidr": it, "description": "10.0.0.0/8" });
        let entry: Vec<Value> = blocks.split(' ').map(entry).collect();
        let list = json!({ "address_family": "IPv4", "entry": entry });
        with_more(&[created("aws_ec2_managed_prefix_list.it", list)])
    };
    assert_eq!(list("0.0.0.0/0").0, json!(false));
    assert_eq!(list("10.0.0.0/8"), (json!(true), Vec::new()));
    assert_eq!(list("64.0.0.0/3"), (json!(true), Vec::new()));
    assert_eq!(list("64.0.0.0/3 96.0.0.0/3").0, json!(false));
    let entry = json!({ "cidr": "::/0", "prefix_list_id": "pl-1" });
    let entry = created("aws_ec2_managed_prefix_list_entry.it", entry);
    assert_eq!(with_more(&[entry]).0, json!(false));
}

/// The write-only part of a request is in no plan.
#[test]
fn what_a_sensitive_body_has_is_not_known() {
    let (open, blocks) = ((json!(false), 1), (json!(true), 1));
    let rule = "Microsoft.Network/networkSecurityGroups/securityRules@2024-05-01";
    let api = |kind: &str, body: Value, version: Value| {
        let it = json!({ "type": kind, "body": body, "sensitive_body": null, "sensitive_body_version": version });
        on_azure("azapi_resource.it", it)
    };
    let deny = json!({ "properties": { "access": "Deny" } });
    let version = json!({ "properties.access": "1" });
    assert_eq!(api(rule, deny.clone(), Value::Null), blocks);
    assert_eq!(api(rule, deny, version.clone()), open);
    assert_eq!(
        api(
            rule,
            json!({ "properties": { "priority": 1 } }),
            Value::Null
        ),
        open
    );
    let deployment = "Microsoft.Resources/deployments@2024-03-01";
    let body = json!({ "properties": { "mode": "Incremental" } });
    assert_eq!(api(deployment, body, version), open);
}

/// A global policy and policies of two regions may have one name.
#[test]
fn policies_of_one_name_in_several_regions_are_told_apart() {
    let attached = |region: &str| {
        let target = "projects/p/global/networks/core";
        let it = json!({ "firewall_policy": "fp", "region": region, "attachment_target": target });
        let kind = "google_compute_region_network_firewall_policy_association.it";
        created(kind, it)
    };
    let rule = |region: &str| {
        let policy = format!("projects/p/regions/{region}/firewallPolicies/fp");
        let it = json!({ "firewall_policy": policy, "action": "deny" });
        created("google_compute_region_network_firewall_policy_rule.it", it)
    };
    let global = created(
        "google_compute_network_firewall_policy_rule.it",
        json!({ "firewall_policy": "fp", "action": "deny" }),
    );
    let in_sync = |more: &[Value]| on_gcp(more).0;
    assert_eq!(in_sync(&[attached("r1"), rule("r1")]), json!(true));
    assert_eq!(in_sync(&[attached("r1"), rule("r2")]), json!(false));
    assert_eq!(in_sync(&[attached("r1"), global]), json!(false));
}

/// A policy whose rules are elsewhere is not told by the rules of another one.
#[test]
fn rules_of_one_policy_say_nothing_of_another() {
    let rule = |policy: &str| {
        let it = json!({ "firewall_policy": policy, "action": "deny" });
        created("google_compute_firewall_policy_rule.it", it)
    };
    let attached = created(
        "google_compute_firewall_policy_association.it",
        json!({ "firewall_policy": "locations/global/firewallPolicies/1", "attachment_target": "folders/1" }),
    );
    let said = |policy: &str| on_gcp(&[rule(policy), attached.clone()]).0;
    assert_eq!(said("locations/global/firewallPolicies/1"), json!(true));
    assert_eq!(said("locations/global/firewallPolicies/2"), json!(false));
}

#[test]
fn each_type_is_in_the_guide() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides/reviewing-plans.md");
    let guide = fs::read_to_string(guide).unwrap();
    for platform in PLATFORMS {
        let kinds: Vec<&str> = platform.unread.iter().map(|it| it.kind).collect();
        assert!(kinds.is_sorted(), "{kinds:?}");
        for kind in kinds {
            assert!(guide.contains(&format!("`{kind}`")), "{kind}");
            assert!(!platform.resources.contains(&kind), "{kind}");
        }
    }
}
