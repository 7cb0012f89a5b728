//! Traffic: transports with ports, ICMP types, and the one text form in which people write them.

use super::ports::PortRange;
use std::fmt;

/// A transport that has ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// TCP, protocol 6.
    Tcp,
    /// UDP, protocol 17.
    Udp,
    /// SCTP, protocol 132.
    Sctp,
}

impl Transport {
    /// The lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Transport::Tcp => "tcp",
            Transport::Udp => "udp",
            Transport::Sctp => "sctp",
        }
    }
}

/// One piece of traffic that a rule can allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Traffic {
    /// A transport with ports.
    Ports(Transport, PortRange),
    /// ICMP. Without a type it is family-neutral: platform rows make ICMP and `ICMPv6` of it. With a type it is IPv4's.
    Icmp(Option<IcmpType>),
    /// `ICMPv6` alone.
    Icmpv6(Option<IcmpType>),
    /// Another IP protocol, by number.
    Ip(u8),
    /// Every protocol and port.
    Any,
}

/// An ICMP type, with a code if only one is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IcmpType {
    /// 0 to 255, as the registry of the protocol numbers them.
    pub number: u8,
    /// 0 to 255; `None` is every code.
    pub code: Option<u8>,
}

impl IcmpType {
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!("`{text}` is not an ICMP type; write a type or type.code, e.g. `8` or `3.4`")
        };
        let number = |part: &str| match part {
            "0" => Ok(0),
            it if it.starts_with('0') || !it.bytes().all(|b| b.is_ascii_digit()) => Err(wrong()),
            it => it.parse::<u8>().map_err(|_| wrong()),
        };
        match text.split_once('.') {
            None => Ok(IcmpType {
                number: number(text)?,
                code: None,
            }),
            Some((kind, code)) => Ok(IcmpType {
                number: number(kind)?,
                code: Some(number(code)?),
            }),
        }
    }
}

impl fmt::Display for IcmpType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number)?;
        self.code.map_or(Ok(()), |code| write!(f, ".{code}"))
    }
}

/// IP protocols that have a name here. Source: IANA, Assigned Internet Protocol Numbers.
const NAMED: [(u8, &str); 5] = [
    (4, "ipip"),
    (47, "gre"),
    (50, "esp"),
    (51, "ah"),
    (112, "vrrp"),
];

/// IP protocols that are written by their own name only.
const OWN_WORD: [(u8, &str); 5] = [
    (1, "icmp"),
    (6, "tcp"),
    (17, "udp"),
    (58, "icmpv6"),
    (132, "sctp"),
];

/// The number of an IP protocol by the name that it has here.
pub fn protocol_number(name: &str) -> Option<u8> {
    let mut named = NAMED.iter().chain(&OWN_WORD);
    named.find(|(_, it)| *it == name).map(|(number, _)| *number)
}

impl Traffic {
    /// One piece of traffic as it is displayed: `tcp/8000-8010`, `icmp/8`, `esp`.
    pub fn parse(text: &str) -> Option<Traffic> {
        let ported = text.split_once('/').and_then(|(transport, ports)| {
            let transport = parse_ported(transport).ok()?;
            let range = PortRange::parse(ports).ok()?;
            Some(Traffic::Ports(transport, range))
        });
        ported.or_else(|| match Service::parse(text) {
            Ok(Service::Fixed(traffic)) => Some(traffic),
            _ => None,
        })
    }

    /// The transport alone: `tcp`, `icmp`, `esp`, `ip-89`, `any`.
    pub fn transport(self) -> String {
        match self {
            Traffic::Ports(transport, _) => transport.as_str().to_owned(),
            Traffic::Icmp(_) => "icmp".to_owned(),
            Traffic::Icmpv6(_) => "icmpv6".to_owned(),
            Traffic::Ip(number) => NAMED
                .iter()
                .find(|(it, _)| *it == number)
                .map_or_else(|| format!("ip-{number}"), |(_, name)| (*name).to_owned()),
            Traffic::Any => "any".to_owned(),
        }
    }

    /// The part of a rule key: `tcp-8443`, `tcp-7000-7999`, `icmp-3.4`, `esp`, `any`.
    pub fn key(self) -> impl fmt::Display {
        Key(self)
    }

