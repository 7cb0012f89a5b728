//! The schema of `portmatrix_rules`.

use super::super::rows;
use super::super::schema::{
    at_most_one, computed, glossary, labelled, list, map, optional, repeated, required,
};
use super::super::{flow_block, product_block, zone_block};
use crate::model::words::{Direction, FailOn, Merge};
use crate::render::{Column, aws, azure, gcp};
use crate::terraform::schema::{Attribute, Block, Schema};
use crate::terraform::value::Type;

/// The schema.
pub(in crate::provider) fn schema() -> Schema {
    let columns = |intro: &str, columns: &[Column]| {
        let columns = columns.iter();
        let lines = columns.map(|it| format!("  - `{}`: {}", it.name, it.description));
        format!("{intro}\n{}", lines.collect::<Vec<_>>().join("\n"))
    };
    let arguments: Vec<Attribute> = vec![
        optional(
            "name",
            Type::String,
            "A name for readers, and the id. Default `default`. It need not be unique, but the names of Google Cloud rules and Kubernetes policies begin with it: \
                give resources that share a project or namespace different names, e.g. `name = each.key` with `for_each`.",
        ),
        optional(
            "directions",
            list(Type::String),
            &format!(
                "Which rules are created: {}. Default both.",
                glossary(Direction::ALL, Direction::as_str, Direction::description)
            ),
        ),
        optional(
            "merge",
            Type::String,
            &format!(
                "Which rules are combined: {}. Default `none`. Adding or removing a rule may then change the key of another that carries live traffic.",
                glossary(Merge::ALL, Merge::as_str, Merge::description)
            ),
        ),
        optional(
            "fail_on",
            Type::String,
            &format!(
                "Which judgements fail the plan: {}. Default `error`.",
                glossary(FailOn::ALL, FailOn::as_str, FailOn::description)
            ),
        ),
        optional(
            "verbose",
            Type::Bool,
            "Whether `findings` includes infos. Default `false`.",
        ),
        optional(
            "language",
            Type::String,
            "The language of the vendors' advice in `findings`, as two letters. Default: the provider's.",
        ),
        optional(
            "zones",
            Type::Dynamic,
            "Zones as data, in addition to the `zone` blocks: an object or a map with an entry for each zone, by name. \
                Use it if the layout comes from a variable, a module or a file, e.g. `zones = yamldecode(file(\"zones.yaml\"))`. \
                An entry has the arguments of a `zone` block; write nested blocks as objects, and `host` as `{}`, or as true or false: \
                `{ dmz = { components = [\"kong.node\"], aws = { security_group_id = aws_security_group.kong.id } } }`. \
                Values are converted as in blocks. Null entries and null arguments are ignored, and so is the key `//`, for comments. \
                An unknown argument name is an error, and so is a name that a `zone` block also has. \
                Declare a variable for it with `type = any`: a variable with an object type discards misspelt arguments without a warning.",
        ),
        optional(
            "products",
            Type::Dynamic,
            "Products as data, in addition to the `product` blocks: an entry for each product, by label, with the arguments of a `product` block, as in `zones`. \
                Write `version` in quotes: as a number, 3.10 is 3.1.",
        ),
        optional(
            "flows",
            Type::Dynamic,
            "Flows as data, in addition to the `flow` blocks: an entry for each flow, by name, with the arguments of a `flow` block, as in `zones`.",
        ),
    ];
    let outputs: Vec<Attribute> = vec![
        computed("id", Type::String, "Same as `name`."),
        computed(
            "rules",
            rows::rules_type(),
            "The rules between zones, without addresses, by `<zone>/<direction>/<transport>-<ports>/<peer zone>`.\n\
             \x20- `zone`: The zone where the rule is enforced.\n\
             \x20- `direction`: `ingress` or `egress`, seen from the zone.\n\
             \x20- `peer_zone`: The other end; `<label>.<component>` if it is a fixed address from the catalogue.\n\
             \x20- `peer_trust`: How far the peer is trusted; null for a fixed address.\n\
             \x20- `transport`: `tcp`, `udp`, `sctp`, `icmp`, `icmpv6`, `esp`, `ip-<number>` or `any`.\n\
             \x20- `from_port`: The lowest port; for ICMP, the type; null if there is neither.\n\
             \x20- `to_port`: The highest port; for ICMP, the code; null if there is neither.\n\
             \x20- `plane`: The most sensitive plane of its flows.\n\
             \x20- `required`: Whether a required flow needs it.\n\
             \x20- `flows`: The flows that need it, as `label.flow` or the name of a `flow` block.",
        ),
        computed(
            "aws_ingress",
            rows::aws_rows_type(),
            columns(
                "Ingress rules by `<zone>/<transport>-<ports>/<peer zone>:<kind>[:<name>]`, with the arguments of `aws_vpc_security_group_ingress_rule`:",
                aws::COLUMNS,
            ),
        ),
        computed(
            "aws_egress",
            rows::aws_rows_type(),
            columns(
                "Egress rules with the same keys, with the arguments of `aws_vpc_security_group_egress_rule`:",
                aws::COLUMNS,
            ),
        ),
        computed(
            "azure_rules",
            rows::azure_rows_type(),
            columns(
                "Rules of network security groups by `<zone>/<direction>/<transport>-<ports>/<peer zone>:<kind>`, with the arguments of \
                    `azurerm_network_security_rule`. The kind is `ipv4`, `ipv6`, `group` or `tag`; `group:ipv6` and `tag:ipv6` are for the zone's own IPv6 CIDR blocks if \
                    it also has IPv4 ones. The final rules are `<zone>/<direction>/any/*:deny` and `<zone>/ingress/any/AzureLoadBalancer:tag`. \
                    Priorities are kept in the state: a rule that stays keeps its number whatever is added or removed, and a freed number is not reused in the same \
                    apply. Without the state (`state rm`, `-replace`, import, a resource renamed without a `moved` block) they are assigned again, and Azure rejects \
                    rules that swap numbers: before that, print `{ for key, rule in portmatrix_rules.NAME.azure_rules : key => rule.priority }` and set it as \
                    `priorities` of `azure_options`.",
                azure::COLUMNS,
            ),
        ),
        computed(
            "gcp_rules",
            rows::gcp_rows_type(),
            columns(
                "Firewall rules by `<zone>/<direction>/<transport>-<ports>/<peer zone>:<kind>`, with the arguments of `google_compute_firewall`. \
                    The kind is `ipv4` or `ipv6` if the rule names the peer by CIDR blocks of one family, `tag` for network tags, `group` for service accounts. \
                    Tags and service accounts are used only in ingress rules, if both zones have them in one network; all other rules use the peer's addresses. \
                    `<zone>/egress/any/*:deny-ipv4` and `:deny-ipv6` deny the rest of the egress; Google Cloud itself denies the rest of the ingress, unless other rules \
                    of the network allow it, as those of a `default` network do:",
                gcp::COLUMNS,
            ),
        ),
        computed(
            "kubernetes_policies",
            map(Type::String),
            "A `NetworkPolicy` manifest (`networking.k8s.io/v1`) in YAML for each zone with a `namespace`, by zone, named `<name>--<zone>`. \
                It isolates the zone's pods in each of `directions`, even if no rule allows anything there. \
                A manifest that needs an unknown value is unknown as a whole; the zones are known.",
        ),
        computed(
            "nftables",
            map(Type::String),
            "A complete nftables ruleset for each zone with a `host` block, by zone. \
                `nft -f` loads it in one transaction, also over an older one, and replaces only its own table. \
                It allows established connections, the loopback interface, what IPv6 and DHCP need, and the rules. \
                It drops the rest, or rejects it if the vendor of a component in the zone wants that. \
                A host loads the ruleset of one zone only: two would each drop what the other allows. Unknown as a whole while an address that it needs is unknown.",
        ),
        computed(
            "findings",
            rows::findings_type(),
            "Findings about the layout: errors and warnings, and with `verbose` also infos. The guide on findings explains every code.\n\
             \x20- `code`: The stable code.\n\
             \x20- `severity`: `error`, `warning` or `info`.\n\
             \x20- `subject`: What it is about, as `accept` refers to it.\n\
             \x20- `message`: What was found.",
        ),
        computed(
            "counts",
            rows::counts_type(),
            "How full each zone's groups are with its own rules; the quota findings add up the zones that share a group. By `<zone>/aws/<family>`, in entries as AWS counts them: a CIDR block once in its family, a group once in both, a prefix list with its size in both. By `<zone>/azure/rules`, `/sources` and `/destinations`: rules, and the addresses on either side, where the limit is for both directions together. By `<zone>/gcp/rules`, in firewall rules: the limit is for a project with all its networks and both directions together, and each zone uses part of it; `quota-exceeded` judges the project.\n\
             \x20- `ingress`: Entries used by ingress rules.\n\
             \x20- `egress`: Entries used by egress rules.\n\
             \x20- `limit`: Entries that a group may have in each direction; on Azure and Google Cloud, in both together.\n\
             \x20- `headroom`: Entries left, in the fuller direction if each has its own limit; negative if the limit is exceeded.",
        ),
        computed(
            "digests",
            map(Type::String),
            "The first 12 hex digits of the digest of each product's matrix, by label, so that a changed matrix shows in the plan.",
        ),
    ];
    Schema {
        version: 0,
        block: Block {
            description: "The firewall rules that products need between the zones of a layout, and no others. \
                They are computed during the plan, and nothing is changed: pass the outputs to your cloud's resources. \
                Keys consist only of names and ports, so they are known in the first plan."
                .to_owned(),
            attributes: arguments.into_iter().chain(outputs).collect(),
            blocks: vec![
                labelled("zone", zone_block::schema()),
                labelled("product", product_block::schema()),
                labelled("flow", flow_block::schema()),
                repeated("accept", accept_schema()),
                at_most_one("azure_options", azure_options_schema()),
                at_most_one("gcp_options", gcp_options_schema()),
            ],
        },
    }
}

