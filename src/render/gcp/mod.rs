//! Google Cloud VPC firewalls: rows for `google_compute_firewall`.

mod columns;
mod identity;
mod network;
mod platform;
mod problems;
mod quota;
mod row;
mod zone;

pub use columns::COLUMNS;
pub(super) use network::{NetworkMatch, by_instances, same};
pub use platform::Platform;
pub use quota::{may_change, quota};
pub use row::{DENY_PRIORITY, Instances, PRIORITY, Peer, Row};
pub use zone::Gcp;

use super::describe::{Descriptions, is_plain};
use super::label::label;
use super::peers::{blocks, icmp_sibling, in_families, in_family, is_covered};
use super::{Count, Zones, by_key};
use crate::model::address::{Addresses, Cidr, Family};
use crate::model::cell::{MaybeKnown, MaybeKnownText};
use crate::model::finding::Finding;
use crate::model::key::RowKey;
use crate::model::rules::{Rule, RuleKey, Rules};
use crate::model::traffic::Traffic;
use crate::model::words::Direction;
use crate::render::fixed_blocks;
use network::instances;
use problems::Problems;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rules of a project in both directions, of all its networks, unless the quota was raised.
/// Source: Google Cloud, "Cloud NGFW quotas and limits", VPC firewall rules per project, which refers to the console; `gcloud
/// compute project-info describe` of a new project, metric `FIREWALLS`.
pub const MAX_RULES: u32 = 100;

/// Blocks of a rule.
/// Source: Google Cloud, "VPC quotas and limits", per network; capirca, `gce.py`, `_TERM_ADDRESS_LIMIT`.
pub const MAX_RANGES: usize = 256;

/// Tags of the peer in a rule.
/// Source: as for [`MAX_RANGES`]; `_TERM_SOURCE_TAGS_LIMIT`.
pub const MAX_SOURCE_TAGS: usize = 30;

/// Tags of the zone in a rule.
/// Source: as for [`MAX_RANGES`]; `_TERM_TARGET_TAGS_LIMIT`.
pub const MAX_TARGET_TAGS: usize = 70;

/// Service accounts at either end of a rule.
/// Source: terraform-provider-google, `resource_compute_firewall.go`, `MaxItems`.
pub const MAX_SERVICE_ACCOUNTS: usize = 10;

/// The metadata server, which also answers DHCP, DNS and NTP. Instances reach it whatever the rules say.
/// Source: Google Cloud, "VPC firewall rules", always allowed traffic.
const METADATA: Cidr = Cidr::V4(std::net::Ipv4Addr::new(169, 254, 169, 254), 32);

/// Characters of a rule's description. Google's documentation states no limit; this one is that of AWS, and enough.
const MAX_DESCRIPTION: usize = 255;

/// What a user sets for all of a resource's rules on Google Cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether a final rule denies the egress that no other rule allows.
    pub deny_rest: bool,
    /// The resource's name, which begins the names of rules.
    pub name: MaybeKnownText,
    /// The directions in which rules are wanted.
    pub directions: BTreeSet<Direction>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            deny_rest: true,
            name: MaybeKnown::Known("default".into()),
            directions: Direction::ALL.iter().copied().collect(),
        }
    }
}

/// What rendering for Google Cloud produces.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// Rows by key.
    pub rows: BTreeMap<String, Row>,
    /// By `<zone>/gcp/<what>`.
    pub counts: BTreeMap<String, Count>,
    /// What Google Cloud cannot express or would reject.
    pub findings: Vec<Finding>,
    /// Pairs of zones of which only an apply will tell whether they are in one network. The rows between them depend on that,
    /// and all the rest here is as if they were.
    pub undecided: BTreeSet<(Arc<str>, Arc<str>)>,
}

/// A zone that is enforced: its network, and the instances that its rules are for.
struct Point<'z> {
    gcp: &'z Gcp,
    network: &'z MaybeKnownText,
    target: Arc<Instances>,
}

