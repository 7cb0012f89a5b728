//! AWS security-group rules, as resources, data sources and inline blocks print them.

use super::mistake::Mistake;
use super::rule::{Ends, Extent, Named, Order, Point, Rule};
use super::spelling::Protocol;
use crate::model::address::Cidr;
use crate::model::traffic::Ported;
use crate::model::words::Direction;

/// A rule as it is printed. A null text is absent, as is an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// `security_group_rule_id`, or the key of a wanted row.
    pub id: String,
    /// `security_group_id`; of an inline block the id of its group.
    pub security_group_id: Option<String>,
    /// The map or the block that it stands in, `is_egress`, or `type`.
    pub direction: Option<Direction>,
    /// `ip_protocol`, or `protocol`.
    pub ip_protocol: Option<String>,
    /// `from_port`: a port, or a type of ICMP.
    pub from_port: Option<i64>,
    /// `to_port`: a port, or a code of ICMP.
    pub to_port: Option<i64>,
    /// `cidr_ipv4`, or `cidr_blocks`.
    pub cidr_ipv4: Vec<String>,
    /// `cidr_ipv6`, or `ipv6_cidr_blocks`.
    pub cidr_ipv6: Vec<String>,
    /// `prefix_list_id`, or `prefix_list_ids`.
    pub prefix_list_id: Vec<String>,
    /// `referenced_security_group_id`, `source_security_group_id`, or `security_groups`.
    pub referenced_security_group_id: Vec<String>,
    /// `self`: the group itself.
    pub itself: bool,
}

/// The rule that a row says.
///
/// ICMP of the one family towards blocks of the other is kept: it permits nothing, and the review says so.
pub fn read(row: &Row) -> Result<Rule, Mistake> {
    let mistake = |field, what: &str, remedy: &str| Mistake::new(&row.id, field, what, remedy);
    let group = row.security_group_id.as_deref().filter(|it| !it.is_empty());
    let group = without_account(group.ok_or_else(|| {
        let remedy = "give the id of the group at which the rule stands";
        mistake("security_group_id", "names no `security_group_id`", remedy)
    })?);
    let direction = row.direction.ok_or_else(|| {
        let remedy = "set `is_egress` to `true` or `false`";
        mistake("is_egress", "does not say whether it is for egress", remedy)
    })?;
    let text = row.ip_protocol.as_deref().unwrap_or_default();
    let protocol = match Protocol::parse(text) {
        // AWS takes ports with TCP, UDP and ICMP only; with any other protocol it opens all of them, whatever is asked.
        // Source: Amazon EC2 API Reference, `AuthorizeSecurityGroupIngress`, `IpProtocol`.
        Some(Protocol::Ported(Ported::Sctp)) => Protocol::Other(132),
        Some(it) => it,
        None => {
            let what = format!("has `{text}` as `ip_protocol`");
            let remedy = "protocols are `tcp`, `udp`, `icmp`, `icmpv6`, a number from 0 to 255, or `-1` for all";
            return Err(mistake("ip_protocol", &what, remedy));
        }
    };
    let services = protocol.between(row.from_port, row.to_port).map_err(|it| {
        let remedy = "give both ends, from 0 to 65535, the lower first; for ICMP a type and a code, from 0 to 255; or null or -1 for all";
        mistake("from_port", &it, remedy)
    })?;
    let mut blocks = Vec::new();
    for (field, texts) in [("cidr_ipv4", &row.cidr_ipv4), ("cidr_ipv6", &row.cidr_ipv6)] {
        for text in given(texts) {
            blocks.push(Cidr::meant_by(text).ok_or_else(|| {
                let what = format!("has `{text}` as `{field}`");
                let remedy = "write a CIDR block, e.g. `10.0.0.0/8` or `2001:db8::/32`";
                mistake(field, &what, remedy)
            })?);
        }
    }
    let groups = given(&row.referenced_security_group_id).map(without_account);
    let groups = groups.chain(row.itself.then_some(group));
    let lists = given(&row.prefix_list_id).map(|it| Named::PrefixList(it.to_owned()));
    let named: Vec<Named> = groups
        .map(|it| Named::SecurityGroup(it.to_owned()))
        .chain(lists)
        .collect();
    if blocks.is_empty() && named.is_empty() {
        let remedy = "give one of `cidr_ipv4`, `cidr_ipv6`, `referenced_security_group_id` and `prefix_list_id`";
        return Err(mistake("cidr_ipv4", "names no peer", remedy));
    }
    Ok(Rule {
        id: row.id.clone(),
        point: Point::SecurityGroup(group.to_owned()),
        direction,
        extent: Extent::new(services, Ends::these(blocks, named)),
        order: Order::NONE,
        zones: None,
    })
}

fn given(texts: &[String]) -> impl Iterator<Item = &str> {
    texts.iter().map(String::as_str).filter(|it| !it.is_empty())
}

/// `<account>/<group>`, where the account is another one or was not looked up, is the group.
fn without_account(id: &str) -> &str {
    id.rsplit_once('/').map_or(id, |(_, group)| group)
}
