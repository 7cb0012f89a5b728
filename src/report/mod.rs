//! What is wanted, for people who do not read plans: a page, diagrams, a change request. Pure; a [`Report`] in, a text out. No clock,
//! so that two runs give the same bytes.

pub mod changes;
pub mod csv;
mod d2;
pub mod diagram;
pub mod html;
mod json;
mod markdown;
mod matrix;
pub mod mermaid;
pub mod product;
pub mod request;
pub mod site;
pub mod words;
mod zones;

use crate::model::words::{Direction, Need, Plane, Severity, Trust, vocabulary};
use changes::Change;
use std::collections::BTreeSet;

vocabulary! {
    /// The forms of a report.
    Format {
        Html = "html": "a page that is complete in itself",
        Markdown = "markdown": "tables, e.g. for a comment on a pull request",
        Csv = "csv": "a change request: a row for each change that the command `report` finds in a plan, otherwise for each connection",
        Mermaid = "mermaid": "a flow chart of zones in Mermaid",
        D2 = "d2": "a diagram of zones in D2",
        Svg = "svg": "the diagram of the page as a picture",
        Json = "json": "everything in the report, for programs",
    }
}

/// Everything that a report shows.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The resource, e.g. `portmatrix_rules.edge`.
    pub name: String,
    /// The plan or state that it comes from, e.g. `the plan of 2026-11-28 14:34 UTC`.
    pub origin: String,
    /// The products of the layout.
    pub products: Vec<Product>,
    /// What a reader should know first, e.g. that the catalogue of this program differs.
    pub notes: Vec<String>,
    /// Zones by trust and name, then peers with a fixed address.
    pub zones: Vec<Zone>,
    /// Who may connect to whom, in the order of the zones.
    pub connections: Vec<Connection>,
    /// What a plan changes of the connections; all of them in a state.
    pub changes: Vec<Change>,
    /// Findings, the worst first.
    pub findings: Vec<Finding>,
    /// The cells of the policy, as they are written.
    pub policy: Vec<Cell>,
    /// What is exempt from the policy, or accepted.
    pub exceptions: Vec<Exempt>,
    /// The rules of each platform.
    pub platforms: Vec<PlatformRules>,
    /// How full quotas are.
    pub quotas: Vec<Quota>,
    /// The documents behind the connections.
    pub sources: Vec<Source>,
}

/// A product of the layout.
#[derive(Clone, Debug)]
pub struct Product {
    /// Its label.
    pub label: String,
    /// What the vendor calls it, with the release.
    pub title: String,
    /// The first digits of its matrix's digest.
    pub digest: String,
}

/// A zone, or a peer with a fixed address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zone {
    /// Its name; `<label>.<component>` for a fixed address.
    pub name: String,
    /// How far it is trusted; none for a fixed address.
    pub trust: Option<Trust>,
    /// The components in it, as `<label>.<component>`.
    pub components: Vec<String>,
    /// IPv4 blocks, as text.
    pub ipv4: Vec<String>,
    /// IPv6 blocks, as text.
    pub ipv6: Vec<String>,
    /// What peers connect to instead, if addresses are translated: IPv4 blocks.
    pub advertised_ipv4: Vec<String>,
    /// The same, IPv6 blocks.
    pub advertised_ipv6: Vec<String>,
    /// What else rules name it by: groups, tags, labels, or addresses that are known only after apply.
    pub named_by: Vec<String>,
    /// The platforms on which it gets rules.
    pub platforms: Vec<&'static str>,
    /// The directions in which it is filtered.
    pub filters: BTreeSet<Direction>,
    /// The user's note.
    pub description: String,
}

/// What is known of a rule at one end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtEnd {
    /// A rule permits it.
    Rule,
    /// The end is filtered, and has no rule.
    Refused,
    /// The end is not filtered by these rules.
    Unfiltered,
}

/// One service from one zone to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Who opens it: an index into the zones.
    pub from: usize,
    /// Who listens: an index into the zones.
    pub to: usize,
    /// The transport, e.g. `tcp`.
    pub transport: String,
    /// The ports that the source connects to, or the type of ICMP; empty if there are none.
    pub ports: String,
    /// What the listener listens on, if an address translation makes it differ.
    pub translated: Option<String>,
    /// The most sensitive plane of its flows.
    pub plane: Plane,
    /// The strongest need of its flows; none for flow blocks only.
    pub need: Option<Need>,
    /// Why it is there.
    pub flows: Vec<Flow>,
    /// The rule at the source.
    pub out: AtEnd,
    /// The rule at the listener.
    pub into: AtEnd,
    /// The exceptions without which the policy would refuse it: indices into the exceptions.
    pub exempt: Vec<usize>,
}

impl Connection {
    /// `tcp 443`, `icmp`, `any`.
    pub fn service(&self) -> String {
        format!("{} {}", self.transport, self.ports)
            .trim_end()
            .to_owned()
    }

    /// The ports, e.g. `443`; the transport if it has no ports.
    pub fn short(&self) -> &str {
        if self.ports.is_empty() {
            &self.transport
        } else {
            &self.ports
        }
    }
}

