//! Closed vocabularies: each word once, with its meaning, in the order that the documentation shows.

/// Declares an enum whose values are words in configurations and outputs. The list of words, their spelling and their
/// meaning are in one place, so parser, error messages, docs and outputs cannot drift apart.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $word:literal: $meaning:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $meaning] $variant,)+
        }

        impl $name {
            /// Every value, in declared order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// Their spellings, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];

            /// The spelling in configurations and outputs.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word,)+ }
            }

            /// What the word means.
            pub const fn description(self) -> &'static str {
                match self { $($name::$variant => $meaning,)+ }
            }

            /// The value with this spelling.
            pub fn parse(word: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|it| it.as_str() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use vocabulary;

vocabulary! {
    /// What a flow is for. Declared from the most sensitive to the least, which is the order in which a rule that serves
    /// several planes gets its own.
    Plane {
        Admin = "admin": "administration of the product",
        Control = "control": "configuration, webhooks, API servers",
        Cluster = "cluster": "traffic among members of one cluster",
        Database = "database": "data stores: databases, queues, caches, object stores",
        Infra = "infra": "DNS, NTP, mail, directories and other common services",
        Metrics = "metrics": "metrics collection",
        Health = "health": "health checks by load balancers and probes",
        Data = "data": "the traffic that the product exists for",
    }
}

vocabulary! {
    /// Who a listener is for, from the widest to the narrowest.
    Exposure {
        Public = "public": "anyone, including the internet",
        Internal = "internal": "only inside the organisation",
        Group = "group": "only members of its own component",
        Local = "local": "never leaves the host",
    }
}

vocabulary! {
    /// Whether a flow is required.
    Need {
        Required = "required": "the product does not work without it",
        Optional = "optional": "off unless enabled by name",
        Unstated = "unstated": "the source does not say; on by default",
    }
}

vocabulary! {
    /// How far a zone is trusted.
    Trust {
        Public = "public": "the internet and anything else that anyone can reach",
        Partner = "partner": "networks of other organisations",
        Dmz = "dmz": "reachable from outside, monitored",
        Internal = "internal": "the organisation's own network",
        Restricted = "restricted": "operators, secrets, backups",
    }
}

vocabulary! {
    /// What a component is to its product.
    Kind {
        Own = "own": "a part of the product",
        Dependency = "dependency": "needed by the product but separate from it",
        Platform = "platform": "what the product runs on",
        External = "external": "anyone or anything outside",
    }
}

vocabulary! {
    /// The way in which a connection is opened, seen from the zone of the rule.
    Direction {
        Ingress = "ingress": "connections to the zone's members",
        Egress = "egress": "connections from the zone's members",
    }
}

vocabulary! {
    /// What a product file may assume if its source does not say.
    Assumption {
        Transport = "transport": "which transport it uses",
        From = "from": "who opens the connection",
        To = "to": "who listens",
        Direction = "direction": "which way the connection is opened",
        Ports = "ports": "which ports it uses",
        Exposure = "exposure": "who the listener is for",
        When = "when": "under which feature it applies",
        Need = "need": "whether it is required",
        Choice = "choice": "which option it belongs to",
        Alternatives = "alternatives": "whether only one of several ports is used",
        Tls = "tls": "whether it is encrypted",
        Releases = "releases": "which releases have it",
    }
}

vocabulary! {
    /// Which rules are combined. The allowed packets are always the same.
    Merge {
        None = "none": "no rules",
        Ports = "ports": "adjacent and overlapping ports between the same two ends",
        All = "all": "ports, and also the addresses of one peer",
    }
}

vocabulary! {
    /// How bad a finding is.
    Severity {
        Error = "error": "stops the plan",
        Warning = "warning": "is shown; the plan continues",
        Info = "info": "is listed on request, never shown as a diagnostic",
    }
}

vocabulary! {
    /// From which findings on a plan fails.
    FailOn {
        Error = "error": "errors stop the plan",
        Warning = "warning": "warnings stop it too",
        Never = "never": "judgements never stop it; configuration errors still do",
    }
}
