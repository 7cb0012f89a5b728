//! How a firewall rule of Google Cloud becomes a rule, as the resource prints it.

use super::super::mistake::Mistake;
use super::super::spelling::{Protocol, is_second, non_empty, port_range};
use crate::model::address::{Cidr, Family};
use crate::model::platform::PlatformId;
use crate::model::services::Services;
use crate::model::words::Direction;
use crate::review::rule::{EndpointSet, EnforcementPoint, Precedence, Reference, Rule, TrafficSet};

/// A rule as it is printed. A text is absent if it is null or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// `name`, or the key of a wanted row.
    pub id: String,
    /// `network`: a name or a self link.
    pub network: Option<String>,
    /// `project`.
    pub project: Option<String>,
    /// `INGRESS` or `EGRESS`; ingress if absent.
    pub direction: Option<String>,
    /// `priority`; 1000 if absent.
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

/// The priority of a rule that sets none.
/// Source: Google Cloud, "VPC firewall rules", priority.
const PRIORITY: i64 = 1000;

/// The rule of a row; `None` if it is disabled.
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
        written: None,
    }))
}

/// The network of a row, by its name or by a link such as `projects/<project>/global/networks/<name>`.
pub(super) fn point(row: &Row) -> Result<EnforcementPoint, Mistake> {
    let text = row.network.as_deref().unwrap_or_default();
    let mut parts = text.rsplit('/');
    let Some(name) = parts.next().filter(|it| !it.is_empty()) else {
        let what = format!("has `{text}` as `network`");
        let remedy = "set the network's name or self link";
        return Err(Mistake::new(&row.id, "network", &what, remedy));
    };
    // From the end of the link: the word `projects` precedes the project.
    let before: Vec<&str> = parts.collect();
    let linked = before.windows(2).find(|it| it[1] == "projects");
    let project = linked.map(|it| it[0]).or(row.project.as_deref());
    let network = EnforcementPoint::new(PlatformId::Gcp, name);
    Ok(match project.filter(|it| !it.is_empty()) {
        Some(project) => network.within(project),
        None => network,
    })
}

/// The instances that a rule applies to, and the peer. Without targets a rule applies to the whole network, without sources or
/// destinations to every IPv4 address.
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
            let remedy = "restrict its targets in one way only, or omit the rule";
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
    non_empty(texts).map(block).collect()
}

/// Network tags and service accounts as an end.
pub(super) fn named(tags: &[String], accounts: &[String]) -> Vec<Reference> {
    let tags = non_empty(tags).map(network_tag);
    let accounts = non_empty(accounts).map(service_account);
    tags.chain(accounts).collect()
}

/// A network tag as an end.
pub fn network_tag(tag: &str) -> Reference {
    Reference::new("tag", tag)
}

/// A service account as an end.
pub fn service_account(account: &str) -> Reference {
    Reference::new("service account", account)
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
        let ports = non_empty(&block.ports)
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
        EnforcementPoint {
            scope: project.map(str::to_owned),
            ..EnforcementPoint::new(PlatformId::Gcp, name)
        }
    }

    #[test]
    fn omitted_arguments_have_defaults() {
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
        let app = network_tag("app");
        let sources = blocks(&["10.0.0.0/8", "2001:db8::1/128"]);
        assert_eq!(rule.extent.peers, EndpointSet::these(sources, [app]));
        let web = service_account("web@p");
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
    fn a_rule_may_have_several_protocols() {
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
    fn a_row_that_is_not_a_rule_is_explained() {
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