impl<'z> Point<'z> {
    /// A zone without tags and service accounts has no rules: they would apply to the whole network.
    fn of(addresses: &'z Addresses) -> Option<Point<'z>> {
        let gcp = addresses.enforced_by::<Gcp>()?;
        Some(Point {
            gcp,
            network: gcp.network.as_ref()?,
            target: Arc::new(instances(gcp)?),
        })
    }
}

/// Renders the rules at the zones that have a network: one row for each rule and each way in which it names its peer.
pub fn render(rules: &Rules, zones: Zones<'_>, options: &Options) -> Rendered {
    let points: BTreeMap<&str, Point<'_>> = zones
        .addresses
        .iter()
        .filter_map(|(zone, it)| Some((zone.as_str(), Point::of(it)?)))
        .collect();
    let mut gathered = Gathered {
        zones,
        options,
        rendered: Rendered::default(),
        rows: Vec::with_capacity(rules.len()),
        counts: BTreeMap::new(),
        descriptions: Descriptions::new(MAX_DESCRIPTION, is_plain),
        problems: Problems::default(),
    };
    for (zone, point) in &points {
        let count = Count {
            limit: MAX_RULES,
            together: true,
            ..Count::default()
        };
        gathered.counts.insert(zone, count);
        gathered.rest(zone, point);
    }
    for (key, rule) in rules {
        if let Some(point) = points.get(&*key.zone) {
            gathered.rule(key, rule, point, rules);
        }
    }
    let mut rendered = gathered.rendered;
    rendered.rows = by_key(gathered.rows);
    let counts = gathered.counts.into_iter();
    rendered.counts = counts
        .map(|(zone, it)| (format!("{zone}/gcp/rules"), it))
        .collect();
    let problems = gathered.problems.findings(zones.addresses);
    rendered.findings.extend(problems);
    rendered
}

/// What tells the rows of one rule apart.
struct Draft {
    /// Of one family.
    traffic: Traffic,
    /// The end of the key.
    kind: &'static str,
    peer: Peer,
}

/// What is rendered so far.
struct Gathered<'r> {
    zones: Zones<'r>,
    options: &'r Options,
    rendered: Rendered,
    rows: Vec<(String, Row)>,
    /// By zone.
    counts: BTreeMap<&'r str, Count>,
    descriptions: Descriptions<'r>,
    problems: Problems,
}

impl<'r> Gathered<'r> {
    /// The rules that deny the rest of a zone's egress, in both families: a subnet may get IPv6 later, and Google Cloud would
    /// then allow all of it. Ingress is denied by Google Cloud itself.
    fn rest(&mut self, zone: &str, point: &Point<'_>) {
        if !self.options.directions.contains(&Direction::Egress) {
            return;
        }
        if !self.options.deny_rest {
            self.rendered.findings.push(problems::open(zone));
            return;
        }
        for family in Family::ALL {
            let kind = format!("deny-{}", family.as_str());
            let row = Row {
                name: self.name(zone, Direction::Egress, "any", "rest", &kind),
                network: point.network.clone(),
                project: point.gcp.project.clone(),
                description: "everything that no other rule allows".into(),
                direction: Direction::Egress,
                target: Arc::clone(&point.target),
                peer: Peer::Ranges(vec![MaybeKnown::Known(Cidr::all(family))]),
                traffic: None,
            };
            // No zone is called `*`, so no rule between zones has such a key.
            let text = row_key(zone, Direction::Egress, Traffic::Any, "*", &kind);
            self.push(zone, text, row);
        }
    }

    /// The rows of one rule.
    fn rule(&mut self, key: &RuleKey, rule: &'r Rule, point: &Point<'_>, rules: &Rules) {
        if row::protocol(key.traffic).is_none() {
            let can_express = |it| row::protocol(it).is_some();
            if !is_covered(key, rules, can_express) {
                self.problems.unsupported(key, rule);
            }
            return;
        }
        let sibling = icmp_sibling(key).and_then(|it| rules.get(&it));
        let description = self.descriptions.of_rule(key.traffic, rule, sibling);
        for Draft {
            traffic,
            kind,
            peer,
        } in self.drafts(key, rule, point)
        {
            // ICMP of both families and `ICMPv6` alone make one row for IPv6; the rule for the latter brings it, for both.
            if traffic != key.traffic && sibling.is_some() {
                continue;
            }
            let of = traffic.key().to_string();
            let row = Row {
                name: self.name(&key.zone, key.direction, &of, &key.peer, kind),
                network: point.network.clone(),
                project: point.gcp.project.clone(),
                description: Arc::clone(&description),
                direction: key.direction,
                target: Arc::clone(&point.target),
                peer,
                traffic: Some(traffic),
            };
            let text = row_key(&key.zone, key.direction, traffic, &key.peer, kind);
            self.push(&key.zone, text, row);
        }
    }

