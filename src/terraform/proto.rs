//! The messages and services as the build script makes them from `proto/`. Nothing outside this folder sees them.

/// The provider's own protocol.
#[allow(dead_code, missing_docs, unreachable_pub, clippy::pedantic, reason = "generated")]
pub(super) mod tfplugin5 {
    include!(concat!(env!("OUT_DIR"), "/server/tfplugin5.rs"));
}

/// What the plugin host expects of any plugin.
#[allow(dead_code, missing_docs, unreachable_pub, clippy::pedantic, reason = "generated")]
pub(super) mod plugin {
    include!(concat!(env!("OUT_DIR"), "/server/plugin.rs"));
}

/// The usual question of gRPC.
#[allow(dead_code, missing_docs, unreachable_pub, clippy::pedantic, reason = "generated")]
pub(super) mod health {
    include!(concat!(env!("OUT_DIR"), "/server/grpc.health.v1.rs"));
}
