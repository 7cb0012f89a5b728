//! The `gcp` block of a zone.

use super::super::fields::Reader;
use super::super::schema::{list, optional};
use super::groups::{is_peer_only, peer_by, peer_by_schema};
use super::{OptionsBlock, PlatformBlock, no_effect, part, single_block};
use crate::model::cell::{MaybeKnown, MaybeKnownText};
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::platform::PeerBy;
use crate::render::gcp::Gcp;
use crate::render::gcp::{MAX_SERVICE_ACCOUNTS, MAX_TARGET_TAGS, Options};
use crate::render::is_label;
use crate::terraform::schema::Block;
use crate::terraform::value::{Type, Value};
use std::sync::Arc;

/// The block in the table of platforms.
pub(super) const BLOCK: PlatformBlock = PlatformBlock {
    name: "gcp",
    schema,
    read: |reader, zone, place| read(reader, zone, place).map(part),
    is_flag: false,
    check: None,
    options: Some(OptionsBlock {
        name: "gcp_options",
        schema: option_schema,
        read: |reader, config, top| Arc::new(read_options(reader, config, top)),
    }),
};

/// Reads the block of one zone.
fn read(reader: &mut Reader, zone: &Value, place: &ConfigPath) -> Option<Gcp> {
    let (block, place) = single_block(reader, zone, "gcp", place)?;
    let before = reader.unknowns.len();
    let mut cell = |name: &'static str| reader.cell(block.get(name), &place.field(name));
    let (network, project) = (cell("network"), cell("project"));
    let mut cells = |name: &'static str| reader.cells(block.get(name), &place.field(name));
    let gcp = Gcp {
        network,
        project,
        target_tags: cells("target_tags"),
        service_accounts: cells("service_accounts"),
        peer_by: PeerBy::default(),
    };
    if reader.unknowns.len() == before && gcp == Gcp::default() {
        let message = "the block sets none of its arguments, so it has no effect";
        no_effect(reader, &place, message);
    }
    let decided = reader.unknowns.len() == before;
    check(reader, &gcp, &place, decided && !is_peer_only(zone));
    Some(Gcp {
        peer_by: peer_by(reader, zone, block, &place),
        ..gcp
    })
}

/// What Google Cloud would refuse of the zone's instances, or take for all of the network.
fn check(reader: &mut Reader, gcp: &Gcp, place: &ConfigPath, decided: bool) {
    let (tags, accounts) = (place.field("target_tags"), place.field("service_accounts"));
    if !gcp.target_tags.is_empty() && !gcp.service_accounts.is_empty() {
        reader.mistake(
            &accounts,
            "`target_tags` and `service_accounts` are both set, but a firewall rule accepts only one of them",
            "choose one way to identify the zone's instances",
        );
    }
    let nobody = gcp.target_tags.is_empty() && gcp.service_accounts.is_empty();
    if gcp.network.is_some() && nobody && decided {
        let message = "`network` is set without `target_tags` or `service_accounts`, so the zone's rules would apply to every instance of the network";
        let remedy = "identify the zone's instances, e.g. `target_tags = [\"kong\"]`";
        let finding = Finding::for_argument(Code::TargetWide, &tags, message);
        reader.findings.push(finding.remedy(remedy));
    }
    let mut crowd = |cells: &[MaybeKnownText], limit: usize, place: &ConfigPath, what: &str| {
        if cells.len() > limit {
            let message = format!(
                "{} {what} are set, but a firewall rule can name at most {limit}",
                cells.len()
            );
            let remedy = "give all instances of the zone one in common, or split the zone";
            reader.mistake(place, &message, remedy);
        }
    };
    crowd(&gcp.target_tags, MAX_TARGET_TAGS, &tags, "tags");
    crowd(
        &gcp.service_accounts,
        MAX_SERVICE_ACCOUNTS,
        &accounts,
        "service accounts",
    );
    for (index, tag) in gcp.target_tags.iter().enumerate() {
        if let Some(tag) = tag.known().filter(|it| !is_label(it)) {
            let message = format!("`{tag}` is not a valid network tag");
            let remedy = "use lower-case letters, digits and dashes, starting with a letter, not ending with a dash, at most 63 characters";
            reader.mistake(&tags.index(index), &message, remedy);
        }
    }
    for (index, account) in gcp.service_accounts.iter().enumerate() {
        if let Some(account) = account.known().filter(|it| !is_account(it)) {
            let message = format!("`{account}` is not a service account");
            let remedy = "write its email address, e.g. `google_service_account.this.email`";
            reader.mistake(&accounts.index(index), &message, remedy);
        }
    }
    let mut name =
        |cell: &Option<MaybeKnownText>, is_good: fn(&str) -> bool, field, what, remedy| {
            let known = cell.as_ref().and_then(MaybeKnown::known);
            if let Some(text) = known.filter(|it| !is_good(it)) {
                let message = format!("`{text}` is not a valid {what}");
                reader.mistake(&place.field(field), &message, remedy);
            }
        };
    name(
        &gcp.network,
        is_network,
        "network",
        "network",
        "write its name, e.g. `google_compute_network.this.name`, or its self link",
    );
    name(
        &gcp.project,
        is_project,
        "project",
        "project",
        "write its id (lower-case letters, digits and dashes), not its display name",
    );
}

