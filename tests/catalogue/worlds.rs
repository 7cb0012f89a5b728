//! Product files and `product` blocks at random, whose matrix must be what `naive` reads in them.

#![allow(
    clippy::needless_pass_by_value,
    clippy::many_single_char_names,
    reason = "`json!` makes values, and the names are those in the files"
)]

use super::naive::{Reader, Release, Traffic, all_releases, begins, meets, release};
use crate::support::{is_long, none};
use portmatrix::catalog::load;
use portmatrix::catalog::resolve::resolve;
use portmatrix::model::layout::Overrides;
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Numbers that look random, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    /// True in one of so many cases.
    fn one_in(&mut self, sides: usize) -> bool {
        self.below(sides) == 0
    }

    fn pick<'p, T: ?Sized>(&mut self, among: &[&'p T]) -> &'p T {
        among[self.below(among.len())]
    }

    /// One or two different elements.
    fn some(&mut self, among: &[&str]) -> Json {
        let picked: BTreeSet<&str> = (0..=self.below(2)).map(|_| self.pick(among)).collect();
        match picked.len() {
            1 if self.one_in(2) => json!(picked.first()),
            _ => json!(picked),
        }
    }
}

/// A release line, with bounds that some of its releases meet and some do not.
struct Line {
    version: &'static str,
    covers: Option<&'static str>,
    covered: Vec<Release>,
    bounds: Vec<Json>,
}

const LINES: [(&str, Option<&str>); 7] = [
    ("1.3", None),
    ("1", Some(">=1.2, <2")),
    ("1.4", Some(">=1.2b, <1.5")),
    ("1.5", Some(">0.4, <=1.5")),
    ("2", Some("<2.0")),
    ("1.5.2", Some(">=1.1.4, <1.5.3")),
    ("2.5", Some(">=1.4")),
];

fn bound(dice: &mut Dice) -> String {
    let sign = dice.pick(&[">=", "<=", ">", "<", "="]);
    let letters = if dice.one_in(5) {
        dice.pick(&["b", "c"])
    } else {
        ""
    };
    let major = dice.below(3);
    match dice.below(5) {
        0 => format!("{sign}{major}"),
        1 | 2 => format!("{sign} {major}.{}{letters}", dice.below(6)),
        _ => format!("{sign}{major}.{}{letters}.{}", dice.below(6), dice.below(6)),
    }
}

/// Bounds at random: one text, or a list of them.
fn bounds(dice: &mut Dice) -> Vec<String> {
    let parts: BTreeSet<String> = (0..=dice.below(2)).map(|_| bound(dice)).collect();
    let parts: Vec<String> = parts.into_iter().collect();
    if dice.one_in(2) {
        parts
    } else {
        vec![parts.join(", ")]
    }
}

impl Line {
    fn of(version: &'static str, covers: Option<&'static str>, dice: &mut Dice) -> Line {
        let whole = release(version);
        let is_covered =
            |it: &Release| covers.map_or_else(|| begins(it, &whole), |bounds| meets(it, bounds));
        let covered = all_releases().into_iter().filter(is_covered).collect();
        let mut line = Line {
            version,
            covers,
            covered,
            bounds: Vec::new(),
        };
        while line.bounds.len() < 30 {
            let bounds = bounds(dice);
            if line.meaning(&bounds) == (false, false) {
                line.bounds.push(json!(bounds));
            }
        }
        line
    }

    /// Whether one of the bounds is met by no release of the line, and whether every release meets one.
    fn meaning(&self, bounds: &[String]) -> (bool, bool) {
        let is_void = |it: &String| !self.covered.iter().any(|release| meets(release, it));
        let is_in = |release: &Release| bounds.iter().any(|it| meets(release, it));
        let is_void = bounds.iter().any(is_void);
        (is_void, !is_void && self.covered.iter().all(is_in))
    }
}

