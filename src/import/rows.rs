//! From the rows of a table to claims.

use super::cell::{
    Carrier, PortCell, TOO_MANY, TransportCell, has_too_many_names, port_cell, transport_cell,
    transports_in,
};
use super::claim::{Claim, feature};
use super::lead::{is_of_all, is_of_others};
use super::policy::{
    announces_closed, introduces_example, is_example, is_not_to_open, is_record_type,
};
use super::protocols::{has_protocol_name, names_protocol};
use super::roles::{Columns, share};
use super::table::{Row, Table};
use super::text::{first_sentence, has_any, is_blank, is_cjk, words};
use super::words::{Role, is_answer, is_any, is_optional, marked, need};
use crate::model::traffic::Transport;
use crate::model::words::Need;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The most rows without a claim after which a table is not read on.
const MOST_SKIPPED: usize = 20_000;
const TOO_MANY_NAMES: &str = "the cell has more than 100 names, and the rest is not used";
const TORN_RANGE: &str = "the first and the last port are in two cells, and make no single range";
const TOO_MANY_SKIPPED: &str =
    "the table has more than 20,000 rows without ports; its further rows are not read";
pub(crate) const TOO_MUCH: &str = "the page has more tables and rows with ports than can be used; from here on, nothing is read: split it";

/// A table with ports, and what its surroundings say.
pub(crate) struct Surroundings<'a> {
    /// The table.
    pub(crate) table: &'a Table,
    /// Its columns.
    pub(crate) columns: &'a Columns,
    /// Its place among the tables with ports.
    pub(crate) index: usize,
    /// Where it is, as the beginning of locators.
    pub(crate) at: &'a str,
    /// Whether other tables have the same columns, so that headings tell them apart.
    pub(crate) has_siblings: bool,
    /// Whether the headings of two of these name components, so that the others do, too.
    pub(crate) siblings_name_components: bool,
    /// The group of alternatives and the member that it belongs to.
    pub(crate) group: Option<(usize, String)>,
    /// The transport that a sentence above the table gives all ports.
    pub(crate) of_page: Option<Transport>,
}

