//! Releases, choices, conditions, defaults and numbers: what resolves, against worked answers and against a naive reading of the rules.

use crate::support::is_long;
use portmatrix::catalog::load;
use portmatrix::catalog::resolve::{Matrix, resolve};
use portmatrix::model::finding::Finding;
use portmatrix::model::layout::Overrides;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

const HEAD: &str = "format = 1\nname = \"it\"\ntitle = \"It\"\nvendor = \"Us\"\n\
    source = [{ id = \"page\", title = \"Page\", url = \"https://example.com\", retrieved = \"2026-11-20\" }]\n";

/// A flow without the fields that do not matter here.
fn flow(id: &str, ends: &str, service: &str, more: &str) -> String {
    let (from, to) = ends.split_once('>').unwrap();
    format!(
        "[[flow]]\nid = \"{id}\"\nfrom = \"{from}\"\nto = \"{to}\"\nservices = [\"{service}\"]\nplane = \"data\"\nexposure = \"internal\"\n\
         purpose = {{ en = \"it\" }}\nsource = {{ ref = \"page\", at = \"row\" }}\n{more}\n"
    )
}

fn components(names: &[&str]) -> String {
    let mut text = String::new();
    for it in names {
        write!(text, "[component.{it}]\ntitle = \"C\"\nkind = \"own\"\n").unwrap();
    }
    text
}

fn resolved(text: &str, release: Option<&str>, overrides: &Overrides) -> (Matrix, Vec<Finding>) {
    let product = load(text).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{text}"));
    resolve(&Arc::new(product).at(release), overrides)
}

/// The flows that are on, with what they listen on.
fn on(matrix: &Matrix) -> String {
    let flows = matrix.flows.iter().filter(|(_, it)| it.enabled);
    let lines = flows.map(|(id, it)| {
        let traffic: Vec<String> = it.listens.iter().map(ToString::to_string).collect();
        format!("{id} {}", traffic.join(" "))
    });
    lines.collect::<Vec<_>>().join("; ")
}

fn map(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    let entries = entries.iter();
    entries
        .map(|(name, it)| ((*name).to_owned(), (*it).to_owned()))
        .collect()
}

#[test]
fn a_pinned_release_has_its_own_ports() {
    let text = [
        HEAD.to_owned(),
        "version = \"1.77\"\ncovers = \">=1.62, <1.78\"\n".to_owned(),
        components(&["node"]),
        "[feature.vm]\ntitle = \"VM\"\n\
         [choice.first]\ntitle = \"First release\"\noptions = { new = \"1.71\", middle = \"1.64\", old = \"1.63\" }\ndefault = \"old\"\n\
         defaults = [{ releases = \">=1.71\", default = \"new\" }, { releases = \">=1.64\", default = \"middle\" }]\n\
         [port.vxlan]\ndefault = \"8472\"\ndefaults = [{ when = \"first.new\", default = \"4298\" }, { when = \"first.middle+vm\", default = \"4298\" }, \
         { when = \"first.middle\", default = \"4299\" }, { when = \"vm\", default = \"8469\" }]\n\
         [port.migration]\ndefaults = [{ releases = \">=1.75\", default = \"4135-4199\" }, { releases = \"<=1.70\", default = \"49152-49153\" }]\n"
            .to_owned(),
        flow("vxlan", "node>node", "udp/{vxlan}", ""),
        flow("migration", "node>node", "tcp/{migration}", "releases = [\"<=1.70\", \">=1.75\"]\nwhen = \"vm\""),
        flow("ntp", "node>node", "udp/123", "releases = \"<1.63\""),
    ]
    .concat();
    for (release, vm, wanted) in [
        (Some("1.62"), false, "ntp udp/123; vxlan udp/8472"),
        (
            Some("1.62.4"),
            true,
            "migration tcp/49152-49153; ntp udp/123; vxlan udp/8469",
        ),
        (Some("1.70"), false, "vxlan udp/4299"),
        (
            Some("v1.70.12"),
            true,
            "migration tcp/49152-49153; vxlan udp/4298",
        ),
        (Some("1.72"), true, "vxlan udp/4298"),
        (
            Some("1.77"),
            true,
            "migration tcp/4135-4199; vxlan udp/4298",
        ),
        (None, true, "migration tcp/4135-4199; vxlan udp/4298"),
    ] {
        let enable = if vm {
            vec!["vm".to_owned()]
        } else {
            Vec::new()
        };
        let overrides = Overrides {
            enable,
            ..Overrides::default()
        };
        let (matrix, findings) = resolved(&text, release, &overrides);
        assert_eq!(on(&matrix), wanted, "{release:?}");
        assert!(findings.is_empty(), "{findings:?}");
    }
    // A name of another release is an error that says so, other than in `disable`.
    let said = |overrides: Overrides| {
        let (_, findings) = resolved(&text, Some("1.70"), &overrides);
        findings
            .into_iter()
            .map(|it| it.message)
            .collect::<Vec<_>>()
    };
    let ntp = || vec!["ntp".to_owned()];
    let enable = Overrides {
        enable: ntp(),
        ..Overrides::default()
    };
    assert_eq!(
        said(enable),
        ["`it` 1.70 has no flow or feature `ntp`: not in 1.70; before 1.63"]
    );
    let disable = Overrides {
        disable: ntp(),
        ..Overrides::default()
    };
    assert_eq!(said(disable), Vec::<String>::new());
    // The digest is that of what resolved.
    let digest = |release| {
        resolved(&text, Some(release), &Overrides::default())
            .0
            .digest
    };
    assert_eq!(digest("1.72"), digest("1.74.3"));
    assert_ne!(digest("1.62"), digest("1.70"));
}

