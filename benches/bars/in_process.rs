//! Compiling and rendering, without a process or a wire.

use crate::{Bar, median, milliseconds, timed};
use miniz_oxide::deflate::compress_to_vec;
use portmatrix::catalog::index::Index;
use portmatrix::catalog::lookup::Query;
use portmatrix::catalog::{Catalog, FILES};
use portmatrix::compile::compile;
use portmatrix::model::address::{Addresses, Cidr, Family};
use portmatrix::model::cell::MaybeKnown;
use portmatrix::model::finding::ConfigPath;
use portmatrix::model::layout::{CustomFlow, Layout, Zone};
use portmatrix::model::platform::Parts;
use portmatrix::model::ports::PortRange;
use portmatrix::model::traffic::Service;
use portmatrix::model::words::{Direction, Exposure, Plane, Trust};
use portmatrix::render::Zones;
use portmatrix::render::aws::Aws;
use portmatrix::render::aws::{PriorGroups, render};
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

const RUNS: usize = 7;

pub(crate) fn bars() -> Vec<Bar> {
    let by_address = |rows| measure(&few_zones(rows), rows);
    let by_zone = |rows| measure(&many_zones(rows), rows);
    let (small, large, zones) = (by_address(10_000), by_address(100_000), by_zone(100_000));
    let growth = large.as_secs_f64() / small.as_secs_f64() / 10.0;
    let mut loaded: Vec<_> = FILES
        .iter()
        .map(|file| (median(RUNS, || timed(|| black_box(file.load())).0), file))
        .collect();
    loaded.sort_by_key(|it| it.0);
    let (middling, _) = loaded[loaded.len() / 2];
    let (loading, slowest) = *loaded.last().expect("the catalogue is not empty");
    let [lines, flows] = many_products();
    let catalog = || Catalog::of(Arc::new(Index::unpack(lines, flows).unwrap()));
    let looked_up = |query: &Query| {
        median(RUNS, || {
            timed(|| black_box(catalog().lookup(query).products.len())).0
        })
    };
    let search = looked_up(&Query {
        search: Some("gateway".to_owned()),
        language: Some("tr".to_owned()),
        ..Query::default()
    });
    let reverse = looked_up(&Query {
        port: PortRange::parse("8443").ok(),
        ..Query::default()
    });
    let ten = Duration::from_millis(10);
    vec![
        Bar {
            what: "compile + render 100,000 AWS rules: 10 rules between zones, 10,000 addresses"
                .to_owned(),
            measured: milliseconds(large),
            limit: "<= 200 ms",
            met: large <= Duration::from_millis(200),
        },
        Bar {
            what: "compile + render 100,000 AWS rules: 100,000 rules between 101 zones".to_owned(),
            measured: milliseconds(zones),
            limit: "<= 200 ms",
            met: zones <= Duration::from_millis(200),
        },
        Bar {
            what: "the same at 100,000 against ten times that at 10,000 (1 is linear)".to_owned(),
            measured: format!("{growth:.2} x"),
            limit: "about 1",
            met: growth <= 2.0,
        },
        Bar {
            what: "load one product, the median".to_owned(),
            measured: milliseconds(middling),
            limit: "<= 1 ms",
            met: middling <= Duration::from_millis(1),
        },
        Bar {
            what: format!(
                "load one product: {} {}, the slowest",
                slowest.name, slowest.version
            ),
            measured: milliseconds(loading),
            limit: "<= 2 ms",
            met: loading <= Duration::from_millis(2),
        },
        Bar {
            what: format!("search in an index of {PRODUCTS} products, unpacking included"),
            measured: milliseconds(search),
            limit: "<= 10 ms",
            met: search <= ten,
        },
        Bar {
            what: format!("what listens on a port, in an index of {PRODUCTS} products"),
            measured: milliseconds(reverse),
            limit: "<= 10 ms",
            met: reverse <= ten,
        },
    ]
}

/// The products of an index that is made up.
const PRODUCTS: usize = 150;

