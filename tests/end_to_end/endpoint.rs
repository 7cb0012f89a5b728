//! An EC2 endpoint on loopback: moto's server, and what it holds, asked over plain HTTP.

use crate::end_to_end::server::Server;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

/// The region that every test speaks of.
pub(crate) const REGION: &str = "eu-central-1";

/// A rule of a group.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    /// The id of the group.
    pub(crate) group: String,
    pub(crate) direction: &'static str,
    pub(crate) protocol: String,
    /// The first and the last port, `?` if there is none.
    pub(crate) ports: [String; 2],
    /// What the other end is called in a row of `portmatrix_rules`, and what it is.
    pub(crate) peer: (&'static str, String),
}

/// A server that ends with the test.
pub(crate) struct Endpoint {
    _server: Server,
    /// `127.0.0.1:port`.
    address: String,
}

impl Endpoint {
    /// Starts the server on a port that the system chooses.
    pub(crate) fn start(program: &Path) -> Endpoint {
        let mut command = Command::new(program);
        command
            .args(["-H", "127.0.0.1", "-p", "0"])
            .env("PYTHONUNBUFFERED", "1");
        let (server, address) = Server::start(command, "Running on http://", char::is_whitespace);
        Endpoint {
            _server: server,
            address,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The answer to an action of EC2's query API, which may have parameters.
    pub(crate) fn ask(&self, action: &str) -> String {
        let body = format!("Action={action}&Version=2016-11-15");
        // The server takes the region from what would be the signature.
        let request = format!(
            "POST / HTTP/1.1\r\nHost: ec2.{REGION}.amazonaws.com\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/ec2/aws4_request, SignedHeaders=host, Signature=0\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(&self.address).expect("the endpoint");
        stream.write_all(request.as_bytes()).expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.contains(" 200 OK"), "{answer}");
        answer
    }

    /// The id of the group with this name.
    pub(crate) fn group(&self, name: &str) -> String {
        let groups = self.ask("DescribeSecurityGroups");
        let named = items(&groups)
            .into_iter()
            .find(|it| tag(it, "groupName") == Some(name));
        let (_, rest) = named
            .and_then(|it| it.split_once(":security-group/"))
            .expect("a group");
        rest.split_once('<').expect("an id").0.to_owned()
    }

    /// The id of the one rule of which [`Endpoint::rules`] says this.
    pub(crate) fn rule(&self, line: &str) -> String {
        let rules = self.rules_with_ids();
        let mut found = rules.into_iter().filter(|(it, _)| it == line);
        match (found.next(), found.next()) {
            (Some((_, id)), None) => id,
            _ => panic!("not exactly one rule is `{line}`"),
        }
    }

    /// Every rule of every group that is not a VPC's own, as `<group> <direction> <protocol> <ports> <peer>`, sorted.
    pub(crate) fn rules(&self) -> Vec<String> {
        let rules = self.rules_with_ids().into_iter();
        rules.map(|(line, _)| line).collect()
    }

    fn rules_with_ids(&self) -> Vec<(String, String)> {
        let groups = self.ask("DescribeSecurityGroups");
        let names: BTreeMap<&str, &str> = items(&groups)
            .into_iter()
            .filter_map(|it| {
                // Rules inside speak of ids too; the name of its own resource is the group's alone.
                let (_, rest) = it.split_once(":security-group/")?;
                Some((rest.split_once('<')?.0, tag(it, "groupName")?))
            })
            .collect();
        let lists = self.ask("DescribeManagedPrefixLists");
        let lists: BTreeMap<&str, &str> = items(&lists)
            .into_iter()
            .filter_map(|it| Some((tag(it, "prefixListId")?, tag(it, "prefixListName")?)))
            .collect();
        let mut rules = Vec::new();
        for it in self.rows() {
            let group = names.get(&*it.group).copied().unwrap_or(&it.group);
            if group == "default" {
                continue;
            }
            let (column, peer) = &it.peer;
            let peer = match *column {
                "referenced_security_group_id" => match names.get(&**peer) {
                    Some(name) => format!("group {name}"),
                    None => peer.clone(),
                },
                "prefix_list_id" => format!("list {}", lists.get(&**peer).unwrap_or(&&**peer)),
                _ => peer.clone(),
            };
            let [from, to] = &it.ports;
            let line = format!(
                "{group} {} {} {from}-{to} {peer}",
                it.direction, it.protocol
            );
            rules.push((line, it.id));
        }
        rules.sort();
        rules
    }

    /// Every rule of every group, as it is.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let answer = self.ask("DescribeSecurityGroupRules");
        let row = |it: &&str| {
            let own = |name: &str| tag(it, name).map(str::to_owned);
            let referenced = it
                .split_once("<referencedGroupInfo>")
                .and_then(|(_, it)| tag(it, "groupId"));
            let peers = [
                ("cidr_ipv4", own("cidrIpv4")),
                ("cidr_ipv6", own("cidrIpv6")),
                (
                    "referenced_security_group_id",
                    referenced.map(str::to_owned),
                ),
                ("prefix_list_id", own("prefixListId")),
            ];
            let mut peers = peers.into_iter().filter_map(|(it, peer)| Some((it, peer?)));
            let text = |name: &str| own(name).unwrap_or_else(|| "?".to_owned());
            Row {
                id: own("securityGroupRuleId").expect("an id"),
                group: own("groupId").expect("a group"),
                direction: match tag(it, "isEgress") {
                    Some("true") => "egress",
                    _ => "ingress",
                },
                protocol: text("ipProtocol"),
                ports: ["fromPort", "toPort"].map(text),
                peer: peers.next().expect("a peer"),
            }
        };
        items(&answer).iter().map(row).collect()
    }

    /// The ids of all that a configuration may leave behind.
    pub(crate) fn everything(&self) -> Vec<String> {
        let mut ids = Vec::new();
        for (action, name) in [
            ("DescribeVpcs", "vpcId"),
            ("DescribeSubnets", "subnetId"),
            ("DescribeSecurityGroups", "groupId"),
            ("DescribeSecurityGroupRules", "securityGroupRuleId"),
            ("DescribeManagedPrefixLists", "prefixListId"),
        ] {
            let answer = self.ask(action);
            let open = format!("<{name}>");
            ids.extend(
                answer
                    .split(&open)
                    .skip(1)
                    .filter_map(|it| it.split_once('<').map(|(id, _)| id.to_owned())),
            );
        }
        ids.sort();
        ids.dedup();
        ids
    }
}

/// The items of the list that an answer is, without those that are inside of them.
fn items(xml: &str) -> Vec<&str> {
    let (mut found, mut depth, mut begin) = (Vec::new(), 0, 0);
    for (at, _) in xml.match_indices('<') {
        let rest = &xml[at..];
        if rest.starts_with("<item>") {
            if depth == 0 {
                begin = at;
            }
            depth += 1;
        } else if rest.starts_with("</item>") {
            depth -= 1;
            if depth == 0 {
                found.push(&xml[begin..at]);
            }
        }
    }
    found
}

/// The text of the first element with this name; none where it is empty.
fn tag<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once('<')?;
    Some(text).filter(|it| !it.is_empty())
}