    /// Ports or ICMP type, if there are any.
    pub fn detail(self) -> Option<String> {
        match self {
            Traffic::Ports(_, range) => Some(range.to_string()),
            Traffic::Icmp(Some(kind)) | Traffic::Icmpv6(Some(kind)) => Some(kind.to_string()),
            _ => None,
        }
    }

    /// The ports, if there are any.
    pub fn ports(self) -> Option<PortRange> {
        match self {
            Traffic::Ports(_, range) => Some(range),
            _ => None,
        }
    }

    /// The lowest and the highest port. ICMP has its type and code there, as platforms write it.
    pub fn numbers(self) -> (Option<u16>, Option<u16>) {
        match self {
            Traffic::Ports(_, range) => (Some(range.from), Some(range.to)),
            Traffic::Icmp(Some(kind)) | Traffic::Icmpv6(Some(kind)) => {
                (Some(kind.number.into()), kind.code.map(u16::from))
            }
            _ => (None, None),
        }
    }

    /// Whether every packet of the other is in this one.
    pub fn covers(self, other: Traffic) -> bool {
        let types = |a: Option<IcmpType>, b: Option<IcmpType>| match (a, b) {
            (None, _) => true,
            (Some(a), Some(b)) => a.number == b.number && (a.code.is_none() || a.code == b.code),
            (Some(_), None) => false,
        };
        match (self, other) {
            // ICMP without a type is of both families.
            (Traffic::Any, _) | (Traffic::Icmp(None), Traffic::Icmpv6(_)) => true,
            (Traffic::Ports(a, x), Traffic::Ports(b, y)) => a == b && x.contains(y),
            (Traffic::Icmp(a), Traffic::Icmp(b)) | (Traffic::Icmpv6(a), Traffic::Icmpv6(b)) => {
                types(a, b)
            }
            (Traffic::Ip(a), Traffic::Ip(b)) => a == b,
            _ => false,
        }
    }

    /// Whether some packet is in both. ICMP without a type overlaps `ICMPv6`, because rows of platforms allow both.
    pub fn overlaps(self, other: Traffic) -> bool {
        let types = |a: Option<IcmpType>, b: Option<IcmpType>| match (a, b) {
            (Some(a), Some(b)) => {
                a.number == b.number && (a.code.is_none() || b.code.is_none() || a.code == b.code)
            }
            _ => true,
        };
        match (self, other) {
            (Traffic::Ports(a, x), Traffic::Ports(b, y)) => a == b && x.overlaps(y),
            (Traffic::Icmp(a), Traffic::Icmp(b)) | (Traffic::Icmpv6(a), Traffic::Icmpv6(b)) => {
                types(a, b)
            }
            (Traffic::Any, _)
            | (_, Traffic::Any)
            | (Traffic::Icmp(None), Traffic::Icmpv6(_))
            | (Traffic::Icmpv6(_), Traffic::Icmp(None)) => true,
            (Traffic::Ip(a), Traffic::Ip(b)) => a == b,
            _ => false,
        }
    }
}

/// Traffic as keys have it, written where it is wanted without a text of its own.
struct Key(Traffic);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Traffic::Ports(transport, range) => write!(f, "{}-{range}", transport.as_str()),
            Traffic::Icmp(Some(kind)) => write!(f, "icmp-{kind}"),
            Traffic::Icmpv6(Some(kind)) => write!(f, "icmpv6-{kind}"),
            other => f.write_str(&other.transport()),
        }
    }
}

/// As people write it: `tcp/443`, `icmp/8`, `esp`, `ip/89`, `any`.
impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.detail(), self) {
            (Some(detail), _) => write!(f, "{}/{detail}", self.transport()),
            (None, Traffic::Ip(number)) if !NAMED.iter().any(|(it, _)| it == number) => {
                write!(f, "ip/{number}")
            }
            (None, _) => f.write_str(&self.transport()),
        }
    }
}

/// A service as a matrix states it: traffic whose ports may be named parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Service {
    /// Transports (`tcp+udp`) and their ports, one by one.
    Ports(Vec<Transport>, Vec<PortSpec>),
    /// Traffic without ports.
    Fixed(Traffic),
}