    /// The rows of one rule, one for each way in which it names its peer.
    fn drafts(&mut self, key: &RuleKey, rule: &Rule, point: &Point<'_>) -> Vec<Draft> {
        if let Some(fixed) = self.zones.fixed.get(&key.peer) {
            let mut filtered = fixed.clone();
            filtered.retain(|_, it| *it != METADATA);
            if filtered.len() < fixed.len() {
                self.problems.unfiltered(key, rule);
            }
            let of = |family| {
                let blocks = fixed_blocks(&filtered, family);
                let ranges: Vec<_> = blocks.into_values().collect();
                Some(Draft {
                    traffic: in_family(key.traffic, family).filter(|_| !ranges.is_empty())?,
                    kind: Family::as_str(family),
                    peer: Peer::Ranges(ranges),
                })
            };
            let drafts: Vec<Draft> = Family::ALL.into_iter().filter_map(of).collect();
            if drafts.is_empty() && !filtered.is_empty() {
                self.problems.unsupported(key, rule);
            }
            return drafts;
        }
        let peer = &self.zones.addresses[&*key.peer];
        let mut drafts = Vec::new();
        if let Some(named) = self.instances(key, point, peer) {
            let kind = match &named {
                Instances::Tags(it) => {
                    self.problems.source_tags(key, it.len());
                    "tag"
                }
                Instances::Accounts(_) => "group",
            };
            let here = &self.zones.addresses[&*key.zone];
            drafts.extend(in_families(key.traffic, here, peer).map(|traffic| Draft {
                traffic,
                kind,
                peer: Peer::Instances(named.clone()),
            }));
            let by = peer.part::<Gcp>().map(|it| it.peer_by).unwrap_or_default();
            if !by.uses_addresses() {
                if !(peer.ipv4.is_empty() && peer.ipv6.is_empty()) {
                    self.problems.grouped(key);
                }
                return drafts;
            }
        }
        let mut has_blocks = !drafts.is_empty();
        for family in Family::ALL {
            let cells: Vec<MaybeKnown<Cidr>> =
                blocks(key, peer, family).values().cloned().collect();
            if cells.is_empty() {
                continue;
            }
            has_blocks = true;
            self.problems.named_by_address(key, peer);
            if let Some(traffic) = in_family(key.traffic, family) {
                self.problems.ranges(key, family, cells.len());
                drafts.push(Draft {
                    traffic,
                    kind: family.as_str(),
                    peer: Peer::Ranges(cells),
                });
            }
        }
        if !has_blocks {
            self.problems.unmatchable(key);
        } else if drafts.is_empty() {
            self.problems.unsupported(key, rule);
        }
        drafts
    }

    /// What the peer's instances carry, where a rule may name them by it: for ingress, in one network, and of the kind that
    /// the zone itself has, since a rule takes tags or service accounts at both ends.
    fn instances(
        &mut self,
        key: &RuleKey,
        point: &Point<'_>,
        peer: &Addresses,
    ) -> Option<Instances> {
        let gcp = peer.part::<Gcp>()?;
        let same = match key.direction {
            Direction::Egress => NetworkMatch::No,
            Direction::Ingress if !gcp.peer_by.uses_group() => NetworkMatch::No,
            Direction::Ingress if key.peer == key.zone => NetworkMatch::Yes,
            Direction::Ingress => by_instances(point.gcp, gcp),
        };
        if same == NetworkMatch::Open {
            let pair = (Arc::clone(&key.zone), Arc::clone(&key.peer));
            self.rendered.undecided.insert(pair);
        }
        instances(gcp).filter(|_| same != NetworkMatch::No)
    }

    fn name(
        &self,
        zone: &str,
        direction: Direction,
        traffic: &str,
        peer: &str,
        kind: &str,
    ) -> MaybeKnownText {
        let direction = match direction {
            Direction::Ingress => "i",
            Direction::Egress => "e",
        };
        match &self.options.name {
            MaybeKnown::Known(name) => {
                let parts = [name, zone, direction, traffic, peer, kind];
                // The zone, the direction and the traffic stay readable.
                MaybeKnown::Known(label(&parts, 1..4))
            }
            MaybeKnown::Unknown => MaybeKnown::Unknown,
        }
    }

    fn push(&mut self, zone: &str, key: String, row: Row) {
        if let Some(count) = self.counts.get_mut(zone) {
            count.add(row.direction, 1);
        }
        self.rows.push((key, row));
    }
}

fn row_key(zone: &str, direction: Direction, traffic: Traffic, peer: &str, kind: &str) -> String {
    RowKey {
        zone,
        direction: Some(direction),
        traffic: traffic.key(),
        peer,
        kind,
        name: None,
    }
    .text()
}
