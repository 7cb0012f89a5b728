//! Firewall rules of Google Cloud, as the resource prints them.

use super::mistake::Mistake;
use super::spelling::{Protocol, given, is_second, port_range};
use crate::model::address::{Cidr, Family};
use crate::model::words::Direction;
use crate::review::rule::{EndpointSet, EnforcementPoint, Precedence, Reference, Rule, TrafficSet};
use crate::review::services::Services;
use std::collections::{BTreeMap, BTreeSet};

/// A rule as it is printed. A null text is absent, as is an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// `name`, or the key of a wanted row.
    pub id: String,
    /// `network`: a name or a self link.
    pub network: Option<String>,
    /// `project`.
    pub project: Option<String>,
    /// `INGRESS` or `EGRESS`; ingress where there is none.
    pub direction: Option<String>,
    /// `priority`; 1000 where there is none.
    pub priority: Option<i64>,
    /// `disabled`.
    pub disabled: bool,
    /// `source_ranges`.
    pub source_ranges: Vec<String>,
    /// `destination_ranges`.
    pub destination_ranges: Vec<String>,
    /// `source_tags`.
    pub source_tags: Vec<String>,
    /// `source_service_accounts`.
    pub source_service_accounts: Vec<String>,
    /// `target_tags`.
    pub target_tags: Vec<String>,
    /// `target_service_accounts`.
    pub target_service_accounts: Vec<String>,
    /// The blocks `allow`.
    pub allow: Vec<Block>,
    /// The blocks `deny`.
    pub deny: Vec<Block>,
}

/// A block `allow` or `deny`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// `protocol`.
    pub protocol: Option<String>,
    /// `ports`.
    pub ports: Vec<String>,
}

/// The priority of a rule that gives none.
/// Source: Google Cloud, "VPC firewall rules", priority.
const PRIORITY: i64 = 1000;

/// The rule that a row says; none where it is disabled.
pub fn read(row: &Row) -> Result<Option<Rule>, Mistake> {
    if row.disabled {
        return Ok(None);
    }
    let mistake = |field, what: &str, remedy: &str| Mistake::new(&row.id, field, what, remedy);
    let text = row.direction.as_deref().filter(|it| !it.is_empty());
    let text = text.unwrap_or("INGRESS");
    let direction = match is_second(text, ["INGRESS", "EGRESS"]) {
        Some(false) => Direction::Ingress,
        Some(true) => Direction::Egress,
        None => {
            let what = format!("has `{text}` as `direction`");
            return Err(mistake("direction", &what, "write `INGRESS` or `EGRESS`"));
        }
    };
    let priority = row.priority.unwrap_or(PRIORITY);
    let priority = u32::try_from(priority).map_err(|_| {
        let what = format!("has `{priority}` as `priority`");
        mistake("priority", &what, "priorities are from 0 to 65535")
    })?;
    let (blocks, denies) = match (row.allow.as_slice(), row.deny.as_slice()) {
        (allow, []) if !allow.is_empty() => (allow, false),
        ([], deny) if !deny.is_empty() => (deny, true),
        _ => {
            let what = "must have exactly one of `allow` and `deny`";
            return Err(mistake("allow", what, "set one of them"));
        }
    };
    let (own, peers) = ends(row, direction)?;
    Ok(Some(Rule {
        id: row.id.clone(),
        point: point(row)?,
        direction,
        extent: TrafficSet {
            own,
            ..TrafficSet::new(services(row, blocks)?, peers)
        },
        order: Precedence { priority, denies },
        zones: None,
    }))
}

/// Gives networks the project that they have elsewhere, where only one has a network of that name: whoever writes a rule may
/// leave the project to the provider, and who reads it back finds it.
pub fn settle_projects(wanted: &mut [Rule], found: &mut [Rule]) {
    let mut projects: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for rule in wanted.iter().chain(found.iter()) {
        if let EnforcementPoint::Network {
            project: Some(project),
            name,
        } = &rule.point
        {
            let known = projects.entry(name.clone()).or_default();
            known.insert(project.clone());
        }
    }
    for rule in wanted.iter_mut().chain(found) {
        if let EnforcementPoint::Network { project, name } = &mut rule.point {
            let known = projects.get(name).filter(|it| it.len() == 1);
            if let (None, Some(known)) = (&project, known) {
                *project = known.first().cloned();
            }
        }
    }
}

