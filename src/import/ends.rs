//! Who connects to whom in a row: by columns, then by a direction, then by headings with two ends, then by headings with a direction.

use super::arrow::{Arrow, arrow, in_cell, is_local};
use super::cell::{Carrier, clean_name, parties, transports_in};
use super::claim::{Claim, Party, named};
use super::facts::about;
use super::headers::may_name_host;
use super::heading::{component, peers_of, subject};
use super::leading::{between, ends_of_lead, listener_of_lead, may_name_ends};
use super::protocols::{is_database, is_product, is_protocol_name};
use super::rows::Surroundings;
use super::sentence::{denies, ends_of_ports, ends_of_sentence};
use super::sided::{of_direction, sided};
use super::table::Row;
use super::text::words;
use super::words::{Role, Way, is_any, is_two_way, way, way_of_heading};

/// Both ends of a row, and what decided them.
#[derive(Default)]
pub(super) struct Ends {
    pub(super) from: Vec<Party>,
    pub(super) to: Vec<Party>,
    pub(super) both: bool,
    pub(super) way: Option<Way>,
    pub(super) to_is_inferred: bool,
}

/// Whether a name of a heading means people and their programs, who do not listen: `Parrot users`.
fn only_connects(name: &str) -> bool {
    let people = ["user", "users", "browser", "browsers", "internet"];
    words(name)
        .last()
        .is_some_and(|it| people.contains(&it.as_str()))
}

/// The sentences of a note that may name ends: the first of each line, and the next one where nothing is denied and no other port named.
fn sentences(note: &str) -> impl Iterator<Item = &str> {
    note.lines().take(4).flat_map(|line| {
        let is_plain = |it: &&str| !denies(line) && !it.contains(|it: char| it.is_ascii_digit());
        let mut all = line.split(". ");
        let first = all.next();
        first.into_iter().chain(all.next().filter(is_plain))
    })
}

