//! Resources on AWS that can change what is allowed at a security group, and whose rules are not read.
//! Source: terraform-provider-aws and terraform-provider-awscc, documentation of the types; Amazon VPC User Guide, "Network ACLs".

use super::rule::point;
use crate::model::address::{Cidr, Family};
use crate::model::blocks::aggregated;
use crate::model::global::are_nearly_all;
use crate::review::read::attributes::Attributes;
use crate::review::read::unread::{
    Effect, Influence, Reach, UnreadType, anywhere, known, last_part, opens, row, template,
};

/// The types.
pub(super) const UNREAD: &[UnreadType] = &[
    row(
        "aws_cloudcontrolapi_resource",
        "a resource by Cloud Control",
        cloud_control,
    ),
    row("aws_cloudformation_stack", STACK, stack),
    row("aws_cloudformation_stack_instances", STACK, opens),
    row("aws_cloudformation_stack_set", STACK, stack),
    row("aws_cloudformation_stack_set_instance", STACK, opens),
    row("aws_default_network_acl", "the default network ACL", acl),
    row("aws_ec2_managed_prefix_list", LIST, |of| list(of, "entry")),
    row("aws_ec2_managed_prefix_list_entry", LIST, |of| {
        list(of, "cidr")
    }),
    row(
        "aws_eks_node_group",
        "a node group with SSH from everyone",
        node_group,
    ),
    row(
        "aws_emr_cluster",
        "a cluster that adds rules to its managed groups",
        cluster,
    ),
    row(
        "aws_fms_policy",
        "a policy of Firewall Manager",
        managed_policy,
    ),
    row(
        "aws_gamelift_fleet",
        "a fleet with its own inbound permissions",
        |of| apart(of, "ec2_inbound_permission"),
    ),
    row(
        "aws_lightsail_instance_public_ports",
        "the firewall of a Lightsail instance",
        |of| apart(of, "port_info"),
    ),
    row("aws_network_acl", "a network ACL", acl),
    row("aws_network_acl_rule", "a rule of a network ACL", acl_rule),
    row(
        "aws_networkfirewall_firewall",
        "a network firewall",
        firewall,
    ),
    row(
        "aws_networkfirewall_firewall_policy",
        "a policy of network firewalls",
        firewall_policy,
    ),
    row(
        "aws_serverlessapplicationrepository_cloudformation_stack",
        STACK,
        opens,
    ),
    row("aws_servicecatalog_provisioned_product", PRODUCT, opens),
    row(
        "aws_vpc_block_public_access_options",
        "a block of public access to VPCs",
        no_public_access,
    ),
    row(
        "aws_vpc_security_group_rules_exclusive",
        "the list of a group's only rules",
        exclusive,
    ),
    row("awscc_cloudformation_stack", STACK, stack),
    row("awscc_cloudformation_stack_set", STACK, stack),
    row(
        "awscc_ec2_network_acl_entry",
        "a rule of a network ACL",
        acl_rule,
    ),
    row("awscc_ec2_prefix_list", LIST, |of| list(of, "entries")),
    row(
        "awscc_ec2_security_group",
        "a security group by Cloud Control",
        group,
    ),
    row(
        "awscc_ec2_security_group_egress",
        "a rule by Cloud Control",
        group_rule,
    ),
    row(
        "awscc_ec2_security_group_ingress",
        "a rule by Cloud Control",
        group_rule,
    ),
    row(
        "awscc_ec2_vpc_block_public_access_options",
        "a block of public access to VPCs",
        no_public_access,
    ),
    row(
        "awscc_fms_policy",
        "a policy of Firewall Manager",
        managed_policy,
    ),
    row(
        "awscc_networkfirewall_firewall",
        "a network firewall",
        firewall,
    ),
    row(
        "awscc_networkfirewall_firewall_policy",
        "a policy of network firewalls",
        firewall_policy,
    ),
    row(
        "awscc_servicecatalog_cloudformation_provisioned_product",
        PRODUCT,
        opens,
    ),
];

const LIST: &str = "a prefix list with nearly every address";

/// A prefix list is compared by its id, which does not show that its entries are nearly everyone.
fn list(of: &mut dyn Attributes, entries: &str) -> Vec<Influence> {
    let texts = of.texts_if_known(entries).unwrap_or_default();
    let blocks = aggregated(texts.iter().filter_map(|it| Cidr::meant_by(it)));
    let is_huge = |family: &Family| {
        let of_family = blocks.iter().filter(|it| it.family() == *family);
        are_nearly_all(&of_family.copied().collect::<Vec<_>>(), *family)
    };
    if Family::ALL.iter().any(is_huge) {
        anywhere(Effect::Opens)
    } else {
        Vec::new()
    }
}

