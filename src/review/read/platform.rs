//! What the review knows about a platform: a row of the table of platforms.

use super::attributes::{Attributes, Marks};
use super::mistake::Mistake;
use super::unread::UnreadType;
use crate::model::platform::PlatformId;
use crate::model::words::Direction;
use crate::render::Column;
use crate::review::rule::{Element, EnforcementPoint, Reference, Rule};

/// A rule that was read; `None` if it is disabled.
pub type RuleRead = Result<Option<Rule>, Mistake>;

/// An existing rule that was read, with its import; `None` if it is disabled.
pub type ExistingRead = Result<Option<(Rule, Import)>, Mistake>;

/// A platform whose rules are reviewed.
pub struct Platform {
    /// Which one it is.
    pub id: PlatformId,
    /// The arguments for wanted rules, named as the outputs that they come from.
    pub wanted: &'static [Wanted],
    /// The argument for existing rules.
    pub actual: Actual,
    /// The types of resources and data sources that have rules, sorted.
    pub resources: &'static [&'static str],
    /// The types of resources that are not read although they can change what is allowed, sorted.
    pub unread: &'static [UnreadType],
    /// Reads the network that a group is in from its resource, by the type of that.
    pub network_of: fn(&str, &mut dyn Attributes) -> Option<(EnforcementPoint, String)>,
    /// The block of a zone that says where its rules are enforced.
    pub zone_block: &'static str,
    /// The resources whose blocks are all the rules of a group.
    pub owners: &'static [Owner],
    /// The words for a point and for its scope.
    pub words: Words,
    /// Facts about how the platform applies rules.
    pub facts: Facts,
    /// How groups or networks are referred to.
    pub links: &'static Links,
    /// Reads a wanted rule by its key, with the direction of its argument.
    pub read_wanted: fn(&str, Option<Direction>, &mut dyn Attributes) -> RuleRead,
    /// Reads an existing rule from `actual`: its place in the list, and the key of the list if there are several.
    pub read_actual: fn(&str, Option<&str>, &mut dyn Attributes) -> ExistingRead,
    /// What is wrong with the keys of `actual`, by their places.
    pub check_groups: fn(&[&str]) -> Vec<(usize, Mistake)>,
    /// Reads the rules of a resource, by its type and address.
    pub read_resource: fn(&str, &str, &mut dyn Attributes) -> Vec<Found>,
    /// Reads where the rules of a zone are enforced.
    pub read_zone: fn(&mut dyn Attributes) -> Vec<Place>,
}

/// An argument for wanted rules: a map of rows.
pub struct Wanted {
    /// Its name.
    pub argument: &'static str,
    /// The direction of its rules, if their rows do not have it.
    pub direction: Option<Direction>,
    /// The columns of a row.
    pub columns: &'static [Column],
    /// The columns that every row must have.
    pub required: &'static [&'static str],
}

/// An argument for existing rules: a list of rows, or a map of such lists.
pub struct Actual {
    /// Its name.
    pub argument: &'static str,
    /// What it is, in Markdown.
    pub description: &'static str,
    /// Whether rows are in a list for each group, which they do not name themselves.
    pub by_group: bool,
    /// The columns of a row.
    pub columns: &'static [Column],
    /// Those of the columns that rows do not have.
    pub omitted: &'static [&'static str],
    /// Texts that rows have in addition to the columns, with descriptions.
    pub texts: &'static [(&'static str, &'static str)],
    /// Booleans that rows have in addition to the columns, with descriptions.
    pub flags: &'static [(&'static str, &'static str)],
    /// The attributes that every row must have.
    pub required: &'static [&'static str],
}

/// Words for messages.
pub struct Words {
    /// A point: `network`.
    pub point: &'static str,
    /// What the name of a point is unique in, which is also the argument for it: `project`.
    pub scope: &'static str,
    /// What applies if the wanted final deny is missing.
    pub defaults: &'static str,
}

