//! `import` blocks for existing rules that equal wanted ones, so that they are imported and not created again.

use crate::provider::hcl::quoted;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A wanted rule and an equal existing one.
pub(super) struct Pair<'p> {
    /// The argument of the wanted one: a key of `import_to`.
    pub(super) argument: &'static str,
    /// Its key there.
    pub(super) key: &'p str,
    /// The import id of the existing one.
    pub(super) id: Result<&'p str, ImportBlocker>,
}

/// Why a rule cannot be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ImportBlocker {
    /// Its import id is unknown.
    NoId,
    /// It has another name, and changing the name replaces the resource.
    OtherName,
}

/// A block for each pair that can be imported into a known resource, by argument and key. Comments before them count the others.
pub(super) fn blocks(import_to: &BTreeMap<String, String>, mut pairs: Vec<Pair<'_>>) -> String {
    pairs.retain(|it| import_to.contains_key(it.argument));
    pairs.sort_unstable_by_key(|it| (it.argument, it.key));
    let mut blocked: BTreeMap<(&str, ImportBlocker), usize> = BTreeMap::new();
    let mut text = String::new();
    for Pair { argument, key, id } in pairs {
        match id {
            Err(why) => *blocked.entry((argument, why)).or_default() += 1,
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
    let comments = blocked.into_iter().map(|((argument, why), count)| {
        let why = match why {
            ImportBlocker::NoId => "their import ids are unknown",
            ImportBlocker::OtherName => "their names differ and cannot change in place",
        };
        format!("# {argument}: no block for {count} matching existing rules, because {why}\n")
    });
    comments.chain([text]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_cannot_be_imported_are_counted() {
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
