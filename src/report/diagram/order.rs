//! In which order the boxes of a column are, so that few lines cross.

use super::Graph;

/// What takes a place in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A box.
    Node(usize),
    /// Where a line goes through between boxes.
    Passage {
        /// The line.
        edge: usize,
    },
}

/// The columns, from top to bottom, and the lines between neighbouring ones.
pub(super) struct Layers {
    /// The items of each column, in order.
    pub(super) columns: Vec<Vec<Item>>,
    /// For each column but the last: from which item to which of the next one lines go, by what they were given as.
    links: Vec<Vec<(Item, Item)>>,
}

/// Rounds of sorting, there and back. More change nothing in layouts of the examples.
const ROUNDS: usize = 12;

pub(super) fn order(graph: &Graph) -> Layers {
    let mut layers = layers(graph);
    let mut best = layers.columns.clone();
    let mut fewest = layers.crossings();
    for round in 0..ROUNDS {
        if fewest == 0 {
            break;
        }
        layers.sweep(round % 2 == 0);
        let crossings = layers.crossings();
        if crossings < fewest {
            fewest = crossings;
            best.clone_from(&layers.columns);
        }
    }
    layers.columns = best;
    layers
}

/// Every box in its column, and a passage in each column that a line goes through.
fn layers(graph: &Graph) -> Layers {
    let count = graph.columns.len();
    let mut columns = vec![Vec::new(); count];
    for (at, it) in graph.boxes.iter().enumerate() {
        columns[it.column].push(Item::Node(at));
    }
    let mut links = vec![Vec::new(); count.saturating_sub(1)];
    for (edge, it) in graph.edges.iter().enumerate() {
        let (mut left, mut right) = (it.from, it.to);
        if graph.boxes[left].column > graph.boxes[right].column {
            std::mem::swap(&mut left, &mut right);
        }
        let (first, last) = (graph.boxes[left].column, graph.boxes[right].column);
        if first == last {
            continue;
        }
        let mut from = Item::Node(left);
        for column in first + 1..last {
            let passage = Item::Passage { edge };
            columns[column].push(passage);
            links[column - 1].push((from, passage));
            from = passage;
        }
        links[last - 1].push((from, Item::Node(right)));
    }
    Layers { columns, links }
}

impl Layers {
    /// Where an item is in a column.
    fn position(&self, column: usize, item: Item) -> usize {
        let found = self.columns[column].iter().position(|it| *it == item);
        found.unwrap_or_default()
    }

    /// The neighbours of an item in the column before it or behind it.
    pub(super) fn neighbours(&self, column: usize, item: Item, before: bool) -> Vec<Item> {
        let links = if before {
            column.checked_sub(1)
        } else {
            Some(column)
        };
        let links = links
            .and_then(|it| self.links.get(it))
            .into_iter()
            .flatten();
        let of = links.filter_map(|(a, b)| {
            let (near, far) = if before { (b, a) } else { (a, b) };
            (*near == item).then_some(*far)
        });
        of.collect()
    }

    /// Sorts each column by where the neighbours of its items are.
    fn sweep(&mut self, forth: bool) {
        let count = self.columns.len();
        for step in 1..count {
            let column = if forth { step } else { count - 1 - step };
            let beside = if forth { column - 1 } else { column + 1 };
            let mut keyed: Vec<(f64, Item)> = Vec::new();
            for (at, item) in self.columns[column].iter().enumerate() {
                let near = self.neighbours(column, *item, forth);
                let places = near.iter().map(|it| self.position(beside, *it));
                let key = match near.len() {
                    0 => float(at),
                    all => float(places.sum::<usize>()) / float(all),
                };
                keyed.push((key, *item));
            }
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            self.columns[column] = keyed.into_iter().map(|(_, it)| it).collect();
        }
    }

    /// How many lines cross.
    fn crossings(&self) -> usize {
        let mut crossings = 0;
        for (column, links) in self.links.iter().enumerate() {
            let places = links.iter();
            let places =
                places.map(|(a, b)| (self.position(column, *a), self.position(column + 1, *b)));
            let places: Vec<(usize, usize)> = places.collect();
            for (at, a) in places.iter().enumerate() {
                let crosses =
                    |b: &&(usize, usize)| (a.0 < b.0 && a.1 > b.1) || (a.0 > b.0 && a.1 < b.1);
                crossings += places[at + 1..].iter().filter(crosses).count();
            }
        }
        crossings
    }
}

/// A small number.
pub(super) fn float(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}
