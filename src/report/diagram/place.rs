//! How far down boxes are: near what they are connected to, in the order of their columns, with space between them.

use super::order::{Item, Layers, float};
use super::{BOX, Graph, MARGIN, TOP};

/// Space between two boxes.
const BETWEEN: f64 = 30.0;

/// What a line needs between boxes.
const LANE: f64 = 26.0;

/// Rounds of moving to the neighbours, there and back.
const ROUNDS: usize = 8;

/// The middle of each item, by column.
pub(super) struct Placed {
    pub(super) middles: Vec<Vec<f64>>,
    /// The lower end of the lowest item.
    pub(super) bottom: f64,
}

fn height(item: Item) -> f64 {
    match item {
        Item::Node(_) => BOX.1,
        Item::Passage { .. } => LANE,
    }
}

/// How far apart the middles of two items must be, at least.
fn apart(above: Item, below: Item) -> f64 {
    let both = f64::midpoint(height(above), height(below));
    match (above, below) {
        (Item::Node(_), Item::Node(_)) => both + BETWEEN,
        _ => both,
    }
}

pub(super) fn place(graph: &Graph, layers: &Layers) -> Placed {
    let mut middles: Vec<Vec<f64>> = Vec::new();
    for items in &layers.columns {
        let mut column: Vec<f64> = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let above = at.checked_sub(1);
            let middle = above.map_or(0.0, |it| column[it] + apart(items[it], *item));
            column.push(middle);
        }
        let half = column.last().copied().unwrap_or_default() / 2.0;
        middles.push(column.into_iter().map(|it| it - half).collect());
    }
    let count = layers.columns.len();
    for round in 0..ROUNDS {
        for step in 0..count {
            let column = if round % 2 == 0 {
                step
            } else {
                count - 1 - step
            };
            middles[column] = moved(layers, &middles, column);
        }
    }
    let all = || {
        layers
            .columns
            .iter()
            .zip(&middles)
            .flat_map(|(items, column)| items.iter().zip(column))
    };
    let top = all()
        .map(|(item, middle)| middle - height(*item) / 2.0)
        .fold(f64::MAX, f64::min);
    let bottom = all()
        .map(|(item, middle)| middle + height(*item) / 2.0)
        .fold(f64::MIN, f64::max);
    if graph.boxes.is_empty() {
        return Placed {
            middles,
            bottom: TOP,
        };
    }
    let has_titles = graph.columns.iter().any(|it| !it.title.is_empty());
    let down = if has_titles { TOP } else { MARGIN } - top;
    for middle in middles.iter_mut().flatten() {
        *middle += down;
    }
    Placed {
        middles,
        bottom: bottom + down,
    }
}

/// A column whose items are as near to the mean of their neighbours as the order and the space between them permit: the least sum of
/// squares, by joining neighbours that are too close (pool adjacent violators).
fn moved(layers: &Layers, middles: &[Vec<f64>], column: usize) -> Vec<f64> {
    let items = &layers.columns[column];
    let mut offset = 0.0;
    // Each pool: the sum of wishes without offsets, its size.
    let mut pools: Vec<(f64, usize)> = Vec::new();
    let mut offsets = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if let Some(above) = at.checked_sub(1) {
            offset += apart(items[above], *item);
        }
        offsets.push(offset);
        pools.push((wish(layers, middles, column, at) - offset, 1));
        while let [.., above, below] = pools[..]
            && above.0 / float(above.1) > below.0 / float(below.1)
        {
            pools.truncate(pools.len() - 2);
            pools.push((above.0 + below.0, above.1 + below.1));
        }
    }
    let means = pools
        .iter()
        .flat_map(|(sum, size)| std::iter::repeat_n(sum / float(*size), *size));
    means
        .zip(offsets)
        .map(|(mean, offset)| mean + offset)
        .collect()
}

/// Where an item would best be: in the middle of its neighbours on both sides, or where it is if it has none.
fn wish(layers: &Layers, middles: &[Vec<f64>], column: usize, at: usize) -> f64 {
    let item = layers.columns[column][at];
    let mut near = Vec::new();
    for before in [true, false] {
        for it in layers.neighbours(column, item, before) {
            let beside = if before { column - 1 } else { column + 1 };
            let place = layers.columns[beside].iter().position(|other| *other == it);
            near.extend(place.map(|place| middles[beside][place]));
        }
    }
    match near.len() {
        0 => middles[column][at],
        all => near.iter().sum::<f64>() / float(all),
    }
}