/// A firewall of its own, if its blocks have rules.
fn apart(of: &mut dyn Attributes, blocks: &str) -> Vec<Influence> {
    match of.texts_if_known(blocks) {
        Some(texts) if texts.is_empty() => Vec::new(),
        _ => vec![Influence::new(Effect::Opens, Reach::Apart)],
    }
}

/// With a key for SSH and no source groups, port 22 is open to everyone in a group that EKS creates.
/// Source: Amazon EKS API, `RemoteAccessConfig`.
fn node_group(of: &mut dyn Attributes) -> Vec<Influence> {
    let is_open = of.nested("remote_access").into_iter().any(|mut it| {
        it.texts_if_known("ec2_ssh_key") != Some(Vec::new())
            && it.texts_if_known("source_security_group_ids") == Some(Vec::new())
    });
    let opens = is_open.then(|| Influence::new(Effect::Opens, Reach::Apart));
    opens.into_iter().collect()
}

/// The groups to which EMR adds rules. Source: Amazon EMR Management Guide, "Working with Amazon EMR-managed security groups".
const MANAGED: [&str; 3] = [
    "emr_managed_master_security_group",
    "emr_managed_slave_security_group",
    "service_access_security_group",
];

fn cluster(of: &mut dyn Attributes) -> Vec<Influence> {
    let mut influences = Vec::new();
    for mut it in of.nested("ec2_attributes") {
        for name in MANAGED {
            let reach = match it.texts_if_known(name) {
                Some(ids) => Reach::Points(ids.iter().map(|it| point(it)).collect()),
                None => Reach::New,
            };
            influences.push(Influence::new(Effect::Opens, reach));
        }
    }
    influences
}

const STACK: &str = "a CloudFormation stack that may create rules";
const PRODUCT: &str = "a product of Service Catalog that may create rules";

/// What a template names if its stack creates rules.
const RULES: &[&str] = &[
    "AWS::EC2::SecurityGroup",
    "AWS::Include",
    "AWS::CloudFormation::",
    "AWS::FMS::Policy",
    "AWS::Serverless::Application",
    "AWS::ServiceCatalog::",
];

/// The group and the VPC of a security group.
pub(super) fn network_of(resource: &mut dyn Attributes) -> Option<(String, String)> {
    Some((known(resource, "id")?, known(resource, "vpc_id")?))
}

/// What a resource does by its type. Source: AWS, "AWS resource and property types reference".
fn cloud_control(of: &mut dyn Attributes) -> Vec<Influence> {
    match known(of, "type_name").as_deref() {
        None
        | Some(
            "AWS::CloudFormation::Stack"
            | "AWS::CloudFormation::StackSet"
            | "AWS::EC2::SecurityGroup"
            | "AWS::EC2::SecurityGroupEgress"
            | "AWS::EC2::SecurityGroupIngress"
            | "AWS::FMS::Policy"
            | "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
        ) => anywhere(Effect::Opens),
        Some(
            "AWS::EC2::NetworkAcl"
            | "AWS::EC2::NetworkAclEntry"
            | "AWS::EC2::SubnetNetworkAclAssociation"
            | "AWS::EC2::VPCBlockPublicAccessOptions",
        ) => anywhere(Effect::Blocks),
        Some(kind) if kind.starts_with("AWS::NetworkFirewall::") => anywhere(Effect::Blocks),
        Some(_) => Vec::new(),
    }
}

/// A stack. The provider reads `template_body` back, so that it may be the one of before where `template_url` is set.
fn stack(of: &mut dyn Attributes) -> Vec<Influence> {
    if of.texts_if_known("template_url") != Some(Vec::new()) {
        return anywhere(Effect::Opens);
    }
    template(of, &["template_body"], RULES)
}

fn managed_policy(of: &mut dyn Attributes) -> Vec<Influence> {
    let Some(texts) = of.texts_if_known("security_service_policy_data") else {
        return anywhere(Effect::Opens);
    };
    let has = |word: &str| texts.iter().any(|it| it.starts_with(word));
    if has("SECURITY_GROUPS_CONTENT_AUDIT") || has("SECURITY_GROUPS_USAGE_AUDIT") {
        anywhere(Effect::Removes(None))
    } else if has("SECURITY_GROUPS") || texts.is_empty() {
        anywhere(Effect::Opens)
    } else if has("NETWORK_") || has("THIRD_PARTY_FIREWALL") || has("IMPORT_NETWORK_FIREWALL") {
        anywhere(Effect::Blocks)
    } else {
        // WAF, Shield and DNS Firewall.
        Vec::new()
    }
}

fn in_network(of: &mut dyn Attributes) -> Reach {
    known(of, "vpc_id").map_or(Reach::Any, Reach::Network)
}