#[test]
fn bounds_that_say_nothing_are_refused() {
    let mut dice = Dice(18);
    let mut found = Vec::new();
    for (version, covers) in LINES {
        let line = Line::of(version, covers, &mut dice);
        for _ in 0..if is_long() { 500 } else { 50 } {
            let texts = bounds(&mut dice);
            let mut file = empty(version, covers);
            let component = json!({ "title": "C", "kind": "own", "releases": texts });
            file.insert("component".to_owned(), json!({ "c": component }));
            file.insert(
                "flow".to_owned(),
                json!([flow("f", "c", "c", json!("tcp/1"))]),
            );
            let refused = load(&json!(file).to_string()).err().unwrap_or_default();
            let has = |words: &str| refused.iter().any(|it| it.message.contains(words));
            let said = (has("no release in"), has("every release in"));
            let wanted = line.meaning(&texts);
            if said != wanted {
                found.push(format!(
                    "{texts:?} in {version} {covers:?}: {said:?}, not {wanted:?}"
                ));
            }
        }
    }
    none(&found);
}

/// What every file begins with.
fn empty(version: &str, covers: Option<&str>) -> Map<String, Json> {
    let source = json!([{ "id": "page", "title": "Page", "url": "https://example.com", "retrieved": "2026-11-20" }]);
    let mut file = json!({ "format": 1, "name": "it", "title": "It", "vendor": "Us", "version": version, "source": source });
    if let Some(covers) = covers {
        file["covers"] = json!(covers);
    }
    file.as_object().unwrap().clone()
}

fn flow(id: &str, from: impl Into<Json>, to: impl Into<Json>, services: Json) -> Json {
    json!({
        "id": id, "from": from.into(), "to": to.into(), "services": services, "plane": "data", "exposure": "internal",
        "purpose": { "en": "it" }, "source": { "ref": "page", "at": "row" },
    })
}

/// One world.
struct World<'w> {
    dice: &'w mut Dice,
    line: &'w Line,
    overrides: Overrides,
}

const OPTIONS: [&str; 6] = ["k.a", "k.b", "k.c", "m.d", "m.e", "k.a+m.d"];
const K_OPTIONS: [&str; 3] = ["k.a", "k.b", "k.c"];
const TERMS: [&str; 12] = [
    "x", "y", "x+y", "k.a", "k.b", "k.c", "m.d", "m.e", "x+k.a", "y+k.c", "x+m.d", "k.b+m.e",
];
const X_TERMS: [&str; 5] = ["x", "k.a", "k.c", "m.d", "x+m.e"];
const PORTS: [&str; 7] = [
    "8443",
    "8000-8010, 9000",
    "20{n}",
    "3{n}0-3{n}9",
    "4{o}1, 50{n}",
    "6{n}{o}",
    "7{l}1",
];

