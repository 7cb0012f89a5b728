//! The flows of a rule, as the description that a platform accepts with it.

use crate::model::rules::Rule;
use crate::model::traffic::Traffic;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::sync::Arc;

/// Descriptions for one platform, each made once: many rules are there for the same flows.
pub(super) struct Descriptions<'r> {
    room: usize,
    allowed: fn(char) -> bool,
    made: HashMap<&'r BTreeSet<Arc<str>>, Arc<str>>,
}

impl<'r> Descriptions<'r> {
    /// None yet; `room` and `allowed` as in [`describe`].
    pub(super) fn new(room: usize, allowed: fn(char) -> bool) -> Self {
        Descriptions {
            room,
            allowed,
            made: HashMap::new(),
        }
    }

    /// The description of these flows.
    pub(super) fn of(&mut self, flows: &'r BTreeSet<Arc<str>>) -> Arc<str> {
        let made = self.made.entry(flows);
        Arc::clone(made.or_insert_with(|| describe(flows, self.room, self.allowed)))
    }

    /// The description of a rule whose rows for IPv6 are those of its [`icmp_sibling`](super::peers::icmp_sibling) too.
    pub(super) fn of_rule(
        &mut self,
        traffic: Traffic,
        rule: &'r Rule,
        sibling: Option<&Rule>,
    ) -> Arc<str> {
        match (traffic, sibling) {
            (Traffic::Icmpv6(None), Some(sibling)) => {
                let flows = rule.flows.union(&sibling.flows).cloned().collect();
                describe(&flows, self.room, self.allowed)
            }
            _ => self.of(&rule.flows),
        }
    }
}

/// Whole flow ids in the platform's alphabet, as many as fit into `room` bytes, then the number of the rest.
pub(super) fn describe(
    flows: &BTreeSet<Arc<str>>,
    room: usize,
    allowed: fn(char) -> bool,
) -> Arc<str> {
    let ids: Vec<String> = flows
        .iter()
        .map(|it| {
            it.chars()
                .map(|it| if allowed(it) { it } else { '-' })
                .collect()
        })
        .collect();
    let mut text = String::new();
    for (at, id) in ids.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        let rest = ids.len() - at - 1;
        let reserve = if rest == 0 {
            0
        } else {
            format!(", +{rest} more").len()
        };
        if text.len() + comma.len() + id.len() + reserve > room {
            let _ = write!(text, "{comma}+{} more", ids.len() - at);
            break;
        }
        text.push_str(comma);
        text.push_str(id);
    }
    text.into()
}

/// The description that every platform accepts. Comments of nftables are the shortest, 128 bytes.
pub(crate) fn anywhere(flows: &BTreeSet<Arc<str>>) -> Arc<str> {
    describe(flows, 128, is_of_id)
}

/// What every platform prints.
pub(super) const fn is_plain(it: char) -> bool {
    it.is_ascii_graphic() || it == ' '
}

/// What ids are made of.
pub(super) const fn is_of_id(it: char) -> bool {
    it.is_ascii_alphanumeric() || matches!(it, '.' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_ids_are_left_out_where_there_is_no_room() {
        let flows: BTreeSet<Arc<str>> = ["a.one", "b.two", "c.three"].map(Arc::from).into();
        let within = |room| describe(&flows, room, |it| it.is_ascii_alphanumeric() || it == '.');
        assert_eq!(&*within(40), "a.one, b.two, c.three");
        assert_eq!(&*within(21), "a.one, b.two, c.three");
        assert_eq!(&*within(20), "a.one, +2 more");
        assert_eq!(&*within(8), "+3 more");
        let strange: BTreeSet<Arc<str>> = ["a\"b".into()].into();
        assert_eq!(
            &*describe(&strange, 8, |it| it.is_ascii_alphanumeric()),
            "a-b"
        );
    }
}
