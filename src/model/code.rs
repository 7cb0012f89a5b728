//! The codes of findings: one table, from which diagnostics, docs and acceptances follow.

use super::words::{Severity, vocabulary};

/// What governs a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A mistake in one argument: an error as soon as that argument is known, whatever `fail_on` says.
    Input,
    /// A mistake that shows only when everything that decides is known; an error whatever `fail_on` says.
    Structure,
    /// A judgement: `fail_on` says from which severity on it stops the plan, `accept` may take it out.
    Judgement,
    /// Something to know. It never stops a plan.
    Notice,
}

/// What the documentation says of a code.
#[derive(Clone, Copy, Debug)]
pub struct CodeDoc {
    /// What governs it.
    pub class: Class,
    /// The severity that it has unless the finding says otherwise.
    pub severity: Severity,
    /// The headline, a few words.
    pub headline: &'static str,
    /// When it comes.
    pub cause: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

vocabulary! {
    /// The stable codes, in the order of the documentation.
    Code {
        UnknownProduct = "unknown-product": "no such product",
        UnknownVersion = "unknown-version": "no such version",
        UnknownComponent = "unknown-component": "no such component",
        UnknownFlow = "unknown-flow": "no such flow or feature",
        UnknownPortParameter = "unknown-port-parameter": "no such port parameter",
        UnknownProfile = "unknown-profile": "no such profile",
        UnknownZone = "unknown-zone": "no such zone",
        BadName = "bad-name": "an invalid name",
        BadValue = "bad-value": "an invalid value",
        BadCidr = "bad-cidr": "not a CIDR block",
        BadPort = "bad-port": "not a port",
        BadService = "bad-service": "not a service",
        BadDefinition = "bad-definition": "an invalid product file",
        PortOutsideBounds = "port-outside-bounds": "a port outside the vendor's bounds",
        BecameNull = "became-null": "a block or label without a value",
        TargetWide = "target-wide": "a rule that would apply to a whole network",
        PortUnset = "port-unset": "a port that must be set",
        ZoneEmpty = "zone-empty": "a peer without an address",
        DuplicateAddress = "duplicate-address": "one address under two names",
        PriorityTaken = "priority-taken": "two rules with the same priority",
        PriorityBandFull = "priority-band-full": "no free priority",
        PriorityAfterDeny = "priority-after-deny": "a deny rule before an allow rule",
        Exposed = "exposed": "open beyond its intended audience",
        ExposedByNeighbour = "exposed-by-neighbour": "opened by another component's rule",
        PortClash = "port-clash": "two listeners on one port",
        ComponentUnplaced = "component-unplaced": "a component in no zone",
        RequiredDisabled = "required-disabled": "a required flow is disabled",
        NothingEnforced = "nothing-enforced": "no zone is enforced",
        NoWayIn = "no-way-in": "hosts without admin access",
        DefaultOpen = "default-open": "the platform allows what no rule denies",
        NsgShared = "nsg-shared": "rules that also apply to another zone",
        NotExpressible = "not-expressible": "traffic that the platform cannot express",
        QuotaExceeded = "quota-exceeded": "more rules than the platform allows",
        NoDns = "no-dns": "no rule for DNS",
        PortAlternatives = "port-alternatives": "all alternatives are open",
        SourceConflict = "source-conflict": "the vendor contradicts itself",
        SourceSuspect = "source-suspect": "a likely error in the vendor's document",
        PriorityUnused = "priority-unused": "a priority without a rule",
        PrefixListUnsized = "prefix-list-unsized": "a prefix list of unknown size",
        AcceptanceUnused = "acceptance-unused": "an `accept` block that matches nothing",
        KeyRenamed = "key-renamed": "only the key of a rule changed",
        CatalogueChanged = "catalogue-changed": "the matrix changed since the last apply",
        CollectionUnknown = "collection-unknown": "outputs are known only after apply",
        TransportAssumed = "transport-assumed": "a transport that the source does not state",
        ManagedElsewhere = "managed-elsewhere": "the vendor manages this component's firewall",
        ZonesOverlap = "zones-overlap": "zones that share addresses",
        SelectorsOverlap = "selectors-overlap": "zones that share instances or pods",
        RuleShadowed = "rule-shadowed": "a rule covered by a wider one",
        QuotaNear = "quota-near": "almost as many rules as the platform allows",
        RejectWanted = "reject-wanted": "traffic that should be rejected, not dropped",
        GroupShared = "group-shared": "a group that includes other components",
        AddressesUnused = "addresses-unused": "addresses that no rule uses",
        LinkLocalSkipped = "link-local-skipped": "an address that the platform does not filter",
        DhcpAllowed = "dhcp-allowed": "the hosts' own DHCP is allowed in addition to the rules",
        DefinitionOverrides = "definition-overrides": "a product file that replaces a built-in one",
        VersionUnpinned = "version-unpinned": "the newest version is used",
        Advisory = "advisory": "the vendor's advice",
    }
}

impl Code {
    /// Whether it hangs on numbers that a state holds, and so cannot be said without one.
    pub const fn needs_state(self) -> bool {
        matches!(
            self,
            Code::PriorityTaken | Code::PriorityBandFull | Code::PriorityAfterDeny
        )
    }