/// The texts of an index, packed as in the program: the built-in products again and again under other names.
fn many_products() -> [&'static [u8]; 2] {
    // Writing to a string does not fail.
    let [lines, flows] = Index::built_in().texts();
    let rows: Vec<&str> = lines.lines().skip(1).collect();
    let mut parts: Vec<String> = Vec::new();
    for row in flows.lines() {
        match parts.last_mut() {
            Some(part) if row.starts_with('\t') => {
                let _ = writeln!(part, "{row}");
            }
            _ => parts.push(format!("{row}\n")),
        }
    }
    let mut texts = [String::from("columns\n"), String::new()];
    for at in 0..PRODUCTS {
        let (row, part) = (rows[at % rows.len()], &parts[at % rows.len()]);
        let _ = writeln!(texts[0], "p{at}-{row}");
        let _ = write!(texts[1], "p{at}-{part}");
    }
    texts.map(|it| compress_to_vec(it.as_bytes(), 10).leak() as &[u8])
}

fn measure((layout, addresses): &(Layout, BTreeMap<String, Addresses>), rows: usize) -> Duration {
    let catalog = Catalog::default();
    median(RUNS, || {
        let (time, rendered) = timed(|| {
            let compiled = compile(layout, &catalog);
            let zones = Zones {
                addresses,
                fixed: &compiled.fixed,
            };
            render(
                &compiled.rules,
                zones,
                [&PriorGroups::new(), &PriorGroups::new()],
            )
        });
        assert_eq!(rendered.ingress.len(), rows);
        time
    })
}

/// One group, ten ports, and as many addresses as it takes.
pub(crate) fn few_zones(rows: usize) -> (Layout, BTreeMap<String, Addresses>) {
    let ports: Vec<usize> = (8000..8010).collect();
    let blocks = (0..rows / ports.len()).map(|it| (format!("a{it}"), block(it)));
    let clients = Addresses {
        ipv4: blocks
            .map(|(name, it)| (name.into(), MaybeKnown::Known(it)))
            .collect(),
        ..Addresses::default()
    };
    let addresses = BTreeMap::from([
        ("servers".to_owned(), group("sg-0".to_owned())),
        ("clients".to_owned(), clients),
    ]);
    (
        layout(&addresses, "servers", &["clients".to_owned()], &ports),
        addresses,
    )
}

/// A hundred zones of one address each, and as many ports as it takes.
pub(crate) fn many_zones(rows: usize) -> (Layout, BTreeMap<String, Addresses>) {
    const ZONES: usize = 100;
    let ports: Vec<usize> = (1..=rows / ZONES).map(|it| 10_000 + it * 2).collect();
    let names: Vec<String> = (0..ZONES).map(|it| format!("z{it}")).collect();
    let mut addresses = BTreeMap::from([("servers".to_owned(), group("sg-0".to_owned()))]);
    for (at, name) in names.iter().enumerate() {
        let ipv4 = [("net".into(), MaybeKnown::Known(block(at)))].into();
        addresses.insert(
            name.clone(),
            Addresses {
                ipv4,
                ..Addresses::default()
            },
        );
    }
    (layout(&addresses, "servers", &names, &ports), addresses)
}

fn group(id: String) -> Addresses {
    Addresses {
        parts: Parts::of(Aws {
            group: Some(MaybeKnown::Known(id.into())),
            ..Aws::default()
        }),
        ..Addresses::default()
    }
}

fn block(number: usize) -> Cidr {
    Cidr::parse(
        &format!("10.{}.{}.0/24", number / 256, number % 256),
        Family::V4,
    )
    .unwrap()
}

fn layout(
    addresses: &BTreeMap<String, Addresses>,
    to: &str,
    from: &[String],
    ports: &[usize],
) -> Layout {
    let zone = |it: &Addresses| Zone {
        trust: Trust::Internal,
        segment: None,
        components: Vec::new(),
        exact: false,
        enforced: it.part::<Aws>().is_some(),
        null_block: None,
        several: false,
        everyone: portmatrix::model::global::everyone(it),
        parts: BTreeSet::new(),
        place: ConfigPath::default(),
    };
    let flow = CustomFlow {
        from: from
            .iter()
            .map(|it| (it.clone(), ConfigPath::default()))
            .collect(),
        to: vec![(to.to_owned(), ConfigPath::default())],
        services: ports
            .iter()
            .map(|it| Service::parse(&format!("tcp/{it}")).unwrap())
            .collect(),
        plane: Plane::Data,
        exposure: Exposure::Internal,
        place: ConfigPath::default(),
    };
    Layout {
        zones: addresses
            .iter()
            .map(|(name, it)| (name.clone(), zone(it)))
            .collect(),
        flows: [("load".to_owned(), flow)].into(),
        directions: [Direction::Ingress].into(),
        language: "en".to_owned(),
        ..Layout::default()
    }
}