/// A name, or a link that ends in one: `projects/<project>/global/networks/<name>`, with or without the server before it.
fn is_network(text: &str) -> bool {
    let (before, name) = text.rsplit_once('/').unwrap_or(("", text));
    is_label(name) && before.chars().all(|it| it.is_ascii_graphic())
}

/// An id or a number, of old projects with a domain before it, as in `example.com:edge`.
fn is_project(text: &str) -> bool {
    let allowed = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"-.:".contains(&it);
    text.bytes().all(allowed)
}

fn is_account(text: &str) -> bool {
    let (name, domain) = text.split_once('@').unwrap_or_default();
    let is_word = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_graphic());
    is_word(name) && is_word(domain) && !domain.contains('@')
}

/// The schema of the block.
fn schema() -> Block {
    Block {
        description: "The zone on Google Cloud. With `network`, rules are created for it unless `enforce = false`; without, the block only says how rules of other zones refer to it.".to_owned(),
        attributes: vec![
            optional("network", Type::String, "The VPC network of the zone, by name or self link. May be known only after apply, unless a rule connects the zone with another that has tags (or \
                service accounts) too: such zones refer to each other by these within one network and by address across networks, and rule keys show which. \
                A name such as `google_compute_network.this.name` is known at plan; write it the same way everywhere. \
                If the network is unknown and such a rule exists, `gcp_rules` is unknown as a whole in that plan, and a `for_each` over it fails."),
            optional("project", Type::String, "The project of the network. Default: that of the provider that creates the rules. \
                Zones whose network is set by name are in one network only if all or none set the same project. \
                A peer with a project but no network is in another zone's network only if that zone sets the same project."),
            optional(
                "target_tags",
                list(Type::String),
                "Network tags of the zone's instances. Rules apply to instances with any of them. \
                    If another zone of the network shares a tag, rules of one zone apply to the other too, which the finding `selectors-overlap` reports. \
                    With `network`, these or `service_accounts` are required: a rule without either applies to every instance of the network. \
                    Ingress rules of other zones with tags in the same network refer to the zone by its tags; ingress rules of all other zones, and all egress rules, by its addresses.",
            ),
            optional("service_accounts", list(Type::String), "Service accounts of the zone's instances (any of them), by email address, at most 10; used instead of tags."),
            peer_by_schema("its tags or service accounts in ingress rules of zones that have them in the same network", "its addresses"),
        ],
        blocks: Vec::new(),
    }
}

/// Reads the block `gcp_options`.
fn read_options(reader: &mut Reader, config: &Value, top: &ConfigPath) -> Options {
    let block = single_block(reader, config, "gcp_options", top);
    let given = block
        .and_then(|(block, place)| reader.flag(block.get("deny_rest"), &place.field("deny_rest")));
    Options {
        deny_rest: given.unwrap_or(true),
        ..Options::default()
    }
}

/// The schema of the block `gcp_options`.
fn option_schema() -> Block {
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