fn accept_schema() -> Block {
    Block {
        description: "An exception to a judgement. Findings that it matches become infos that carry the reason.".to_owned(),
        attributes: vec![
            required("code", Type::String, "The code of the findings, e.g. `exposed`. Only judgements can be accepted; the guide on findings lists them."),
            required("subject", Type::String, "A glob that matches their subjects: `*` is any text, `?` any one character."),
            required("reason", Type::String, "Why it is accepted."),
            optional("ticket", Type::String, "Where it was approved."),
            optional("owner", Type::String, "Who is responsible for it."),
        ],
        blocks: Vec::new(),
    }
}

fn azure_options_schema() -> Block {
    let defaults = azure::Options::default();
    Block {
        description: "Settings for all of this resource's rules on Azure.".to_owned(),
        attributes: vec![
            optional(
                "priority_first",
                Type::Number,
                &format!(
                    "The lowest priority for rules, 100 to 4096. Default {}.",
                    defaults.priority_first
                ),
            ),
            optional(
                "priority_last",
                Type::Number,
                &format!(
                    "The highest priority for rules. Default {}; with `deny_rest`, 4095 and 4096 are reserved. \
                        If another resource creates rules for the same network security group, give each its own range.",
                    defaults.priority_last
                ),
            ),
            optional(
                "priority_step",
                Type::Number,
                &format!(
                    "The distance between priorities, 1 to 3996; numbers in between are used once the steps run out. Default {}.",
                    defaults.priority_step
                ),
            ),
            optional(
                "deny_rest",
                Type::Bool,
                "Whether a rule at 4096 denies what no other rule allows, in each direction and for each zone. \
                    Default `true`: without it, Azure's default rules allow the whole virtual network and all egress. \
                    If zones share a network security group, or a rule in the state has that number, the next lower one is used.",
            ),
            optional(
                "allow_probes",
                Type::Bool,
                "With `deny_rest`: whether a rule at 4095 allows the health probes of Azure's load balancers. Default `true`.",
            ),
            optional(
                "priorities",
                map(Type::Number),
                "Initial priorities, by key, for rules that have none yet: when taking over existing rules, after the state was lost, or for final rules if another \
                    resource has rules in the same network security group. A rule that has a number keeps it.",
            ),
        ],
        blocks: Vec::new(),
    }
}

fn gcp_options_schema() -> Block {
    Block {
        description: "Settings for all of this resource's rules on Google Cloud.".to_owned(),
        attributes: vec![optional(
            "deny_rest",
            Type::Bool,
            "Whether rules at priority 65534, one for each family, deny the egress of a zone that no other rule allows. \
                Default `true`: without them, Google Cloud allows all egress. Ingress needs none. Traffic to the metadata server (DNS, time, DHCP) is always allowed.",
        )],
        blocks: Vec::new(),
    }
}