/// A reason for a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// `label.flow`, or the name of a flow block.
    pub id: String,
    /// What it is for.
    pub purpose: String,
    /// Where the vendor says so: an index into the sources, and the place in the document.
    pub sources: Vec<(usize, String)>,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Its code.
    pub code: String,
    /// What it is about.
    pub subject: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// A cell of the policy.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Who opens the connection.
    pub from: String,
    /// Who listens.
    pub to: String,
    /// What is allowed, in words.
    pub access: String,
    /// Why.
    pub reason: String,
}

/// Something that is exempt, with its end.
#[derive(Clone, Debug)]
pub struct Exempt {
    /// What is exempt: traffic, or findings.
    pub what: String,
    /// Why.
    pub reason: String,
    /// Where it was approved.
    pub ticket: String,
    /// Who asked for it, and who approved it or answers for it.
    pub people: String,
    /// The last day, if it ends.
    pub expires: Option<String>,
    /// Days left; negative once it is over. None without a day to compare with.
    pub left: Option<i32>,
    /// Who asked for it.
    pub requester: String,
}

/// The rules of a platform.
#[derive(Clone, Debug)]
pub struct PlatformRules {
    /// What the platform is called.
    pub title: &'static str,
    /// Its rules.
    pub rows: Vec<Row>,
    /// Its rulesets, by zone: what a zone has as one text.
    pub texts: Vec<(String, String)>,
}

/// One rule of a platform.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its key.
    pub key: String,
    /// `in` or `out`.
    pub way: &'static str,
    /// What it is for: a service, or what a final rule says.
    pub service: String,
    /// The address or group of the peer.
    pub peer: String,
}

/// How full the rules of a zone are.
#[derive(Clone, Debug)]
pub struct Quota {
    /// What is counted, e.g. `dmz/aws/ipv4`.
    pub name: String,
    /// Ingress.
    pub ingress: u64,
    /// Egress.
    pub egress: u64,
    /// The limit.
    pub limit: u64,
    /// What is left until the limit; negative above it.
    pub headroom: i64,
}

impl Quota {
    /// What counts towards the limit.
    pub fn used(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(i64::MAX) - self.headroom
    }
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Its title.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// When it was read.
    pub read: String,
}

impl Report {
    /// The report in a format. A change request has the usual columns.
    pub fn text(&self, format: Format) -> String {
        match format {
            Format::Html => html::page(self),
            Format::Markdown => markdown::page(self),
            Format::Csv => request::csv(self, &request::Form::default()),
            Format::Mermaid => mermaid::chart(self),
            Format::D2 => d2::diagram(self),
            Format::Svg => zones::picture(self),
            Format::Json => json::text(self),
        }
    }

    /// Visits every text that a user may have written, or that has a value of theirs in it.
    pub fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        for zone in &mut self.zones {
            let lists = [
                &mut zone.components,
                &mut zone.ipv4,
                &mut zone.ipv6,
                &mut zone.advertised_ipv4,
                &mut zone.advertised_ipv6,
                &mut zone.named_by,
            ];
            lists.into_iter().flatten().for_each(&mut *visit);
            visit(&mut zone.name);
            visit(&mut zone.description);
        }
        for it in &mut self.changes {
            let texts = it
                .zones
                .iter_mut()
                .chain(&mut it.ends)
                .chain(&mut it.previous);
            texts.for_each(&mut *visit);
            visit(&mut it.inside);
        }
        let changed = self.changes.iter_mut().map(|it| &mut it.connection);
        for connection in self.connections.iter_mut().chain(changed) {
            visit(&mut connection.ports);
            connection.translated.iter_mut().for_each(&mut *visit);
            for flow in &mut connection.flows {
                visit(&mut flow.id);
                visit(&mut flow.purpose);
            }
        }
        for it in &mut self.findings {
            [&mut it.subject, &mut it.message, &mut it.remedy]
                .into_iter()
                .for_each(&mut *visit);
        }
        for it in &mut self.policy {
            [&mut it.from, &mut it.to, &mut it.access, &mut it.reason]
                .into_iter()
                .for_each(&mut *visit);
        }
        for it in &mut self.exceptions {
            let texts = [
                &mut it.what,
                &mut it.reason,
                &mut it.ticket,
                &mut it.people,
                &mut it.requester,
            ];
            texts.into_iter().for_each(&mut *visit);
            it.expires.iter_mut().for_each(&mut *visit);
        }
        for platform in &mut self.platforms {
            for row in &mut platform.rows {
                [&mut row.key, &mut row.service, &mut row.peer]
                    .into_iter()
                    .for_each(&mut *visit);
            }
            for (zone, text) in &mut platform.texts {
                visit(zone);
                visit(text);
            }
        }
        self.quotas.iter_mut().for_each(|it| visit(&mut it.name));
        self.notes.iter_mut().for_each(&mut *visit);
    }

    /// Whether a connection between two zones would meet a filter.
    pub fn is_filtered(&self, from: usize, to: usize) -> bool {
        self.zones[from].filters.contains(&Direction::Egress)
            || self.zones[to].filters.contains(&Direction::Ingress)
    }

    /// How many findings have a severity.
    fn count(&self, severity: Severity) -> usize {
        let of = |it: &&Finding| it.severity == severity;
        self.findings.iter().filter(of).count()
    }
}
