//! Closed vocabularies: each word once, with its meaning, in the order that the documentation shows.

/// Declares an enum whose values are words in configurations and outputs. The list of words, their spelling and their
/// meaning stand in one place, so parser, error messages, docs and outputs cannot drift apart.
macro_rules! words {
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
            pub const fn meaning(self) -> &'static str {
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
pub(crate) use words;

words! {
    /// What a flow is for. Declared from the most sensitive to the least, which is the order in which a rule that serves
    /// several planes takes its own.
    Plane {
        Admin = "admin": "people operate the product",
        Control = "control": "configuration is pushed or pulled, webhooks, API servers",
        Cluster = "cluster": "peers of one cluster talk among themselves",
        Database = "database": "any store: database, queue, cache, object store",
        Infra = "infra": "DNS, NTP, mail, directories and other common services",
        Metrics = "metrics": "monitoring reads figures",
        Health = "health": "a balancer or probe asks whether it lives",
        Data = "data": "what the product is there for",
    }
}

words! {
    /// Who a listener is for, from the widest to the narrowest.
    Exposure {
        Public = "public": "anyone, the internet included",
        Internal = "internal": "inside the organisation only",
        Group = "group": "members of its own component only",
        Local = "local": "never leaves the host",
    }
}

words! {
    /// Whether a flow must be there.
    Need {
        Required = "required": "the product does not work without it",
        Optional = "optional": "off unless it is enabled by name",
        Unstated = "unstated": "the source does not say; on by default",
    }
}

words! {
    /// How far a zone is trusted.
    Trust {
        Public = "public": "the internet and whatever else anyone can reach",
        Partner = "partner": "networks of other organisations",
        Dmz = "dmz": "reachable from outside, watched",
        Internal = "internal": "the organisation's own network",
        Restricted = "restricted": "operators, secrets, backups",
    }
}

words! {
    /// What a component is to its product.
    Kind {
        Own = "own": "a part of the product",
        Dependency = "dependency": "what the product needs beside it",
        Platform = "platform": "what it runs on",
        External = "external": "who or what is outside",
    }
}

words! {
    /// The way in which a connection is opened, seen from the zone of the rule.
    Direction {
        Ingress = "ingress": "the zone's members are dialled",
        Egress = "egress": "the zone's members dial",
    }
}

words! {
    /// What a product file may assume where its source is silent.
    Assumption {
        Transport = "transport": "which transport carries it",
        From = "from": "who opens the connection",
        To = "to": "who listens",
        Direction = "direction": "which way the connection is opened",
        Ports = "ports": "which ports it uses",
        Exposure = "exposure": "who the listener is for",
        When = "when": "under which feature it applies",
        Need = "need": "whether it must be there",
    }
}

words! {
    /// Which rules are joined. None of it permits a packet more or less.
    Merge {
        None = "none": "none",
        Ports = "ports": "adjacent and overlapping ports between the same two ends",
        All = "all": "ports, and the addresses of one peer too",
    }
}

words! {
    /// How bad a finding is.
    Severity {
        Error = "error": "stops the plan",
        Warning = "warning": "is shown, and the plan goes on",
        Info = "info": "is listed on request, never shown as a diagnostic",
    }
}

words! {
    /// From which findings on a plan fails.
    FailOn {
        Error = "error": "errors stop the plan",
        Warning = "warning": "warnings stop it too",
        Never = "never": "judgements never stop it; mistakes in the configuration still do",
    }
}