#[test]
fn instance_numbers_make_ports() {
    let text = [
        HEAD.to_owned(),
        "version = \"7.5\"\n".to_owned(),
        components(&["gui", "app"]),
        "[number.app]\ntitle = \"App\"\nwithin = \"0-97\"\ndigits = 2\ndefault = \"00\"\n\
         [number.ascs]\ntitle = \"ASCS\"\nwithin = \"0-97\"\ndigits = 2\n\
         [number.next]\ntitle = \"Next\"\ndigits = 2\noffset = { of = \"app\", by = 1 }\n\
         [port.dispatcher]\ndefault = \"32{app}\"\n[port.start]\ndefault = \"5{app}13, 5{app}14\"\n\
         [port.sql]\ndefault = \"3{app}40-3{app}99\"\n[port.replication]\ndefault = \"4{next}01-4{next}07\"\n[port.messages]\ndefault = \"36{ascs}\"\n"
            .to_owned(),
        flow("dispatcher", "gui>app", "tcp/{dispatcher}", ""),
        flow("start", "gui>app", "tcp/{start}", ""),
        flow("sql", "gui>app", "tcp/{sql}", ""),
        flow("replication", "gui>app", "tcp/{replication}", ""),
        flow("messages", "gui>app", "tcp/{messages}", ""),
    ]
    .concat();
    let with = |numbers: &[(&str, &str)]| {
        let overrides = Overrides {
            numbers: map(numbers),
            ..Overrides::default()
        };
        let (matrix, findings) = resolved(&text, None, &overrides);
        (on(&matrix), findings, matrix)
    };
    let (flows, findings, matrix) = with(&[]);
    assert_eq!(
        flows,
        "dispatcher tcp/3200; messages ; replication tcp/40101-40107; sql tcp/30040-30099; start tcp/50013 tcp/50014"
    );
    assert!(findings.is_empty() && matrix.flows["messages"].unset.contains("messages"));
    assert!(matrix.ports["messages"].missing.contains("ascs"));
    let (flows, findings, _) = with(&[("app", "00, 02-03"), ("ascs", "1")]);
    assert!(
        flows.contains("dispatcher tcp/3200 tcp/3202 tcp/3203; messages tcp/3601;"),
        "{flows}"
    );
    assert!(
        flows.contains("replication tcp/40101-40107 tcp/40301-40307 tcp/40401-40407"),
        "{flows}"
    );
    assert!(findings.is_empty());
    for (numbers, words) in [
        (("app", "98"), "98 of `app` is outside what `it` uses: 0-97"),
        (("app", "x"), "`x` is not a whole number"),
        (("next", "1"), "`next` follows `app`"),
        (("apps", "1"), "has no number `apps`"),
        (("app", "0-97"), "is more than 1024 ports"),
    ] {
        let (_, findings, _) = with(&[numbers]);
        assert!(
            findings.iter().any(|it| it.message.contains(words)),
            "{numbers:?}: {findings:?}"
        );
    }
}

