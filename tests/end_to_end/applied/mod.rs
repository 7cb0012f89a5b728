//! What `review` says of the rules after a plan, against the rules that the endpoint has after the apply.

mod estate;
mod generated;
mod random;
mod situations;
mod written;

use crate::end_to_end::Test;

pub(crate) const TESTS: &[Test] = &[
    (
        "random_changes_are_as_reviewed",
        random::random_changes_are_as_reviewed,
    ),
    (
        "situations_of_groups_are_as_reviewed",
        situations::situations_of_groups_are_as_reviewed,
    ),
];
