//! Findings about zones that share addresses or something by which rules select their members.

use super::grants::{By, Entitled, Grant, visit};
use super::identity::{Identity, Match, Selector, World};
use super::platform::{About, Platform};
use super::problems::SHOWN;
use crate::model::address::Addresses;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::layout::{Layout, Zone};
use crate::model::name::backticked;
use crate::model::rules::{Beyond, RuleKey, Rules};
use crate::model::words::{Direction, Severity};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// What rules grant beyond what zones are entitled to.
#[derive(Default)]
pub struct Sharing {
    /// What there is to say about it, one finding for each thing that is shared.
    pub findings: Vec<Finding>,
    /// What is opened to zones that anyone can reach, which is judged as an exposure.
    pub opened: Vec<Beyond>,
    /// Whether a rule holds for a zone that is not enforced, so that `entitled` has to have rules for such zones too.
    pub is_beyond_enforced: bool,
}

/// Judges what the rules grant to zones that are not entitled to it.
pub fn judge(world: &World<'_>, entitled: &Rules, layout: &Layout) -> Sharing {
    let entitled = Entitled::of(entitled, world);
    let mut found = Found::default();
    let mut sharing = Sharing::default();
    let _ = visit(world, &entitled, Match::Yes, INGRESS, |grant| {
        sharing.is_beyond_enforced |= !layout.zones[grant.zone].enforced;
        let is_open = layout.zones.get(grant.peer).is_some_and(Zone::is_open);
        if is_open && grant.rule.direction == Direction::Ingress {
            sharing.opened.push(Beyond {
                rule: grant.rule.clone(),
                zone: grant.zone.into(),
                peer: grant.peer.into(),
                why: why(&grant, world),
            });
        }
        match grant.by {
            // A zone that anyone can reach is judged as an exposure.
            By::Address if !is_open => found.by_address(&grant),
            By::Address => {}
            By::At(it) | By::Named(it) => found.by_identity(&grant, it),
        }
        ControlFlow::Continue(())
    });
    sharing.findings = found.findings(world, layout);
    sharing
}

/// Whether something that is not known yet may change these findings.
pub fn may_change(world: &World<'_>, sharing: &Sharing) -> bool {
    let pending = world.zones.addresses.values().any(Addresses::is_pending);
    if pending && !(sharing.findings.is_empty() && sharing.opened.is_empty()) {
        return true;
    }
    let entitled = Entitled::of(world.rules, world);
    visit(
        world,
        &entitled,
        Match::Open,
        INGRESS,
        |grant| match grant.certain {
            Match::Open => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        },
    )
    .is_break()
}

/// Where egress rules lead by address is what the other zone's ingress rules decide.
const INGRESS: &[Direction] = &[Direction::Ingress];

/// Everything that rules permit beyond their own ends, each once: certainly, or also what may turn out with addresses and ids that
/// are not known yet.
pub fn beyond(world: &World<'_>, entitled: &Rules, least: Match) -> Vec<Beyond> {
    let entitled = Entitled::of(entitled, world);
    let mut all = BTreeMap::new();
    let _ = visit(world, &entitled, least, Direction::ALL, |grant| {
        let key = (grant.rule, grant.zone, grant.peer);
        all.entry(key).or_insert_with(|| why(&grant, world));
        ControlFlow::Continue(())
    });
    let all = all.into_iter();
    all.map(|((rule, zone, peer), why)| Beyond {
        rule: rule.clone(),
        zone: zone.into(),
        peer: peer.into(),
        why,
    })
    .collect()
}

/// What zones share on a platform: its block, the kind, the id that is compared, and the zone that selects the others, if one does.
type Thing<'t> = (&'static str, &'static str, &'t str, Option<&'t str>);

#[derive(Default)]
struct Found<'w> {
    /// By the block of a platform.
    things: BTreeMap<&'static str, BTreeMap<Selector, (&'static dyn Platform, Granted<'w>)>>,
    /// By two zones that share addresses: those allowed that are not entitled, by rule.
    pairs: BTreeMap<(&'w str, &'w str), BTreeSet<(&'w RuleKey, &'w str)>>,
}

