//! How much of real pages is read. Documents and expected rows are not part of the repository.

#![allow(clippy::print_stdout, reason = "the scores are what this test is for")]

use crate::support::page::read;
use portmatrix::import::answers::Answers;
use portmatrix::import::questions::{Place, answer, questions};
use portmatrix::import::{Carrier, Facts, Page, Piece, Ports, complete, settle};
use portmatrix::model::ports::PortRange;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What is compared: by who connects, who listens and the transport, the set of ports.
type Rows = BTreeMap<(String, String, String), Set>;

/// Ports as intervals, and words for what has no number: `*`, `dynamic`, nothing.
#[derive(Clone, Default)]
struct Set {
    ranges: Vec<PortRange>,
    words: BTreeSet<String>,
}

impl Set {
    fn add(&mut self, text: &str) {
        match PortRange::parse(text) {
            Ok(range) => self.ranges.push(range),
            Err(_) => {
                self.words.insert(text.to_owned());
            }
        }
    }

    /// Whether a part of what a text means is in the set.
    fn meets(&self, text: &str) -> bool {
        match PortRange::parse(text) {
            Ok(range) => (u32::from(range.from)..=u32::from(range.to)).any(|it| self.has(it)),
            Err(_) => self.words.contains(text),
        }
    }

    fn has(&self, port: u32) -> bool {
        self.ranges
            .iter()
            .any(|it| (u32::from(it.from)..=u32::from(it.to)).contains(&port))
    }

    /// The elementary intervals and words of both sets, and whether each is in this one and in the other.
    fn parts(&self, other: &Set) -> Vec<(String, bool, bool)> {
        let ranges = self.ranges.iter().chain(&other.ranges);
        let cuts: BTreeSet<u32> = ranges
            .flat_map(|it| [u32::from(it.from), u32::from(it.to) + 1])
            .collect();
        let cuts: Vec<u32> = cuts.into_iter().collect();
        let mut parts: Vec<(String, bool, bool)> = cuts
            .windows(2)
            .map(|it| {
                let text = match it[1] - it[0] {
                    1 => it[0].to_string(),
                    _ => format!("{}-{}", it[0], it[1] - 1),
                };
                (text, self.has(it[0]), other.has(it[0]))
            })
            .filter(|it| it.1 || it.2)
            .collect();
        for word in self.words.union(&other.words) {
            let both = (self.words.contains(word), other.words.contains(word));
            parts.push((word.clone(), both.0, both.1));
        }
        parts
    }
}

/// Every part of both sides: where it is, and whether it is found and expected.
fn parts(found: &Rows, expected: &Rows) -> Vec<(String, bool, bool)> {
    let keys: BTreeSet<_> = found.keys().chain(expected.keys()).collect();
    let nothing = Set::default();
    let mut parts = Vec::new();
    for key in keys {
        let (a, b) = (
            found.get(key).unwrap_or(&nothing),
            expected.get(key).unwrap_or(&nothing),
        );
        let of_key = a.parts(b).into_iter();
        parts.extend(of_key.map(|(text, found, expected)| {
            (
                format!("{} -> {} {}/{text}", key.0, key.1, key.2),
                found,
                expected,
            )
        }));
    }
    parts
}

/// The rows without their ends.
fn without_ends(rows: &Rows) -> Rows {
    let mut short = Rows::new();
    for ((_, _, transport), set) in rows {
        let all = short
            .entry((String::new(), String::new(), transport.clone()))
            .or_default();
        all.ranges.extend(&set.ranges);
        all.words.extend(set.words.iter().cloned());
    }
    short
}

/// Hits, and how many were found and expected.
#[derive(Clone, Copy, Default)]
struct Score {
    hits: usize,
    found: usize,
    expected: usize,
}

impl Score {
    fn of(found: &Rows, expected: &Rows) -> Score {
        let parts = parts(found, expected);
        let count =
            |test: fn(&(String, bool, bool)) -> bool| parts.iter().filter(|it| test(it)).count();
        Score {
            hits: count(|it| it.1 && it.2),
            found: count(|it| it.1),
            expected: count(|it| it.2),
        }
    }

    fn add(&mut self, other: Score) {
        self.hits += other.hits;
        self.found += other.found;
        self.expected += other.expected;
    }

    fn precision(self) -> f64 {
        ratio(self.hits, self.found)
    }

    fn recall(self) -> f64 {
        ratio(self.hits, self.expected)
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    let number = |it: usize| f64::from(u32::try_from(it).unwrap_or(u32::MAX));
    if whole == 0 {
        1.0
    } else {
        number(part) / number(whole)
    }
}

/// A name as it is compared without answers.
fn folded(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower
        .split(|it: char| !it.is_alphanumeric())
        .filter(|it| !it.is_empty())
        .collect();
    if words.is_empty() {
        "?".to_owned()
    } else {
        words.join(" ")
    }
}

/// What is answered to questions that have no answer of their own: a name that the page does not state.
const ANSWERED: &str = "answered";

/// How names are compared: after the answers, and after the list of other spellings.
struct Names<'a> {
    answers: &'a Answers,
    aliases: &'a BTreeMap<String, String>,
}