impl World<'_> {
    /// Adds releases to a table in one of so many cases.
    fn of_releases(&mut self, mut table: Json, sides: usize) -> Json {
        if self.dice.one_in(sides) {
            table["releases"] = self.line.bounds[self.dice.below(self.line.bounds.len())].clone();
        }
        table
    }

    /// Adds conditions.
    fn conditional(&mut self, mut table: Json, terms: &[&str]) -> Json {
        for (field, sides) in [("when", 2), ("unless", 3)] {
            if self.dice.one_in(sides) {
                table[field] = self.dice.some(terms);
            }
        }
        table
    }

    /// Adds a default and defaults under conditions.
    fn with_defaults(
        &mut self,
        mut table: Json,
        terms: &[&str],
        value: impl Fn(&mut Dice) -> Json,
    ) -> Json {
        if !self.dice.one_in(3) {
            table["default"] = value(self.dice);
        }
        let defaults: Vec<Json> = (0..self.dice.below(3))
            .map(|_| {
                let default = json!({ "default": value(self.dice) });
                let default = self.of_releases(default, 3);
                if terms.is_empty() {
                    default
                } else {
                    self.conditional(default, terms)
                }
            })
            .collect();
        if !defaults.is_empty() {
            table["defaults"] = json!(defaults);
        }
        self.of_releases(table, 10)
    }

    fn file(&mut self) -> Json {
        let mut file = empty(self.line.version, self.line.covers);
        let components: Map<String, Json> = ["c0", "c1", "c2"]
            .map(|it| {
                (
                    it.to_owned(),
                    self.of_releases(json!({ "title": "C", "kind": "own" }), 4),
                )
            })
            .into_iter()
            .collect();
        file.insert("component".to_owned(), json!(components));
        let flag = |dice: &mut Dice| json!(dice.one_in(2));
        let x = self.with_defaults(json!({ "title": "X" }), &OPTIONS, flag);
        let y = self.with_defaults(json!({ "title": "Y" }), &X_TERMS, flag);
        file.insert("feature".to_owned(), json!({ "x": x, "y": y }));
        let mut option = || self.of_releases(json!({ "title": "O" }), 3);
        let options = json!({ "a": "A", "b": option(), "c": option() });
        let pair = json!({ "d": option(), "e": option() });
        let k = json!({ "title": "K", "options": options });
        let k = self.with_defaults(k, &[], |dice| json!(dice.pick(&["a", "b", "c"])));
        let m = json!({ "title": "M", "options": pair });
        let m = self.with_defaults(m, &K_OPTIONS, |dice| json!(dice.pick(&["d", "e"])));
        file.insert("choice".to_owned(), json!({ "k": k, "m": m }));
        let n = json!({ "title": "N", "within": "0-20", "digits": 2 });
        let n = self.with_defaults(n, &TERMS, |dice| {
            json!(dice.pick(&["00", "07", "3-5", "1, 20"]))
        });
        let l = json!({ "title": "L", "within": "0-12, 15" });
        let l = self.with_defaults(l, &TERMS, |dice| json!(dice.pick(&["0", "15"])));
        let o =
            json!({ "title": "O", "digits": 2, "offset": { "of": "n", "by": self.dice.below(5) } });
        let o = self.of_releases(o, 10);
        file.insert("number".to_owned(), json!({ "n": n, "l": l, "o": o }));
        let text = |dice: &mut Dice| json!(dice.pick(&PORTS));
        let p = json!({ "recommended": { "production": self.dice.pick(&PORTS) } });
        let p = self.with_defaults(p, &TERMS, text);
        let mut q = self.with_defaults(json!({ "offset": { "of": "p", "by": 100 } }), &TERMS, text);
        q.as_object_mut().unwrap().remove("default");
        let r = self.with_defaults(json!({}), &TERMS, text);
        let bounded = json!({ "within": "7000-7999, 8443", "recommended": { "small": "7{n}7" } });
        let s = self.with_defaults(bounded, &TERMS, |dice| {
            json!(dice.pick(&["7{n}0", "7000-7100", "8443"]))
        });
        file.insert("port".to_owned(), json!({ "p": p, "q": q, "r": r, "s": s }));
        let flows: Vec<Json> = (0..5).map(|at| self.a_flow(&format!("f{at}"))).collect();
        file.insert("flow".to_owned(), json!(flows));
        json!(file)
    }

    fn a_flow(&mut self, id: &str) -> Json {
        let components = ["c0", "c1", "c2"];
        let services = [
            "tcp/{p}",
            "udp/{q}",
            "tcp+udp/{r},99",
            "tcp/{s}",
            "tcp/443",
            "sctp/{p},{q}",
        ];
        let (from, to) = (self.dice.some(&components), self.dice.some(&components));
        let table = flow(id, from, to, self.dice.some(&services));
        let mut table = self.conditional(table, &TERMS);
        if table.get("when").is_none() && self.dice.one_in(5) {
            table["need"] = json!("optional");
        }
        self.of_releases(table, 4)
    }

    /// What a user sets, right or wrong.
    fn set(&mut self) {
        let o = &mut self.overrides;
        let mut maybe =
            |map: &mut BTreeMap<String, String>, sides, names: &[&str], values: &[&str]| {
                if self.dice.one_in(sides) {
                    map.insert(
                        self.dice.pick(names).to_owned(),
                        self.dice.pick(values).to_owned(),
                    );
                }
            };
        maybe(&mut o.choices, 2, &["k"], &["a", "b", "c"]);
        maybe(&mut o.choices, 2, &["m"], &["d", "e"]);
        maybe(&mut o.choices, 20, &["k", "m", "z"], &["a", "z"]);
        maybe(
            &mut o.numbers,
            2,
            &["n"],
            &["00", "3-5", "02, 04, 7-8", "20"],
        );
        maybe(&mut o.numbers, 2, &["l"], &["0", "15", "3, 15"]);
        maybe(
            &mut o.numbers,
            20,
            &["n", "o", "l", "z"],
            &["14", "19-21", "x"],
        );
        maybe(&mut o.ports, 4, &["p", "r"], &["99", "50, 60-70"]);
        maybe(&mut o.ports, 4, &["q", "s"], &["7001", "7000-7010, 8443"]);
        maybe(&mut o.ports, 20, &["s", "z"], &["80", "7990-8001"]);
        maybe(
            &mut o.advertised_ports,
            4,
            &["p", "q", "r"],
            &["9", "10-12"],
        );
        o.profile = [None, Some("production"), Some("small"), Some("odd")]
            [self.dice.below(20).min(3)]
        .map(str::to_owned);
        if self.dice.one_in(3) {
            o.profile = Some(self.dice.pick(&["production", "small"]).to_owned());
        } else if !self.dice.one_in(20) {
            o.profile = None;
        }
        let names = ["x", "y", "f0", "f1", "f2", "f3", "f4"];
        for list in [&mut o.enable, &mut o.disable] {
            for name in names {
                if self.dice.one_in(6) {
                    list.push(name.to_owned());
                }
            }
            if self.dice.one_in(40) {
                list.push(self.dice.pick(&["k.a", "z", "k", "m.d"]).to_owned());
            }
        }
    }

    /// A release as the user may write it, and the release that is meant.
    fn pin(&mut self) -> (Option<String>, Release) {
        let covered = &self.line.covered;
        let newest = || covered.iter().max().unwrap().clone();
        if self.dice.one_in(4) {
            let name = Some(self.line.version.to_owned()).filter(|_| self.dice.one_in(2));
            return (name, newest());
        }
        let mut pin = covered[self.dice.below(covered.len())].clone();
        pin.truncate([1, 2, 2, 3, 3][self.dice.below(5)]);
        let parts: Vec<String> = pin
            .iter()
            .map(|(number, letters)| format!("{number}{letters}"))
            .collect();
        let v = if self.dice.one_in(4) { "v" } else { "" };
        let text = Some(format!("{v}{}", parts.join(".")));
        if pin == release(self.line.version) {
            return (text, newest());
        }
        let begin = covered.iter().filter(|it| begins(it, &pin));
        (text, begin.max().unwrap().clone())
    }
}

