//! Releases, choices, conditions, defaults and numbers: what resolves, against worked answers.

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