impl Names<'_> {
    /// The components that a printed name means, as they are compared.
    fn of(&self, printed: &str) -> Vec<String> {
        let name = folded(printed);
        let name = self.aliases.get(&name).unwrap_or(&name);
        let names = self.answers.names.iter();
        let given = names
            .filter(|(it, _)| folded(it) == *name)
            .flat_map(|(_, it)| it);
        let given: Vec<String> = given.map(|it| self.component(it)).collect();
        if given.is_empty() {
            vec![name.clone()]
        } else {
            given
        }
    }

    /// A component as it is compared. What only an answer says is not on the page.
    fn component(&self, name: &str) -> String {
        let name = folded(name);
        if name == ANSWERED || name == "unstated" {
            return "?".to_owned();
        }
        self.aliases.get(&name).cloned().unwrap_or(name)
    }
}

/// The rows of a page with all answers. Where the page is silent about an end, an answer counts as it is if a row is expected so, and
/// as `?` otherwise.
fn found(facts: &Facts, names: &Names<'_>, wanted: &Rows) -> Rows {
    let mut rows = Rows::new();
    let mut one = facts.clone();
    for claim in &facts.claims {
        // Rows of the same table that need an answer are there, too: it is then not about this one.
        let open = facts.claims.iter().filter(|it| it.to.is_empty());
        let open = open.filter(|it| it.table == claim.table).take(1);
        one.claims = std::iter::once(claim).chain(open).cloned().collect();
        for flow in settle(&one, names.answers).into_iter().take(1) {
            let ends = |components: &[String]| -> Vec<String> {
                components.iter().map(|it| names.component(it)).collect()
            };
            for from in ends(&flow.from) {
                for to in ends(&flow.to) {
                    for (transport, ports) in flow.pieces.iter().flat_map(ranges_of) {
                        let readings =
                            readings(&from, claim.from.is_empty(), &to, claim.to.is_empty());
                        let mut keys = readings.map(|(from, to)| (from, to, transport.clone()));
                        let is_wanted = |key: &(String, String, String)| {
                            wanted.get(key).is_some_and(|it| it.meets(&ports))
                        };
                        let key = keys.clone().find(is_wanted).or_else(|| keys.next());
                        let key = key.expect("a row has a reading");
                        rows.entry(key).or_default().add(&ports);
                    }
                }
            }
        }
    }
    rows
}

/// The ends of a row as they may be expected: first with `?` for what the page does not say, last as answered.
fn readings<'e>(
    from: &'e str,
    from_is_silent: bool,
    to: &'e str,
    to_is_silent: bool,
) -> impl Iterator<Item = (String, String)> + Clone + use<'e> {
    let unknown = |name: &'e str, is_silent: bool| if is_silent { "?" } else { name };
    let (silent_from, silent_to) = (unknown(from, from_is_silent), unknown(to, to_is_silent));
    let pairs = [
        (silent_from, silent_to),
        (silent_from, to),
        (from, silent_to),
        (from, to),
    ];
    pairs
        .into_iter()
        .map(|(from, to)| (from.to_owned(), to.to_owned()))
}

fn ranges_of(piece: &Piece) -> Vec<(String, String)> {
    let carrier = match piece.carrier {
        Carrier::Ip(112) => "vrrp".to_owned(),
        Carrier::Ip(number) => format!("ip{number}"),
        carrier => carrier.to_string(),
    };
    let ranges: Vec<String> = match &piece.ports {
        Ports::Ranges(ranges) => ranges.iter().map(ToString::to_string).collect(),
        Ports::Types(types) => types.iter().map(ToString::to_string).collect(),
        Ports::Dynamic => vec!["dynamic".to_owned()],
        Ports::Any => vec!["*".to_owned()],
        Ports::None => vec![String::new()],
    };
    ranges.into_iter().map(|it| (carrier.clone(), it)).collect()
}

/// The cells of a line of CSV.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for it in line.chars() {
        match it {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            it => cells.last_mut().unwrap().push(it),
        }
    }
    cells
}

fn expected(text: &str, names: &Names<'_>) -> Rows {
    let mut rows = Rows::new();
    for line in text.lines().skip(1).filter(|it| !it.trim().is_empty()) {
        let cells = cells(line);
        for from in cells[0].split(';').flat_map(|it| names.of(it)) {
            for to in cells[1].split(';').flat_map(|it| names.of(it)) {
                for transport in cells[3].split('+') {
                    for range in cells[2].split(';') {
                        let key = (from.clone(), to.clone(), transport.to_owned());
                        rows.entry(key).or_default().add(range.trim());
                    }
                }
            }
        }
    }
    rows
}

/// Other spellings that count, for a document: what is read, and what is expected.
fn aliases(folder: &Path, id: &str) -> BTreeMap<String, String> {
    let file = folder.join("expected/aliases.csv");
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines = text.lines().skip(1).map(cells);
    lines
        .filter(|it| it.len() == 3 && it[0] == id)
        .map(|it| (folded(&it[1]), folded(&it[2])))
        .collect()
}