/// What the resolver says, in the words of the oracle.
fn resolved(
    file: &Json,
    pin: Option<&str>,
    overrides: &Overrides,
) -> (BTreeMap<String, Traffic>, BTreeSet<String>) {
    let product =
        load(&file.to_string()).unwrap_or_else(|mistakes| panic!("{mistakes:#?}\n{file:#}"));
    let (matrix, findings) = resolve(&Arc::new(product).at(pin), overrides);
    let texts = |traffic: &[portmatrix::model::traffic::Traffic]| {
        traffic.iter().map(ToString::to_string).collect()
    };
    let on = matrix.flows.iter().filter(|(_, it)| it.enabled);
    let flows = on.map(|(id, it)| {
        (
            id.clone(),
            (texts(&it.listens), texts(&it.dials), it.unset.clone()),
        )
    });
    let mistakes = findings
        .iter()
        .map(|it| format!("{} {}", it.code.as_str(), it.place));
    (flows.collect(), mistakes.collect())
}

#[test]
fn what_resolves_is_what_a_person_reads() {
    let mut dice = Dice(14);
    let lines = LINES.map(|(version, covers)| Line::of(version, covers, &mut dice));
    let (mut on, mut wrong, mut found) = (0, 0, Vec::new());
    let cases = if is_long() { 20_000 } else { 300 };
    for _ in 0..cases {
        let line = &lines[dice.below(lines.len())];
        let mut world = World {
            dice: &mut dice,
            line,
            overrides: Overrides::default(),
        };
        let file = world.file();
        world.set();
        let (pin, release) = world.pin();
        let overrides = world.overrides;
        let reader = Reader {
            file: &file,
            overrides: &overrides,
            release,
        };
        let said = resolved(&file, pin.as_deref(), &overrides);
        let read = (reader.flows(), reader.mistakes());
        on += said.0.len();
        wrong += usize::from(!said.1.is_empty());
        if said != read && found.len() < 5 {
            found.push(format!(
                "{pin:?} {overrides:?}\n{file}\nresolved {said:?}\nread     {read:?}"
            ));
        }
    }
    none(&found);
    // Worlds in which nothing is on, or everything is wrong, would prove little.
    assert!(
        on > cases && wrong > cases / 20 && wrong < cases * 3 / 4,
        "{on} on, {wrong} wrong"
    );
}
