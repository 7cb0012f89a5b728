//! By what rules of AWS select members of zones: security groups and prefix lists.

use super::super::identity::{Identity, Selector};
use super::{Aws, without_account};
use crate::model::cell::{MaybeKnown, MaybeKnownText};
use crate::model::finding::ConfigPath;

const GROUP: &str = "security group";
const LIST: &str = "prefix list";

/// What members of a zone have.
pub(super) fn identities(aws: &Aws) -> Vec<Identity> {
    let place = |argument| ConfigPath::default().field(argument);
    let group = |id: &MaybeKnownText, place| Identity {
        id: comparable(id),
        ..Identity::new(GROUP, id, place)
    };
    let mut found = Vec::new();
    if aws.groups.is_empty() {
        let own = aws.group.iter();
        found.extend(own.map(|it| group(it, place("security_group_id"))));
    }
    for (name, id) in &aws.groups {
        found.push(group(id, place("spread_security_group_ids").key(name)));
    }
    for (name, id) in &aws.peer_groups {
        found.push(group(id, place("peer_security_group_ids").key(name)));
    }
    for (name, id) in &aws.prefix_lists {
        found.push(Identity::new(LIST, id, place("prefix_list_ids").key(name)));
    }
    found
}

/// The groups at which the rules of a zone are. Which of several a rule is at may differ from apply to apply.
pub(super) fn own_groups(aws: &Aws) -> Vec<Selector> {
    let one = aws.group.iter().filter(|_| aws.groups.is_empty());
    let own = one.chain(aws.groups.values());
    own.map(group).collect()
}

/// By what rules refer to a zone.
pub(super) fn named_by(aws: &Aws) -> Vec<Selector> {
    let groups = aws.named_by().map(|(_, id)| group(id));
    let by_addresses = aws.is_named_by_addresses();
    let lists = aws.prefix_lists.values().filter(|_| by_addresses);
    let lists = lists.map(|it| Selector::new(LIST, it));
    groups.chain(lists).collect()
}

fn group(id: &MaybeKnownText) -> Selector {
    Selector::new(GROUP, &comparable(id))
}

/// An id without the account that may come before it.
fn comparable(id: &MaybeKnownText) -> MaybeKnownText {
    match id {
        MaybeKnown::Known(id) => MaybeKnown::Known(without_account(id).into()),
        MaybeKnown::Unknown => MaybeKnown::Unknown,
    }
}