/// How rules and zones refer to groups or networks, whose ids may be known only after apply.
pub struct Links {
    /// The types of the resources that are referred to.
    pub types: &'static [&'static str],
    /// Their attribute by which rules are compared.
    pub name: &'static str,
    /// Their attributes that identify them.
    pub attributes: &'static [&'static str],
    /// The arguments of rules, and of a zone's block, for the place where they are enforced.
    pub own: &'static [&'static str],
    /// The arguments of rules for groups as peers.
    pub peers: &'static [&'static str],
    /// The argument of a zone's block for several groups of its own.
    pub spread: Option<&'static str>,
}

/// How a platform applies rules.
#[derive(Clone, Copy)]
pub struct Facts {
    /// Names are compared without case.
    pub ignores_case: bool,
    /// Each traffic has at most one rule, and each priority in a direction too.
    pub has_unique_rules: bool,
    /// A point is shared by zones, whose rules are told apart by their targets.
    pub shares_points: bool,
    /// The kind of [`Reference`] by which rules refer to the members of a point.
    pub members: Option<&'static str>,
    /// What the rule is that the platform itself adds to a new group for all egress, and what Terraform does about it.
    pub default_egress: Option<DefaultEgress>,
    /// Whether a reference is the platform's word for the whole internet, or for machines that anyone can have.
    pub is_internet: fn(&Reference) -> bool,
    /// How many rules the platform allows.
    pub quota: Quota,
}

/// How many rules a platform allows unless the quota was raised.
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    /// The number of rules.
    pub limit: u32,
    /// What they are counted in.
    pub counted: Counted,
}

/// What rules are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// One direction and one address family of a point; a reference counts in both families.
    DirectionAndFamily,
    /// A point, with both directions.
    Point,
    /// A scope, with all its points and both directions.
    Scope,
}

/// The rule for all egress that a platform adds to a new group.
#[derive(Clone, Copy)]
pub struct DefaultEgress {
    /// What it is; its effect follows.
    pub meaning: &'static str,
    /// How else it is removed, as the end of a sentence.
    pub removal: &'static str,
}

/// How an existing rule is known to its platform.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// The import id of its resource.
    pub id: Option<String>,
    /// Its name, if rules have names.
    pub name: Option<String>,
}

/// Where the rules of a zone are enforced.
#[derive(Clone, Debug)]
pub struct Place {
    /// The group or network.
    pub point: EnforcementPoint,
    /// What the zone's rules in a shared network apply to.
    pub targets: Vec<Reference>,
}

/// A rule of a resource.
pub struct Found {
    /// The address of the resource, and of the block in it.
    pub id: String,
    /// What tells it from other blocks of one address: its traffic in few words.
    pub detail: Option<String>,
    /// The element that the rule comes from, if the resource or block has other rules too.
    pub element: Option<Element>,
    /// The platform's own id of it, or its name there.
    pub name: Option<String>,
    /// Whether the resource prints a rule of the platform that may also be a resource of its own.
    pub mirrors: bool,
    /// What is known about the attributes that were read.
    pub marks: Marks,
    /// The rule.
    pub rule: RuleRead,
    /// Where it is enforced, even if it cannot be read.
    pub point: Option<EnforcementPoint>,
}

/// A resource whose blocks are all the rules of a group, so that it removes rules which other resources have.
pub struct Owner {
    /// Its type.
    pub kind: &'static str,
    /// Its attributes that have blocks, with the directions that these decide.
    pub blocks: &'static [(&'static str, &'static [Direction])],
    /// The point of a group by its attribute `id`, if its rules go with it.
    pub point: Option<fn(&str) -> EnforcementPoint>,
    /// Which group it takes over, if the platform creates that group.
    pub adopts: Option<Adopts>,
}

/// A group that the platform creates with a network. It cannot be deleted.
pub struct Adopts {
    /// The attribute of the owner that has the id of the network.
    pub network: &'static str,
    /// The types of networks.
    pub networks: &'static [&'static str],
    /// The attribute of a network that has the id of the group.
    pub group: &'static str,
}
