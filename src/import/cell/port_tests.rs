//! The shapes of cells with ports.

use super::{Carrier, Ports, port_cell};
use crate::model::ports::port_list;
use crate::model::traffic::Transport::{Tcp, Udp};

/// The pieces of a cell in a short form: `tcp/80, 443; udp/53`.
fn read(text: &str, default: &[Carrier]) -> String {
    let cell = port_cell(text, default);
    let pieces = cell.pieces.iter().map(|it| {
        let ports = match &it.ports {
            Ports::Ranges(ranges) => format!("/{}", port_list(ranges)),
            Ports::Types(types) => format!("/{types:?}"),
            Ports::Dynamic => "/dynamic".to_owned(),
            Ports::Any => "/*".to_owned(),
            Ports::None => String::new(),
        };
        format!("{}{ports}", it.carrier)
    });
    pieces.collect::<Vec<_>>().join("; ")
        + if cell.alternatives {
            " (alternatives)"
        } else {
            ""
        }
}

#[test]
fn cells_without_transport() {
    for (text, expected) in [
        ("443", "?/443"),
        ("8065/80/443 (TLS)", "?/80, 443, 8065 (alternatives)"),
        (
            "5432 (PostgreSQL) / 3306 (MySQL)",
            "?/3306, 5432 (alternatives)",
        ),
        ("25/587", "?/25, 587 (alternatives)"),
        ("80 or 8530 Note 3", "?/80, 8530 (alternatives)"),
        ("67 and 68", "?/67, 68"),
        ("7000–7999", "?/7000-7999"),
        ("5910 - 5930", "?/5910-5930"),
        ("1024 to 65535", "?/1024-65535"),
        ("3347-3349, 8000, 8071", "?/3347-3349, 8000, 8071"),
        ("dynamic 1024-65535", "?/1024-65535"),
        ("135, dynamic", "?/135; ?/dynamic"),
        ("DYNAMIC Note 6", "?/dynamic"),
        ("50000*", "?/50000"),
        ("443 (default)", "?/443"),
        ("disabled (8501)*", "?/8501"),
        ("８０、４４３", "?/80, 443"),
        ("80\n443", "?/80, 443"),
        ("<custom-port>", "?/dynamic"),
        ("System-specific", "?/dynamic"),
        (
            "3213, 8443, or configured port",
            "?/3213, 8443 (alternatives)",
        ),
        ("${PORT}", "?/dynamic"),
        ("--", ""),
        ("N/A", ""),
        ("All ports and protocols", "any"),
        ("10.0.0.0/8", ""),
        ("TLS 1.2", ""),
        ("8443 (redirects to port 443 if TLS is on)", "?/8443"),
        ("Ports between 1024 and 65535.", "?/1024-65535"),
        ("1024:65535", "?/1024-65535"),
        ("8080:80", "?/80, 8080"),
        (">= 1024", "?/1024-65535"),
        ("> 1023", "?/1024-65535"),
        ("above 1023", "?/1024-65535"),
        ("1024+", "?/1024-65535"),
        ("1024 and higher", "?/1024-65535"),
        ("1024 or above", "?/1024-65535"),
        ("443, OpenSSL 3 or higher", "?/443"),
        ("80+", ""),
        ("without encryption 80, encrypted 443", "?/80, 443"),
        ("443 (version 2 or higher)", "?/443"),
        ("80 + 443", "?/80, 443"),
        ("all except 25", ""),
        ("1-1024 except 25 and 80", ""),
        ("10,000-10,100", "?/10000-10100"),
        ("1,024 - 65,535", "?/1024-65535"),
        ("50 000", "?/50000"),
        ("80,443", "?/80, 443"),
        ("80, 443-445", "?/80, 443-445"),
        ("8443 since v9.2", "?/8443"),
        ("443 (1)", "?/443"),
        ("443*1", "?/443"),
    ] {
        assert_eq!(read(text, &[]), expected, "{text}");
    }
}