/// The ports of a service: a number or range, or the name of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortSpec {
    /// A number or range.
    Range(PortRange),
    /// `{name}`: the parameter's ports.
    Parameter(String),
}

impl Service {
    /// `tcp/443`, `tcp+udp/53`, `tcp/80,{admin}`, `icmp`, `icmp/3.4`, `icmpv6/128`, `esp`, `ip/89`, `any`.
    pub fn parse(text: &str) -> Result<Service, String> {
        let (head, tail) = match text.split_once('/') {
            Some((head, tail)) => (head, Some(tail)),
            None => (text, None),
        };
        let icmp = |tail: Option<&str>| tail.map(IcmpType::parse).transpose();
        match head {
            "icmp" => return Ok(Service::Fixed(Traffic::Icmp(icmp(tail)?))),
            "icmpv6" => return Ok(Service::Fixed(Traffic::Icmpv6(icmp(tail)?))),
            "ip" => return parse_ip(text, tail.unwrap_or_default()),
            "any" if tail.is_none() => return Ok(Service::Fixed(Traffic::Any)),
            "any" => {
                return Err(format!(
                    "`{text}` restricts `any`, which has no ports; write `any`, or a transport such as `tcp/443`"
                ));
            }
            _ => {}
        }
        if let Some((number, name)) = NAMED.iter().find(|(_, name)| *name == head) {
            return match tail {
                None => Ok(Service::Fixed(Traffic::Ip(*number))),
                Some(_) => Err(format!("`{name}` has no ports; write `{name}` alone")),
            };
        }
        if let Some(meant) = meant(head, tail) {
            return Err(meant);
        }
        let transports = head.split('+').map(parse_ported).collect::<Result<Vec<_>, _>>().map_err(|word| {
            if head.contains('+') {
                return format!("`{word}` in `{text}` cannot be combined with `+`; only `tcp`, `udp` and `sctp` can");
            }
            format!(
                "`{word}` in `{text}` is not a transport; expected `tcp`, `udp`, `sctp`, `icmp`, `icmpv6`, `esp`, `ah`, `gre`, `ipip`, `vrrp`, `ip/<number>` or `any`, \
                    or some of `tcp`, `udp` and `sctp` joined by `+`, e.g. `tcp+udp/53`"
            )
        })?;
        let Some(tail) = tail else {
            return Err(format!(
                "`{text}` has no port; write e.g. `{head}/443`, or `{head}/0-65535` for all"
            ));
        };
        let ports = tail
            .split(',')
            .map(|it| PortSpec::parse(it.trim()))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Service::Ports(transports, ports))
    }

    /// The parameters that it names.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        let specs: &[PortSpec] = match self {
            Service::Ports(_, specs) => specs,
            Service::Fixed(_) => &[],
        };
        specs.iter().filter_map(|it| match it {
            PortSpec::Parameter(name) => Some(name.as_str()),
            PortSpec::Range(_) => None,
        })
    }
}

impl PortSpec {
    fn parse(text: &str) -> Result<PortSpec, String> {
        match text.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
            Some(name) => Ok(PortSpec::Parameter(name.to_owned())),
            None => PortRange::parse(text).map(PortSpec::Range),
        }
    }
}

/// What a text means that has no transport, has it after the ports or in capitals, and what to write instead.
fn meant(head: &str, tail: Option<&str>) -> Option<String> {
    let is_ports = |it: &str| it.split(',').all(|it| PortRange::parse(it.trim()).is_ok());
    let is_transports = |it: &str| it.split('+').all(|it| parse_ported(it).is_ok());
    match tail {
        None if is_ports(head) => Some(format!(
            "`{head}` has no transport; write `tcp/{head}`, `udp/{head}` or `tcp+udp/{head}`"
        )),
        Some(tail) if is_ports(head) && is_transports(&tail.to_lowercase()) => Some(format!(
            "`{head}/{tail}` has the transport after the ports; write `{}/{head}`",
            tail.to_lowercase()
        )),
        Some(tail) if !is_transports(head) && is_transports(&head.to_lowercase()) => Some(format!(
            "`{head}` is not a transport, because transports are lower-case; write `{}/{tail}`",
            head.to_lowercase()
        )),
        _ => None,
    }
}

