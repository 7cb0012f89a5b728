//! From the rules that were read to what is compared: which points, which projects, and what cannot be decided. Both the data
//! source and the command go through here, so that they answer the same for equal rules.

use super::ReviewInput;
use super::globs::Globs;
use super::read::platform;
use super::read::platform::Place;
use super::rule::{EndpointSet, EnforcementPoint, Intent, Reference, Rule};
use crate::model::name::backticked;
use crate::model::platform::PlatformId;
use crate::model::words::Direction;
use std::collections::{BTreeMap, BTreeSet};

/// What was read of both sides.
#[derive(Default)]
pub struct Collected {
    /// Wanted rules.
    pub wanted: Vec<Rule>,
    /// Why they are wanted.
    pub intents: Vec<Intent>,
    /// Existing rules.
    pub found: Vec<Rule>,
    /// Where zones are enforced, even if nothing is wanted there.
    pub places: Vec<(Place, Direction)>,
    /// Which rules are reviewed: those for which the wanted rules are known, even if there are none.
    pub reviewed: BTreeSet<(PlatformId, Direction)>,
    /// Rules that could not be read.
    pub unread: Vec<Unread>,
    /// Globs of points, ids and keys that are ignored.
    pub ignore: Vec<String>,
    /// Whether existing rules count only at points where something is wanted or enforced.
    pub only_enforced: bool,
    /// Whether the existing rules are those that a plan leaves.
    pub planned: bool,
    /// Whether something else is known to be missing from either side.
    pub incomplete: bool,
}

/// A rule that could not be read.
pub struct Unread {
    /// Its id.
    pub id: String,
    /// Where it is enforced, if that is known.
    pub point: Option<EnforcementPoint>,
    /// What is wrong, and what to do.
    pub why: String,
}

/// What is compared, and what is not.
#[derive(Default)]
pub struct Gathered {
    /// The two sides.
    pub input: ReviewInput,
    /// The places in [`Collected::wanted`] of the wanted rules.
    pub wanted_at: Vec<usize>,
    /// The places in [`Collected::found`] of the existing rules.
    pub found_at: Vec<usize>,
    /// Existing rules at points where nothing is enforced.
    pub elsewhere: usize,
    /// Found rules of a direction that is not reviewed.
    pub unasked: usize,
    /// What could not be compared, and why.
    pub not_compared: Vec<String>,
}

