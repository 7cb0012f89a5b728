//! The schema of the AWS provider: every type of resources that looks as if it opened or closed network traffic is read, named as not
//! read, or listed here with the reason why it does not count.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};
use crate::end_to_end::cloud::offer_aws;
use crate::support::none;
use portmatrix::model::platform::PlatformId;
use portmatrix::review::read::platform;
use serde_json::Value;
use std::collections::BTreeSet;

pub(crate) const TESTS: &[Test] = &[("each_type_for_traffic_is_known", each_type_is_known)];

const MAIN: &str = r#"
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
"#;

fn each_type_is_known(cli: &Cli) {
    offer_aws(cli);
    let root = Root::empty(cli);
    root.write("main.tf", MAIN);
    root.run(&["init"]).succeeds();
    let shown = root.run(&["providers", "schema", "-json"]);
    shown.succeeds();
    let schema: Value = serde_json::from_str(&shown.stdout).expect("JSON");
    let providers = schema["provider_schemas"].as_object().expect("providers");
    let types = providers.values().next().expect("AWS")["resource_schemas"].as_object();
    let types = types.expect("types");
    assert!(types.len() > 1000, "{}", types.len());

    let aws = platform(PlatformId::Aws);
    let read = aws.resources.iter().copied();
    let unread = aws.unread.iter().map(|it| it.kind);
    let known: BTreeSet<&str> = read.chain(unread).collect();
    let excused: BTreeSet<&str> = EXCUSED.iter().flat_map(|it| it.1).copied().collect();
    let suspects = types.iter().filter(|(name, it)| {
        NAMES.iter().any(|word| name.contains(word)) || has_attribute(&it["block"])
    });
    let suspects: BTreeSet<&str> = suspects.map(|it| it.0.as_str()).collect();
    assert!(suspects.contains("aws_network_acl_rule"));

    let mut wrong = Vec::new();
    for it in suspects.iter().filter(|it| !known.contains(*it)) {
        if !excused.contains(it) {
            wrong.push(format!(
                "`{it}` may open or close traffic: read it, name it as not read, or excuse it here"
            ));
        }
    }
    for it in &excused {
        if !suspects.contains(it) || known.contains(it) {
            wrong.push(format!("`{it}` needs no excuse"));
        }
    }
    none(&wrong);
}

/// Parts of the names of types that are about traffic.
const NAMES: &[&str] = &[
    "cloudcontrol",
    "cloudformation",
    "fms_",
    "firewall",
    "network_acl",
    "prefix_list",
    "public_access",
    "public_ports",
    "security_group",
    "servicecatalog_prov",
];

/// Attributes and blocks that rules have.
const ATTRIBUTES: &[&str] = &[
    "cidr",
    "cidr_blocks",
    "cidr_list_aliases",
    "cidrs",
    "egress",
    "emr_managed_master_security_group",
    "from_port",
    "ingress",
    "ip_range",
    "prefix_list_ids",
    "public_access_cidrs",
    "source_security_group_id",
    "source_security_group_ids",
    "template_body",
    "template_url",
];

fn has_attribute(block: &Value) -> bool {
    let has = |name: &str| {
        let all = block[name].as_object().into_iter().flatten();
        all.map(|it| it.0.as_str())
            .any(|it| ATTRIBUTES.contains(&it))
    };
    let mut blocks = block["block_types"].as_object().into_iter().flatten();
    has("attributes") || has("block_types") || blocks.any(|(_, it)| has_attribute(&it["block"]))
}

/// Types that do not count, by the reason.
const EXCUSED: &[(&str, &[&str])] = &[
    (
        "managed endpoints have lists of addresses of their own; nothing in a zone is behind them",
        &[
            "aws_eks_cluster",
            "aws_grafana_workspace",
            "aws_medialive_input_security_group",
            "aws_sagemaker_workforce",
            "aws_ses_receipt_filter",
            "aws_workspacesweb_ip_access_settings",
        ],
    ),
    (
        "listeners and paths: what they send passes the security groups behind them",
        &[
            "aws_elb",
            "aws_globalaccelerator_custom_routing_endpoint_group",
            "aws_globalaccelerator_custom_routing_listener",
            "aws_globalaccelerator_listener",
            "aws_verifiedaccess_endpoint",
            "aws_vpc_endpoint",
        ],
    ),
    (
        "attaches a security group; its rules stay the same",
        &[
            "aws_vpc_endpoint_security_group_association",
            "aws_vpc_security_group_vpc_association",
        ],
    ),
    (
        "attaches a network ACL, which can only block; the ACL itself is named",
        &["aws_network_acl_association"],
    ),
    (
        "has an effect only in a policy of network firewalls, which is named",
        &[
            "aws_networkfirewall_rule_group",
            "aws_networkfirewall_tls_inspection_configuration",
        ],
    ),
    (
        "logs and permissions of firewalls",
        &[
            "aws_networkfirewall_logging_configuration",
            "aws_networkfirewall_resource_policy",
        ],
    ),
    (
        "answers or refuses names, not connections",
        &[
            "aws_route53_cidr_location",
            "aws_route53_resolver_firewall_config",
            "aws_route53_resolver_firewall_domain_list",
            "aws_route53_resolver_firewall_rule",
            "aws_route53_resolver_firewall_rule_group",
            "aws_route53_resolver_firewall_rule_group_association",
        ],
    ),
    (
        "has an effect only through a policy of Firewall Manager, which is named",
        &["aws_fms_admin_account", "aws_fms_resource_set"],
    ),
    (
        "lets a VPC be reached again as far as its rules allow",
        &["aws_vpc_block_public_access_exclusion"],
    ),
    (
        "public access to data and images, or a check by a service",
        &[
            "aws_ebs_snapshot_block_public_access",
            "aws_ec2_image_block_public_access",
            "aws_emr_block_public_access_configuration",
            "aws_s3_account_public_access_block",
            "aws_s3_bucket_public_access_block",
        ],
    ),
    (
        "has an effect only where a product is provisioned, which is named",
        &[
            "aws_servicecatalog_product",
            "aws_servicecatalog_provisioning_artifact",
        ],
    ),
    (
        "templates without rules of firewalls",
        &[
            "aws_cloudformation_type",
            "aws_config_conformance_pack",
            "aws_config_organization_conformance_pack",
            "aws_iot_ca_certificate",
            "aws_iot_provisioning_template",
        ],
    ),
    (
        "plans, routes, copies or searches; allows nothing",
        &[
            "aws_ec2_network_insights_path",
            "aws_ec2_traffic_mirror_filter_rule",
            "aws_ec2_transit_gateway_prefix_list_reference",
            "aws_securityhub_insight",
            "aws_vpc_ipam_pool_cidr",
            "aws_vpc_ipam_pool_cidr_allocation",
            "aws_vpc_ipam_preview_next_cidr",
        ],
    ),
];