fn parse_ported(word: &str) -> Result<Transport, String> {
    [Transport::Tcp, Transport::Udp, Transport::Sctp]
        .into_iter()
        .find(|it| it.as_str() == word)
        .ok_or_else(|| word.to_owned())
}

fn parse_ip(text: &str, number: &str) -> Result<Service, String> {
    let wrong =
        || format!("`{text}` is not an IP protocol; write `ip/` and a number from 0 to 255");
    if number.len() > 1 && number.starts_with('0') {
        return Err(wrong());
    }
    let number: u8 = number.parse().map_err(|_| wrong())?;
    match OWN_WORD.iter().find(|(it, _)| *it == number) {
        Some((_, word)) => Err(format!("`{text}` has a name of its own; write `{word}`")),
        None => Ok(Service::Fixed(Traffic::Ip(number))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traffic(text: &str) -> Vec<Traffic> {
        match Service::parse(text).unwrap() {
            Service::Fixed(traffic) => vec![traffic],
            Service::Ports(transports, ports) => transports
                .iter()
                .flat_map(|transport| {
                    ports.iter().map(|port| match port {
                        PortSpec::Range(range) => Traffic::Ports(*transport, *range),
                        PortSpec::Parameter(name) => panic!("parameter {name}"),
                    })
                })
                .collect(),
        }
    }

    #[test]
    fn what_is_written_is_what_is_printed() {
        for text in [
            "tcp/443",
            "udp/7000-7999",
            "sctp/3868",
            "icmp",
            "icmp/8",
            "icmp/3.4",
            "icmpv6/128",
            "esp",
            "ip/89",
            "any",
        ] {
            assert_eq!(
                traffic(text)
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>(),
                [text]
            );
        }
        assert_eq!(traffic("tcp+udp/53,5353").len(), 4);
        assert_eq!(traffic("ip/50"), traffic("esp"));
    }

    #[test]
    fn keys_are_made_of_names_and_numbers() {
        let keys: Vec<_> = ["tcp/8443", "tcp/0-65535", "icmp/3.4", "esp", "ip/89", "any"]
            .map(|it| traffic(it)[0].key().to_string())
            .into();
        assert_eq!(
            keys,
            ["tcp-8443", "tcp-0-65535", "icmp-3.4", "esp", "ip-89", "any"]
        );
    }

    #[test]
    fn wrong_services_say_what_to_write() {
        for (text, word) in [
            ("tcp", "tcp/0-65535"),
            ("tpc/443", "`tpc`"),
            ("tcp/0", "port 0"),
            ("tcp/080", "write `80`"),
            ("tcp/00", "not a port"),
            ("tcp/70000", "1 to 65535"),
            ("tcp/90-80", "80-90"),
            ("tcp/", "port is missing"),
            ("tcp/443,", "port is missing"),
            ("ip/6", "write `tcp`"),
            ("ip/256", "0 to 255"),
            ("esp/50", "no ports"),
            ("icmp/300", "ICMP type"),
            ("any/1", "write `any`"),
            ("tcp+esp/443", "`esp` in `tcp+esp/443` cannot be combined"),
            ("TCP/443", "write `tcp/443`"),
            ("22", "write `tcp/22`"),
            ("80, 443", "write `tcp/80, 443`"),
            ("53/tcp+udp", "write `tcp+udp/53`"),
            ("53/UDP", "write `udp/53`"),
            ("", "not a transport"),
        ] {
            let message = Service::parse(text).unwrap_err();
            assert!(message.contains(word), "{text}: {message}");
        }
    }

    #[test]
    fn parameters_stand_in_braces() {
        let service = Service::parse("tcp+udp/{cluster},9000").unwrap();
        assert_eq!(service.parameters().collect::<Vec<_>>(), ["cluster"]);
    }

    #[test]
    fn overlap_is_about_packets() {
        let overlaps = |a: &str, b: &str| traffic(a)[0].overlaps(traffic(b)[0]);
        assert!(overlaps("tcp/80-90", "tcp/90-99"));
        assert!(!overlaps("tcp/80-90", "udp/80-90"));
        assert!(overlaps("any", "esp"));
        assert!(overlaps("icmp", "icmpv6/128"));
        assert!(!overlaps("icmp/8", "icmp/0"));
        assert!(overlaps("icmp/3", "icmp/3.4"));
    }
}