    /// What the documentation says of it.
    pub fn doc(self) -> CodeDoc {
        use Class::{Input, Judgement, Notice, Structure};
        use Severity::{Error, Info, Warning};
        let (class, severity, cause, remedy) = match self {
            Code::UnknownProduct => (
                Input,
                Error,
                "A `product` block, the part before the dot in `components`, or the argument `name` refers to a product that is in neither the catalogue nor your `definitions`.",
                "Use the name that the message suggests, or list all products with `terraform-provider-portmatrix products`.",
            ),
            Code::UnknownVersion => (
                Input,
                Error,
                "No matrix of the product has this version or covers it.",
                "Use one of the versions in the message. Always quote versions: `3.10` without quotes is `3.1`.",
            ),
            Code::UnknownComponent => (
                Input,
                Error,
                "The part after the dot in `components` is not a component of the product.",
                "Use the name that the message suggests.",
            ),
            Code::UnknownFlow => (
                Input,
                Error,
                "`enable` or `disable` lists a name that is neither a flow nor a feature of the product.",
                "Use the name that the message suggests.",
            ),
            Code::UnknownPortParameter => (
                Input,
                Error,
                "`ports` or `advertised_ports` sets a name that is not a port parameter of the product.",
                "Use the name that the message suggests.",
            ),
            Code::UnknownProfile => (
                Input,
                Error,
                "`profile` does not name a set of ports that the vendor recommends.",
                "Use one of the profiles in the message, or omit `profile`.",
            ),
            Code::UnknownZone => (
                Input,
                Error,
                "A `flow` block names a zone that is not declared.",
                "Declare the zone, or use the name that the message suggests.",
            ),
            Code::BadName => (
                Input,
                Error,
                "A zone name, product label or flow name does not match `^[a-z][a-z0-9]*(-[a-z0-9]+)*$` or has more than 32 characters; or the name of an address is \
                    empty, has more than 64 characters, or contains control characters. Names are parts of rule keys.",
                "Use the name that the message suggests.",
            ),
            Code::BadValue => (
                Input,
                Error,
                "An argument has a value that it does not accept, or a list contains `null`.",
                "Use one of the values in the message.",
            ),
            Code::BadCidr => (
                Input,
                Error,
                "An address is not a CIDR block of its family, has host bits set, or is written in a form that programs read differently.",
                "Use the CIDR block that the message suggests.",
            ),
            Code::BadPort => (
                Input,
                Error,
                "A value is not a port from 1 to 65535, a port range, or a comma-separated list of these.",
                "Write, for example, `\"443\"`, `\"7000-7999\"` or `\"80, 443\"`.",
            ),
            Code::BadService => (
                Input,
                Error,
                "A service of a `flow` block does not have the form `<transport>/<ports>`.",
                "Write, for example, `tcp/443`, `tcp+udp/53`, `icmp`, `esp`.",
            ),
            Code::BadDefinition => (
                Input,
                Error,
                "A product file has errors. All of them are listed, each with its line and column.",
                "Fix the file; `terraform-provider-portmatrix lint FILE` checks it without a plan.",
            ),
            Code::PortOutsideBounds => (
                Input,
                Error,
                "A port parameter is set to a port that, according to the vendor, the product does not use.",
                "Choose a port within the bounds in the message.",
            ),
            Code::BecameNull => (
                Input,
                Error,
                "A block such as `aws` sets nothing: its values are omitted, null, or were unknown at plan and turned out null. \
                    Or only one of two arguments that belong together has a value. \
                    Or a label in `pod_labels` or `namespace_labels` is null; without it, a policy would apply to more pods.",
                "Set a value, or remove the label from the map. If there may be none, make the block conditional on something known at plan, e.g. \
                    `for_each = var.with_group ? [1] : []`.",
            ),
            Code::TargetWide => (
                Input,
                Error,
                "A zone on Google Cloud has a `network` but neither `target_tags` nor `service_accounts`. Its rules would apply to every instance of the network.",
                "Give the zone's instances a network tag or service account of their own, and set it here.",
            ),
            Code::PortUnset => (
                Structure,
                Error,
                "A port has no default, because the vendor leaves it to the installation, and the layout does not set it. No rule is created for the service. \
                    An error if the flow is required, otherwise a warning.",
                "Set it under `ports` in the `product` block.",
            ),
            Code::ZoneEmpty => (
                Structure,
                Error,
                "A rule needs a peer zone that cannot be matched: it has no address, no group and no prefix list. An empty source never means any source.",
                "Give the zone `ipv4`, `ipv6` or a group, or remove the component from it.",
            ),
            Code::DuplicateAddress => (
                Structure,
                Error,
                "Two rules of one security group would be identical, because one address or group has two names; AWS rejects the second. \
                    One group under two names in `security_group_ids` would be counted as room for twice as many rules. \
                    On Azure, one CIDR block of a zone contains another, or an application security group is listed twice; Azure rejects a rule that names both.",
                "If two zones are the same place, make them one zone with the components of both. Give each CIDR block one name.",
            ),
            Code::PriorityTaken => (
                Structure,
                Error,
                "Two rules in one direction of one network security group would have the same priority, or a new rule would reuse the priority of a rule removed in \
                    the same apply; Azure rejects both. This can happen only with numbers set in `priorities`, or when zones move to another network security group.",
                "Set another number in `priorities`. To reuse the number of a removed rule, apply the removal first and the new rule second.",
            ),
            Code::PriorityBandFull => (
                Structure,
                Error,
                "A new rule needs a priority, and none is free in its network security group: all those of `azure_options` are in use, or were until this apply. \
                    Priorities of removed rules are free only from the next apply on, because Terraform does not destroy one rule before it creates another. \
                    A final deny needs a priority after all allow rules; the rule for probes needs one before all deny rules.",
                "If other rules are being removed, leave the new ones out, apply, and add them back. \
                    Otherwise widen the range `priority_first` to `priority_last`, or split the zones among several network security groups.",
            ),
            Code::PriorityAfterDeny => (
                Structure,
                Error,
                "`priorities` gives a deny rule a lower number than an allow rule of the same network security group. \
                    The deny rule is evaluated first and blocks the flow. Or all rules that allow load balancer probes come after a deny rule.",
                "Give the allow rule a lower number in `priorities`, or the deny rule a higher one.",
            ),
            Code::Exposed => (
                Judgement,
                Error,
                "A listener that is not `public` is opened to a zone of trust `public`, or to a zone whose addresses together cover everything.",
                "Place the source component in a narrower zone. If the exposure is intended, add an `accept` block with the reason.",
            ),
            Code::ExposedByNeighbour => (
                Judgement,
                Warning,
                "A listener that is not `public` is also opened by a rule that another component in the same zone needs for public access.",
                "Put the two components in separate zones, or change one of the ports.",
            ),
            Code::PortClash => (
                Judgement,
                Warning,
                "Two port parameters of one component that differ by default are set to the same port, so the rules for one also allow the peers of the other.",
                "Choose different ports.",
            ),
            Code::ComponentUnplaced => (
                Judgement,
                Warning,
                "A component is in no zone, so its flows have no rules. An info if it is outside the product and no required flow is left out.",
                "Add `label.component` to `components` of a zone. If its flows are not wanted, list them in `disable`.",
            ),
            Code::RequiredDisabled => (
                Judgement,
                Warning,
                "`disable` lists a flow that the vendor calls required.",
                "Remove it from `disable` unless something else does its job.",
            ),
            Code::NothingEnforced => (
                Judgement,
                Warning,
                "No zone says where its rules are enforced, so no rules are created.",
                "Give at least one zone an enforcing block: `aws` with a security group, `azure` with a network security group, `gcp` with a network, `kubernetes` \
                    with a namespace, or `host {}`.",
            ),
            Code::NoWayIn => (
                Judgement,
                Warning,
                "The hosts of a zone with a `host` block drop or reject what no rule allows, and no ingress rule from another zone is for administration (plane \
                    `admin`). Loading the ruleset over SSH may lock you out.",
                "Add a `flow` block with `plane = \"admin\"` from your operators' zone to this one, e.g. `services = [\"tcp/22\"]`, unless a console or another table lets you in.",
            ),
            Code::DefaultOpen => (
                Judgement,
                Warning,
                "`deny_rest` is off. Azure's default rules allow the whole virtual network and all egress to the internet; Google Cloud's allow all egress. \
                    The rules here therefore restrict little, unless something else denies the rest.",
                "Leave `deny_rest` on. If something else denies the rest, such as another resource with the same network security group, add an `accept` block.",
            ),
            Code::NsgShared => (
                Judgement,
                Warning,
                "Two zones share one network security group, and one of them has rules that do not name the zone itself, because it has no application security groups \
                    and no addresses of the family. Such a rule applies to everything that the network security group protects, including the other zone.",
                "Give the zone `application_security_group_ids`, addresses of both families, or a network security group of its own.",
            ),
            Code::NotExpressible => (
                Judgement,
                Warning,
                "The platform cannot express a rule for this traffic. No rule is created, and no wider one instead.",
                "Allow it by other means. If it is not needed, list the product's flow in `disable`, or remove the service from the `flow` block.",
            ),
            Code::QuotaExceeded => (
                Judgement,
                Warning,
                "A zone or, on Google Cloud, a project needs more rules, or one rule names more addresses or tags, than the platform allows in one place. An apply would fail partway.",
                "Combine rules with `merge`, refer to peers by group, spread rules over several groups, make zones that share a group one zone, or split the zone. \
                    If the quota was raised, set `max_rules`.",
            ),
            Code::NoDns => (
                Judgement,
                Info,
                "The egress of a zone is enforced, and no rule allows port 53. Most software needs DNS, and few vendors list it.",
                "Add a `flow` block from the zone to your resolvers' zone with `services = [\"tcp+udp/53\"]`, unless nothing there needs DNS.",
            ),
            Code::PortAlternatives => (
                Judgement,
                Warning,
                "The vendor lists alternatives of which a product uses only one, and all of them are open.",
                "Choose one: set the port under `ports`, or list the others in `disable`.",
            ),
            Code::SourceConflict => (
                Judgement,
                Warning,
                "The vendor's documents disagree about a flow that the layout uses. The message says which statement the matrix follows.",
                "Check which is true in your installation, then settle it: list the flow in `enable` or `disable`, or set its port.",
            ),
            Code::SourceSuspect => (
                Judgement,
                Warning,
                "The vendor's document has a likely error in a flow that the layout uses. The matrix keeps it as printed.",
                "Check it, then settle it: set the port under `ports`, or list the flow in `enable` or `disable`.",
            ),
            Code::PriorityUnused => (
                Judgement,
                Warning,
                "`priorities` sets a number for a key that no rule has, so it has no effect: the intended rule gets another number.",
                "Use the key that the message suggests, or remove the entry if the rule is gone.",
            ),
            Code::PrefixListUnsized => (
                Judgement,
                Warning,
                "A prefix list counts against a group's quota with its maximum number of entries, which is not set. It is counted as one entry.",
                "Set it in `prefix_list_sizes`.",
            ),
            Code::AcceptanceUnused => (
                Notice,
                Warning,
                "An `accept` block matches no finding.",
                "Remove it, or correct its `code` or `subject`.",
            ),
            Code::KeyRenamed => (
                Notice,
                Warning,
                "A rule in an output is unchanged except for its key, usually because a zone or an address was renamed. \
                    Terraform would destroy the old rule and create an identical one, which AWS may reject as a duplicate.",
                "Add the `moved` block from the message.",
            ),
            Code::CatalogueChanged => (
                Notice,
                Warning,
                "The matrix of a product changed since the last apply, because the provider or one of your product files is newer; no argument of its `product` block \
                    changed. The message lists the flows that were added or removed, or whose ports or ends changed, or says that no rule changes. \
                    It is reported only during a plan and is not in `findings`.",
                "Check that what runs matches the plan, and apply. If it does not, set `version`, `ports`, `enable` or `disable` in the `product` block to match what runs.",
            ),
            Code::CollectionUnknown => (
                Notice,
                Warning,
                "A value that decides which rules exist is known only after apply, so the outputs are unknown as a whole.",
                "Make names and choices known at plan; only addresses and ids may be unknown.",
            ),
            Code::TransportAssumed => (
                Judgement,
                Info,
                "The source does not say which transport a flow uses, and no application protocol implies it.",
                "Check it with the vendor.",
            ),
            Code::ManagedElsewhere => (
                Judgement,
                Info,
                "The vendor manages the firewall of this component; the rules here are your own layer around it.",
                "No action needed. To create no rules for a component, put it in a zone without an enforcing block.",
            ),
            Code::ZonesOverlap => (
                Judgement,
                Warning,
                "Two zones share addresses. A rule that allows one of them by address also allows members of the other, which no flow needs.",
                "Give each zone its own addresses, refer to the zones by group, or make them one zone. If the overlap is intended, add an `accept` block.",
            ),
            Code::SelectorsOverlap => (
                Judgement,
                Warning,
                "Two zones of one network on Google Cloud share a network tag or a service account, or a Kubernetes zone also selects the pods of another. \
                    The platform cannot tell their members apart there, so each also gets what the rules allow the other. \
                    A rule with several tags applies to instances that have any of them.",
                "Give each zone a tag, a service account or labels that no other zone has, or make them one zone. If the overlap is intended, add an `accept` block.",
            ),
            Code::RuleShadowed => (
                Judgement,
                Info,
                "A wider rule in the same place allows everything that this one does. Both are kept: if the flows of the wider rule are removed, this one is still needed.",
                "No action needed, or check whether the wider flow has to be that wide.",
            ),
            Code::QuotaNear => (
                Judgement,
                Warning,
                "A group or a project would be almost full: a few more addresses or flows, and the platform rejects them.",
                "As for `quota-exceeded`, before the limit is reached.",
            ),
            Code::RejectWanted => (
                Judgement,
                Info,
                "The vendor wants traffic to unneeded ports to be rejected, so that clients fail at once; cloud firewalls drop it.",
                "No action needed, or let the hosts reject it: a `host` block creates rulesets that do. Here, clients of a closed port wait until they time out.",
            ),
            Code::GroupShared => (
                Judgement,
                Info,
                "A flow among the members of one component is opened to the whole zone, which also contains other components.",
                "If that is too wide, give the component a zone of its own.",
            ),
            Code::AddressesUnused => (
                Judgement,
                Info,
                "Every rule refers to the zone by its group, so none uses its addresses.",
                "No action needed, or set `peer_by = \"cidr\"`.",
            ),
            Code::LinkLocalSkipped => (
                Judgement,
                Info,
                "AWS and Azure do not filter traffic to link-local addresses, and Google Cloud does not filter traffic to its metadata server, so no rule is created.",
                "No action needed.",
            ),
            Code::DhcpAllowed => (
                Judgement,
                Info,
                "A host ruleset allows the hosts' own DHCP and DHCPv6, which no flow asks for: without a lease, a host loses its address.",
                "No action needed.",
            ),
            Code::DefinitionOverrides => (
                Notice,
                Info,
                "One of your files has the name and version of a built-in product and replaces it.",
                "No action needed, if that is intended.",
            ),
            Code::VersionUnpinned => (
                Judgement,
                Info,
                "`version` is not set, so a newer provider may bring a newer matrix and different rules.",
                "Set `version` in a `product` block.",
            ),
            Code::Advisory => (
                Judgement,
                Info,
                "The vendor gives advice about a flow that the layout uses.",
                "Read it.",
            ),
        };
        CodeDoc {
            class,
            severity,
            headline: self.description(),
            cause,
            remedy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_kebab_case_and_unique() {
        let codes: BTreeSet<_> = Code::ALL.iter().map(|it| it.as_str()).collect();
        assert_eq!(codes.len(), Code::ALL.len());
        assert!(codes.iter().all(|it| super::super::name::is_name(it)));
    }

    #[test]
    fn mistakes_are_errors_and_are_explained() {
        for code in Code::ALL {
            let about = code.doc();
            if matches!(about.class, Class::Input | Class::Structure) {
                assert_eq!(about.severity, Severity::Error, "{code}");
            }
            assert!(
                about.cause.ends_with('.') && about.remedy.ends_with('.'),
                "{code}"
            );
            assert!(
                !about.headline.ends_with('.') && about.headline.starts_with(char::is_lowercase),
                "{code}"
            );
        }
    }
}
