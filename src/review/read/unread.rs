//! Resources whose rules are not read although they can change what is allowed at a reviewed point. Each platform has a table of
//! their types; here is what such a resource can do, and whether it applies to a reviewed point.

use super::attributes::Attributes;
use crate::model::platform::PlatformId;
use crate::review::rule::EnforcementPoint;
use std::collections::{BTreeMap, BTreeSet};

/// A type of resources that are not read.
pub struct UnreadType {
    /// The type.
    pub kind: &'static str,
    /// What such a resource is: `a network ACL`.
    pub what: &'static str,
    /// What a resource of the type can do, and where.
    pub read: fn(&mut dyn Attributes) -> Vec<Influence>,
}

/// What a resource does at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Influence {
    /// What it does.
    pub effect: Effect,
    /// Where.
    pub reach: Reach,
}

/// What a resource can do to the traffic at a point.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It can allow more than the rules that are read.
    Opens,
    /// It can remove rules, except those with these names. `None` if they are unknown.
    Removes(Option<Vec<String>>),
    /// It can only block traffic that rules allow.
    Blocks,
    /// It attaches a policy, whose rules can allow more. These count themselves if the document has them.
    Attaches(String),
    /// It does nothing now, such as a rule that is disabled.
    Nothing,
}

/// Where a resource applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It may apply to every point of the platform.
    Any,
    /// A group that the plan creates.
    New,
    /// A firewall of its own, which no zone can name: only an inventory has it.
    Apart,
    /// These points.
    Points(Vec<EnforcementPoint>),
    /// The points in a network.
    Network(String),
    /// Where a policy is attached.
    Policy(String),
}

impl Influence {
    /// An influence at a place.
    pub fn new(effect: Effect, reach: Reach) -> Influence {
        Influence { effect, reach }
    }
}

/// A row of a table.
pub(super) const fn row(
    kind: &'static str,
    what: &'static str,
    read: fn(&mut dyn Attributes) -> Vec<Influence>,
) -> UnreadType {
    UnreadType { kind, what, read }
}

/// One that may open every point, whatever its attributes are.
pub(super) fn opens(_: &mut dyn Attributes) -> Vec<Influence> {
    anywhere(Effect::Opens)
}

/// One that may block traffic at every point.
pub(super) fn blocks(_: &mut dyn Attributes) -> Vec<Influence> {
    anywhere(Effect::Blocks)
}

/// One that may apply to every point.
pub(super) fn anywhere(effect: Effect) -> Vec<Influence> {
    vec![Influence::new(effect, Reach::Any)]
}

/// The last part of an id or a link, by which a policy is known: `fp` of `projects/p/global/firewallPolicies/fp`.
pub(super) fn last_part(id: &str) -> String {
    id.rsplit('/').next().unwrap_or(id).to_owned()
}

/// One text of an attribute that may be unknown.
pub(super) fn known(of: &mut dyn Attributes, name: &str) -> Option<String> {
    of.texts_if_known(name)?.into_iter().next()
}

/// A stack or deployment with a template: it can create rules if the template names one of these types, or cannot be read.
pub(super) fn template(
    of: &mut dyn Attributes,
    attributes: &[&str],
    types: &[&str],
) -> Vec<Influence> {
    let mut texts = Vec::new();
    for name in attributes {
        let Some(more) = of.texts_if_known(name) else {
            return anywhere(Effect::Opens);
        };
        texts.extend(more);
    }
    let names = |text: &String| {
        let text = text.to_lowercase();
        types.iter().any(|it| text.contains(&it.to_lowercase()))
    };
    if texts.is_empty() || texts.iter().any(names) {
        anywhere(Effect::Opens)
    } else {
        Vec::new()
    }
}

/// A resource of one of the types.
pub struct UnreadResource {
    /// Its address.
    pub address: String,
    /// Its platform.
    pub platform: PlatformId,
    /// Its type.
    pub kind: &'static UnreadType,
    /// What it does.
    pub influences: Vec<Influence>,
}

/// What is reviewed, as far as resources that are not read may apply to it.
#[derive(Default)]
pub struct Surroundings {
    /// Whether every point is reviewed, also one that has only rules that are not read.
    pub everything: bool,
    /// Points that are left out.
    pub left_out: BTreeSet<EnforcementPoint>,
    /// The reviewed points.
    pub points: BTreeSet<EnforcementPoint>,
    /// The platforms with points that are not known yet.
    pub open: BTreeSet<PlatformId>,
    /// The networks that groups are in.
    pub networks: BTreeMap<EnforcementPoint, String>,
    /// The names of the existing rules at each point.
    pub names: BTreeMap<EnforcementPoint, Vec<Option<String>>>,
}

/// A note about resources of one type, and whether the two sides can be in sync in spite of them.
#[derive(Debug, PartialEq, Eq)]
pub struct Note {
    /// What is said.
    pub text: String,
    /// Whether the resources can only block traffic.
    pub only_blocks: bool,
}

