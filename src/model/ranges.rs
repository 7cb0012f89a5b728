//! Ranges of anything that is in order: those that overlap or touch, joined into one.

/// Ranges, first and last value included, sorted by their first values, with those that overlap or touch joined into one. `next`
/// is the value after another; `None` at the end of the type.
pub(crate) fn joined<T: Copy + Ord>(
    sorted: impl IntoIterator<Item = (T, T)>,
    next: impl Fn(T) -> Option<T>,
) -> Vec<(T, T)> {
    let mut ranges: Vec<(T, T)> = Vec::new();
    let mut current: Option<(T, T)> = None;
    for (first, last) in sorted {
        match &mut current {
            Some((_, end)) if next(*end).is_none_or(|it| first <= it) => *end = last.max(*end),
            _ => ranges.extend(current.replace((first, last))),
        }
    }
    ranges.extend(current);
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_overlap_or_touch_are_joined() {
        let next = |it: u8| it.checked_add(1);
        for (ranges, expected) in [
            (&[(1, 3), (2, 5), (6, 7)][..], &[(1, 7)][..]),
            (&[(1, 3), (5, 6)], &[(1, 3), (5, 6)]),
            (&[(0, 255), (9, 9), (255, 255)], &[(0, 255)]),
            (&[], &[]),
        ] {
            assert_eq!(joined(ranges.iter().copied(), next), expected);
        }
    }
}