impl Surroundings<'_> {
    /// The claims of the table, and the rows that make none or lose something, with the reason. Reading ends when there are more
    /// than `most` claims, or more names than `most_names`.
    pub(crate) fn claims(
        &self,
        most: usize,
        most_names: usize,
    ) -> (Vec<Claim>, Vec<(usize, &'static str)>) {
        let (mut claims, mut skipped) = (Vec::<Claim>::new(), Vec::new());
        let mut names = 0;
        for (at, row) in self.table.rows.iter().enumerate() {
            if skipped.len() > MOST_SKIPPED {
                skipped.push((row.line, TOO_MANY_SKIPPED));
                break;
            }
            if claims.len() > most || names > most_names {
                skipped.push((row.line, TOO_MUCH));
                break;
            }
            if let Some(why) = self.skip(row) {
                skipped.push((row.line, why));
            } else {
                let made = self.row(at + 1, row);
                if made.is_empty() {
                    skipped.push((row.line, "the row states no port"));
                }
                for doubt in [TOO_MANY, TOO_MANY_NAMES] {
                    if made.iter().any(|it| it.doubts.iter().any(|it| it == doubt)) {
                        skipped.push((row.line, doubt));
                    }
                }
                names += made
                    .iter()
                    .map(|it| it.from.len() + it.to.len())
                    .sum::<usize>();
                claims.extend(made);
            }
        }
        (claims, skipped)
    }

    pub(super) fn cell<'r>(&self, row: &'r Row, role: Role) -> Option<&'r str> {
        let at = self.columns.first(role)?;
        row.cells
            .get(at)
            .map(|it| it.text.as_str())
            .filter(|it| !is_blank(it))
    }

    /// Whether the column of needs says yes to what is optional.
    fn asks_for_optional(&self) -> bool {
        let header = self.columns.first(Role::Need);
        let header = header.and_then(|at| self.table.header.get(at));
        let header = header.map(|it| words(&it.text)).unwrap_or_default();
        has_any(&header, &["optional"]) && !has_any(&header, &["required", "mandatory"])
    }

    /// The line before the table, if it is short enough to be a heading.
    pub(super) fn lead(&self) -> Option<&str> {
        short_lead(self.table)
    }

    fn row(&self, number: usize, row: &Row) -> Vec<Claim> {
        let labels: Vec<String> = self
            .columns
            .all(Role::Label)
            .filter_map(|at| row.cells.get(at))
            .map(|it| it.text.trim().to_owned())
            .filter(|it| !is_blank(it))
            .collect();
        let condition = self.cell(row, Role::Condition).unwrap_or_default();
        let mut note: Vec<&str> = self
            .columns
            .all(Role::Note)
            .filter_map(|at| row.cells.get(at))
            .map(|it| it.text.trim())
            .filter(|it| !is_blank(it))
            .collect();
        let footnotes = row
            .cells
            .iter()
            .flat_map(|it| &it.footnotes)
            .map(String::as_str);
        let footnotes: Vec<&str> = footnotes
            .filter(|it| it.chars().any(char::is_alphabetic))
            .collect();
        let sentences = note.join("\n");
        note.extend(footnotes);
        let TransportCell {
            mut carriers,
            mut applications,
            doubts,
        } = self
            .cell(row, Role::Transport)
            .map(transport_cell)
            .unwrap_or_default();
        for at in self.columns.all(Role::Application) {
            let text = row
                .cells
                .get(at)
                .map(|it| it.text.trim())
                .filter(|it| !is_blank(it));
            applications.extend(text.map(|it| it.replace('\n', ", ")));
        }
        if carriers.is_empty() {
            carriers = self.unlisted(row, &labels, &sentences, !applications.is_empty());
        } else if carriers == [Carrier::Named] {
            carriers = self.of_all().map_or(carriers, |it| vec![it]);
        }
        let mut claim = Claim {
            table: Some(self.index),
            row: number,
            line: row.line,
            at: format!("{}, row {number}", self.at),
            from: Vec::new(),
            to: Vec::new(),
            to_is_inferred: false,
            way: None,
            pieces: Vec::new(),
            alternatives: false,
            printed: String::new(),
            need: Need::Unstated,
            labels,
            note: note.join("\n"),
            applications,
            setting: self
                .cell(row, Role::Setting)
                .map(|it| it.lines().next().unwrap_or_default().trim().to_owned()),
            group: self.group.clone(),
            features: Vec::new(),
            doubts,
        };
        let off = self.ports(row, &carriers, &mut claim);
        if claim.pieces.is_empty() {
            return Vec::new();
        }
        let stated = self.cell(row, Role::Need);
        let is_answer = stated.is_some_and(|it| is_answer(it) && self.asks_for_optional());
        claim.need = match stated.and_then(need).map(|it| it != is_answer) {
            Some(true) => Need::Required,
            Some(false) => Need::Optional,
            None if off || is_optional(&sentences) => Need::Optional,
            None => match self.marked(row) {
                Some(true) => Need::Required,
                Some(false) => Need::Optional,
                None => Need::Unstated,
            },
        };
        let texts = [
            condition,
            claim.labels.first().map_or("", String::as_str),
            &sentences,
        ];
        claim.features.extend(texts.into_iter().find_map(feature));
        if claim.labels.is_empty() && !condition.is_empty() && !is_any(condition) {
            claim.labels.push(condition.to_owned());
        }
        let of_names = [
            Role::From,
            Role::To,
            Role::Host,
            Role::Peer,
            Role::Direction,
        ];
        let mut cells = of_names.into_iter().filter_map(|it| self.cell(row, it));
        if cells.any(has_too_many_names) {
            claim.doubts.push(TOO_MANY_NAMES.to_owned());
        }
        let mut all = self.connections(row);
        if all.is_empty() {
            all.push(self.ends(row, &claim));
        }
        let mut claims = Vec::new();
        for ends in all {
            let mut claim = claim.clone();
            (claim.from, claim.to, claim.way, claim.to_is_inferred) =
                (ends.from, ends.to, ends.way, ends.to_is_inferred);
            let back = (ends.both && claim.from != claim.to).then(|| {
                let mut back = claim.clone();
                std::mem::swap(&mut back.from, &mut back.to);
                back
            });
            claims.push(claim);
            claims.extend(back);
        }
        claims
    }

    /// What brackets say of the need, in the row or in the nearest heading: `Mail (optional)`.
    fn marked(&self, row: &Row) -> Option<bool> {
        let of = [
            Role::From,
            Role::To,
            Role::Host,
            Role::Peer,
            Role::Transport,
            Role::Port,
            Role::Label,
        ];
        let cells = of.into_iter().filter_map(|it| self.cell(row, it));
        let near = row
            .section
            .as_deref()
            .into_iter()
            .chain(self.table.caption.as_deref())
            .chain(self.table.stack.last().map(|it| it.text.as_str()));
        cells.chain(near).find_map(marked)
    }

    /// The ports of a row whose n-th port has the n-th transport: as many lines of each, and a transport that comes twice.
    fn paired(&self, row: &Row) -> Option<PortCell> {
        let listed = |role| -> Option<Vec<&str>> {
            let text = self.cell(row, role)?;
            let lines = text.split(if text.contains('\n') { '\n' } else { ',' });
            Some(lines.map(str::trim).filter(|it| !it.is_empty()).collect())
        };
        let is_one = self.columns.all(Role::Port).count() == 1;
        if !is_one || self.columns.first(Role::PortEnd).is_some() {
            return None;
        }
        let (ports, transports) = (listed(Role::Port)?, listed(Role::Transport)?);
        let carriers: Vec<Vec<Carrier>> = transports.iter().map(|it| transports_in(it)).collect();
        let singles: BTreeSet<Carrier> = carriers.iter().flatten().copied().collect();
        let fits = ports.len() == transports.len()
            && carriers.iter().all(|it| matches!(it[..], [Carrier::Of(_)]))
            && (2..transports.len()).contains(&singles.len());
        let cells = || {
            ports
                .iter()
                .zip(&carriers)
                .map(|(it, of)| port_cell(it, of))
        };
        let is_whole = |it: PortCell| it.pieces.len() == 1 && it.doubts.is_empty();
        (fits && cells().all(is_whole)).then(|| cells().collect())
    }

    /// Reads the cells with ports. Returns whether one says that the listener is off by default.
    fn ports(&self, row: &Row, carriers: &[Carrier], claim: &mut Claim) -> bool {
        let mut off = false;
        let paired = self.paired(row);
        for (at, role) in self.columns.roles.iter().enumerate() {
            let own;
            let default: &[Carrier] = match role {
                Role::Port => carriers,
                Role::PortOf(transport) => {
                    own = [Carrier::Of(*transport)];
                    &own
                }
                _ => continue,
            };
            let Some(cell) = row.cells.get(at) else {
                continue;
            };
            let end = self.cell(row, Role::PortEnd);
            let end = end.filter(|it| *role == Role::Port && it.trim() != cell.text.trim());
            let (text, is_torn) = match end {
                Some(end) if is_port(&cell.text) && is_port(end) => {
                    (Cow::Owned(format!("{}-{end}", cell.text)), false)
                }
                Some(end) => (Cow::Owned(format!("{}, {end}", cell.text)), true),
                None => (Cow::Borrowed(&*cell.text), false),
            };
            let read = paired.clone().unwrap_or_else(|| port_cell(&text, default));
            if is_torn {
                claim.doubts.push(TORN_RANGE.to_owned());
            }
            off |= read.off;
            claim.alternatives |= read.alternatives;
            claim.doubts.extend(read.doubts);
            if !is_blank(&text) {
                if !claim.printed.is_empty() {
                    claim.printed.push_str("; ");
                }
                claim.printed.push_str(&text.replace('\n', " "));
            }
            claim.pieces.extend(read.pieces);
        }
        if self.columns.first(Role::Port).is_none() && claim.pieces.is_empty() {
            claim.pieces = port_cell("", carriers).pieces;
        }
        off
    }

    /// The transport that a sentence gives all ports: the lead of the table, or a sentence above it on the page.
    fn of_all(&self) -> Option<Carrier> {
        let lead = &self.table.lead;
        let of_lead = if is_of_all(lead, "tcp", "udp") {
            Some(Transport::Tcp)
        } else {
            is_of_all(lead, "udp", "tcp").then_some(Transport::Udp)
        };
        of_lead.or(self.of_page).map(Carrier::Of)
    }

    /// The transport of a row whose table has no column for it: from labels, sentences, headings and the lead.
    fn unlisted(
        &self,
        row: &Row,
        labels: &[String],
        sentences: &str,
        is_named: bool,
    ) -> Vec<Carrier> {
        let with_ports = |text: &str| -> Vec<Carrier> {
            transports_in(text)
                .into_iter()
                .filter(|it| matches!(it, Carrier::Of(_)))
                .collect()
        };
        let first = first_sentence(sentences);
        let own = labels.iter().map(String::as_str).chain([first]);
        let ports = self.cell(row, Role::Port).unwrap_or_default();
        let near = row
            .section
            .as_deref()
            .into_iter()
            .chain(self.table.caption.as_deref())
            .chain(self.table.stack.last().map(|it| it.text.as_str()))
            .filter(|it| !is_of_others(it, ports));
        for text in own.chain(near) {
            let found = with_ports(text);
            if !found.is_empty() {
                return found;
            }
        }
        if let Some(carrier) = self.of_all() {
            return vec![carrier];
        }
        let name = labels.first().map_or(first, String::as_str);
        let named = is_named || has_protocol_name(name) || names_protocol(ports);
        if named {
            vec![Carrier::Named]
        } else {
            Vec::new()
        }
    }
}

