//! The messages and services as the build script makes them from `proto/`. Nothing outside this folder sees them.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "generated"
)]

/// The provider's own protocol.
pub(super) mod tfplugin5 {
    include!(concat!(env!("OUT_DIR"), "/server/tfplugin5.rs"));
}

/// What the plugin host expects of any plugin.
pub(super) mod plugin {
    include!(concat!(env!("OUT_DIR"), "/server/plugin.rs"));
}

/// The usual question of gRPC.
pub(super) mod health {
    include!(concat!(env!("OUT_DIR"), "/server/grpc.health.v1.rs"));
}
