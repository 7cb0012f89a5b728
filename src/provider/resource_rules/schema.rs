//! The schema of `portmatrix_rules`.

use super::super::rows;
use super::super::schema::{
    at_most_one, computed, glossary, labelled, list, map, optional, repeated, required,
};
use super::super::zone_block;
use crate::model::words::{Direction, Exposure, FailOn, Merge, Plane};
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
            "A label for people, and the id. Default `default`. It need not be unique, but the names of Google Cloud's rules and of Kubernetes' policies begin with it: let resources that share a project or a namespace have different ones, with `for_each` e.g. `name = each.key`.",
        ),
        optional(
            "directions",
            list(Type::String),
            &format!(
                "Which rules are wanted: {}. Default both.",
                glossary(Direction::ALL, Direction::as_str, Direction::meaning)
            ),
        ),
        optional(
            "merge",
            Type::String,
            &format!(
                "Which rules are joined: {}. Default `none`. A rule that comes or goes may then change the key of another, which carries live traffic.",
                glossary(Merge::ALL, Merge::as_str, Merge::meaning)
            ),
        ),
        optional(
            "fail_on",
            Type::String,
            &format!(
                "From which judgements on a plan fails: {}. Default `error`.",
                glossary(FailOn::ALL, FailOn::as_str, FailOn::meaning)
            ),
        ),
        optional(
            "verbose",
            Type::Bool,
            "Whether `findings` holds infos too. Default `false`.",
        ),
        optional(
            "language",
            Type::String,
            "The language of the vendors' advice in `findings`, two letters. Default: the provider's.",
        ),
    ];
    let outputs: Vec<Attribute> = vec![
        computed("id", Type::String, "The name."),
        computed(
            "rules",
            rows::rules_type(),
            "The rules between zones, without addresses, by `<zone>/<direction>/<transport>-<ports>/<peer zone>`.\n\
             \x20 - `zone`: Where the rule is enforced.\n\
             \x20 - `direction`: `ingress` or `egress`, seen from the zone.\n\
             \x20 - `peer_zone`: The other end; `<label>.<component>` where that is a fixed address of the catalogue.\n\
             \x20 - `peer_trust`: How far the peer is trusted; null for a fixed address.\n\
             \x20 - `transport`: `tcp`, `udp`, `sctp`, `icmp`, `icmpv6`, `esp`, `ip-<number>` or `any`.\n\
             \x20 - `from_port`: The lowest port; for ICMP the type; null where there is neither.\n\
             \x20 - `to_port`: The highest port; for ICMP the code; null where there is neither.\n\
             \x20 - `plane`: The most sensitive plane of its flows.\n\
             \x20 - `required`: Whether a required flow needs it.\n\
             \x20 - `flows`: The flows that need it, as `label.flow` or the name of a `flow` block.",
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
                "Egress rules, keyed in the same way, with the arguments of `aws_vpc_security_group_egress_rule`:",
                aws::COLUMNS,
            ),
        ),
        computed(
            "azure_rules",
            rows::azure_rows_type(),
            columns(
                "Rules of network security groups by `<zone>/<direction>/<transport>-<ports>/<peer zone>:<kind>`, with the arguments of `azurerm_network_security_rule`. \
                 The kind is `ipv4`, `ipv6`, `group` or `tag`; `group:ipv6` and `tag:ipv6` are for the zone's own IPv6 blocks beside its IPv4 blocks. \
                 The final rules are `<zone>/<direction>/any/*:deny` and `<zone>/ingress/any/AzureLoadBalancer:tag`. \
                 Priorities are kept in the state: a rule that stays keeps its number, whatever comes and goes beside it, and a number that goes is not given again in the same apply. \
                 Without the state (`state rm`, `-replace`, import, a new name for the resource without a `moved` block) they are given anew, and Azure refuses what then changes places: \
                 before that, print `{ for key, rule in portmatrix_rules.NAME.azure_rules : key => rule.priority }`, and give it to `priorities` of `azure_options`.",
                azure::COLUMNS,
            ),
        ),
        computed(
            "gcp_rules",
            rows::gcp_rows_type(),
            columns(
                "Firewall rules by `<zone>/<direction>/<transport>-<ports>/<peer zone>:<kind>`, with the arguments of `google_compute_firewall`. \
                 The kind is `ipv4` or `ipv6` where the rule names the peer by blocks of one family, `tag` by network tags, `group` by service accounts. \
                 Tags and service accounts stand for a peer in ingress rules only, where both zones have them in one network; in all other rules its addresses do. \
                 `<zone>/egress/any/*:deny-ipv4` and `:deny-ipv6` deny the rest of the egress; the rest of the ingress Google Cloud denies by itself, unless other rules of the network admit it, as those of a `default` network do:",
                gcp::COLUMNS,
            ),
        ),
        computed(
            "kubernetes_policies",
            map(Type::String),
            "A `NetworkPolicy` manifest (`networking.k8s.io/v1`) in YAML for each zone with a `namespace`, by zone, named `<name>--<zone>`. It isolates the zone's pods in each of `directions`, also where no rule permits anything there. \
             A manifest that needs a value which is not known yet is unknown as a whole; the zones are known.",
        ),
        computed(
            "nftables",
            map(Type::String),
            "A complete nftables ruleset for each zone with a `host` block, by zone. `nft -f` loads it in one transaction, over an older one too, and replaces its own table only. \
             It lets in and out what is under way, the loopback interface, what IPv6 itself and DHCP need, and the rules, and drops the rest, or rejects it where the vendor of a component in the zone wants that. \
             A host loads the ruleset of one zone: two would each drop what the other permits. Unknown as a whole while an address that it needs is.",
        ),
        computed(
            "findings",
            rows::findings_type(),
            "What there is to say about the layout: errors and warnings, with `verbose` infos too. The guide on findings explains every code.\n\
             \x20 - `code`: The stable code.\n\
             \x20 - `severity`: `error`, `warning` or `info`.\n\
             \x20 - `subject`: What it is about, as `accept` names it.\n\
             \x20 - `message`: What was found.",
        ),
        computed(
            "counts",
            rows::counts_type(),
            "How full each zone's groups are with its own rules; the findings on quotas sum the zones that share a group. By `<zone>/aws/<family>`, in entries as AWS counts them: a block once in its family, a group once in both, a prefix list with its size in both. \
             By `<zone>/azure/rules`, `/sources` and `/destinations`: rules, and addresses on either side of them, where the limit is for both directions together. \
             By `<zone>/gcp/rules`, in firewall rules; the limit is that of a project with all its networks, of which each zone takes a part, in both directions together; `quota-exceeded` judges the project.\n\
             \x20 - `ingress`: Entries that ingress rules take.\n\
             \x20 - `egress`: Entries that egress rules take.\n\
             \x20 - `limit`: Entries that a group may hold in each direction; on Azure and Google Cloud in both.\n\
             \x20 - `headroom`: What is left, of the fuller direction where each has its own limit; below zero where it is too full.",
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
            description: "The firewall rules that products need between the zones of a layout, and no others. It is computed at plan and touches nothing: \
                          feed its outputs to the resources of your cloud. Keys are made of names and ports only, so they are known in the first plan."
                .to_owned(),
            attributes: arguments.into_iter().chain(outputs).collect(),
            blocks: vec![
                labelled("zone", zone_block::schema()),
                labelled("product", product_schema()),
                labelled("flow", flow_schema()),
                repeated("accept", accept_schema()),
                at_most_one("azure_options", azure_options_schema()),
                at_most_one("gcp_options", gcp_options_schema()),
            ],
        },
    }
}

