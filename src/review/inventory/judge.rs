//! What it means that some can reach some services: the ladder from an error to what is only listed.

use super::Kind;
use super::ports::{WellKnown, guarded, has_every_port, names};
use super::reach::Reach;
use crate::catalog::Catalog;
use crate::model::services::Services;
use crate::model::words::{Direction, Exposure, Plane};
use crate::review::explain::known::{Known, Named, is_wide};
use crate::review::explain::words;
use std::collections::{BTreeMap, BTreeSet};

/// What is judged of traffic.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) kind: Kind,
    /// What it means, in words. May be empty.
    pub(super) meaning: String,
    /// The listeners that the catalogue has for it.
    pub(super) listeners: Vec<Named>,
}

/// Judges traffic; each set of services once.
pub(super) struct Judge<'k> {
    known: Known<'k>,
    well_known: WellKnown,
    memo: BTreeMap<(Direction, Reach, Services), Verdict>,
}

/// The number of listeners that are kept for programs.
const MAX_LISTENERS: usize = 20;

impl<'k> Judge<'k> {
    pub(super) fn new(catalog: &'k Catalog, language: &'k str) -> Judge<'k> {
        Judge {
            known: Known::new(&[], &[], catalog, language),
            well_known: WellKnown::new(),
            memo: BTreeMap::new(),
        }
    }

    pub(super) fn verdict(
        &mut self,
        direction: Direction,
        reach: Reach,
        services: &Services,
    ) -> Verdict {
        let key = (direction, reach, services.clone());
        if let Some(known) = self.memo.get(&key) {
            return known.clone();
        }
        // What is made for everyone needs no listener of the catalogue, which has dozens of web servers.
        let rest = services.difference(&self.well_known.for_everyone);
        let listeners = if rest.is_empty() {
            Vec::new()
        } else {
            self.known.named_listeners_of(&rest)
        };
        let kind = match direction {
            Direction::Egress => Kind::Allowed,
            Direction::Ingress => self.kind(reach, services, &rest, &listeners),
        };
        let verdict = Verdict {
            kind,
            meaning: self.meaning(kind, services, &rest, &listeners),
            listeners: listeners.into_iter().take(MAX_LISTENERS).collect(),
        };
        self.memo.insert(key, verdict.clone());
        verdict
    }

    fn kind(&self, reach: Reach, all: &Services, rest: &Services, listeners: &[Named]) -> Kind {
        let of = |counts: fn(&Named) -> bool| {
            let some = listeners.iter().filter(|it| counts(it));
            words::union(some.map(|it| &it.services))
        };
        let never = self.well_known.guarded.intersection(rest);
        let guarded = of(is_guarded).union(&never);
        let public = of(|it| it.exposure == Some(Exposure::Public)).union(&self.well_known.often);
        // A gateway that offers PostgreSQL's port to everyone does not make the PostgreSQL of others public.
        let certain =
            has_every_port(all) || !never.is_empty() || !guarded.difference(&public).is_empty();
        match reach {
            Reach::Everyone if rest.is_empty() => Kind::Public,
            Reach::Everyone if certain => Kind::Exposed,
            Reach::Everyone if guarded.is_empty() && public.covers(rest) => Kind::Public,
            Reach::Everyone => Kind::Open,
            Reach::Wide if certain => Kind::Wide,
            Reach::Wide | Reach::Some => Kind::Allowed,
        }
    }

    fn meaning(
        &mut self,
        kind: Kind,
        all: &Services,
        rest: &Services,
        listeners: &[Named],
    ) -> String {
        let who = match kind {
            Kind::Exposed if has_every_port(all) => "everyone can connect to every port",
            Kind::Exposed => "everyone can connect",
            Kind::Open if listeners.is_empty() => {
                "everyone can connect; no known listener here is for everyone"
            }
            Kind::Open => "everyone can connect, and not every known listener is for everyone",
            Kind::Wide => "every machine in a very wide range can connect",
            _ => "",
        };
        let is_fine = matches!(kind, Kind::Allowed | Kind::Public);
        if is_wide(all) && is_fine {
            return String::new();
        }
        if is_wide(all) {
            let parts = [who.to_owned(), includes(all, listeners)].into_iter();
            let parts: Vec<String> = parts.filter(|it| !it.is_empty()).collect();
            return parts.join("; ");
        }
        let well_known = names(all);
        let named = words::union(well_known.iter().map(|it| &it.1));
        let known = (well_known.into_iter())
            .map(|(name, ports)| format!("{} is {name}", words::services(&ports)))
            .collect::<Vec<_>>();
        let catalogue = if is_fine {
            products(&rest.difference(&named), listeners)
        } else {
            self.known.listeners_of(&rest.difference(&named)).words
        };
        let parts = [who.to_owned()].into_iter().chain(known).chain([catalogue]);
        let parts: Vec<String> = parts.filter(|it| !it.is_empty()).collect();
        parts.join("; ")
    }
}

/// The number of well-known services that a meaning names.
const MAX_NAMED: usize = 6;

/// What so many ports include: well-known services, and how many listeners the catalogue has. To name some of these would name
/// products that the estate hardly has.
fn includes(all: &Services, listeners: &[Named]) -> String {
    let guarded = guarded(all);
    let mut parts: Vec<String> = (guarded.iter().take(MAX_NAMED))
        .map(|(name, ports)| format!("{}, {name}", words::services(ports)))
        .collect();
    match guarded.len().saturating_sub(MAX_NAMED) {
        0 => {}
        1 => parts.push("1 more well-known service".to_owned()),
        more => parts.push(format!("{more} more well-known services")),
    }
    let flows: BTreeSet<(&str, &str)> = (listeners.iter())
        .map(|it| (it.product.as_str(), it.flow.as_str()))
        .collect();
    let products: BTreeSet<&str> = flows.iter().map(|it| it.0).collect();
    match (flows.len(), products.len()) {
        (0, _) => {}
        (1, _) => parts.push("a listener of the catalogue".to_owned()),
        (flows, 1) => parts.push(format!("{flows} listeners of a product in the catalogue")),
        (flows, products) => parts.push(format!(
            "{flows} listeners of {products} products in the catalogue"
        )),
    }
    if parts.is_empty() {
        return String::new();
    }
    format!("includes {}", parts.join("; "))
}

/// The products that may listen for some traffic, by title: enough where nothing is wrong.
fn products(traffic: &Services, listeners: &[Named]) -> String {
    let there = listeners.iter().filter(|it| it.services.overlaps(traffic));
    let titles: BTreeSet<&str> = there.clone().map(|it| it.title.as_str()).collect();
    if titles.is_empty() {
        return String::new();
    }
    let ports = words::union(there.map(|it| &it.services)).intersection(traffic);
    format!(
        "{} is used by {}",
        words::services(&ports),
        words::list(titles, ", ", str::to_owned)
    )
}

/// Whether a listener is on a sensitive plane, and its source does not say that it is for everyone.
fn is_guarded(it: &Named) -> bool {
    let plane = matches!(
        it.plane,
        Plane::Admin | Plane::Control | Plane::Cluster | Plane::Database
    );
    plane && it.exposure != Some(Exposure::Public)
}
