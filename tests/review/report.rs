//! The whole of a review: what is in scope, what is told of it, and the line that sums it up.

use crate::review::rules::{between, deny, found, rule, wanted};
use portmatrix::catalog::Catalog;
use portmatrix::model::platform::PlatformId;
use portmatrix::model::words::{Direction, Severity};
use portmatrix::review::rule::Rule;
use portmatrix::review::{Kind, Report, ReviewInput, review};

fn report(wanted: &[Rule], found: &[Rule], ignore: &[&str]) -> Report {
    let estate = ReviewInput {
        wanted: wanted.to_vec(),
        found: found.to_vec(),
        reviewed: [PlatformId::Aws, PlatformId::Azure]
            .map(|it| (it, Direction::Ingress))
            .into(),
        ignore: ignore.iter().map(|it| (*it).to_owned()).collect(),
        ..ReviewInput::default()
    };
    review(&estate, &Catalog::default(), "en")
}

fn told(report: &Report) -> Vec<String> {
    let one = |it: &portmatrix::review::Finding| {
        let names: Vec<&str> = it.ids.iter().chain(&it.keys).map(|it| &**it).collect();
        format!("{} {}", it.kind, names.join(" "))
    };
    report.findings.iter().map(one).collect()
}

#[test]
fn what_is_ignored_hides_nothing_else() {
    let bastion = found("sgr-bastion", "tcp/22", "10.0.0.0/8");
    let rogue = found("sgr-rogue", "tcp/22", "10.1.0.0/16");
    let both = [bastion.clone(), rogue];
    assert_eq!(
        told(&report(&[], &both, &[])),
        ["extra sgr-bastion sgr-rogue"]
    );
    let ignored = report(&[], &both, &["sgr-bastion"]);
    assert_eq!(told(&ignored), ["extra sgr-rogue sgr-bastion"]);
    assert!(!ignored.in_sync);
    assert!(
        ignored.summary.ends_with("; 1 rule ignored"),
        "{}",
        ignored.summary
    );
    // The wanted side likewise, and what an ignored rule permits is permitted.
    let wide = wanted("w1", "tcp/443", "10.0.0.0/8");
    let narrow = wanted("w2", "tcp/443", "10.1.0.0/16");
    assert_eq!(told(&report(&[wide, narrow], &[], &["w1"])), ["missing w2"]);
    let ssh = wanted("ssh", "tcp/22", "10.9.0.0/16");
    assert!(report(&[ssh], &[bastion], &["sgr-b*"]).in_sync);
}

#[test]
fn points_out_of_scope_are_counted() {
    let mut elsewhere = found("sgr-2", "tcp/22", "0.0.0.0/0");
    elsewhere.direction = Direction::Egress;
    let rules = [found("sgr-1", "tcp/443", "10.0.0.0/24"), elsewhere];
    let w = [wanted("w", "tcp/443", "10.0.0.0/24")];
    let all = report(&w, &rules, &[]);
    assert_eq!((all.in_sync, all.not_reviewed), (true, 1));
    assert_eq!(all.matched, [(0, 0)]);
    assert_eq!(
        all.summary,
        "in sync: 1 rule at 1 point; 1 rule not reviewed"
    );
    let none = report(&w, &rules, &["sg-1"]);
    assert_eq!((none.findings.len(), none.not_reviewed), (0, 2));
    // Azure knows no case.
    let nsg = [rule("Rogue", "tcp/22", "10.0.0.0/24", 100, false)];
    assert_eq!(report(&[], &nsg, &["RG/NSG"]).not_reviewed, 1);
    assert!(report(&[], &nsg, &["rogue"]).findings.is_empty());
    assert_eq!(report(&[], &nsg, &["rg/other"]).findings.len(), 1);
}

#[test]
fn everyone_may_come_in_halves() {
    let halves = [
        found("a", "tcp/8444", "0.0.0.0/1"),
        found("b", "tcp/1-65535", "128.0.0.0/1"),
    ];
    let severities = |rules: &[Rule]| -> Vec<Severity> {
        report(&[], rules, &[])
            .findings
            .iter()
            .map(|it| it.severity)
            .collect()
    };
    let whole = severities(&[found("a", "tcp/8444", "0.0.0.0/0")]);
    assert_eq!(severities(&halves)[0], whole[0]);
    assert_ne!(severities(&halves[..1])[0], whole[0]);
}

#[test]
fn an_extra_rule_is_to_be_deleted_whole() {
    let rules = [
        found("a", "tcp/9999", "0.0.0.0/1"),
        found("b", "tcp/0-65535", "8.0.0.0/7"),
    ];
    for it in report(&[], &rules, &[]).findings {
        assert!(it.remedy.starts_with("delete `"), "{}", it.remedy);
    }
}

#[test]
fn only_the_peer_may_be_written_differently() {
    let by_tag = between("web", "app", rule("w", "tcp/443", "app", 100, false));
    let known = between(
        "db",
        "app",
        rule("k", "tcp/5432", "10.1.0.0/24", 110, false),
    );
    let mut own = rule("f", "tcp/443", "10.1.0.0/24", 100, false);
    let kinds = |found: &Rule| -> Vec<Kind> {
        let w = [by_tag.clone(), known.clone()];
        let report = report(&w, &[found.clone(), known.clone()], &[]);
        report.findings.iter().map(|it| it.kind).collect()
    };
    assert_eq!(kinds(&own), [Kind::Unproven]);
    own.extent.own = crate::review::rules::ends("vault");
    assert_eq!(kinds(&own), [Kind::Missing, Kind::Extra]);
}

#[test]
fn a_missing_deny_rule_is_described_as_a_deny_rule() {
    let w = [
        rule("w", "tcp/443", "10.0.0.0/24", 100, false),
        deny("rest", "any", "*", 4096),
    ];
    let report = report(&w, &w[..1], &[]);
    assert_eq!(told(&report), ["missing rest"]);
    let said = &report.findings[0].message;
    assert!(
        said.starts_with(
            "`rest` should deny everything from anyone at `rg/nsg` but does not exist: "
        ),
        "{said}"
    );
}
