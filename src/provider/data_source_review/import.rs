//! `import` blocks for rules that are in place as they are wanted, so that what exists is taken over rather than made anew.

use crate::provider::hcl::quoted;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A wanted rule and the equal one that was found.
pub(super) struct Pair<'p> {
    /// The argument that the wanted one stands in: a key of `import_to`.
    pub(super) argument: &'static str,
    /// Its key there.
    pub(super) key: &'p str,
    /// What the one that was found is imported by.
    pub(super) id: Result<&'p str, ImportBlocker>,
}

/// Why a rule cannot be taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ImportBlocker {
    /// Nothing says what it is imported by.
    NoId,
    /// It has another name, and a resource whose name changes is replaced.
    OtherName,
}

/// A block for each pair that can have one and whose resource is known, by argument and key. Comments in front count the others.
pub(super) fn blocks(import_to: &BTreeMap<String, String>, mut pairs: Vec<Pair<'_>>) -> String {
    pairs.retain(|it| import_to.contains_key(it.argument));
    pairs.sort_unstable_by_key(|it| (it.argument, it.key));
    let mut hindered: BTreeMap<(&str, ImportBlocker), usize> = BTreeMap::new();
    let mut text = String::new();
    for Pair { argument, key, id } in pairs {
        match id {
            Err(why) => *hindered.entry((argument, why)).or_default() += 1,
            Ok(id) => {
                let gap = if text.is_empty() { "" } else { "\n" };
                let (address, key, id) = (&import_to[argument], quoted(key), quoted(id));
                let _ = write!(
                    text,
                    "{gap}import {{\n  to = {address}[{key}]\n  id = {id}\n}}\n"
                );
            }
        }
    }
    let remarks = hindered.into_iter().map(|((argument, why), count)| {
        let why = match why {
            ImportBlocker::NoId => "their import ids are unknown",
            ImportBlocker::OtherName => "their names differ and cannot change in place",
        };
        format!("# {argument}: no block for {count} matching existing rules, because {why}\n")
    });
    remarks.chain([text]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_taken_over_is_counted() {
        let pair = |argument, key, id| Pair { argument, key, id };
        let pairs = vec![
            pair("aws_ingress", "b", Ok("sgr-2")),
            pair("aws_ingress", "a", Ok("sgr-1")),
            pair("aws_ingress", "c", Err(ImportBlocker::NoId)),
            pair("aws_ingress", "d", Err(ImportBlocker::OtherName)),
            pair("aws_egress", "e", Ok("sgr-5")),
        ];
        let address = "aws_vpc_security_group_ingress_rule.edge";
        let import_to = BTreeMap::from([("aws_ingress".to_owned(), address.to_owned())]);
        let expected = "\
# aws_ingress: no block for 1 matching existing rules, because their import ids are unknown
# aws_ingress: no block for 1 matching existing rules, because their names differ and cannot change in place
import {
  to = aws_vpc_security_group_ingress_rule.edge[\"a\"]
  id = \"sgr-1\"
}

import {
  to = aws_vpc_security_group_ingress_rule.edge[\"b\"]
  id = \"sgr-2\"
}
";
        assert_eq!(blocks(&import_to, pairs), expected);
    }
}