/// What is granted by one thing.
#[derive(Default)]
struct Granted<'w> {
    /// The zones that share it.
    zones: BTreeSet<&'w str>,
    /// The first few, in words.
    shown: Vec<String>,
    count: usize,
}

impl<'w> Found<'w> {
    fn by_address(&mut self, grant: &Grant<'w, '_>) {
        let (a, b) = (&*grant.rule.peer, grant.peer);
        let pair = if a < b { (a, b) } else { (b, a) };
        let rules = self.pairs.entry(pair).or_default();
        rules.insert((grant.rule, grant.peer));
    }

    fn by_identity(&mut self, grant: &Grant<'w, '_>, selector: &Selector) {
        let things = self.things.entry(grant.platform.about().block).or_default();
        if !things.contains_key(selector) {
            let fresh = (grant.platform, Granted::default());
            things.insert(selector.clone(), fresh);
        }
        let Some((_, granted)) = things.get_mut(selector) else {
            return;
        };
        granted.zones.extend(sharing_zones(grant));
        granted.count += 1;
        if granted.shown.len() < SHOWN {
            let (from, to) = match grant.rule.direction {
                Direction::Ingress => (grant.peer, grant.zone),
                Direction::Egress => (grant.zone, grant.peer),
            };
            granted.shown.push(format!(
                "`{}` allows `{}` from `{from}` to `{to}`",
                grant.rule.text(),
                grant.rule.traffic
            ));
        }
    }

    fn findings(self, world: &World<'_>, layout: &Layout) -> Vec<Finding> {
        let pairs = self.pairs.into_iter();
        let mut findings: Vec<Finding> = pairs
            .map(|(pair, rules)| overlap(pair, &rules, world, layout))
            .collect();
        for things in self.things.values() {
            // One thing may be selected at several places, or at one and by name.
            let mut joined: BTreeMap<Thing<'_>, (&dyn Platform, &Selector, Granted<'_>)> =
                BTreeMap::new();
            for (selector, (platform, granted)) in things {
                let thing = thing(*platform, selector);
                let fresh = || (*platform, selector, Granted::default());
                let (_, _, all) = joined.entry(thing).or_insert_with(fresh);
                all.zones.extend(&granted.zones);
                let room = SHOWN - all.shown.len();
                all.shown.extend(granted.shown.iter().take(room).cloned());
                all.count += granted.count;
            }
            let joined = joined.into_values();
            findings.extend(
                joined.map(|(platform, selector, granted)| {
                    shared(platform, selector, granted, world)
                }),
            );
        }
        findings
    }
}

fn thing<'t>(platform: &dyn Platform, selector: &'t Selector) -> Thing<'t> {
    let id = selector.id.known().map_or("", |it| &**it);
    let selecting = platform.selecting(selector);
    // A zone selects pods of others by what its own labels are, whatever the namespaces of these.
    let id = selecting.map_or(id, |_| "");
    let what = selecting.map_or(selector.what, |_| "");
    (platform.about().block, what, id, selecting)
}

/// The two zones of a grant that share something.
fn sharing_zones<'w>(grant: &Grant<'w, '_>) -> [&'w str; 2] {
    match grant.by {
        By::At(_) => [&grant.rule.zone, grant.zone],
        By::Named(_) | By::Address => [&grant.rule.peer, grant.peer],
    }
}