impl Collected {
    /// Gives each point without a scope the scope that the points of its name have, if they all have the same: a zone may leave
    /// its project to the provider, while an existing rule always has one.
    pub fn settle_scopes<'p>(
        &'p mut self,
        others: impl IntoIterator<Item = &'p mut EnforcementPoint>,
    ) {
        let rules = self.wanted.iter_mut().chain(&mut self.found);
        let points = rules.map(|it| &mut it.point);
        let places = self.places.iter_mut().map(|it| &mut it.0.point);
        let mut points: Vec<_> = points.chain(places).chain(others).collect();
        let with_scope = points.iter().filter(|it| it.scope.is_some()).count();
        if with_scope == 0 || with_scope == points.len() {
            return;
        }
        let mut scopes: BTreeMap<EnforcementPoint, BTreeSet<String>> = BTreeMap::new();
        for it in &points {
            if let Some(scope) = &it.scope {
                let known = scopes.entry(it.without_scope()).or_default();
                known.insert(scope.clone());
            }
        }
        for it in points.iter_mut().filter(|it| it.scope.is_none()) {
            if let Some(known) = scopes.get(&**it).filter(|it| it.len() == 1) {
                it.scope = known.first().cloned();
            }
        }
    }

    /// Decides what is compared.
    pub fn gather(mut self) -> Gathered {
        self.settle_scopes([]);
        let undecided = self.undecided();
        let mut out = Gathered {
            not_compared: undecided.iter().map(|(at, it)| ambiguous(at, it)).collect(),
            ..Gathered::default()
        };
        let is_decided = |it: &EnforcementPoint| {
            undecided.is_empty() || !undecided.contains_key(&it.without_scope())
        };
        self.places.retain(|it| is_decided(&it.0.point));
        (out.wanted_at, out.input.wanted) = kept(self.wanted, |it| is_decided(&it.point));
        let scope = Scope::new(&out.input.wanted, &self.places);
        let directions: BTreeSet<Direction> = self.reviewed.iter().map(|it| it.1).collect();
        let (elsewhere, unasked) = (&mut out.elsewhere, &mut out.unasked);
        (out.found_at, out.input.found) = kept(self.found, |it| {
            if !is_decided(&it.point) {
                return false;
            }
            if !self.only_enforced || scope.has_rule(it) {
                return true;
            }
            if directions.contains(&it.direction) {
                *elsewhere += 1;
            } else {
                *unasked += 1;
            }
            false
        });
        let globs = Globs::new(&self.ignore);
        for it in self.unread {
            let point = it.point.as_ref();
            let platform = point.map(|it| it.platform);
            let names = [Some(it.id), point.map(ToString::to_string)];
            if names.iter().flatten().any(|it| globs.fit(it, platform)) {
                continue;
            }
            if !self.only_enforced || point.is_none_or(|it| scope.has_point(it)) {
                out.not_compared.push(it.why);
            } else {
                out.elsewhere += 1;
            }
        }
        out.input.intents = self.intents;
        out.input.reviewed = self.reviewed;
        out.input.ignore = self.ignore;
        out.input.planned = self.planned;
        out.input.incomplete = self.incomplete || !out.not_compared.is_empty();
        out
    }

    /// Points of wanted rules and zones that are in no scope, although existing rules of their name are in several: each with these.
    fn undecided(&self) -> BTreeMap<EnforcementPoint, BTreeSet<String>> {
        let wanted = self.wanted.iter().map(|it| &it.point);
        let open = wanted.chain(self.places.iter().map(|it| &it.0.point));
        let mut undecided: BTreeMap<EnforcementPoint, BTreeSet<String>> = BTreeMap::new();
        for it in open.filter(|it| it.scope.is_none()) {
            if !undecided.contains_key(it) {
                undecided.insert(it.clone(), BTreeSet::new());
            }
        }
        for it in &self.found {
            if let Some(scope) = &it.point.scope
                && let Some(scopes) = undecided.get_mut(&it.point.without_scope())
            {
                scopes.insert(scope.clone());
            }
        }
        undecided.retain(|_, it| it.len() > 1);
        undecided
    }
}

/// The rules that are kept, and the places where they were. Nothing is copied: estates have many rules.
fn kept(mut rules: Vec<Rule>, mut keeps: impl FnMut(&Rule) -> bool) -> (Vec<usize>, Vec<Rule>) {
    let (mut at, mut places) = (0, Vec::with_capacity(rules.len()));
    rules.retain(|it| {
        let stays = keeps(it);
        places.extend(stays.then_some(at));
        at += 1;
        stays
    });
    (places, rules)
}

/// Why the rules of a point are not compared.
fn ambiguous(point: &EnforcementPoint, scopes: &BTreeSet<String>) -> String {
    let words = &platform(point.platform).words;
    format!(
        "{} `{point}` is in several {}s, {}; set the `{}` of its zone",
        words.point,
        words.scope,
        backticked(scopes.iter().map(String::as_str)),
        words.scope
    )
}

/// Where something is wanted or enforced.
struct Scope {
    /// The points, each with its directions.
    points: BTreeMap<EnforcementPoint, BTreeSet<Direction>>,
    /// What the zones' rules apply to, for points that zones share.
    targets: BTreeSet<Reference>,
}