/// The projects of found rules, by each network that was left without one since several have one of its name.
pub fn undecided(wanted: &[Rule], found: &[Rule]) -> BTreeMap<EnforcementPoint, BTreeSet<String>> {
    let mut undecided = BTreeMap::new();
    for rule in wanted {
        let EnforcementPoint::Network {
            project: None,
            name: open,
        } = &rule.point
        else {
            continue;
        };
        if undecided.contains_key(&rule.point) {
            continue;
        }
        let projects: BTreeSet<String> = found
            .iter()
            .filter_map(|it| match &it.point {
                EnforcementPoint::Network { project, name } if name == open => project.clone(),
                _ => None,
            })
            .collect();
        undecided.insert(rule.point.clone(), projects);
    }
    undecided.retain(|_, it| it.len() > 1);
    undecided
}

/// A network by its name, or by a link such as `projects/<project>/global/networks/<name>`.
fn point(row: &Row) -> Result<EnforcementPoint, Mistake> {
    let text = row.network.as_deref().unwrap_or_default();
    let mut parts = text.rsplit('/');
    let Some(name) = parts.next().filter(|it| !it.is_empty()) else {
        let what = format!("has `{text}` as `network`");
        let remedy = "set the network's name or self link";
        return Err(Mistake::new(&row.id, "network", &what, remedy));
    };
    // From the end of the link: the word `projects` stands before the project.
    let before: Vec<&str> = parts.collect();
    let linked = before.windows(2).find(|it| it[1] == "projects");
    let project = linked.map(|it| it[0]).or(row.project.as_deref());
    Ok(EnforcementPoint::Network {
        project: project.filter(|it| !it.is_empty()).map(str::to_owned),
        name: name.to_owned(),
    })
}

/// The instances that a rule is for, and the other end. Without targets a rule is for the whole network, without sources or
/// destinations for every IPv4 address.
/// Source: Google Cloud, Compute Engine API, `firewalls`, `sourceRanges` and `destinationRanges`.
fn ends(row: &Row, direction: Direction) -> Result<(EndpointSet, EndpointSet), Mistake> {
    let (field, own, peers) = match direction {
        Direction::Ingress => (
            "destination_ranges",
            &row.destination_ranges,
            &row.source_ranges,
        ),
        Direction::Egress => ("source_ranges", &row.source_ranges, &row.destination_ranges),
    };
    let own_blocks = ranges(row, field, own)?;
    let targets = named(&row.target_tags, &row.target_service_accounts);
    let own = match (own_blocks.is_empty(), targets.is_empty()) {
        (true, true) => EndpointSet::Any,
        (false, false) => {
            let what = format!("also restricts its targets by `{field}`, which cannot be compared");
            let remedy = "restrict its targets in one way only, or leave the rule out";
            return Err(Mistake::new(&row.id, field, &what, remedy));
        }
        _ => EndpointSet::these(own_blocks, targets),
    };
    let (field, sources) = match direction {
        Direction::Ingress => (
            "source_ranges",
            named(&row.source_tags, &row.source_service_accounts),
        ),
        Direction::Egress => ("destination_ranges", Vec::new()),
    };
    let mut blocks = ranges(row, field, peers)?;
    if blocks.is_empty() && sources.is_empty() {
        blocks.push(Cidr::all(Family::V4));
    }
    Ok((own, EndpointSet::these(blocks, sources)))
}

fn ranges(row: &Row, field: &'static str, texts: &[String]) -> Result<Vec<Cidr>, Mistake> {
    let block = |text| {
        Cidr::meant_by(text).ok_or_else(|| {
            let what = format!("has `{text}` in `{field}`");
            let remedy = "write a CIDR block, e.g. `10.0.0.0/8` or `2001:db8::/32`";
            Mistake::new(&row.id, field, &what, remedy)
        })
    };
    given(texts).map(block).collect()
}