/// Answers every question that is still open.
fn answered(facts: &Facts, mut answers: Answers, text: &str) -> Answers {
    for _ in 0..100 {
        let Some(question) = questions(facts, &answers).into_iter().next() else {
            return answers;
        };
        let given = match question.place {
            Place::Group(_) => "features",
            _ => ANSWERED,
        };
        answer(&mut answers, &question.place, given).unwrap();
        answers = complete(answers, facts, &Page::default(), text);
    }
    panic!("questions without end: {:?}", questions(facts, &answers));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|it| panic!("{}: {it}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|it| it.unwrap().path()).collect();
    files.sort();
    files
}

/// One way of counting over all documents.
#[derive(Default)]
struct Totals {
    ports: Score,
    asserted: Score,
    rows: Score,
    /// Precision or recall of ports, the smaller, by document.
    by_document: BTreeMap<String, f64>,
}

/// Documents of which only whole sections are expected, by their two ends.
const EXCERPTS: [&str; 1] = ["sccm"];

fn measure(folder: &Path, with_answers: bool) -> Totals {
    let mut totals = Totals::default();
    let documents = files(&folder.join("documents"));
    for path in files(&folder.join("expected")) {
        let id = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let document = documents
            .iter()
            .find(|it| it.file_stem() == path.file_stem());
        let Some(document) = document else {
            assert_eq!(id, "aliases", "a document for {}", path.display());
            continue;
        };
        let text = fs::read_to_string(document).unwrap();
        let given = folder.join("answers").join(format!("{id}.toml"));
        let answers = if with_answers && given.exists() {
            Answers::parse(&fs::read_to_string(&given).unwrap())
                .unwrap_or_else(|it| panic!("{id}: {it:?}"))
        } else {
            Answers::default()
        };
        let name = document.file_name().unwrap().to_str().unwrap();
        let (facts, mut answers) = read(&text, name, answers);
        if with_answers {
            answers = answered(&facts, answers, &text);
        }
        let names = Names {
            answers: &answers,
            aliases: &aliases(folder, &id),
        };
        let wanted = expected(&fs::read_to_string(&path).unwrap(), &names);
        let mut found = found(&facts, &names, &wanted);
        if EXCERPTS.contains(&id.as_str()) {
            let pairs: BTreeSet<(&String, &String)> =
                wanted.keys().map(|it| (&it.0, &it.1)).collect();
            found.retain(|it, _| pairs.contains(&(&it.0, &it.1)));
        }
        let ports = Score::of(&without_ends(&found), &without_ends(&wanted));
        let mut asserted = found.clone();
        asserted.retain(|it, _| it.0 != "?" && it.1 != "?");
        let asserted = Score::of(&asserted, &wanted);
        let rows = Score::of(&found, &wanted);
        println!(
            "{id:18} ports P {:.2} R {:.2}   asserted P {:.2} ({})   rows P {:.2} R {:.2} ({} of {})",
            ports.precision(),
            ports.recall(),
            asserted.precision(),
            asserted.found,
            rows.precision(),
            rows.recall(),
            rows.hits,
            rows.expected
        );
        if std::env::var_os("PORTMATRIX_SHOW").is_some() {
            for (text, is_found, is_expected) in parts(&found, &wanted) {
                match (is_found, is_expected) {
                    (true, false) => println!("    found    {text}"),
                    (false, true) => println!("    expected {text}"),
                    _ => {}
                }
            }
        }
        let smaller = ports.precision().min(ports.recall());
        totals.by_document.insert(id, smaller);
        totals.ports.add(ports);
        totals.asserted.add(asserted);
        totals.rows.add(rows);
    }
    totals
}

/// The least number of documents: seven whose rows were given, and ten whose rows were written before they were read.
const DOCUMENTS: usize = 17;

/// The bars of real pages: over all documents, and at the level of ports for each.
pub(super) fn are_as_promised(folder: &Path) {
    println!("without answers");
    let without = measure(folder, false);
    println!("with answers");
    let with = measure(folder, true);
    let bars = [
        ("ports, precision", without.ports.precision(), 0.97),
        ("ports, recall", without.ports.recall(), 0.92),
        (
            "asserted rows, precision",
            without.asserted.precision(),
            0.95,
        ),
        ("rows without answers, recall", without.rows.recall(), 0.65),
        ("rows with answers, precision", with.rows.precision(), 0.95),
        ("rows with answers, recall", with.rows.recall(), 0.92),
    ];
    let mut missed: Vec<String> = Vec::new();
    let documents = without.by_document.len();
    if documents < DOCUMENTS {
        missed.push(format!(
            "only {documents} documents in {}",
            folder.display()
        ));
    }
    for (what, value, bar) in bars {
        println!("{what:30} {value:.3} (bar {bar})");
        if value < bar {
            missed.push(format!("{what}: {value:.3} < {bar}"));
        }
    }
    for (which, totals) in [("without answers", &without), ("with answers", &with)] {
        let low = totals.by_document.iter().filter(|it| *it.1 < 0.8);
        missed.extend(
            low.map(|(id, value)| format!("{id}, {which}: {value:.2} for ports (bar 0.8)")),
        );
    }
    crate::support::none(&missed);
}