impl Scope {
    fn new(wanted: &[Rule], places: &[(Place, Direction)]) -> Scope {
        let rules = wanted.iter().map(|it| (&it.point, it.direction));
        let places_too = places.iter().map(|it| (&it.0.point, it.1));
        let mut points: BTreeMap<EnforcementPoint, BTreeSet<Direction>> = BTreeMap::new();
        for (point, direction) in rules.chain(places_too) {
            match points.get_mut(point) {
                Some(directions) => _ = directions.insert(direction),
                // Most rules share their point with others, so it is copied only here.
                None => _ = points.insert(point.clone(), BTreeSet::from([direction])),
            }
        }
        let named = wanted.iter().filter_map(|it| match &it.extent.own {
            EndpointSet::Only { named, .. } => Some(named),
            EndpointSet::Any => None,
        });
        let targets = named.chain(places.iter().map(|it| &it.0.targets));
        Scope {
            points,
            targets: targets.flatten().cloned().collect(),
        }
    }

    fn has_rule(&self, rule: &Rule) -> bool {
        let is_shared = platform(rule.point.platform).facts.shares_points;
        let is_target = match &rule.extent.own {
            EndpointSet::Only { named, .. } if is_shared => {
                named.iter().any(|it| self.targets.contains(it))
            }
            _ => true,
        };
        let directions = self.points.get(&rule.point);
        is_target && directions.is_some_and(|it| it.contains(&rule.direction))
    }

    /// Whether something is enforced at a point, in whatever direction.
    fn has_point(&self, point: &EnforcementPoint) -> bool {
        self.points.contains_key(point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::services::Services;
    use crate::review::rule::{Precedence, TrafficSet};

    /// A network by its name, with or without its project.
    fn network(path: &str) -> EnforcementPoint {
        match path.split_once('/') {
            Some((project, name)) => EnforcementPoint::new(PlatformId::Gcp, name).within(project),
            None => EnforcementPoint::new(PlatformId::Gcp, path),
        }
    }

    fn rule(point: EnforcementPoint) -> Rule {
        Rule {
            id: "web".to_owned(),
            point,
            direction: Direction::Ingress,
            extent: TrafficSet::new(Services::all(), EndpointSet::Any),
            order: Precedence::NONE,
            zones: None,
            written: None,
        }
    }

    fn gathered(wanted: &[&str], found: &[&str]) -> Gathered {
        let rules = |it: &[&str]| it.iter().map(|it| rule(network(it))).collect();
        let collected = Collected {
            wanted: rules(wanted),
            found: rules(found),
            ..Collected::default()
        };
        collected.gather()
    }

    fn points(rules: &[Rule]) -> Vec<String> {
        rules.iter().map(|it| it.point.to_string()).collect()
    }

    #[test]
    fn a_network_without_a_project_gets_the_only_one() {
        for (wanted, found) in [("one", "p/one"), ("p/one", "one")] {
            let gathered = gathered(&[wanted], &[found]);
            assert_eq!(points(&gathered.input.wanted), ["p/one"]);
            assert_eq!(points(&gathered.input.found), ["p/one"]);
            assert!(!gathered.input.incomplete);
        }
    }

    #[test]
    fn a_network_in_two_projects_is_not_compared_unless_its_zone_names_one() {
        let open = gathered(&["one"], &["p/one", "q/one"]);
        assert_eq!(open.input.wanted.len() + open.input.found.len(), 0);
        assert_eq!(
            open.not_compared,
            ["network `one` is in several projects, `p`, `q`; set the `project` of its zone"]
        );
        assert!(open.input.incomplete);
        let named = gathered(&["q/one"], &["p/one", "q/one"]);
        assert_eq!(points(&named.input.wanted), ["q/one"]);
        assert_eq!(points(&named.input.found), ["p/one", "q/one"]);
        assert!(named.not_compared.is_empty());
    }

    #[test]
    fn places_in_the_two_lists_are_kept() {
        let wanted = ["p/one", "two", "one", "q/two"];
        let gathered = gathered(&wanted, &["q/two", "p/one", "q/one", "two"]);
        assert_eq!(points(&gathered.input.wanted), ["q/two", "q/two"]);
        assert_eq!(
            (gathered.wanted_at, gathered.found_at),
            (vec![1, 3], vec![0, 3])
        );
    }
}
