//! Ports that need no port matrix: those that are made for everyone, and those that are not for everyone on any host.

use crate::model::ports::PortRange;
use crate::model::services::Services;
use crate::model::traffic::{Traffic, Transport};
use std::collections::BTreeMap;

/// Ports of a well-known service: the transport, the first and the last port, the name.
type Port = (Transport, u16, u16, &'static str);

use Transport::{Tcp, Udp};

/// Services that hosts offer to everyone as a rule.
/// Source: IANA, Service Name and Transport Protocol Port Number Registry.
const FOR_EVERYONE: &[Port] = &[
    (Tcp, 25, 25, "SMTP"),
    (Tcp, 80, 80, "HTTP"),
    (Tcp, 443, 443, "HTTPS"),
    (Tcp, 465, 465, "SMTP over TLS"),
    (Tcp, 587, 587, "mail submission"),
    (Tcp, 993, 993, "IMAP over TLS"),
    (Udp, 443, 443, "HTTP/3"),
    (Udp, 500, 500, "IKE"),
    (Udp, 4500, 4500, "IPsec through NAT"),
];

/// Protocols without ports that everyone may use: errors and echoes of the network, and encrypted tunnels.
const PROTOCOLS: [Traffic; 4] = [
    Traffic::Icmp(None),
    Traffic::Icmpv6(None),
    Traffic::Ip(50),
    Traffic::Ip(51),
];

/// Ports that web servers use as often as consoles for administration do.
/// Source: IANA, the same registry, `http-alt` and `pcsync-https`.
const OFTEN_FOR_EVERYONE: [u16; 3] = [8000, 8080, 8443];

/// Services for administration, file shares and databases, which are never for everyone.
/// Source: IANA, the same registry; Oracle Database Net Services Administrator's Guide for 1521.
const GUARDED: &[Port] = &[
    (Tcp, 22, 22, "SSH"),
    (Tcp, 23, 23, "Telnet"),
    (Tcp, 111, 111, "rpcbind"),
    (Udp, 111, 111, "rpcbind"),
    (Tcp, 135, 135, "Windows RPC"),
    (Tcp, 139, 139, "NetBIOS"),
    (Udp, 161, 161, "SNMP"),
    (Tcp, 389, 389, "LDAP"),
    (Tcp, 445, 445, "SMB"),
    (Tcp, 1433, 1433, "Microsoft SQL Server"),
    (Udp, 1434, 1434, "Microsoft SQL Server browser"),
    (Tcp, 1521, 1521, "Oracle Database"),
    (Tcp, 2049, 2049, "NFS"),
    (Tcp, 2375, 2376, "Docker API"),
    (Tcp, 3306, 3306, "MySQL"),
    (Tcp, 3389, 3389, "Remote Desktop"),
    (Udp, 3389, 3389, "Remote Desktop"),
    (Tcp, 5432, 5432, "PostgreSQL"),
    (Tcp, 5900, 5900, "VNC"),
    (Tcp, 5985, 5986, "Windows Remote Management"),
    (Tcp, 6379, 6379, "Redis"),
    (Tcp, 11211, 11211, "Memcached"),
    (Udp, 11211, 11211, "Memcached"),
];

/// The well-known ports as sets.
pub(super) struct WellKnown {
    /// Made for everyone.
    pub(super) for_everyone: Services,
    /// Often for everyone.
    pub(super) often: Services,
    /// Never for everyone.
    pub(super) guarded: Services,
}

impl WellKnown {
    pub(super) fn new() -> WellKnown {
        let all = |ports: &[Port]| Services::of(ports.iter().map(traffic));
        WellKnown {
            for_everyone: all(FOR_EVERYONE).union(&Services::of(PROTOCOLS)),
            often: Services::of(
                OFTEN_FOR_EVERYONE.map(|it| Traffic::Ports(Tcp, PortRange::single(it))),
            ),
            guarded: all(GUARDED),
        }
    }
}

/// Whether a set has every port of a transport.
pub(super) fn has_every_port(services: &Services) -> bool {
    let all = |it| services.covers(&Services::of([Traffic::Ports(it, PortRange::ALL)]));
    all(Tcp) || all(Udp)
}

/// The well-known services in some traffic by name, each with its ports.
pub(super) fn names(services: &Services) -> Vec<(&'static str, Services)> {
    named(services, GUARDED.iter().chain(FOR_EVERYONE))
}

/// The same for those that are never for everyone.
pub(super) fn guarded(services: &Services) -> Vec<(&'static str, Services)> {
    named(services, GUARDED.iter())
}

fn named<'p>(
    services: &Services,
    ports: impl Iterator<Item = &'p Port>,
) -> Vec<(&'static str, Services)> {
    let mut names: BTreeMap<&'static str, Services> = BTreeMap::new();
    let mut order = Vec::new();
    for it in ports {
        let both = services.intersection(&Services::of([traffic(it)]));
        if both.is_empty() {
            continue;
        }
        let known = names.entry(it.3).or_insert_with(|| {
            order.push(it.3);
            Services::default()
        });
        *known = known.union(&both);
    }
    let with_ports = |name| (name, names.remove(name).unwrap_or_default());
    order.into_iter().map(with_ports).collect()
}

fn traffic(&(transport, from, to, _): &Port) -> Traffic {
    Traffic::Ports(transport, PortRange { from, to })
}