/// The arguments that change what a product listens on, shared with the data source.
pub(in crate::provider) fn override_attributes() -> Vec<Attribute> {
    vec![
        optional(
            "version",
            Type::String,
            "The release, in quotes. A release such as `\"3.9.1\"` takes the line that covers it. Default: the newest line.",
        ),
        optional(
            "definition",
            Type::String,
            "The text of a product file, TOML or JSON, to take instead of the catalogue.",
        ),
        optional(
            "ports",
            map(Type::String),
            "What it listens on where that is not the default, by port parameter: `{ proxy-https = \"443\" }`. A port, a range or a comma list.",
        ),
    ]
}

fn product_schema() -> Block {
    let mut attributes = vec![optional(
        "name",
        Type::String,
        "The product's name in the catalogue. Default: the label.",
    )];
    attributes.extend(override_attributes());
    attributes.extend([
        optional(
            "advertised_ports",
            map(Type::String),
            "What peers dial where something translates between (NAT, a balancer), by port parameter. Egress rules have these ports, ingress rules those of `ports`.",
        ),
        optional("profile", Type::String, "A set of ports that the vendor recommends, e.g. `production`. `ports` goes before it."),
        optional("enable", list(Type::String), "Optional flows and features to switch on, by name."),
        optional("disable", list(Type::String), "Flows and features to switch off, by name."),
    ]);
    Block {
        description: "A product where something differs from its defaults, or a second instance of one. The label is what `components` name it by; \
                      flows join components of one label only."
            .to_owned(),
        attributes,
        blocks: Vec::new(),
    }
}