fn shared(
    platform: &dyn Platform,
    selector: &Selector,
    mut granted: Granted<'_>,
    world: &World<'_>,
) -> Finding {
    let About { block, name, .. } = platform.about();
    let last = granted.zones.last().copied().unwrap_or_default();
    let (subject, place) = if let Some(zone) = platform.selecting(selector) {
        (format!("{zone}/{block}"), ConfigPath::zone(zone))
    } else if let Some(it) = identity(platform, selector, last, world) {
        let of_last = ConfigPath::zone(last).field(block).index(0);
        let subject = format!("{block}/{}", it.shown);
        (subject, of_last.then(it.place.parts()))
    } else {
        ((*block).to_owned(), ConfigPath::zone(last))
    };
    let message = format!(
        "{}, so {name} allows what no flow needs: {}",
        words(platform, selector, &mut granted.zones, world),
        few(&granted.shown, granted.count)
    );
    Finding::new(Code::SelectorsOverlap, subject, message).at(&place)
}

/// What a zone has of what a selector selects.
fn identity(
    platform: &dyn Platform,
    selector: &Selector,
    zone: &str,
    world: &World<'_>,
) -> Option<Identity> {
    let identities = platform.identities(world.zones.addresses.get(zone)?);
    let mut identities = identities.into_iter();
    identities.find(|it| it.what == selector.what && it.id == selector.id)
}

/// What zones share, in words.
fn words(
    platform: &dyn Platform,
    selector: &Selector,
    zones: &mut BTreeSet<&str>,
    world: &World<'_>,
) -> String {
    let selecting = platform.selecting(selector);
    let last = zones.last().copied().unwrap_or_default();
    let identity = identity(platform, selector, last, world);
    let id = identity.map_or_else(|| "".into(), |it| it.shown);
    zones.retain(|it| selecting != Some(*it));
    let shown = zones.iter().take(SHOWN).map(|it| format!("`{it}`"));
    let zones = few(&shown.collect::<Vec<_>>(), zones.len());
    match selecting {
        Some(zone) => format!("zone `{zone}` also selects the pods of {zones}"),
        None => format!("zones {zones} share the {} `{id}`", selector.what),
    }
}

/// The first few of many, and how many more there are.
fn few(shown: &[String], count: usize) -> String {
    let more = match count - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    shown.join(", ") + &more
}

/// Why a grant is there, in words.
fn why(grant: &Grant<'_, '_>, world: &World<'_>) -> String {
    let zones = sharing_zones(grant);
    match grant.by {
        By::At(selector) | By::Named(selector) => {
            words(grant.platform, selector, &mut zones.into(), world)
        }
        By::Address => {
            let [zone, other] = zones;
            let block = world.nested.example(zone, other);
            let block = block.map_or_else(String::new, |it| format!(", e.g. `{it}`"));
            format!("addresses of `{zone}` include those of `{other}`{block}")
        }
    }
}

/// Two zones that share addresses. Rules for a less trusted zone's listeners, or for listeners that are not for everyone, matter more.
fn overlap(
    (a, b): (&str, &str),
    rules: &BTreeSet<(&RuleKey, &str)>,
    world: &World<'_>,
    layout: &Layout,
) -> Finding {
    let block = world.nested.example(a, b);
    let block = block.or_else(|| world.nested.example(b, a));
    let block = block.map_or_else(String::new, |it| format!(", e.g. `{it}`"));
    let matters = rules.iter().any(|(rule, allowed)| {
        let trust = |zone: &str| layout.zones[zone].trust;
        // A zone inside the block of its clients is allowed to connect to itself, which opens nothing to others.
        let is_itself = *rule.zone == **allowed;
        !is_itself && (trust(allowed) < trust(&rule.peer) || !world.rules[*rule].public)
    });
    let shown = rules.iter().take(SHOWN);
    let shown = shown.map(|(rule, allowed)| format!("`{}` allows `{allowed}`", rule.text()));
    let message = format!(
        "zones {} share addresses{block}, so rules for one also allow members of the other, which no flow needs: {}",
        backticked([a, b]),
        few(&shown.collect::<Vec<_>>(), rules.len()),
    );
    let severity = if matters {
        Severity::Warning
    } else {
        Severity::Info
    };
    Finding::new(Code::ZonesOverlap, format!("{a}, {b}"), message)
        .severity(severity)
        .at(&ConfigPath::zone(b))
}