/// What is said about the resources that apply to a reviewed point.
pub fn notes(resources: &[UnreadResource], around: &Surroundings) -> Vec<Note> {
    let document = Document::new(resources, around);
    let mut groups: BTreeMap<(Sort, &str), (&UnreadType, Vec<&str>)> = BTreeMap::new();
    for it in resources {
        let sorts = it.influences.iter();
        let sorts = sorts.filter_map(|influence| document.sort(it.platform, influence));
        if let Some(worst) = sorts.min() {
            let group = groups.entry((worst, it.kind.kind));
            let (_, addresses) = group.or_insert_with(|| (it.kind, Vec::new()));
            addresses.push(&it.address);
        }
    }
    let groups = groups.into_iter();
    groups
        .map(|((sort, _), (kind, addresses))| Note {
            text: text(sort, kind, &addresses),
            only_blocks: sort == Sort::Blocks,
        })
        .collect()
}

/// What counts of an effect, the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Opens,
    Removes,
    Blocks,
}

/// The number of addresses in a note.
const MAX_ADDRESSES: usize = 8;

fn text(sort: Sort, kind: &UnreadType, addresses: &[&str]) -> String {
    let shown = addresses.iter().take(MAX_ADDRESSES);
    let mut shown: Vec<String> = shown.map(|it| format!("`{it}`")).collect();
    if addresses.len() > MAX_ADDRESSES {
        shown.push(format!("{} more", addresses.len() - MAX_ADDRESSES));
    }
    let effect = match sort {
        Sort::Opens => "can allow more traffic than the rules that are read",
        Sort::Removes => "can remove rules that are read",
        Sort::Blocks => "can only block traffic, also traffic that rules allow",
    };
    let remedy = match sort {
        Sort::Opens | Sort::Removes => "; check it, and leave it out with `--ignore ADDRESS`",
        Sort::Blocks => "",
    };
    format!(
        "not read: {} (type `{}`, {}), which {effect}{remedy}",
        shown.join(", "),
        kind.kind,
        kind.what
    )
}

/// The resources of a document with what links them.
struct Document<'d> {
    around: &'d Surroundings,
    /// Where policies are attached.
    attached: BTreeMap<&'d str, Vec<&'d Reach>>,
    /// The policies whose rules the document has.
    ruled: BTreeSet<&'d str>,
}

impl<'d> Document<'d> {
    fn new(resources: &'d [UnreadResource], around: &'d Surroundings) -> Document<'d> {
        let mut document = Document {
            around,
            attached: BTreeMap::new(),
            ruled: BTreeSet::new(),
        };
        for it in resources.iter().flat_map(|it| &it.influences) {
            if let Effect::Attaches(policy) = &it.effect {
                let places = document.attached.entry(policy).or_default();
                places.push(&it.reach);
            } else if let Reach::Policy(policy) = &it.reach {
                document.ruled.insert(policy);
            }
        }
        document
    }

    /// What an influence does at a reviewed point.
    fn sort(&self, platform: PlatformId, it: &Influence) -> Option<Sort> {
        let sort = match &it.effect {
            Effect::Removes(Some(kept)) if self.keeps_all(&it.reach, kept) => return None,
            Effect::Removes(_) => Sort::Removes,
            Effect::Blocks => Sort::Blocks,
            Effect::Attaches(policy) if self.ruled.contains(policy.as_str()) => return None,
            Effect::Opens | Effect::Attaches(_) => Sort::Opens,
            Effect::Nothing => return None,
        };
        self.applies(platform, &it.reach).then_some(sort)
    }

    /// Whether something applies to a reviewed point. Where that is not known, it does.
    fn applies(&self, platform: PlatformId, reach: &Reach) -> bool {
        if self.around.everything {
            return match reach {
                Reach::Points(places) => places.iter().any(|it| !self.around.left_out.contains(it)),
                _ => true,
            };
        }
        let points = self.around.points.iter();
        let mut points = points.filter(|it| it.platform == platform);
        if *reach != Reach::Apart && self.around.open.contains(&platform) {
            return true;
        }
        match reach {
            Reach::Any => points.next().is_some(),
            Reach::New | Reach::Apart => false,
            Reach::Points(places) => points.any(|it| places.iter().any(|place| same(it, place))),
            Reach::Network(network) => points.any(|it| {
                // A resource group is one, too.
                let of = self.around.networks.get(it).or(it.scope.as_ref());
                of.is_none_or(|of| of == network)
            }),
            Reach::Policy(policy) => match self.attached.get(policy.as_str()) {
                Some(places) => places.iter().any(|it| self.applies(platform, it)),
                None => points.next().is_some(),
            },
        }
    }

    /// Whether a list has every existing rule of some points.
    fn keeps_all(&self, reach: &Reach, kept: &[String]) -> bool {
        let Reach::Points(places) = reach else {
            return false;
        };
        let rules = places.iter().filter_map(|it| self.around.names.get(it));
        rules
            .flatten()
            .all(|it| it.as_ref().is_some_and(|it| kept.contains(it)))
    }
}

/// Whether two points may be the same: one without a scope may be in any.
fn same(a: &EnforcementPoint, b: &EnforcementPoint) -> bool {
    let is_open = a.scope.is_none() || b.scope.is_none();
    a.name == b.name && (is_open || a.scope == b.scope)
}