#[test]
fn cells_with_transport() {
    for (text, expected) in [
        (
            "TCP 10349, 10350, 10351, UDP 10351",
            "tcp/10349, 10350, 10351; udp/10351",
        ),
        (
            "IP protocol ID 50 and 51, UDP 500 and 4500",
            "udp/500, 4500; esp; ah",
        ),
        ("IP Protocol ID 47", "gre"),
        (
            "IP-in-IP, often represented by its protocol number 4",
            "ipip",
        ),
        ("Often TCP 443 or 6443*", "tcp/443, 6443 (alternatives)"),
        ("443/tcp", "tcp/443"),
        ("443/tcp, 53/udp", "tcp/443; udp/53"),
        ("80, 443, UDP 53", "?/80, 443; udp/53"),
        ("9638, 80, UDP 9638", "?/80, 9638; udp/9638"),
        ("80 TCP, UDP 53", "tcp/80; udp/53"),
        ("80 and UDP ports 53, 54", "?/80; udp/53, 54"),
        ("443, TCP", "tcp/443"),
        ("8443 and 9443", "?/8443, 9443"),
        ("Ports 5000, 5001 (TCP)", "tcp/5000, 5001"),
        ("5000 and 5001 (UDP)", "udp/5000, 5001"),
        ("rpcbind: 111 (UDP)", "udp/111"),
        ("rpcbind: 111 (UDP), nfsd: 2049 (TCP)", "udp/111; tcp/2049"),
        ("TCP 112", "tcp/112"),
        ("112 (TCP)", "tcp/112"),
        ("80 TCP/UDP", "tcp/80; udp/80"),
        ("53 (TCP/UDP)", "tcp/53; udp/53"),
        ("TCP/443", "tcp/443"),
        ("tcp443", "tcp/443"),
        ("3260/tcp + 3205/tcp", "tcp/3205, 3260"),
        ("TCP: 80, 443; UDP: 53", "tcp/80, 443; udp/53"),
        ("UDP 4789", "udp/4789"),
        ("ICMP", "icmp"),
        ("ICMP type 8", "icmp/[8]"),
        ("8 ICMP", "icmp/[8]"),
        ("ICMP 3-5", "icmp/[3, 4, 5]"),
        ("TCP/ICMP 443", "tcp/443; icmp"),
        ("443 TCP/ICMP", "tcp/443; icmp"),
        ("TCP/ESP 22", "tcp/22; esp"),
        ("GRE (47)", "gre"),
        ("Officially TCP 2379 but can vary", "tcp/2379"),
        ("All TCP", "tcp/*"),
        ("All UDP ports", "udp/*"),
        ("TCP (all)", "tcp/*"),
        ("TCP 1024+, UDP 53", "tcp/1024-65535; udp/53"),
    ] {
        assert_eq!(read(text, &[]), expected, "{text}");
    }
}

#[test]
fn cells_next_to_a_protocol() {
    let (tcp, udp) = (Carrier::Of(Tcp), Carrier::Of(Udp));
    for (text, default, expected) in [
        ("53", vec![tcp, udp], "tcp/53; udp/53"),
        ("0, 8 *", vec![Carrier::Icmp], "icmp/[0, 8]"),
        ("8/0", vec![Carrier::Icmp], "icmp/[0, 8]"),
        ("-", vec![Carrier::Icmp], "icmp"),
        ("47", vec![Carrier::Ip(47)], "gre"),
        ("50", vec![Carrier::Ip(50)], "esp"),
        ("Any", vec![tcp], "tcp/*"),
        ("*", vec![udp], "udp/*"),
        ("443", vec![Carrier::Named], "tcp~/443"),
        ("-", vec![tcp], ""),
        ("70000", vec![tcp], ""),
    ] {
        assert_eq!(read(text, &default), expected, "{text}");
    }
}

#[test]
fn numbers_in_sentences_are_doubts() {
    let text = "5065 and 5067. If you have set it to Dual mode, then 5066 and 5068 are used as well by it.";
    let cell = port_cell(text, &[]);
    assert_eq!(read(text, &[]), "?/5065, 5067");
    assert_eq!(
        cell.doubts,
        ["`5066` in the sentence is not read as a port"]
    );
}
