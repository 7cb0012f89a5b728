//! The codes of findings: one table, from which diagnostics, docs and acceptances follow.

use super::words::{Severity, words};

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
pub struct About {
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

words! {
    /// The stable codes, in the order of the documentation.
    Code {
        UnknownProduct = "unknown-product": "no such product",
        UnknownVersion = "unknown-version": "no such version",
        UnknownComponent = "unknown-component": "no such component",
        UnknownFlow = "unknown-flow": "no such flow or feature",
        UnknownPortParameter = "unknown-port-parameter": "no such port parameter",
        UnknownProfile = "unknown-profile": "no such profile",
        UnknownZone = "unknown-zone": "no such zone",
        BadName = "bad-name": "a name of the wrong form",
        BadValue = "bad-value": "a value that is not allowed",
        BadCidr = "bad-cidr": "not a CIDR block",
        BadPort = "bad-port": "not a port",
        BadService = "bad-service": "not a service",
        BadDefinition = "bad-definition": "a product file with mistakes",
        PortOutsideBounds = "port-outside-bounds": "a port outside the vendor's bounds",
        BecameNull = "became-null": "a block or a label is left without a value",
        TargetWide = "target-wide": "a rule that would hold for a whole network",
        PortUnset = "port-unset": "a port that must be given",
        ZoneEmpty = "zone-empty": "a peer without an address",
        DuplicateAddress = "duplicate-address": "one address under two names",
        PriorityTaken = "priority-taken": "two rules would have one priority",
        PriorityBandFull = "priority-band-full": "no priority is left",
        PriorityAfterDeny = "priority-after-deny": "a denial comes before what is permitted",
        Exposed = "exposed": "open to more than its audience",
        ExposedByNeighbour = "exposed-by-neighbour": "opened by another component's rule",
        PortClash = "port-clash": "two listeners on one port",
        ComponentUnplaced = "component-unplaced": "a component in no zone",
        RequiredDisabled = "required-disabled": "a required flow is switched off",
        NothingEnforced = "nothing-enforced": "no zone is enforced anywhere",
        NoWayIn = "no-way-in": "hosts that nobody may operate",
        DefaultOpen = "default-open": "the platform admits what no rule denies",
        NsgShared = "nsg-shared": "rules that hold for another zone too",
        NotExpressible = "not-expressible": "traffic that the platform cannot express",
        QuotaExceeded = "quota-exceeded": "more rules than the platform takes",
        NoDns = "no-dns": "no rule for the resolution of names",
        PortAlternatives = "port-alternatives": "alternatives are all open",
        SourceConflict = "source-conflict": "the vendor contradicts itself",
        SourceSuspect = "source-suspect": "a likely mistake of the vendor",
        PriorityUnused = "priority-unused": "a priority for no rule",
        PrefixListUnsized = "prefix-list-unsized": "a prefix list without its size",
        AcceptanceUnused = "acceptance-unused": "an acceptance that accepts nothing",
        KeyRenamed = "key-renamed": "a rule changed its key only",
        CatalogueChanged = "catalogue-changed": "another matrix than at the last apply",
        CollectionUnknown = "collection-unknown": "outputs are known after apply",
        TransportAssumed = "transport-assumed": "a transport that the source does not state",
        ManagedElsewhere = "managed-elsewhere": "the vendor manages this component's firewall",
        ZonesOverlap = "zones-overlap": "zones that share addresses",
        SelectorsOverlap = "selectors-overlap": "zones that share instances or pods",
        RuleShadowed = "rule-shadowed": "a rule within a wider one",
        QuotaNear = "quota-near": "nearly as many rules as the platform takes",
        RejectWanted = "reject-wanted": "traffic that should be rejected rather than dropped",
        GroupShared = "group-shared": "a group that holds other components too",
        AddressesUnused = "addresses-unused": "addresses that no rule uses",
        LinkLocalSkipped = "link-local-skipped": "an address that the platform does not filter",
        DhcpAllowed = "dhcp-allowed": "leases are let through beside the rules",
        DefinitionOverrides = "definition-overrides": "a product file in place of a built-in one",
        VersionUnpinned = "version-unpinned": "the newest version is taken",
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
    pub fn about(self) -> About {
        use Class::{Input, Judgement, Notice, Structure};
        use Severity::{Error, Info, Warning};
        let (class, severity, cause, remedy) = match self {
            Code::UnknownProduct => (
                Input,
                Error,
                "A `product` block, the part before the dot in `components`, or the argument `name` names what is neither in the catalogue nor among your `definitions`.",
                "Take the name that the message offers, or `terraform-provider-portmatrix products` for all of them.",
            ),
            Code::UnknownVersion => (
                Input,
                Error,
                "No matrix of the product is of this version, and none covers it.",
                "Take one of the versions that the message lists. Always quote versions: `3.10` without quotes is `3.1`.",
            ),
            Code::UnknownComponent => (
                Input,
                Error,
                "The part after the dot in `components` is no component of the product.",
                "Take the name that the message offers.",
            ),
            Code::UnknownFlow => (
                Input,
                Error,
                "`enable` or `disable` names what is neither a flow nor a feature of the product.",
                "Take the name that the message offers.",
            ),
            Code::UnknownPortParameter => (
                Input,
                Error,
                "`ports` or `advertised_ports` names what is no port parameter of the product.",
                "Take the name that the message offers.",
            ),
            Code::UnknownProfile => (
                Input,
                Error,
                "`profile` names no set of ports that the vendor recommends.",
                "Take one of the profiles that the message lists, or leave `profile` out.",
            ),
            Code::UnknownZone => (
                Input,
                Error,
                "A `flow` block names a zone that has no block.",
                "Declare the zone, or take the name that the message offers.",
            ),
            Code::BadName => (
                Input,
                Error,
                "A zone name, product label or flow name does not match `^[a-z][a-z0-9]*(-[a-z0-9]+)*$` with at most 32 characters, or the name of an address is empty, longer than 64 characters, or holds control characters. Names are parts of rule keys.",
                "Take the name that the message offers.",
            ),
            Code::BadValue => (
                Input,
                Error,
                "An argument holds a word or number that it does not know, or a list holds `null`.",
                "Take one of the values that the message lists.",
            ),
            Code::BadCidr => (
                Input,
                Error,
                "An address is no CIDR block of its family, has host bits set, or is written in a way that programs read differently.",
                "Write the block that the message offers.",
            ),
            Code::BadPort => (
                Input,
                Error,
                "A port is not a whole number from 1 to 65535, a range, or a comma list of them.",
                "Write e.g. `\"443\"`, `\"7000-7999\"` or `\"80, 443\"`.",
            ),
            Code::BadService => (
                Input,
                Error,
                "A service of a `flow` block is not of the form `<transport>/<ports>`.",
                "Write e.g. `tcp/443`, `tcp+udp/53`, `icmp`, `esp`.",
            ),
            Code::BadDefinition => (
                Input,
                Error,
                "A product file has mistakes. All of them are listed, each with its line and column.",
                "Mend the file; `terraform-provider-portmatrix lint FILE` checks it outside of a plan.",
            ),
            Code::PortOutsideBounds => (
                Input,
                Error,
                "A port parameter is set to a port that the vendor says the product does not use.",
                "Choose a port within the bounds that the message names.",
            ),
            Code::BecameNull => (
                Input,
                Error,
                "A block such as `aws` has no value that says anything: it was left out, is null, or was known only after apply and turned out null; or of two names that belong together only one has a value; or a label of `pod_labels` or `namespace_labels` is null, without which a policy would hold for more pods.",
                "Give it a value, or take the label's name out of the map. Where there may be none, decide whether the block is there by something that is known at plan, e.g. `for_each = var.with_group ? [1] : []`.",
            ),
            Code::TargetWide => (
                Input,
                Error,
                "A zone has a `network` on Google Cloud, and neither `target_tags` nor `service_accounts`. Its rules would hold for every instance of the network.",
                "Give the zone's instances a network tag or a service account of their own, and name it here.",
            ),
            Code::PortUnset => (
                Structure,
                Error,
                "A port has no default, because the vendor leaves it to the installation, and the layout does not give it. An error where the flow is required, else a warning; the service has no rule.",
                "Set it under `ports` of the `product` block.",
            ),
            Code::ZoneEmpty => (
                Structure,
                Error,
                "A rule needs a peer zone that has nothing to be named by: no address, no group, no prefix list. An empty source never becomes everything.",
                "Give the zone `ipv4`, `ipv6`, a group, or take the component out of it.",
            ),
            Code::DuplicateAddress => (
                Structure,
                Error,
                "Two rules of one security group would be the same, because one address or group stands under two names. AWS refuses the second. One group under two names of `security_group_ids` would seem to have room twice. On Azure: a zone has two blocks of which one holds the other, or one application security group twice, and Azure refuses a rule that names both.",
                "Give what is one place one zone, with the components of both, and each block one name.",
            ),
            Code::PriorityTaken => (
                Structure,
                Error,
                "Two rules would have the same priority in one direction of one network security group, or one would take the number of a rule that goes in the same apply; Azure refuses that. Only numbers given in `priorities`, or zones that move to another network security group, can come to that.",
                "Give another number in `priorities`. Where a rule goes and another takes its number, do it in two applies.",
            ),
            Code::PriorityBandFull => (
                Structure,
                Error,
                "A new rule needs a priority, and none is free in its network security group: those of `azure_options` are in use, or were until this apply. The numbers of rules that go are free for the next apply, since Terraform does not destroy one rule before it creates another. A final rule needs one after all that is permitted, and that for probes one before all that is denied.",
                "Where other rules go, take the new ones out, apply, and put them back. Else widen `priority_first` to `priority_last`, or divide the zones among several network security groups.",
            ),
            Code::PriorityAfterDeny => (
                Structure,
                Error,
                "`priorities` gives a denial a lower number than a rule of its network security group that permits, so the denial decides first and the flow is cut; or all rules for the balancer's probes come after a denial.",
                "Give the permitting rule a lower number in `priorities`, or the denial a higher one.",
            ),
            Code::Exposed => (
                Judgement,
                Error,
                "A flow whose listener is not `public` is opened to a zone of trust `public`, or to one whose addresses together are everything.",
                "Place the initiating component in a narrower zone. Where the exposure is meant, write an `accept` block with the reason.",
            ),
            Code::ExposedByNeighbour => (
                Judgement,
                Warning,
                "A listener that is not `public` is covered by a rule that another component in the same zone put there for the public.",
                "Give the two components zones of their own, or move one of the ports.",
            ),
            Code::PortClash => (
                Judgement,
                Warning,
                "Two port parameters of one component that differ by default are set to the same port, so one's rules let the other's peers in.",
                "Choose different ports.",
            ),
            Code::ComponentUnplaced => (
                Judgement,
                Warning,
                "A component stands in no zone, so its flows have no rules. An info where it is outside of the product and nothing required is left out.",
                "Add `label.component` to `components` of a zone. Where its flows are not wanted, name them in `disable`.",
            ),
            Code::RequiredDisabled => (
                Judgement,
                Warning,
                "`disable` names a flow that the vendor calls required.",
                "Take it out of `disable` unless something else provides what it is for.",
            ),
            Code::NothingEnforced => (
                Judgement,
                Warning,
                "No zone says where its rules are enforced, so there are no rules.",
                "Give at least one zone a block that enforces: `aws` with a group, `azure` with a network security group, `gcp` with a network, `kubernetes` with a namespace, or `host {}`.",
            ),
            Code::NoWayIn => (
                Judgement,
                Warning,
                "The hosts of a zone with a `host` block drop or reject what no rule lets in, and no ingress rule from another zone is there for people who operate them (plane `admin`). Who loads the ruleset over SSH may be locked out.",
                "Add a `flow` block with `plane = \"admin\"` from your operators' zone to this one, e.g. `services = [\"tcp/22\"]`, unless there is a console or another table that lets you in.",
            ),
            Code::DefaultOpen => (
                Judgement,
                Warning,
                "`deny_rest` is off. Azure's own rules admit the whole virtual network, and all egress to the internet; Google Cloud's admit all egress. So the rules here restrict little, unless something else denies the rest.",
                "Leave `deny_rest` on. Where something else denies the rest, such as another resource with the same network security group, write an `accept` block.",
            ),
            Code::NsgShared => (
                Judgement,
                Warning,
                "Two zones share one network security group, and one of them has rules in which nothing names the zone itself: it has no application security groups, and no addresses of the family. Such a rule holds for all that the network security group guards, the other zone too.",
                "Give the zone `application_security_group_ids`, or addresses of both families, or a network security group of its own.",
            ),
            Code::NotExpressible => (
                Judgement,
                Warning,
                "The platform has no rule for this traffic. There is no rule for it, and none that is wider.",
                "Open it by other means. Where it is not needed, name a product's flow in `disable`, or take the service out of the `flow` block.",
            ),
            Code::QuotaExceeded => (
                Judgement,
                Warning,
                "The rules of a zone or, on Google Cloud, of a project, or the addresses or tags that one rule names, are more than the platform takes at one place, so an apply would stop in the middle.",
                "Join rules with `merge`, name peers by group, spread them over several groups, make one zone of what is one group, or divide the zone. Where the quota was raised, say so in `max_rules`.",
            ),
            Code::NoDns => (
                Judgement,
                Info,
                "The egress of a zone is enforced, and no rule carries port 53. Most software resolves names, and few vendors list it.",
                "Add a `flow` block from the zone to that of your resolvers with `services = [\"tcp+udp/53\"]`, unless nothing there needs names.",
            ),
            Code::PortAlternatives => (
                Judgement,
                Warning,
                "The vendor names alternatives of which a product uses one, and all of them are open.",
                "Pick one: set the port under `ports`, or name the others in `disable`.",
            ),
            Code::SourceConflict => (
                Judgement,
                Warning,
                "The vendor's documents say two things about a flow that the layout uses. The message says what was taken.",
                "Check which is true in your installation, then name the flow in `enable` or `disable`, or set its port, which settles it.",
            ),
            Code::SourceSuspect => (
                Judgement,
                Warning,
                "The vendor's document has a likely mistake in a flow that the layout uses. It is kept as printed.",
                "Check it, then set the port under `ports`, or name the flow in `enable` or `disable`, which settles it.",
            ),
            Code::PriorityUnused => (
                Judgement,
                Warning,
                "`priorities` gives a number to a key that no rule has, so it has no effect: the rule that was meant gets another number.",
                "Take the key that the message offers, or take it out where the rule is gone.",
            ),
            Code::PrefixListUnsized => (
                Judgement,
                Warning,
                "A prefix list counts against the quota of a group with its maximum number of entries, which is not given. It is counted as one.",
                "Give it under `prefix_list_sizes`.",
            ),
            Code::AcceptanceUnused => (
                Notice,
                Warning,
                "An `accept` block matches no finding.",
                "Take it out, or mend its `code` or `subject`.",
            ),
            Code::KeyRenamed => (
                Notice,
                Warning,
                "A row of an output is the same as before under another key, usually because a zone or an address was renamed. Terraform would destroy the old rule and create the same one, which AWS may refuse as a duplicate.",
                "Paste the `moved` block from the message.",
            ),
            Code::CatalogueChanged => (
                Notice,
                Warning,
                "The matrix of a product is another than at the last apply, since the provider or a product file of yours is a newer one, and no argument of its `product` block changed. The message says which flows came, went, or changed their ports or ends, or that no rule does. Only a plan says so, and `findings` does not hold it.",
                "Check that what runs is as the plan has it, and apply. Where it is not, hold `version`, `ports`, `enable` or `disable` of the `product` block to what runs.",
            ),
            Code::CollectionUnknown => (
                Notice,
                Warning,
                "Something that decides which rules there are is known only after apply, so the outputs are unknown as a whole.",
                "Write it so that names and choices are known at plan and only addresses and ids are not.",
            ),
            Code::TransportAssumed => (
                Judgement,
                Info,
                "The source does not say which transport carries a flow, and no application protocol settles it.",
                "Check it with the vendor.",
            ),
            Code::ManagedElsewhere => (
                Judgement,
                Info,
                "The vendor manages the firewall of this component; the rules here are those of your own layer around it.",
                "Nothing. A zone without an enforcing block is how to leave a component alone.",
            ),
            Code::ZonesOverlap => (
                Judgement,
                Warning,
                "Two zones share addresses, and a rule that admits one of them by address admits members of the other, whom no flow needs there.",
                "Give the zones addresses of their own, name them by groups, or make them one zone. Where it is meant, write an `accept` block.",
            ),
            Code::SelectorsOverlap => (
                Judgement,
                Warning,
                "Two zones of one network on Google Cloud share a network tag or a service account, or one zone of Kubernetes takes in the pods of another. The platform cannot tell their members apart there, so each gets what the rules permit to the other. A rule with several tags is for instances that have any of them.",
                "Give each zone a tag, a service account or labels that no other zone has, or make them one zone. Where it is meant, write an `accept` block.",
            ),
            Code::RuleShadowed => (
                Judgement,
                Info,
                "A wider rule at the same place permits all that this one does. Both stay: when the flows of the wider rule go, this one is still needed.",
                "Nothing, or see whether the wider flow has to be that wide.",
            ),
            Code::QuotaNear => (
                Judgement,
                Warning,
                "A group or a project would be nearly full: a few more addresses or flows, and the platform refuses them.",
                "The same as for `quota-exceeded`, before it comes to that.",
            ),
            Code::RejectWanted => (
                Judgement,
                Info,
                "The vendor wants traffic to ports that are not needed to be rejected, so that who dials them learns it at once; clouds drop it.",
                "Nothing, or let the hosts reject it themselves: a `host` block makes rulesets that do. Who dials a closed port here waits until it gives up.",
            ),
            Code::GroupShared => (
                Judgement,
                Info,
                "A flow among the members of one component is opened to the whole zone, and other components stand in it too.",
                "Give the component a zone of its own if that is too wide.",
            ),
            Code::AddressesUnused => (
                Judgement,
                Info,
                "A zone is named by its group in every rule, so its addresses are used by none.",
                "Nothing, or `peer_by = \"cidr\"`.",
            ),
            Code::LinkLocalSkipped => (
                Judgement,
                Info,
                "AWS and Azure do not filter traffic to link-local addresses, nor Google Cloud that to its metadata server, so no rule is made for it.",
                "Nothing.",
            ),
            Code::DhcpAllowed => (
                Judgement,
                Info,
                "A ruleset for hosts lets their own DHCP and DHCPv6 through, which no flow asks for: without a lease a host loses its address.",
                "Nothing.",
            ),
            Code::DefinitionOverrides => (
                Notice,
                Info,
                "A file of yours has the name and version of a built-in product and is taken instead.",
                "Nothing, if that is meant.",
            ),
            Code::VersionUnpinned => (
                Judgement,
                Info,
                "No `version` is given, so a newer provider may bring a newer matrix and other rules.",
                "Give `version` in a `product` block.",
            ),
            Code::Advisory => (
                Judgement,
                Info,
                "The vendor advises something about a flow that the layout uses.",
                "Read it.",
            ),
        };
        About {
            class,
            severity,
            headline: self.meaning(),
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
            let about = code.about();
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