/// A network ACL blocks something unless it begins with allowing everything in both directions.
fn acl(of: &mut dyn Attributes) -> Vec<Influence> {
    let reach = in_network(of);
    let mut influences = Vec::new();
    for id in ["id", "default_network_acl_id"] {
        if let Some(id) = known(of, id) {
            // Whether an ACL blocks is told by its rules; that it is in a network opens nothing.
            influences.push(Influence::new(Effect::Attaches(id.clone()), reach.clone()));
            influences.push(Influence::new(Effect::Nothing, Reach::Policy(id)));
        }
    }
    if !["ingress", "egress"].iter().all(|it| allows_all(of, it)) {
        influences.push(Influence::new(Effect::Blocks, reach));
    }
    influences
}

/// Whether a direction allows everything to all addresses of each family that has rules, before anything is denied.
fn allows_all(of: &mut dyn Attributes, direction: &str) -> bool {
    if of.texts_if_known(direction).is_none() {
        return false;
    }
    let mut rules: Vec<(i64, bool, bool, bool, bool)> = Vec::new();
    for mut it in of.nested(direction) {
        let number = it.number("rule_no").unwrap_or(i64::MAX);
        let allows = it
            .text("action")
            .is_some_and(|it| it.eq_ignore_ascii_case("allow"));
        let block = it.text("cidr_block");
        let is_v4 = block.is_some();
        let block = block.or_else(|| it.text("ipv6_cidr_block"));
        let is_everyone = block.is_some_and(|it| it == "0.0.0.0/0" || it == "::/0");
        let is_all = it
            .text("protocol")
            .is_some_and(|it| it == "-1" || it == "all");
        rules.push((number, allows, is_v4, is_everyone, is_all));
    }
    rules.sort_unstable();
    let allows = |family: bool| {
        let mut of_family = rules.iter().filter(|it| it.2 == family);
        of_family
            .find(|it| !it.1 || (it.3 && it.4))
            .is_some_and(|it| it.1)
    };
    allows(true) && (allows(false) || rules.iter().all(|it| it.2))
}

fn acl_rule(of: &mut dyn Attributes) -> Vec<Influence> {
    let acl = known(of, "network_acl_id");
    let action = known(of, "rule_action");
    let effect = match action {
        Some(it) if it.eq_ignore_ascii_case("allow") => Effect::Nothing,
        _ => Effect::Blocks,
    };
    vec![Influence::new(
        effect,
        acl.map_or(Reach::Any, Reach::Policy),
    )]
}

fn firewall(of: &mut dyn Attributes) -> Vec<Influence> {
    let reach = in_network(of);
    let policy = known(of, "firewall_policy_arn").map(|it| last_part(&it));
    let mut influences = vec![Influence::new(Effect::Blocks, reach.clone())];
    if let Some(policy) = policy {
        influences.push(Influence::new(
            Effect::Nothing,
            Reach::Policy(policy.clone()),
        ));
        influences.push(Influence::new(Effect::Attaches(policy), reach));
    }
    influences
}

fn firewall_policy(of: &mut dyn Attributes) -> Vec<Influence> {
    let name = known(of, "name").or_else(|| known(of, "firewall_policy_name"));
    vec![Influence::new(
        Effect::Blocks,
        name.map_or(Reach::Any, Reach::Policy),
    )]
}

fn no_public_access(of: &mut dyn Attributes) -> Vec<Influence> {
    match known(of, "internet_gateway_block_mode").as_deref() {
        Some("off") => Vec::new(),
        _ => anywhere(Effect::Blocks),
    }
}

fn exclusive(of: &mut dyn Attributes) -> Vec<Influence> {
    let mut kept = Some(Vec::new());
    for name in ["ingress_rule_ids", "egress_rule_ids"] {
        let more = of.texts_if_known(name);
        kept = kept.zip(more).map(|(a, b)| [a, b].concat());
    }
    vec![Influence::new(
        Effect::Removes(kept),
        at_group(of, "security_group_id"),
    )]
}

/// The group of an attribute; any group if that is not known.
fn at_group(of: &mut dyn Attributes, name: &str) -> Reach {
    known(of, name).map_or(Reach::Any, |it| Reach::Points(vec![point(&it)]))
}

fn group(of: &mut dyn Attributes) -> Vec<Influence> {
    let id = known(of, "group_id").or_else(|| known(of, "security_group_id"));
    let reach = id.map_or(Reach::New, |it| Reach::Points(vec![point(&it)]));
    vec![Influence::new(Effect::Opens, reach)]
}

fn group_rule(of: &mut dyn Attributes) -> Vec<Influence> {
    vec![Influence::new(Effect::Opens, at_group(of, "group_id"))]
}
