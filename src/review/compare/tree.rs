//! An index of ranges, so that those which overlap another range are found without a look at all of them.

/// Ranges with a value each. Finding those that overlap a range needs log n steps and one for each of them.
pub(super) struct Tree<K, V> {
    /// By first, then last.
    items: Vec<(K, K, V)>,
    /// The highest last of the part whose middle is the item.
    reach: Vec<K>,
}

impl<K: Copy + Ord, V> Tree<K, V> {
    pub(super) fn new(mut items: Vec<(K, K, V)>) -> Self {
        items.sort_by_key(|(first, last, _)| (*first, *last));
        let mut reach: Vec<K> = items.iter().map(|(_, last, _)| *last).collect();
        raise(&mut reach);
        Tree { items, reach }
    }

    /// Calls a function with everything that overlaps the range, in order, until it returns `false`.
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

/// Sets each last to the highest of the part whose middle it is; returns that of the whole.
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
