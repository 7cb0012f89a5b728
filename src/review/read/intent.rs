//! Rows of `rules`: why traffic is wanted.

use super::attributes::Attributes;
use super::mistake::Mistake;
use super::spelling::Protocol;
use crate::model::services::Services;
use crate::model::traffic::Traffic;
use crate::model::words::{Direction, Plane, Trust};
use crate::review::rule::Intent;

/// A row as it is printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The key of the row.
    pub key: String,
    /// `zone`.
    pub zone: Option<String>,
    /// `direction`.
    pub direction: Option<String>,
    /// `peer_zone`.
    pub peer_zone: Option<String>,
    /// `peer_trust`; null for a fixed address.
    pub peer_trust: Option<String>,
    /// `transport`.
    pub transport: Option<String>,
    /// `from_port`: a port, or a type of ICMP.
    pub from_port: Option<i64>,
    /// `to_port`: a port, or a code of ICMP.
    pub to_port: Option<i64>,
    /// `plane`.
    pub plane: Option<String>,
    /// `required`.
    pub required: bool,
    /// `flows`.
    pub flows: Vec<String>,
}

/// The row with a key.
pub fn row(key: &str, of: &mut dyn Attributes) -> Row {
    Row {
        key: key.to_owned(),
        zone: of.text("zone"),
        direction: of.text("direction"),
        peer_zone: of.text("peer_zone"),
        peer_trust: of.text("peer_trust"),
        transport: of.text("transport"),
        from_port: of.number("from_port"),
        to_port: of.number("to_port"),
        plane: of.text("plane"),
        required: of.flag("required") == Some(true),
        flows: of.texts(&["flows"]),
    }
}

/// The intent of a row.
pub fn read(row: &Row) -> Result<Intent, Mistake> {
    let mistake = |field, what: &str| {
        let remedy = "set `rules` to the output of `portmatrix_rules`";
        Mistake::new(&row.key, field, what, remedy)
    };
    let text = |field, text: &Option<String>| match text.as_deref() {
        None | Some("") => Err(mistake(field, &format!("has no `{field}`"))),
        Some(text) => Ok(text.to_owned()),
    };
    let unknown = |field, word: &str| mistake(field, &format!("has `{word}` as `{field}`"));
    let direction = text("direction", &row.direction)?;
    let plane = text("plane", &row.plane)?;
    let trust = |word: &String| Trust::parse(word).ok_or_else(|| unknown("peer_trust", word));
    let mut flows = row.flows.clone();
    flows.sort_unstable();
    Ok(Intent {
        zone: text("zone", &row.zone)?,
        direction: Direction::parse(&direction).ok_or_else(|| unknown("direction", &direction))?,
        peer_zone: text("peer_zone", &row.peer_zone)?,
        peer_trust: row.peer_trust.as_ref().map(trust).transpose()?,
        services: services(row).map_err(|(field, what)| mistake(field, &what))?,
        plane: Plane::parse(&plane).ok_or_else(|| unknown("plane", &plane))?,
        required: row.required,
        flows,
    })
}

fn services(row: &Row) -> Result<Services, (&'static str, String)> {
    let word = row.transport.as_deref().unwrap_or_default();
    if word == "icmp" && row.from_port.is_none() {
        return Ok(Services::of_rule(Traffic::Icmp(None)));
    }
    let protocol = Protocol::parse(word)
        .ok_or_else(|| ("transport", format!("has `{word}` as `transport`")))?;
    protocol
        .between(row.from_port, row.to_port)
        .map_err(|it| ("from_port", it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        let text = |it: &str| Some(it.to_owned());
        Row {
            key: "dmz/ingress/tcp-443/web".to_owned(),
            zone: text("dmz"),
            direction: text("ingress"),
            peer_zone: text("web"),
            peer_trust: text("public"),
            transport: text("tcp"),
            from_port: Some(443),
            to_port: Some(443),
            plane: text("data"),
            required: true,
            flows: vec!["kong.proxy".to_owned(), "kong.admin".to_owned()],
        }
    }

    #[test]
    fn a_row_says_what_is_wanted_and_why() {
        let intent = read(&row()).unwrap();
        assert_eq!((&*intent.zone, &*intent.peer_zone), ("dmz", "web"));
        assert_eq!(intent.direction, Direction::Ingress);
        assert_eq!(intent.peer_trust, Some(Trust::Public));
        assert_eq!(intent.plane, Plane::Data);
        assert_eq!(intent.services.to_string(), "tcp/443");
        assert_eq!(intent.flows, ["kong.admin", "kong.proxy"]);
    }

    #[test]
    fn every_transport_is_understood() {
        for (transport, from, to, services) in [
            ("udp", Some(7000), Some(7999), "udp/7000-7999"),
            ("sctp", Some(3868), Some(3868), "sctp/3868"),
            ("icmp", None, None, "icmp, icmpv6"),
            ("icmp", Some(8), None, "icmp/8"),
            ("icmp", Some(3), Some(4), "icmp/3.4"),
            ("icmpv6", None, None, "icmpv6"),
            ("esp", None, None, "esp"),
            ("vrrp", None, None, "vrrp"),
            ("ip-89", None, None, "ip/89"),
            ("any", None, None, "any"),
        ] {
            let row = Row {
                transport: Some(transport.to_owned()),
                from_port: from,
                to_port: to,
                ..row()
            };
            let found = read(&row).unwrap().services.to_string();
            assert_eq!(found, services, "{transport}");
        }
    }

    #[test]
    fn what_is_no_intent_says_why() {
        let text = |it: &str| Some(it.to_owned());
        #[rustfmt::skip]
        let rows = [
            (Row { zone: None, ..row() }, "zone"),
            (Row { peer_zone: text(""), ..row() }, "peer_zone"),
            (Row { direction: text("Inbound"), ..row() }, "direction"),
            (Row { peer_trust: text("full"), ..row() }, "peer_trust"),
            (Row { transport: text("tpc"), ..row() }, "transport"),
            (Row { to_port: None, ..row() }, "from_port"),
            (Row { plane: text("control plane"), ..row() }, "plane"),
        ];
        for (row, field) in rows {
            assert_eq!(read(&row).unwrap_err().field, field);
        }
    }
}