/// Whether a cell is a single port.
fn is_port(text: &str) -> bool {
    let text = text.trim();
    (1..=5).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit())
}

/// The line before a table, if it is short enough to be a heading.
pub(crate) fn short_lead(table: &Table) -> Option<&str> {
    let line = table.lead.lines().last().unwrap_or_default().trim();
    let line = line.trim_end_matches([':', '：']);
    let fits = !line.is_empty()
        && !line.contains(". ")
        && !line.ends_with('.')
        && line.split(' ').count() <= 10
        // Sentences without spaces between words.
        && (!line.chars().any(is_cjk) || line.chars().count() <= 24 && !line.contains(['，', '、', '。']));
    fits.then_some(line)
}

/// Why a table has no flows, by its caption or its nearest heading.
pub(crate) fn without_flows(table: &Table) -> Option<&'static str> {
    let near = table
        .caption
        .as_deref()
        .into_iter()
        .chain(table.tabs.last().map(String::as_str))
        .chain(table.stack.last().map(|it| it.text.as_str()));
    let near: Vec<&str> = near.into_iter().collect();
    if near.iter().any(|it| is_example(it)) {
        return Some("the heading announces an example");
    }
    if introduces_example(&table.lead) {
        return Some("the sentence before the table announces an example");
    }
    if near.iter().any(|it| is_not_to_open(it)) || is_not_to_open(&table.lead) {
        return Some("the page says that these ports need not be open");
    }
    if near.iter().any(|it| announces_closed(it)) {
        return Some("the heading announces ports that are not open");
    }
    let of_records = |at: usize| {
        share(table, at, is_record_type) > 0.7
            && share(table, at, |it| is_record_type(it) && it.trim().len() > 1) > 0.0
    };
    let has_records = (0..table.header.len()).any(of_records);
    has_records.then_some("the table has records of DNS")
}
