//! Ranges by where they lie, so that those which meet another range are found without looking at all.

/// Ranges, each with what it stands for. Finding those that meet a range takes log n and one step for each.
pub(super) struct Tree<K, V> {
    /// By first, then last.
    items: Vec<(K, K, V)>,
    /// The highest last in the part of which the item is the middle.
    reach: Vec<K>,
}

impl<K: Copy + Ord, V> Tree<K, V> {
    pub(super) fn new(mut items: Vec<(K, K, V)>) -> Self {
        items.sort_by_key(|(first, last, _)| (*first, *last));
        let mut reach: Vec<K> = items.iter().map(|(_, last, _)| *last).collect();
        raise(&mut reach);
        Tree { items, reach }
    }

    /// Calls with everything that shares a point with the range, in order, until told to stop.
    ///
    /// Returns whether it went to the end.
    pub(super) fn meeting<'t>(
        &'t self,
        first: K,
        last: K,
        each: &mut impl FnMut(&'t V) -> bool,
    ) -> bool {
        self.within(0, self.items.len(), first, last, each)
    }

    fn within<'t>(
        &'t self,
        from: usize,
        to: usize,
        first: K,
        last: K,
        each: &mut impl FnMut(&'t V) -> bool,
    ) -> bool {
        if from >= to {
            return true;
        }
        let middle = from.midpoint(to);
        if self.reach[middle] < first {
            return true;
        }
        let (begins, ends, value) = &self.items[middle];
        self.within(from, middle, first, last, each)
            && (*begins > last
                || ((*ends < first || each(value))
                    && self.within(middle + 1, to, first, last, each)))
    }
}

/// Makes each last the highest of the part of which it is the middle; returns that of the whole.
fn raise<K: Copy + Ord>(lasts: &mut [K]) -> Option<K> {
    if lasts.is_empty() {
        return None;
    }
    let middle = lasts.len() / 2;
    let (left, rest) = lasts.split_at_mut(middle);
    let (top, right) = rest.split_first_mut()?;
    *top = [raise(left), raise(right)]
        .into_iter()
        .flatten()
        .fold(*top, K::max);
    Some(*top)
}
