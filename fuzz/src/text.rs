//! Texts that people write: what is read is what is printed, and what is refused says what to write.

use portmatrix::catalog::bounds::Covers;
use portmatrix::catalog::version::Version;
use portmatrix::model::address::{Cidr, Family};
use portmatrix::model::blocks::{aggregated, subtracted};
use portmatrix::model::name::{address_name_fault, good_name, is_name, nearest, suggest};
use portmatrix::model::ports::{PortRange, port_list, shifted};
use portmatrix::model::traffic::{PortSpec, Service, Traffic};
use portmatrix::review::globs::Globs;

/// Each line is a text by itself, and some come in pairs.
pub(crate) fn holds(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let lines: Vec<&str> = text.lines().take(8).collect();
    for line in &lines {
        address(line);
        ports(line);
        version(line);
        name(line, &lines);
    }
    blocks(&lines);
    traffic(&lines);
    versions(&lines);
    globs(&lines);
}

fn address(text: &str) {
    for family in Family::ALL {
        match Cidr::parse(text, family) {
            Ok(cidr) => {
                assert_eq!(cidr.family(), family);
                assert_eq!(Cidr::parse(&cidr.to_string(), family), Ok(cidr));
                assert_eq!(Cidr::meant_by(text), Some(cidr));
            }
            Err(bad) => assert!(!bad.message.is_empty() && !bad.remedy.is_empty()),
        }
    }
    if let Some(cidr) = Cidr::meant_by(text) {
        assert_eq!(Cidr::meant_by(&cidr.to_string()), Some(cidr));
    }
}

fn ports(text: &str) {
    if let Ok(range) = PortRange::parse(text) {
        assert_eq!(PortRange::parse(&range.to_string()), Ok(range));
        assert!(range.from <= range.to);
    }
    let Ok(list) = PortRange::parse_list(text) else {
        return;
    };
    assert_eq!(PortRange::parse_list(&port_list(&list)).as_ref(), Ok(&list));
    for by in [1, -1, 10_000, i32::MAX, i32::MIN] {
        if let Ok(moved) = shifted(&list, by) {
            assert_eq!(shifted(&moved, -by).as_ref(), Ok(&list));
        }
    }
}

fn version(text: &str) {
    if let Some(version) = Version::parse(text) {
        assert_eq!(version.as_str(), text);
        let covers = Covers::parse(&format!("={text}")).expect("a bound");
        // A bound drops `v` and the like in front of a number.
        let digits = text.trim_start_matches(|it: char| !it.is_ascii_digit());
        let prefix = text[..text.len() - digits.len()].to_ascii_lowercase();
        let is_dropped =
            !digits.is_empty() && ["v", "v.", "release.", "release-"].contains(&prefix.as_str());
        let bare = if is_dropped { digits } else { text };
        assert!(covers.contains(&Version::parse(bare).expect("a version")));
    }
    let _ = Covers::parse(text);
}

fn name(text: &str, known: &[&str]) {
    if is_name(text) {
        assert_eq!(good_name(text).as_deref(), Some(text));
        assert_eq!(address_name_fault(text), None);
    }
    if let Some(good) = good_name(text) {
        assert!(is_name(&good), "{good:?}");
    }
    if let Some(near) = nearest(text, known.iter().copied()) {
        assert!(known.contains(&near));
    }
    assert!(!suggest(text, known.iter().copied()).is_empty());
}

/// Joined blocks are the same addresses, and nothing is left of what is taken from itself.
fn blocks(lines: &[&str]) {
    let given: Vec<Cidr> = lines.iter().filter_map(|it| Cidr::meant_by(it)).collect();
    let joined = aggregated(given.iter().copied());
    assert_eq!(aggregated(joined.iter().copied()), joined);
    for one in &given {
        assert!(joined.iter().any(|it| it.contains(*one)));
    }
    let left =
        |from: &[Cidr], taken: &[Cidr]| subtracted(from.iter().copied(), taken.iter().copied());
    assert_eq!(left(&given, &joined), []);
    assert_eq!(left(&joined, &given), []);
}

/// Equal parts of a key are equal traffic, and what covers also overlaps.
fn traffic(lines: &[&str]) {
    let mut all: Vec<Traffic> = Vec::new();
    for line in lines {
        match Service::parse(line) {
            Ok(Service::Fixed(traffic)) => all.push(traffic),
            Ok(Service::Ports(transports, specs)) => {
                let ranges = specs.iter().filter_map(|it| match it {
                    PortSpec::Range(range) => Some(*range),
                    PortSpec::Parameter(_) => None,
                });
                let each = ranges.flat_map(|range| {
                    let of = |it: &_| Traffic::Ports(*it, range);
                    transports.iter().map(of).collect::<Vec<_>>()
                });
                all.extend(each.take(16));
            }
            Err(message) => assert!(!message.is_empty()),
        }
    }
    for one in &all {
        let again = match *one {
            Traffic::Ports(transport, range) => {
                Service::Ports(vec![transport], vec![PortSpec::Range(range)])
            }
            fixed => Service::Fixed(fixed),
        };
        assert_eq!(Service::parse(&one.to_string()), Ok(again));
        for other in &all {
            let keys = [one, other].map(|it| it.key().to_string());
            assert_eq!(keys[0] == keys[1], one == other, "{keys:?}");
            assert_eq!(one.overlaps(*other), other.overlaps(*one));
            assert!(!one.covers(*other) || one.overlaps(*other), "{keys:?}");
            assert_eq!(one.covers(*other) && other.covers(*one), one == other);
        }
    }
}

/// Versions have one order, in which equal ones are equal to all others alike.
fn versions(lines: &[&str]) {
    let all: Vec<Version> = lines.iter().filter_map(|it| Version::parse(it)).collect();
    for one in &all {
        for other in &all {
            assert_eq!(one.cmp(other), other.cmp(one).reverse());
            assert_eq!(one.cmp(other).is_eq(), one == other);
            for third in &all {
                assert!(!(one <= other && other <= third) || one <= third);
            }
        }
    }
}

/// The first line is a glob of the others.
fn globs(lines: &[&str]) {
    let Some((glob, names)) = lines.split_first() else {
        return;
    };
    let globs = Globs::new(&[(*glob).to_owned()]);
    if !glob.contains(['*', '?']) {
        assert!(globs.fit(glob, None));
    }
    for name in names {
        let fits = globs.fit(name, None);
        assert!(!fits || glob.contains(['*', '?']) || glob == name);
    }
}