#[test]
fn exactly_one_option_is_on() {
    let text = [
        HEAD.to_owned(),
        "version = \"2019\"\n".to_owned(),
        components(&["internet", "mailbox", "edge"]),
        "[choice.mail]\ntitle = \"Mail\"\noptions = { direct = \"Mailbox\", edge = \"Edge\" }\n"
            .to_owned(),
        flow(
            "inbound",
            "internet>mailbox",
            "tcp/25",
            "unless = \"mail.edge\"",
        ),
        flow(
            "outbound",
            "mailbox>internet",
            "tcp/25",
            "when = \"mail.direct\"",
        ),
        flow("sync", "mailbox>edge", "tcp/50636", "when = \"mail.edge\""),
    ]
    .concat();
    for (choices, enable, wanted) in [
        (
            &[][..],
            &[][..],
            "inbound tcp/25; outbound tcp/25; sync tcp/50636",
        ),
        (
            &[("mail", "direct")],
            &[],
            "inbound tcp/25; outbound tcp/25",
        ),
        (&[("mail", "edge")], &[], "sync tcp/50636"),
        // Naming a flow overrules its conditions.
        (
            &[("mail", "edge")],
            &["inbound"],
            "inbound tcp/25; sync tcp/50636",
        ),
    ] {
        let enable = enable.iter().map(|it: &&str| (*it).to_owned()).collect();
        let overrides = Overrides {
            choices: map(choices),
            enable,
            ..Overrides::default()
        };
        let (matrix, findings) = resolved(&text, None, &overrides);
        assert_eq!(on(&matrix), wanted);
        assert!(findings.is_empty(), "{findings:?}");
    }
}

/// Numbers that look random, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// Releases from one to below another of 1.0 to 1.9, or all.
    fn span(&mut self) -> (u64, u64) {
        let from = self.below(10);
        let to = from + 1 + self.below(10 - from);
        if self.below(2) == 0 {
            (0, 10)
        } else {
            (from, to)
        }
    }
}

fn releases((from, to): (u64, u64)) -> String {
    match (from, to) {
        (0, 10) => String::new(),
        (0, to) => format!("releases = \"<1.{to}\"\n"),
        (from, 10) => format!("releases = \">=1.{from}\"\n"),
        (from, to) => format!("releases = [\">=1.{from}, <1.{to}\"]\n"),
    }
}

