//! The types of what `portmatrix_product` says of a product.

use super::schema::{list, map};
use crate::terraform::value::{Fields, Type};
use std::sync::{Arc, LazyLock};

/// An object type made of texts, apart from the fields that are named with another type.
fn fields(texts: &[&'static str], others: &[(&'static str, Type)]) -> Arc<Fields> {
    Arc::new(Fields::new(
        texts
            .iter()
            .map(|it| (*it, Type::String))
            .chain(others.iter().map(|(name, ty)| (*name, ty.clone()))),
    ))
}

pub(super) struct Types {
    pub(super) component: Arc<Fields>,
    pub(super) port: Arc<Fields>,
    pub(super) feature: Arc<Fields>,
    pub(super) choice: Arc<Fields>,
    pub(super) number: Arc<Fields>,
    pub(super) flow: Arc<Fields>,
    pub(super) row: Arc<Fields>,
    pub(super) port_use: Arc<Fields>,
    pub(super) advisory: Arc<Fields>,
    pub(super) conflict: Arc<Fields>,
    pub(super) gap: Arc<Fields>,
    pub(super) suspect: Arc<Fields>,
    pub(super) source: Arc<Fields>,
}

pub(super) static TYPES: LazyLock<Types> = LazyLock::new(|| {
    let texts = || list(Type::String);
    Types {
        component: fields(
            &["title", "kind", "zone", "description", "managed_by"],
            &[
                ("addresses", map(Type::String)),
                ("fqdns", texts()),
                ("address_list_urls", texts()),
                ("role", Type::Bool),
                ("forwards", Type::Bool),
                ("is", texts()),
                ("on", texts()),
                ("replaces", texts()),
                ("aliases", texts()),
            ],
        ),
        port: fields(
            &[
                "ports",
                "default_ports",
                "setting",
                "advertised_setting",
                "within",
                "note",
            ],
            &[
                ("overridden", Type::Bool),
                ("alternatives", Type::Bool),
                ("recommended", map(Type::String)),
            ],
        ),
        feature: fields(
            &["title"],
            &[("default", Type::Bool), ("enabled", Type::Bool)],
        ),
        choice: fields(
            &["title", "default", "chosen"],
            &[("options", map(Type::String))],
        ),
        number: fields(&["title", "within", "default", "values"], &[]),
        flow: fields(
            &[
                "transport",
                "ports",
                "plane",
                "exposure",
                "need",
                "when",
                "unless",
                "purpose",
                "note",
                "source",
                "source_url",
            ],
            &[
                ("from", texts()),
                ("to", texts()),
                ("services", texts()),
                ("application", texts()),
                ("assumed", texts()),
                ("enabled", Type::Bool),
                ("tls", Type::Bool),
                ("long_lived", Type::Bool),
            ],
        ),
        row: fields(
            &[
                "flow",
                "source",
                "destination",
                "transport",
                "port",
                "application",
                "purpose",
                "exposure",
                "plane",
            ],
            &[
                ("from_port", Type::Number),
                ("to_port", Type::Number),
                ("required", Type::Bool),
            ],
        ),
        port_use: fields(
            &[
                "transport",
                "port_range",
                "plane",
                "exposure",
                "description",
            ],
            &[
                ("from_port", Type::Number),
                ("to_port", Type::Number),
                ("planes", texts()),
                ("exposures", texts()),
                ("required", Type::Bool),
                ("flows", texts()),
                ("peers", texts()),
            ],
        ),
        advisory: fields(
            &["id", "severity", "kind", "text", "source"],
            &[
                ("items", texts()),
                ("flows", texts()),
                ("when", texts()),
                ("unless", texts()),
            ],
        ),
        conflict: fields(
            &["id", "taken", "why"],
            &[("flows", texts()), ("statements", texts())],
        ),
        gap: fields(
            &["id", "severity", "text", "source"],
            &[("components", texts()), ("flows", texts())],
        ),
        suspect: fields(
            &["id", "printed", "suggested", "why", "source"],
            &[("flows", texts())],
        ),
        source: fields(&["id", "title", "url", "retrieved", "language"], &[]),
    }
});