fn named(tags: &[String], accounts: &[String]) -> Vec<Reference> {
    let tags = given(tags).map(|it| Reference::NetworkTag(it.to_owned()));
    let accounts = given(accounts).map(|it| Reference::ServiceAccount(it.to_owned()));
    tags.chain(accounts).collect()
}

fn services(row: &Row, blocks: &[Block]) -> Result<Services, Mistake> {
    let mut traffic = Vec::new();
    for block in blocks {
        let text = block.protocol.as_deref().unwrap_or_default();
        let protocol = Protocol::parse(text).ok_or_else(|| {
            let what = format!("has `{text}` as `protocol`");
            let remedy = "protocols are `tcp`, `udp`, `icmp`, `esp`, `ah`, `sctp`, `ipip`, a number from 0 to 255, or `all`";
            Mistake::new(&row.id, "protocol", &what, remedy)
        })?;
        let range = |text| {
            port_range(text).ok_or_else(|| {
                let what = format!("has `{text}` in `ports`");
                let remedy = "write a port or a range such as `7000-7999`";
                Mistake::new(&row.id, "ports", &what, remedy)
            })
        };
        let ports = given(&block.ports)
            .map(range)
            .collect::<Result<Vec<_>, _>>()?;
        traffic.extend(protocol.with_ports(&ports));
    }
    Ok(Services::of(traffic))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|it| (*it).to_owned()).collect()
    }

    fn block(protocol: &str, ports: &[&str]) -> Block {
        Block {
            protocol: Some(protocol.to_owned()),
            ports: texts(ports),
        }
    }

    fn row() -> Row {
        Row {
            id: "web".to_owned(),
            network: Some("one".to_owned()),
            allow: vec![block("tcp", &["443"])],
            ..Row::default()
        }
    }

    fn rule(row: &Row) -> Rule {
        read(row).unwrap().unwrap()
    }

    fn blocks(texts: &[&str]) -> Vec<Cidr> {
        texts.iter().map(|it| Cidr::meant_by(it).unwrap()).collect()
    }

    fn network(project: Option<&str>, name: &str) -> EnforcementPoint {
        EnforcementPoint::Network {
            project: project.map(str::to_owned),
            name: name.to_owned(),
        }
    }

    #[test]
    fn what_is_not_given_has_a_default() {
        let rule = rule(&row());
        assert_eq!(rule.direction, Direction::Ingress);
        assert_eq!(rule.extent.own, EndpointSet::Any);
        assert_eq!(
            rule.extent.peers,
            EndpointSet::these(blocks(&["0.0.0.0/0"]), [])
        );
        let order = Precedence {
            priority: 1000,
            denies: false,
        };
        assert_eq!(rule.order, order);
        let egress = Row {
            direction: Some("egress".to_owned()),
            ..row()
        };
        let egress = self::rule(&egress);
        assert_eq!(egress.direction, Direction::Egress);
        assert_eq!(egress.extent.peers, rule.extent.peers);
        let disabled = Row {
            disabled: true,
            ..row()
        };
        assert_eq!(read(&disabled), Ok(None));
    }

    #[test]
    fn sources_and_ranges_are_either_or() {
        let rule = rule(&Row {
            source_ranges: texts(&["10.0.0.9/8", "2001:db8::1"]),
            source_tags: texts(&["app"]),
            target_service_accounts: texts(&["web@p"]),
            ..row()
        });
        let app = Reference::NetworkTag("app".to_owned());
        let sources = blocks(&["10.0.0.0/8", "2001:db8::1/128"]);
        assert_eq!(rule.extent.peers, EndpointSet::these(sources, [app]));
        let web = Reference::ServiceAccount("web@p".to_owned());
        assert_eq!(rule.extent.own, EndpointSet::these([], [web]));
        let egress = self::rule(&Row {
            direction: Some("EGRESS".to_owned()),
            source_ranges: texts(&["10.1.0.0/16"]),
            destination_ranges: texts(&["10.2.0.0/16"]),
            allow: vec![],
            deny: vec![block("all", &[])],
            ..row()
        });
        let ends = |text| EndpointSet::these(blocks(&[text]), []);
        assert_eq!(egress.extent.own, ends("10.1.0.0/16"));
        assert_eq!(egress.extent.peers, ends("10.2.0.0/16"));
        assert!(egress.order.denies);
    }

    #[test]
    fn a_rule_may_hold_several_protocols() {
        for (blocks, services) in [
            (vec![block("tcp", &["443", "80-90"])], "tcp/80-90, tcp/443"),
            (vec![block("TCP", &[])], "tcp/0-65535"),
            (
                vec![block("icmp", &[]), block("58", &[]), block("udp", &["53"])],
                "icmp, udp/53, icmpv6",
            ),
            (vec![block("all", &[]), block("tcp", &["1"])], "any"),
        ] {
            let row = Row {
                allow: blocks,
                ..row()
            };
            assert_eq!(rule(&row).extent.services.to_string(), services);
        }
    }

    #[test]
    fn networks_are_known_by_project_and_name() {
        let link = "https://www.googleapis.com/compute/v1/projects/p/global/networks/one";
        for (text, project, found) in [
            ("one", None, network(None, "one")),
            ("one", Some("q"), network(Some("q"), "one")),
            ("one", Some(""), network(None, "one")),
            (
                "projects/p/global/networks/one",
                None,
                network(Some("p"), "one"),
            ),
            ("global/networks/one", Some("q"), network(Some("q"), "one")),
            // The network of another project is in that one.
            (link, Some("q"), network(Some("p"), "one")),
        ] {
            let row = Row {
                network: Some(text.to_owned()),
                project: project.map(str::to_owned),
                ..row()
            };
            assert_eq!(rule(&row).point, found);
        }
    }

    #[test]
    fn a_project_is_settled_where_there_is_one() {
        let settled = |wanted: &[EnforcementPoint], found: &[EnforcementPoint]| {
            let rules = |points: &[EnforcementPoint]| -> Vec<Rule> {
                let at = |it: &EnforcementPoint| Rule {
                    point: it.clone(),
                    ..rule(&row())
                };
                points.iter().map(at).collect()
            };
            let (mut wanted, mut found) = (rules(wanted), rules(found));
            settle_projects(&mut wanted, &mut found);
            wanted
                .into_iter()
                .chain(found)
                .map(|it| it.point.to_string())
                .collect::<Vec<_>>()
        };
        let (open, p, q) = (
            network(None, "one"),
            network(Some("p"), "one"),
            network(Some("q"), "one"),
        );
        let other = network(None, "two");
        assert_eq!(
            settled(&[open.clone(), other], std::slice::from_ref(&p)),
            ["p/one", "two", "p/one"]
        );
        assert_eq!(settled(&[open, p], &[q]), ["one", "p/one", "q/one"]);
    }

    #[test]
    fn what_is_no_rule_says_why() {
        let text = |it: &str| Some(it.to_owned());
        #[rustfmt::skip]
        let rows = [
            (Row { network: None, ..row() }, "network"),
            (Row { network: text("networks/"), ..row() }, "network"),
            (Row { direction: text("in"), ..row() }, "direction"),
            (Row { priority: Some(-1), ..row() }, "priority"),
            (Row { allow: vec![], ..row() }, "allow"),
            (Row { deny: vec![block("all", &[])], ..row() }, "allow"),
            (Row { allow: vec![block("tpc", &[])], ..row() }, "protocol"),
            (Row { allow: vec![Block::default()], ..row() }, "protocol"),
            (Row { allow: vec![block("tcp", &["https"])], ..row() }, "ports"),
            (Row { source_ranges: texts(&["everyone"]), ..row() }, "source_ranges"),
            (Row { destination_ranges: texts(&["10.0.0.0/8"]), target_tags: texts(&["web"]), ..row() }, "destination_ranges"),
        ];
        for (row, field) in rows {
            let mistake = read(&row).unwrap_err();
            assert_eq!(mistake.field, field, "{mistake:?}");
        }
    }
}