/// One world and what a person reads in it, by hand.
fn world(dice: &mut Dice) {
    let pin = Some(dice.below(10)).filter(|_| dice.below(4) > 0);
    let is_now = |(from, to): (u64, u64)| (from..to).contains(&pin.unwrap_or(9));
    let mut text = format!("{HEAD}version = \"1\"\ncovers = \">=1.0, <1.10\"\n");
    let parts: Vec<_> = (0..3).map(|_| dice.span()).collect();
    for (at, it) in parts.iter().enumerate() {
        write!(
            text,
            "[component.c{at}]\ntitle = \"C\"\nkind = \"own\"\n{}",
            releases(*it)
        )
        .unwrap();
    }
    let mut overrides = Overrides::default();
    // A feature: a default, and what the user says: nothing, on, off.
    let (default, said) = (dice.below(2) == 0, dice.below(3));
    writeln!(text, "[feature.x]\ntitle = \"X\"\ndefault = {default}").unwrap();
    match said {
        1 => overrides.enable.push("x".to_owned()),
        2 => overrides.disable.push("x".to_owned()),
        _ => {}
    }
    let feature = said == 1 || (default && said == 0);
    // A choice of three options, of which one may be of some releases only.
    let (span, default, chosen) = (dice.span(), dice.below(4), dice.below(4));
    let option = |it: u64| ["a", "b", "c"].get(usize::try_from(it).unwrap()).copied();
    let is_there = |it: &str| it != "c" || is_now(span);
    write!(text, "[choice.k]\ntitle = \"K\"\n").unwrap();
    if let Some(it) = option(default) {
        writeln!(text, "default = \"{it}\"").unwrap();
    }
    write!(
        text,
        "[choice.k.options]\na = \"A\"\nb = \"B\"\n[choice.k.options.c]\ntitle = \"C\"\n{}",
        releases(span)
    )
    .unwrap();
    let chosen = option(chosen).filter(|it| is_there(it));
    if let Some(it) = chosen {
        overrides.choices.insert("k".to_owned(), it.to_owned());
    }
    let chosen = chosen.or(option(default).filter(|it| is_there(it)));
    let holds = |name: &str, undecided: bool| match name.strip_prefix("k.") {
        None => feature,
        Some(it) if !is_there(it) => false,
        Some(it) => chosen.map_or(undecided, |chosen| chosen == it),
    };
    let all = |term: &str, undecided| term.split('+').all(|it| holds(it, undecided));
    let terms = ["x", "k.a", "k.b", "k.c", "x+k.a", "x+k.c"];
    // A number and a port with a default under a condition.
    let given = dice.below(10);
    writeln!(
        text,
        "[number.n]\ntitle = \"N\"\nwithin = \"0-9\"\ndigits = 2\ndefault = \"07\""
    )
    .unwrap();
    let number = if given < 5 {
        overrides
            .numbers
            .insert("n".to_owned(), format!("0{given}"));
        given
    } else {
        7
    };
    let (span, when) = (dice.span(), terms[usize::try_from(dice.below(6)).unwrap()]);
    let conditions = format!("when = \"{when}\"\n{}", releases(span));
    write!(
        text,
        "[port.p]\ndefault = \"20{{n}}\"\n[[port.p.defaults]]\ndefault = \"10{{n}}\"\n{conditions}"
    )
    .unwrap();
    let hundreds = if is_now(span) && all(when, true) {
        10
    } else {
        20
    };
    let port = match dice.below(4) {
        0 => {
            overrides.ports.insert("p".to_owned(), "99".to_owned());
            99
        }
        _ => hundreds * 100 + number,
    };
    let mut wanted = BTreeMap::new();
    for at in 0..4 {
        let (span, from, to) = (dice.span(), dice.below(3), dice.below(3));
        let when =
            Some(terms[usize::try_from(dice.below(6)).unwrap()]).filter(|_| dice.below(2) == 0);
        let unless =
            Some(terms[usize::try_from(dice.below(6)).unwrap()]).filter(|_| dice.below(3) == 0);
        let mut more = releases(span);
        for (name, term) in [("when", when), ("unless", unless)] {
            if let Some(term) = term {
                writeln!(more, "{name} = \"{term}\"").unwrap();
            }
        }
        let id = format!("f{at}");
        let ends = format!("c{from}>c{to}");
        text += &flow(&id, &ends, "tcp/{p}", &more);
        let end = |it: u64| is_now(parts[usize::try_from(it).unwrap()]);
        if !is_now(span) || !end(from) || !end(to) {
            continue;
        }
        let named = dice.below(4);
        match named {
            1 => overrides.enable.push(id.clone()),
            2 => overrides.disable.push(id.clone()),
            _ => {}
        }
        let by_itself =
            when.is_none_or(|it| all(it, true)) && !unless.is_some_and(|it| all(it, false));
        let features_off = said == 2 && when.is_some_and(|it| it.split('+').any(|it| it == "x"));
        if (named == 1 || by_itself) && named != 2 && !features_off {
            wanted.insert(id, port);
        }
    }
    let release = pin.map(|it| format!("1.{it}"));
    let (matrix, findings) = resolved(&text, release.as_deref(), &overrides);
    assert!(findings.is_empty(), "{findings:?}\n{text}");
    let wanted: Vec<String> = wanted
        .iter()
        .map(|(id, port)| format!("{id} tcp/{port}"))
        .collect();
    assert_eq!(
        on(&matrix),
        wanted.join("; "),
        "{release:?} {overrides:?}\n{text}"
    );
}

#[test]
fn what_resolves_is_what_a_person_reads() {
    let mut dice = Dice(14);
    for _ in 0..if is_long() { 20_000 } else { 2_000 } {
        world(&mut dice);
    }
}
