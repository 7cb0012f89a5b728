//! How much of real pages is read: documents and expected rows are not part of the repository. `PORTMATRIX_IMPORT` names a folder
//! with `documents/<id>.*`, `expected/<id>.csv` and, where a question has an answer, `answers/<id>.toml`.

#![allow(clippy::print_stdout, reason = "the scores are what this test is for")]

use crate::import_drafts::read;
use portmatrix::import::answers::Answers;
use portmatrix::import::{Carrier, Claim, Party, Piece, Ports};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What is compared: who connects, who listens, the transport, and one range.
type Row = (String, String, String, String);

/// Hits, and how many were found and expected.
#[derive(Clone, Copy, Default)]
struct Score {
    hits: usize,
    found: usize,
    expected: usize,
}

impl Score {
    fn of<T: Ord>(found: &BTreeSet<T>, expected: &BTreeSet<T>) -> Score {
        Score {
            hits: found.intersection(expected).count(),
            found: found.len(),
            expected: expected.len(),
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

/// A name as it is compared.
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

/// The rows of a claim, with names after the answers.
fn rows_of(claim: &Claim, answers: &Answers, rows: &mut BTreeSet<Row>) {
    let names = |parties: &[Party]| -> Vec<String> {
        let name = |it: &Party| match it {
            Party::This => answers.this.as_deref().map_or("?".to_owned(), folded),
            Party::Named(name) => folded(name),
        };
        if parties.is_empty() {
            vec!["?".to_owned()]
        } else {
            parties.iter().map(name).collect()
        }
    };
    for from in names(&claim.from) {
        for to in names(&claim.to) {
            for (carrier, range) in claim.pieces.iter().flat_map(ranges_of) {
                rows.insert((from.clone(), to.clone(), carrier, range));
            }
        }
    }
}

fn ranges_of(piece: &Piece) -> Vec<(String, String)> {
    let carrier = match piece.carrier {
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

fn expected(text: &str) -> BTreeSet<Row> {
    let mut rows = BTreeSet::new();
    for line in text.lines().skip(1).filter(|it| !it.trim().is_empty()) {
        let cells = cells(line);
        for from in cells[0].split(';') {
            for to in cells[1].split(';') {
                for transport in cells[3].split('+') {
                    for range in cells[2].split(';') {
                        rows.insert((
                            folded(from),
                            folded(to),
                            transport.to_owned(),
                            range.trim().to_owned(),
                        ));
                    }
                }
            }
        }
    }
    rows
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|it| panic!("{}: {it}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|it| it.unwrap().path()).collect();
    files.sort();
    files
}

/// One way of counting over all documents.
struct Totals {
    ports: Score,
    asserted: Score,
    rows: Score,
}

fn measure(folder: &Path, with_answers: bool, worst: &mut BTreeMap<String, f64>) -> Totals {
    let mut totals = Totals {
        ports: Score::default(),
        asserted: Score::default(),
        rows: Score::default(),
    };
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
        let (facts, answers) = read(&text, name, answers);
        let wanted = expected(&fs::read_to_string(&path).unwrap());
        let mut found = BTreeSet::new();
        for claim in &facts.claims {
            rows_of(claim, &answers, &mut found);
        }
        if id == "sccm" {
            // Its expected rows are an excerpt: whole sections, by their two ends.
            let pairs: BTreeSet<(&String, &String)> =
                wanted.iter().map(|it| (&it.0, &it.1)).collect();
            found.retain(|it| pairs.contains(&(&it.0, &it.1)));
        }
        let short = |rows: &BTreeSet<Row>| -> BTreeSet<(String, String)> {
            rows.iter().map(|it| (it.2.clone(), it.3.clone())).collect()
        };
        let ports = Score::of(&short(&found), &short(&wanted));
        let asserted: BTreeSet<Row> = found
            .iter()
            .filter(|it| it.0 != "?" && it.1 != "?")
            .cloned()
            .collect();
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
        if std::env::var_os("PORTMATRIX_IMPORT_SHOW")
            .is_some_and(|it| it == "all" || it == id.as_str())
        {
            for it in found.difference(&wanted) {
                println!("    found    {} -> {} {}/{}", it.0, it.1, it.2, it.3);
            }
            for it in wanted.difference(&found) {
                println!("    expected {} -> {} {}/{}", it.0, it.1, it.2, it.3);
            }
        }
        worst.insert(id, ports.precision().min(ports.recall()));
        totals.ports.add(ports);
        totals.asserted.add(asserted);
        totals.rows.add(rows);
    }
    totals
}

#[test]
fn pages_are_read_as_well_as_promised() {
    let Some(folder) = std::env::var_os("PORTMATRIX_IMPORT") else {
        println!(
            "SKIPPED: PORTMATRIX_IMPORT does not name a folder with documents and expected rows"
        );
        return;
    };
    let folder = Path::new(&folder);
    let mut worst = BTreeMap::new();
    println!("without answers");
    let without = measure(folder, false, &mut worst);
    println!("with answers");
    let with = measure(folder, true, &mut worst);
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
    for (what, value, bar) in bars {
        println!("{what:30} {value:.3} (bar {bar})");
        if value < bar {
            missed.push(format!("{what}: {value:.3} < {bar}"));
        }
    }
    missed.extend(
        worst
            .iter()
            .filter(|it| *it.1 < 0.8)
            .map(|(id, value)| format!("{id}: {value:.2} at the level of ports")),
    );
    crate::support::none(&missed);
}
