//! Random estates and random changes of them.

use super::estate::Estate;
use super::generated::{Group, Kind, Random};
use crate::end_to_end::cli::Cli;
use std::fmt::Write as _;

/// Groups that a configuration creates, and networks whose default groups it manages from time to time.
const ORDINARY: usize = 40;
const DEFAULT: usize = 4;

/// Further plans that change the groups.
const ROUNDS: usize = 3;

/// The least number of groups that these plans change.
const CHANGES: usize = 100;

fn network() -> String {
    let mut text = "resource \"aws_vpc\" \"net\" {\n  cidr_block = \"10.0.0.0/16\"\n  assign_generated_ipv6_cidr_block = true\n}\n\
        resource \"aws_ec2_managed_prefix_list\" \"office\" {\n  name = \"office\"\n  address_family = \"IPv4\"\n  max_entries = 1\n}\n"
        .to_owned();
    for at in 0..DEFAULT {
        let _ = write!(
            text,
            "resource \"aws_vpc\" \"d{at}\" {{\n  cidr_block = \"10.{at}.0.0/16\"\n  assign_generated_ipv6_cidr_block = true\n}}\n"
        );
    }
    for name in ["client", "server"] {
        let _ = write!(
            text,
            "resource \"aws_security_group\" \"{name}\" {{\n  name = \"{name}\"\n  vpc_id = aws_vpc.net.id\n}}\n"
        );
    }
    text
}

/// What the review of each plan says equals what the endpoint has after it, and the next plan removes what it calls contested.
pub(super) fn random_changes_are_as_reviewed(cli: &Cli) {
    let seed = std::env::var("PORTMATRIX_SEED").ok();
    let seed = seed.map_or(20_261_129, |it| it.parse().expect("a number"));
    let (mut random, mut number) = (Random(seed), 0);
    let estate = Estate::new(cli);
    estate.root.write("net.tf", &network());
    estate.root.run(&["init"]).succeeds();
    estate.root.apply();
    let ordinary = (0..ORDINARY).map(|it| Group::new(format!("g{it}"), Kind::Ordinary));
    let default = (0..DEFAULT).map(|it| Group::new(format!("d{it}"), Kind::Unmanaged));
    let mut groups: Vec<Group> = ordinary.chain(default).collect();
    let (mut texts, mut changes) = (Vec::new(), 0);
    for round in 0..=ROUNDS {
        for group in &mut groups {
            group.change(&mut random, &mut number);
        }
        let was = texts;
        texts = groups.iter().map(Group::text).collect();
        let pairs = was.iter().zip(&texts);
        changes += pairs.filter(|(was, is)| was != is).count();
        estate.root.write("main.tf", &texts.concat());
        let what = format!("PORTMATRIX_SEED={seed}, round {round}");
        let change = estate.change(&[], &what);
        groups.iter_mut().for_each(Group::was_applied);
        if round % 2 == 1 {
            estate.next_plan_agrees(&change, &what);
        }
    }
    assert!(changes >= CHANGES, "PORTMATRIX_SEED={seed}: {changes}");
}
