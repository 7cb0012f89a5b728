//! Rows that are left after merging, compared with plain aggregation of the same rows.

use crate::layouts::{self, Placed, Plan};
use crate::packets::difference;
use crate::plain::{self, Row};
use portmatrix::render::aws::{PriorGroups, render};
use portmatrix::render::merge;

/// The rows of one layout: as they come, joined by this provider, and by plain aggregation.
struct Counted {
    none: usize,
    ports: usize,
    all: usize,
    by_traffic: usize,
    by_end: usize,
    /// Both, in the better order.
    both: usize,
}

pub(crate) fn table() {
    println!(
        "{:<28} {:>5}  {:<8}  {:>6} {:>6} {:>6} {:>6}   {:>9} {:>9} {:>6}   {:>8}",
        "ROWS ON AWS, BOTH DIRECTIONS",
        "ZONES",
        "NETWORKS",
        "none",
        "ports",
        "all",
        "",
        "per port",
        "per block",
        "both",
        "all:both"
    );
    let mut sum = Vec::new();
    for placed in layouts::all() {
        for plan in Plan::ALL {
            let counted = count(&placed, plan);
            line(&placed.name, placed.zone_count(), plan.as_str(), &counted);
            sum.push(counted);
        }
    }
    let total = |of: fn(&Counted) -> usize| sum.iter().map(of).sum();
    let total = Counted {
        none: total(|it| it.none),
        ports: total(|it| it.ports),
        all: total(|it| it.all),
        by_traffic: total(|it| it.by_traffic),
        by_end: total(|it| it.by_end),
        both: total(|it| it.both),
    };
    line("all of them", 0, "", &total);
}

fn line(name: &str, zones: usize, plan: &str, it: &Counted) {
    #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
    let ratio = |a: usize, b: usize| a as f64 / b as f64;
    println!(
        "{name:<28} {zones:>5}  {plan:<8}  {:>6} {:>6} {:>6} {:>5.0}%   {:>9} {:>9} {:>6}   {:>7.2}x",
        it.none,
        it.ports,
        it.all,
        100.0 * ratio(it.all, it.none),
        it.by_traffic,
        it.by_end,
        it.both,
        ratio(it.all, it.both),
    );
}

fn count(placed: &Placed, plan: Plan) -> Counted {
    let addresses = placed.addresses(plan);
    let joined = merge::addresses(&addresses);
    let joined_rules = merge::ports(&placed.rules);
    let rows = |rules, addresses| {
        let none = PriorGroups::new();
        plain::rows(&render(rules, placed.zones(addresses), [&none, &none]))
    };
    let none = rows(&placed.rules, &addresses);
    let (by_traffic, by_end) = (plain::by_traffic(&none), plain::by_end(&none));
    let same = |rows: Vec<Row>| {
        let found = difference(&none, &rows);
        assert_eq!(found, None, "other packets in {}", placed.name);
        rows.len()
    };
    Counted {
        none: none.len(),
        ports: same(rows(&joined_rules, &addresses)),
        all: same(rows(&joined_rules, &joined)),
        both: same(plain::by_end(&by_traffic)).min(same(plain::by_traffic(&by_end))),
        by_traffic: same(by_traffic),
        by_end: same(by_end),
    }
}