impl Surroundings<'_> {
    /// Headings and the like from the nearest to the farthest.
    fn headings<'r>(&'r self, row: &'r Row) -> impl Iterator<Item = &'r str> {
        let table = self.table;
        let near = row
            .section
            .as_deref()
            .into_iter()
            .chain(table.caption.as_deref());
        let tabs = table.tabs.iter().rev().map(String::as_str);
        near.chain(self.lead())
            .chain(tabs)
            .chain(table.stack.iter().rev().map(|it| it.text.as_str()))
    }

    /// The component that the table is about, by the nearest heading that names one.
    fn own(&self, row: &Row) -> Vec<Party> {
        let is_told_apart = self.has_siblings && self.columns.first(Role::Direction).is_some();
        self.component(row)
            .filter(|it| !only_connects(it))
            .or_else(|| self.by_siblings().filter(|_| is_told_apart))
            .map_or_else(|| vec![Party::This], |it| named(vec![it]))
    }

    /// The component that the nearest heading names which names one. Next to headings of other tables that do, that of this table does.
    fn component(&self, row: &Row) -> Option<String> {
        let heading = about(self.table).filter(|_| row.section.is_none());
        let is_like_others =
            self.siblings_name_components && heading.is_some_and(|it| component(it).is_none());
        self.by_siblings()
            .filter(|_| is_like_others)
            .or_else(|| self.headings(row).find_map(component))
            .or_else(|| listener_of_lead(&self.table.lead))
    }

    /// What the nearest heading names, with or without a noun for a component.
    fn by_siblings(&self) -> Option<String> {
        about(self.table)
            .filter(|_| self.group.is_none())
            .and_then(subject)
            .filter(|it| words(it).len() <= 4 && way_of_heading(it).is_none())
    }

    /// Several connections in a column of directions, one in a line: `A -> B`, `C -> B`. Empty if a line is something else.
    pub(super) fn connections(&self, row: &Row) -> Vec<Ends> {
        let has = |role| self.columns.first(role).is_some();
        let cell = self.cell(row, Role::Direction).unwrap_or_default();
        let lines: Vec<&str> = cell.lines().filter(|it| !it.trim().is_empty()).collect();
        if lines.len() < 2 || has(Role::From) && has(Role::To) {
            return Vec::new();
        }
        let ends = |Arrow { from, to, both }| Ends {
            from: named(from),
            to: named(to),
            both,
            ..Ends::default()
        };
        let arrows: Option<Vec<Arrow>> = lines.into_iter().map(in_cell).collect();
        arrows.unwrap_or_default().into_iter().map(ends).collect()
    }

    /// Who connects to whom: by columns, then by a direction, then by headings with two ends, then by headings with a direction.
    pub(super) fn ends(&self, row: &Row, claim: &Claim) -> Ends {
        let has = |role| self.columns.first(role).is_some();
        let direction = self.cell(row, Role::Direction);
        let way_of_row = direction.and_then(way);
        let column = |role| self.cell(row, role).and_then(in_cell);
        let of_host = self.cell(row, Role::Host).and_then(sided);
        let sign = column(Role::Direction)
            .or(of_host)
            .or_else(|| column(Role::Host));
        let both = way_of_row == Some(Way::Both) || sign.as_ref().is_some_and(|it| it.both);
        if has(Role::From) && has(Role::To) {
            // `Inbound from agents`, next to a source that is left out.
            let stated = direction.and_then(of_direction);
            let or_stated = |role, names: fn(Arrow) -> Vec<String>| {
                let own = self.named(row, role);
                // `IP address of the server`
                let is_address = |it: &Party| matches!(it, Party::Named(it) if words(it).first().is_some_and(|it| it == "ip"));
                let says_less = own.iter().all(is_address);
                let stated = stated
                    .clone()
                    .map(names)
                    .filter(|it| says_less && !it.is_empty());
                stated.map_or(own, named)
            };
            let from = or_stated(Role::From, |it| it.from);
            let is_own = from.is_empty() && way_of_row == Some(Way::Out) && stated.is_some();
            return Ends {
                from: if is_own { self.own(row) } else { from },
                to: or_stated(Role::To, |it| it.to),
                both: sign.is_some_and(|it| it.both) || direction.is_some_and(is_two_way),
                ..Ends::default()
            };
        }
        if let Some(Arrow { from, to, both }) = sign {
            return Ends {
                from: named(from),
                to: named(to),
                both,
                ..Ends::default()
            };
        }
        let host = if has(Role::Host) {
            self.named(row, Role::Host)
        } else {
            Vec::new()
        };
        let is_all = self.cell(row, Role::Host).is_some_and(is_any);
        // `Source — Agents`, nearer than any other heading.
        let side = peers_of(&self.table.stack).filter(|_| row.section.is_none());
        let of_side = |way| {
            let side = side.as_ref().filter(|it| it.0 == way);
            side.map(|it| named(it.1.clone()))
        };
        let own = || {
            if host.is_empty() {
                self.own(row)
            } else {
                host.clone()
            }
        };
        // A single end that a column names: the other is what the page is about.
        if has(Role::From) {
            // Under an outbound heading, who connects is not who listens.
            let of_heading = || {
                self.headings(row)
                    .find_map(way_of_heading)
                    .filter(|it| *it == Way::Out)
            };
            let way = way_of_row.or_else(of_heading).or(Some(Way::In));
            let is_own = way != Some(Way::Out);
            let to = match of_side(Way::Out) {
                Some(to) => to,
                None if is_own => own(),
                None => Vec::new(),
            };
            // `Service` next to `Source` names who listens, if no heading does.
            let service = if to == [Party::This] {
                self.service(claim)
            } else {
                Vec::new()
            };
            return Ends {
                from: self.named(row, Role::From),
                to_is_inferred: !service.is_empty(),
                to: if service.is_empty() { to } else { service },
                both,
                way,
            };
        }
        if has(Role::To) {
            let way = way_of_row.or(Some(Way::Out));
            let is_own = way_of_row != Some(Way::In);
            let from = match of_side(Way::In) {
                Some(from) => from,
                None if is_own => own(),
                None => Vec::new(),
            };
            return Ends {
                from,
                to: self.named(row, Role::To),
                both,
                way,
                to_is_inferred: false,
            };
        }
        if direction.is_some_and(is_local) {
            let own = own();
            return Ends {
                from: own.clone(),
                to: own,
                ..Ends::default()
            };
        }
        // `Inbound from agents`, `Agents ->`.
        let stated = direction.and_then(of_direction);
        // A direction that is not understood leaves open which end the peer is.
        if direction.is_some() && way_of_row.is_none() {
            let Arrow { from, to, .. } = stated.unwrap_or_default();
            return Ends {
                from: named(from),
                to: named(to),
                ..Ends::default()
            };
        }
        let stated = stated.map(|it| match way_of_row {
            Some(Way::In) => it.from,
            Some(Way::Out) => it.to,
            _ => Vec::new(),
        });
        let stated = stated.filter(|it| !it.is_empty()).map(named);
        let peer = has(Role::Peer)
            .then(|| self.named(row, Role::Peer))
            .or(stated);
        // `Outbound` below `communication between A and B:` is seen from what the heading names, or else from A.
        if let Some(way @ (Way::In | Way::Out)) = way_of_row
            && let Some((first, second)) = between(&self.table.lead)
            && host.is_empty()
            && peer.is_none()
        {
            let heading = self
                .headings(row)
                .find_map(component)
                .map(|it| named(vec![it]));
            let (own, peer) = if heading.as_ref() == Some(&second) {
                (second, first)
            } else {
                (first, second)
            };
            if heading.is_none_or(|it| it == own) {
                return self.by_way(way, own, Some(peer), is_all, claim);
            }
        }
        if let Some(way) = way_of_row {
            return self.by_way(way, own(), peer, is_all, claim);
        }
        if let Some((way, names)) = &side {
            let (own, names) = (own(), named(names.clone()));
            // Two names for one side, or one for both: the other side is open.
            let is_clear = peer.is_none() && own != names;
            let own = if is_clear { own } else { Vec::new() };
            return self.by_way(*way, own, Some(names), is_all, claim);
        }
        let by_heading = self.headings(row).find_map(arrow);
        if let Some(Arrow { from, to, both }) = by_heading {
            let (from, to) = (named(from), named(to));
            // The row says more precisely than the heading who listens.
            let is_listener = !both && !host.is_empty() && host != from;
            return Ends {
                from,
                to: if is_listener { host } else { to },
                both,
                ..Ends::default()
            };
        }
        if let Some(way) = self.headings(row).find_map(way_of_heading) {
            // A list of hosts under an outbound heading names those who are connected to.
            if way == Way::Out && !host.is_empty() && peer.is_none() {
                let is_other = |it: &Vec<Party>| *it != host;
                let above = || {
                    let mut names = self.headings(row).filter_map(component);
                    names.find_map(|it| Some(named(vec![it])).filter(is_other))
                };
                let own = Some(self.own(row)).filter(is_other).or_else(above);
                return Ends {
                    from: own.unwrap_or_else(|| vec![Party::This]),
                    to: host,
                    way: Some(way),
                    ..Ends::default()
                };
            }
            return self.by_way(way, own(), peer, is_all, claim);
        }
        // `TCP 53 to the DNS servers`, below a heading that names who connects.
        if let Some((from, to)) = sentences(&claim.note).next().and_then(ends_of_ports)
            && from.is_empty()
            && let Some(own) = self
                .component(row)
                .filter(|it| to != named(vec![it.clone()]))
        {
            return Ends {
                from: named(vec![own]),
                to,
                ..Ends::default()
            };
        }
        let name = claim.labels.iter().take(1).map(String::as_str);
        let mut sentences = name.chain(sentences(&claim.note));
        if let Some((from, to)) = sentences.find_map(ends_of_sentence) {
            // Who listens is what the row or the heading names, if the sentence does not.
            let listener = Some(host.clone()).filter(|it| !it.is_empty());
            let inferred = || self.listener(row, claim);
            let (to, to_is_inferred) = match (to.is_empty(), listener) {
                (false, _) => (to, false),
                (true, Some(host)) => (host, false),
                (true, None) => (inferred(), true),
            };
            // A heading that names who connects does not say who listens.
            let to = if to_is_inferred && from == to {
                Vec::new()
            } else {
                to
            };
            return Ends {
                from,
                to_is_inferred: to_is_inferred && !to.is_empty(),
                to,
                ..Ends::default()
            };
        }
        // `Agents must be able to reach the server on these ports:` is about rows that name no end, below no other heading.
        let component = self.component(row).map(|it| named(vec![it]));
        let is_open = row.section.is_none() && peer.is_none() && !may_name_ends(&claim.note);
        let fits = |to: &Vec<Party>| {
            (host.is_empty() || host == *to) && component.as_ref().is_none_or(|it| it == to)
        };
        if let Some((from, to)) = ends_of_lead(&self.table.lead).filter(|it| is_open && fits(&it.1))
        {
            return Ends {
                from,
                to,
                ..Ends::default()
            };
        }
        // Next to a column of directions that says nothing here, a peer may be either end.
        if let Some(peer) = peer.filter(|_| !has(Role::Direction)) {
            return Ends {
                from: peer,
                to: own(),
                way: Some(Way::In),
                ..Ends::default()
            };
        }
        if !host.is_empty() {
            return Ends {
                to: host,
                ..Ends::default()
            };
        }
        let to = self.listener(row, claim);
        Ends {
            to_is_inferred: !to.is_empty(),
            to,
            ..Ends::default()
        }
    }

    /// Who listens by the heading, or by the name of what runs on the port.
    fn listener(&self, row: &Row, claim: &Claim) -> Vec<Party> {
        let heading = self
            .component(row)
            .filter(|it| self.group.is_none() && !only_connects(it));
        let program = || {
            let label = claim.labels.first();
            let header = self.columns.first(Role::Label);
            let header = header.and_then(|at| self.table.header.get(at));
            let may_listen = header.is_none_or(|it| may_name_host(&it.text));
            let is_named = |it: &Carrier| *it == Carrier::Named;
            let is_transport =
                |it: &str| words(it).len() == 1 && !transports_in(it).iter().all(is_named);
            let names_program = self.columns.labels_name_programs;
            let is_program = |it: &&String| {
                may_listen && is_product(it)
                    || names_program && !is_protocol_name(it) && !is_transport(it)
            };
            let label = label.filter(is_program);
            label.map(|it| parties(it)).unwrap_or_default()
        };
        named(heading.map_or_else(program, |it| vec![it]))
    }

    /// The component that the name of a service means: short, and not that of a protocol, unless a database has it too.
    fn service(&self, claim: &Claim) -> Vec<Party> {
        let is_component = |it: &str| !is_protocol_name(it) || is_database(it);
        let label = claim.labels.first().filter(|it| {
            self.columns.labels_name_peers && is_component(it) && words(it).len() <= 5
        });
        label.map(|it| named(parties(it))).unwrap_or_default()
    }

    /// The ends of a row with a direction, seen from `own`.
    fn by_way(
        &self,
        way: Way,
        own: Vec<Party>,
        peer: Option<Vec<Party>>,
        is_all: bool,
        claim: &Claim,
    ) -> Ends {
        let label = || {
            let label = claim
                .labels
                .first()
                .filter(|_| self.columns.labels_name_peers);
            label
                .map(|it| named(vec![clean_name(it)]))
                .unwrap_or_default()
        };
        let decided = Some(way);
        // A sentence may name the other end: `Access from browsers to the console`.
        let stated = || {
            let texts = claim.labels.iter().map(String::as_str);
            let mut texts = texts.chain(sentences(&claim.note));
            texts.find_map(ends_of_sentence).unwrap_or_default()
        };
        // One that names another end in the place of the own one is not about this row.
        let other = |own_side: Vec<Party>, other: Vec<Party>| {
            let is_own = own_side.is_empty() || own_side == own || own == [Party::This];
            if is_own && other != own {
                other
            } else {
                Vec::new()
            }
        };
        let sender = || {
            let (from, to) = stated();
            other(to, from)
        };
        let receiver = || {
            let (from, to) = stated();
            let to = other(from, to);
            if to.is_empty() { label() } else { to }
        };
        match way {
            Way::In => Ends {
                from: peer.unwrap_or_else(sender),
                to: own,
                way: decided,
                ..Ends::default()
            },
            Way::Out => Ends {
                to: peer.unwrap_or_else(receiver),
                from: own,
                way: decided,
                ..Ends::default()
            },
            Way::Both => match peer {
                Some(peer) => Ends {
                    from: peer,
                    to: own,
                    both: true,
                    way: decided,
                    ..Ends::default()
                },
                // `All` hosts, both ways: among themselves. Of one host the other end is not stated.
                None if is_all => Ends {
                    from: own.clone(),
                    to: own,
                    way: decided,
                    ..Ends::default()
                },
                None => Ends {
                    to: own,
                    both: true,
                    way: decided,
                    ..Ends::default()
                },
            },
        }
    }
}
