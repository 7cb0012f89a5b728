//! The table of all platforms. Everything that goes over the platforms goes over it.

use super::platform::Platform;

/// The platforms, in the order of their outputs.
pub const PLATFORMS: &[&dyn Platform] = &[
    &super::aws::Platform,
    &super::azure::Platform,
    &super::gcp::Platform,
    &super::openstack::Platform,
    &super::kubernetes::Platform,
    &super::nftables::Platform,
];
