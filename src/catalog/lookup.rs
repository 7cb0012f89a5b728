//! The catalogue as a whole: which products there are, and which of them listen on a port. All of it is read in the index.

use super::index::FlowRow;
use super::{Catalog, Listed};
use crate::model::name::folded;
use crate::model::ports::PortRange;
use crate::model::traffic::Traffic;

/// What to look for; what is absent excludes nothing.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Words, all of which must occur in what a product is called, in the words for the search, or in purposes that are in the
    /// language. Case, accents, blanks and dashes do not matter.
    pub search: Option<String>,
    /// The language of purposes to search in; English ones are not searched.
    pub language: Option<String>,
    /// Ports, some of which the product must listen on by default.
    pub port: Option<PortRange>,
    /// The transport on which it must do so: `tcp`, `udp` or `sctp`.
    pub transport: Option<String>,
}

/// What was found, by product name.
#[derive(Debug, Default)]
pub struct LookupResult<'c> {
    /// Each product in all of its versions, newest first.
    pub products: Vec<Vec<Listed<'c>>>,
    /// The listeners on the port of the query; empty without a port.
    pub listeners: Vec<Listener<'c>>,
}

/// A component that listens on a port that was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Listener<'c> {
    /// The product in one version.
    pub line: Listed<'c>,
    /// The component.
    pub component: &'c str,
    /// The flow that connects to it.
    pub flow: FlowRow<'c>,
    /// What it listens on by default.
    pub traffic: Traffic,
}

/// Transports that have ports.
pub const TRANSPORTS: [&str; 3] = ["tcp", "udp", "sctp"];

impl Catalog {
    /// The products that fit a query, and where a port is asked for, their listeners.
    pub fn lookup(&self, query: &Query) -> LookupResult<'_> {
        let mut answer = LookupResult::default();
        let search = query.search.as_deref().unwrap_or_default();
        let words = search.split_whitespace().map(folded);
        let wanted: Vec<String> = words.filter(|it| !it.is_empty()).collect();
        if wanted.is_empty() && !search.trim().is_empty() {
            return answer;
        }
        let language = query.language.as_deref().filter(|it| *it != "en");
        for lines in self.products().into_values() {
            if !lines.iter().any(|it| it.has_words(&wanted, language)) {
                continue;
            }
            if let Some(ports) = query.port {
                let before = answer.listeners.len();
                let of_lines = lines.iter();
                (answer.listeners).extend(
                    of_lines.flat_map(|it| it.listeners(ports, query.transport.as_deref())),
                );
                if answer.listeners.len() == before {
                    continue;
                }
            }
            answer.products.push(lines);
        }
        answer
    }
}

impl<'c> Listed<'c> {
    /// Whether each of some folded words occurs in what the product is called, in its words for the search, or in its purposes in
    /// a language.
    fn has_words(self, wanted: &[String], language: Option<&str>) -> bool {
        if wanted.is_empty() {
            return true;
        }
        let line = self.line_of();
        let called = [&line.name, &line.title, &line.vendor].into_iter();
        let called = called.chain(&line.aliases).chain(&line.words);
        let mut texts: Vec<String> = called.map(|it| folded(it)).collect();
        let speaks = |it: &&str| line.languages.iter().any(|known| known == it);
        if let Some(language) = language.filter(speaks) {
            let purposes = self.flow_rows().filter_map(|it| it.purpose_in(language));
            texts.extend(purposes.map(folded));
        }
        (wanted.iter()).all(|word| texts.iter().any(|it| it.contains(word)))
    }

    /// Its listeners on some of the ports, by flow.
    fn listeners(
        self,
        ports: PortRange,
        transport: Option<&str>,
    ) -> impl Iterator<Item = Listener<'c>> {
        let fits = move |it: &Traffic| {
            it.ports().is_some_and(|it| it.overlaps(ports))
                && transport.is_none_or(|name| it.transport() == name)
        };
        self.flow_rows().flat_map(move |flow| {
            let listeners = move |component| {
                let traffic = flow.traffic().filter(fits);
                traffic.map(move |traffic| Listener {
                    line: self,
                    component,
                    flow,
                    traffic,
                })
            };
            flow.components().flat_map(listeners)
        })
    }
}
