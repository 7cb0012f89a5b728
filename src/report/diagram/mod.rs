//! Diagrams of boxes in columns with arrows between them, laid out here: few crossings, lines that go around boxes, labels that do not
//! overlap.

mod order;
mod place;
mod route;
mod svg;

pub use svg::{picture, svg};

/// What is drawn.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// The columns, from left to right.
    pub columns: Vec<Column>,
    /// The boxes.
    pub boxes: Vec<Node>,
    /// The arrows, at most one from a box to another.
    pub edges: Vec<Edge>,
}

/// A column of boxes.
#[derive(Clone, Debug)]
pub struct Column {
    /// What is written above it.
    pub title: String,
    /// The colour of its title: the name of a class in the stylesheet.
    pub tone: String,
}

/// A box.
#[derive(Clone, Debug)]
pub struct Node {
    /// What pages find it by.
    pub key: String,
    /// Its first line.
    pub title: String,
    /// Its second line.
    pub subtitle: String,
    /// The column in which it is.
    pub column: usize,
    /// The colour of its bar.
    pub tone: String,
    /// Whether its outline is solid rather than dashed.
    pub solid: bool,
}

/// An arrow.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The box where it begins.
    pub from: usize,
    /// The box at which it points, another one.
    pub to: usize,
    /// What is written on it, short.
    pub label: String,
    /// The whole label, shown on hover.
    pub full: String,
    /// Its colour.
    pub tone: String,
}

/// The size of a box.
const BOX: (f64, f64) = (168.0, 58.0);

/// Where the first box may begin, below the titles of the columns.
const TOP: f64 = 44.0;

/// The space around a drawing.
const MARGIN: f64 = 10.0;

/// A point of the drawing.
type Point = (f64, f64);

/// A rectangle: left, top, width, height.
type Area = (f64, f64, f64, f64);

/// How wide a text is, about, at the size of labels.
fn width_of(text: &str) -> f64 {
    let wide = |it: char| if it.is_ascii() { 7.0 } else { 9.0 };
    text.chars().map(wide).sum()
}

/// A drawing: where everything is.
struct Drawing {
    size: Point,
    /// The left edge of each column.
    columns: Vec<f64>,
    /// The corner of each box.
    boxes: Vec<Point>,
    edges: Vec<Line>,
}

/// An arrow as it is drawn.
struct Line {
    /// The path, in the language of SVG.
    path: String,
    /// The middle of its label.
    label: Point,
}

/// Lays a graph out.
fn layout(graph: &Graph) -> Drawing {
    let layers = order::order(graph);
    let placed = place::place(graph, &layers);
    route::route(graph, &layers, &placed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn graph(columns: &[usize], edges: &[(usize, usize)]) -> Graph {
        let boxes: Vec<Node> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| Node {
                key: format!("z{at}"),
                title: format!("zone {at}"),
                subtitle: String::new(),
                column: *column,
                tone: "t-dmz".to_owned(),
                solid: true,
            })
            .collect();
        let mut seen = std::collections::BTreeSet::new();
        let edges = edges
            .iter()
            .map(|(a, b)| (a % boxes.len(), b % boxes.len()));
        let edges = edges.filter(|it| it.0 != it.1 && seen.insert(*it));
        let edges = edges
            .map(|(from, to)| Edge {
                from,
                to,
                label: "tcp 443".to_owned(),
                full: String::new(),
                tone: "k-data".to_owned(),
            })
            .collect();
        let last = columns.iter().max().map_or(0, |it| it + 1);
        let columns = (0..last)
            .map(|at| Column {
                title: format!("column {at}"),
                tone: String::new(),
            })
            .collect();
        Graph {
            columns,
            boxes,
            edges,
        }
    }

    fn area(corner: Point) -> Area {
        (corner.0, corner.1, BOX.0, BOX.1)
    }

    /// Whether two rectangles have a point in common.
    fn overlaps(a: Area, b: Area) -> bool {
        a.0 < b.0 + b.2 && b.0 < a.0 + a.2 && a.1 < b.1 + b.3 && b.1 < a.1 + a.3
    }

    /// What rounding may do.
    const NEAR: f64 = 0.001;

    proptest! {
        #[test]
        fn boxes_do_not_overlap_and_all_is_within_the_picture(
            columns in prop::collection::vec(0_usize..5, 1..20),
            edges in prop::collection::vec((0_usize..20, 0_usize..20), 0..40),
        ) {
            let graph = graph(&columns, &edges);
            let drawing = layout(&graph);
            for (at, a) in drawing.boxes.iter().enumerate() {
                let is_within = a.0 >= 0.0 && a.1 >= TOP - NEAR && a.0 + BOX.0 <= drawing.size.0 && a.1 + BOX.1 <= drawing.size.1 + NEAR;
                prop_assert!(is_within, "{:?} of {:?}", a, drawing.size);
                for b in &drawing.boxes[at + 1..] {
                    prop_assert!(!overlaps(area(*a), area(*b)));
                }
            }
            for line in &drawing.edges {
                let (x, y) = line.label;
                prop_assert!(x >= 0.0 && y >= 0.0 && x <= drawing.size.0 && y <= drawing.size.1);
                for it in &drawing.boxes {
                    let (left, top, width, height) = area(*it);
                    prop_assert!(x <= left || x >= left + width || y <= top || y >= top + height, "a label is in a box");
                }
            }
        }
    }

    #[test]
    fn arrows_without_need_to_cross_do_not() {
        let graph = graph(&[0, 0, 0, 1, 1, 1], &[(0, 5), (1, 4), (2, 3)]);
        let boxes = layout(&graph).boxes;
        let order = |a: usize, b: usize| boxes[a].1 < boxes[b].1;
        assert_eq!(order(0, 1), order(5, 4));
        assert_eq!(order(1, 2), order(4, 3));
    }
}
