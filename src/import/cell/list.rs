//! Cells with lists of ports, of which each item is a statement of its own.

use super::Carrier;
use super::ports::{MOST, PROSE, PortCell, has_no_ports, one_cell};

/// Reads a cell of a column of ports. `default` is what the column of protocols says of the row. Each item of a list is read by
/// itself: `* 22 (SSH)`, `* ICMP`.
pub(crate) fn port_cell(text: &str, default: &[Carrier]) -> PortCell {
    let lines: Vec<&str> = text.lines().filter(|it| !it.trim().is_empty()).collect();
    if !(2..=MOST).contains(&lines.len()) {
        return one_cell(text, default);
    }
    let marked: Option<Vec<&str>> = lines.iter().map(|it| item(it)).collect();
    let is_marked = marked.is_some();
    let items = marked.unwrap_or(lines).into_iter();
    let items: Vec<PortCell> = items.map(|it| one_cell(it, default)).collect();
    // Without marks: if each line has ports of its own, or ICMP and the like next to lines with ports.
    let is_whole = |it: &PortCell| !it.pieces.is_empty() && it.doubts.is_empty();
    let is_portless = |it: &PortCell| it.pieces.iter().all(|it| has_no_ports(it.carrier));
    let words = text.split_whitespace().count();
    let is_list = items.iter().all(is_whole) && (words > PROSE || items.iter().any(is_portless));
    if !is_marked && !is_list {
        return one_cell(text, default);
    }
    items.into_iter().collect()
}

/// The text of an item of a list with marks.
fn item(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix(['*', '-', '•', '·', '–'])?;
    rest.starts_with(' ').then(|| rest.trim())
}

/// What several items state together.
impl FromIterator<PortCell> for PortCell {
    fn from_iter<I: IntoIterator<Item = PortCell>>(items: I) -> Self {
        let mut all = PortCell::default();
        items.into_iter().for_each(|it| all.add(it));
        all
    }
}

impl PortCell {
    /// Adds what another item of the cell states.
    fn add(&mut self, other: PortCell) {
        for piece in other.pieces {
            let mut known = self.pieces.iter_mut();
            if !known.any(|it| it.carrier == piece.carrier && it.ports.add(&piece.ports)) {
                self.pieces.push(piece);
            }
        }
        self.alternatives |= other.alternatives;
        self.off |= other.off;
        for it in other.doubts {
            if !self.doubts.contains(&it) {
                self.doubts.push(it);
            }
        }
    }
}
