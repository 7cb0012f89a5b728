//! Rules of each platform, wanted and existing, read into one form, whatever the spelling. [`PLATFORMS`] has one row per platform.

pub mod attributes;
pub mod aws;
pub mod azure;
pub mod gcp;
pub mod intent;
pub mod mistake;
pub mod openstack;
pub mod platform;
mod spelling;
pub mod unread;

use crate::model::platform::PlatformId;
use platform::Platform;

/// The platforms whose rules are reviewed, in the order of arguments and outputs.
pub const PLATFORMS: &[&Platform] = &[
    &aws::PLATFORM,
    &azure::PLATFORM,
    &gcp::PLATFORM,
    &openstack::PLATFORM,
];

/// The row of a platform.
///
/// # Panics
/// If rules of the platform are not reviewed. Every [`EnforcementPoint`](super::rule::EnforcementPoint) is of one whose rules are.
pub fn platform(id: PlatformId) -> &'static Platform {
    let known = PLATFORMS.iter().find(|it| it.id == id);
    known.unwrap_or_else(|| unreachable!("rules of {id:?} are not reviewed"))
}