fn flow_schema() -> Block {
    Block {
        description: "A flow that no catalogue knows, between zones.".to_owned(),
        attributes: vec![
            required("from", list(Type::String), "The zones that dial."),
            required("to", list(Type::String), "The zones that listen."),
            required(
                "services",
                list(Type::String),
                "What they may carry: `tcp/443`, `tcp+udp/53`, `tcp/7000-7999`, `icmp`, `icmp/8`, `esp`, `any`.",
            ),
            optional(
                "plane",
                Type::String,
                &format!(
                    "What it is for: {}. Default `data`.",
                    glossary(Plane::ALL, Plane::as_str, Plane::meaning)
                ),
            ),
            optional(
                "exposure",
                Type::String,
                &format!(
                    "Who the listener is for: {}. Default `internal`. With `local` there is no rule; `group` is judged as `internal` is.",
                    glossary(Exposure::ALL, Exposure::as_str, Exposure::meaning)
                ),
            ),
            optional(
                "purpose",
                Type::String,
                "A note for readers of the configuration.",
            ),
        ],
        blocks: Vec::new(),
    }
}

fn accept_schema() -> Block {
    Block {
        description: "An exception to a judgement. Findings that it matches become infos that carry the reason.".to_owned(),
        attributes: vec![
            required("code", Type::String, "The code of the findings, e.g. `exposed`. Only judgements can be accepted; the guide on findings says which codes these are."),
            required("subject", Type::String, "A glob for their subjects: `*` is any text, `?` any one character."),
            required("reason", Type::String, "Why it is accepted."),
            optional("ticket", Type::String, "Where it was agreed."),
            optional("owner", Type::String, "Who answers for it."),
        ],
        blocks: Vec::new(),
    }
}

fn azure_options_schema() -> Block {
    let defaults = azure::Options::default();
    Block {
        description: "What holds for all of this resource's rules on Azure.".to_owned(),
        attributes: vec![
            optional(
                "priority_first",
                Type::Number,
                &format!(
                    "The lowest priority that rules get, 100 to 4096. Default {}.",
                    defaults.priority_first
                ),
            ),
            optional(
                "priority_last",
                Type::Number,
                &format!(
                    "The highest priority that rules get. Default {}; with `deny_rest` 4095 and 4096 are taken. Where another resource makes rules for the same network security group, let each have a part of the numbers.",
                    defaults.priority_last
                ),
            ),
            optional(
                "priority_step",
                Type::Number,
                &format!(
                    "The distance between priorities, 1 to 3996; numbers between are used once the steps run out. Default {}.",
                    defaults.priority_step
                ),
            ),
            optional(
                "deny_rest",
                Type::Bool,
                "Whether a rule at 4096 denies what no other permits, in each direction and for each zone. Default `true`: without it Azure's own rules admit the whole virtual network, and all egress. \
                 Where zones share a network security group, or a rule of the state has that number, it is the next one below.",
            ),
            optional(
                "allow_probes",
                Type::Bool,
                "With `deny_rest`: whether a rule at 4095 admits the health probes of Azure's balancers. Default `true`.",
            ),
            optional(
                "priorities",
                map(Type::Number),
                "Priorities to begin with, by key, for rules that have none yet: on taking over what is in place, or after the state was lost, or for final rules where another resource has rules in the same network security group. A rule that has a number keeps it.",
            ),
        ],
        blocks: Vec::new(),
    }
}

fn gcp_options_schema() -> Block {
    Block {
        description: "What holds for all of this resource's rules on Google Cloud.".to_owned(),
        attributes: vec![optional(
            "deny_rest",
            Type::Bool,
            "Whether rules at priority 65534, one for each family, deny the egress of a zone that no other rule permits. Default `true`: without them Google Cloud admits all egress. Ingress needs none. What the metadata server gives (DNS, time, DHCP) passes in any case.",
        )],
        blocks: Vec::new(),
    }
}
