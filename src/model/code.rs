//! The codes of findings, one row each, from which diagnostics, docs and `accept` blocks follow.

use super::words::{Severity, vocabulary};

/// What decides whether a finding stops a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// An error in one argument. It stops the plan as soon as that argument is known, whatever `fail_on` says.
    Input,
    /// An error that can be seen only when everything that decides which rules exist is known. It stops the plan whatever
    /// `fail_on` says.
    Structure,
    /// A judgement: `fail_on` says from which severity on it stops the plan, and an `accept` block can remove it.
    Judgement,
    /// Something to know. It never stops a plan.
    Notice,
}

vocabulary! {
    /// What a finding is about: the chapter of the guide that explains it.
    Topic {
        Value = "names-and-values": "Names and values",
        Layout = "layout": "Layout",
        Exposure = "exposure": "Exposure",
        Policy = "policy": "Policy",
        Platform = "platform": "Platform",
        Quota = "quotas": "Quotas",
        Vendor = "vendor-data": "Vendor data",
        Plan = "plan": "Plan",
    }
}

/// What the documentation says about a code.
#[derive(Clone, Copy, Debug)]
pub struct CodeDoc {
    /// What it is about.
    pub topic: Topic,
    /// What decides whether it stops a plan.
    pub class: Class,
    /// The severity, unless the finding has another.
    pub severity: Severity,
    /// The headline: a few words, lower case, no full stop.
    pub headline: &'static str,
    /// When it is reported, in sentences.
    pub cause: &'static str,
    /// What to do about it, in sentences.
    pub remedy: &'static str,
}

/// Declares the codes. A row has the code, its topic, its class, its usual severity and its headline, then cause and remedy.
macro_rules! codes {
    ($($name:ident = $word:literal, $topic:ident, $class:ident, $severity:ident, $headline:literal { cause: $cause:literal, remedy: $remedy:literal, })+) => {
        vocabulary! {
            /// The stable codes, in the order of the documentation.
            Code { $($name = $word: $headline,)+ }
        }

        impl Code {
            /// What the documentation says about it.
            pub const fn doc(self) -> CodeDoc {
                match self {
                    $(Code::$name => CodeDoc {
                        topic: Topic::$topic,
                        class: Class::$class,
                        severity: Severity::$severity,
                        headline: $headline,
                        cause: $cause,
                        remedy: $remedy,
                    },)+
                }
            }
        }
    };
}

codes! {
    UnknownProduct = "unknown-product", Value, Input, Error, "no such product" {
        cause: "A `product` block, the part before the dot in `components`, or the argument `name` refers to a product that is in neither the catalogue nor your `definitions`.",
        remedy: "Use the name that the message suggests, or list all products with `terraform-provider-portmatrix products`.",
    }
    UnknownVersion = "unknown-version", Value, Input, Error, "no such version" {
        cause: "No release line of the product has this name or covers this release. The message lists the lines and the releases that each covers.",
        remedy: "Use a release that a line covers, or the name of a line whose ports your release has. Always quote versions: `3.10` without quotes is `3.1`.",
    }
    VersionNewer = "version-newer", Value, Judgement, Error, "a release newer than every line" {
        cause: "`version` is newer than every release line of the product in the catalogue, so its ports may have changed.",
        remedy: "Compare the vendor's current port table with `terraform-provider-portmatrix show PRODUCT`. To use the newest line, set `version` to its name; \
            or keep your release and add an `accept` block until the catalogue has it.",
    }
    UnknownComponent = "unknown-component", Value, Input, Error, "no such component" {
        cause: "The part after the dot in `components` is not a component of the product, or not in this release.",
        remedy: "Use the name that the message suggests, or a release that has it.",
    }
    UnknownFlow = "unknown-flow", Value, Input, Error, "no such flow or feature" {
        cause: "`enable` or `disable` lists a name that is neither a flow nor a feature of the product, or `enable` lists one that this release does not have. \
            Options of a choice are set with `choices`.",
        remedy: "Use the name that the message suggests, or a release that has it.",
    }
    UnknownPortParameter = "unknown-port-parameter", Value, Input, Error, "no such port parameter" {
        cause: "`ports` or `advertised_ports` sets a name that is not a port parameter of the product, or not in this release.",
        remedy: "Use the name that the message suggests, or a release that has it.",
    }
    UnknownChoice = "unknown-choice", Value, Input, Error, "no such choice or option" {
        cause: "`choices` sets a choice that the product does not have, or an option that the choice does not have, or not in this release.",
        remedy: "Use the name that the message suggests, or a release that has it.",
    }
    UnknownNumber = "unknown-number", Value, Input, Error, "no such number" {
        cause: "`numbers` sets a number that the product does not have, or not in this release.",
        remedy: "Use the name that the message suggests, or a release that has it.",
    }
    UnknownProfile = "unknown-profile", Value, Input, Error, "no such profile" {
        cause: "`profile` does not name a set of ports that the vendor recommends.",
        remedy: "Use one of the profiles in the message, or omit `profile`.",
    }
    UnknownZone = "unknown-zone", Value, Input, Error, "no such zone" {
        cause: "A `flow` block names a zone that is not declared.",
        remedy: "Declare the zone, or use the name that the message suggests.",
    }
    BadName = "bad-name", Value, Input, Error, "an invalid name" {
        cause: "A zone name, product label or flow name does not match `^[a-z][a-z0-9]*(-[a-z0-9]+)*$` or has more than 32 characters; or the name of an address is \
            empty, has more than 64 characters, or contains control characters. Names are parts of rule keys.",
        remedy: "Use the name that the message suggests.",
    }
    BadValue = "bad-value", Value, Input, Error, "an invalid value" {
        cause: "An argument has a value that it does not accept, or a list contains `null`.",
        remedy: "Use one of the values in the message.",
    }
    BadCidr = "bad-cidr", Value, Input, Error, "not a CIDR block" {
        cause: "An address is not a CIDR block of its family, has host bits set, or is written in a form that programs read differently.",
        remedy: "Use the CIDR block that the message suggests.",
    }
    BadPort = "bad-port", Value, Input, Error, "not a port" {
        cause: "A value is not a port from 1 to 65535, a port range, or a comma-separated list of these.",
        remedy: "Write, for example, `\"443\"`, `\"7000-7999\"` or `\"80, 443\"`.",
    }
    BadService = "bad-service", Value, Input, Error, "not a service" {
        cause: "A service of a `flow` block does not have the form `<transport>/<ports>`.",
        remedy: "Write, for example, `tcp/443`, `tcp+udp/53`, `icmp`, `esp`.",
    }
    BadDefinition = "bad-definition", Value, Input, Error, "an invalid product file" {
        cause: "A product file has errors. All of them are listed, each with its line and column.",
        remedy: "Fix the file; `terraform-provider-portmatrix lint FILE` checks it without a plan.",
    }
    PortOutsideBounds = "port-outside-bounds", Value, Input, Error, "a port outside the vendor's bounds" {
        cause: "A port parameter is set to a port that, according to the vendor, the product does not use.",
        remedy: "Choose a port within the bounds in the message.",
    }
    BecameNull = "became-null", Value, Input, Error, "a block or label without a value" {
        cause: "A block such as `aws` sets nothing: its values are omitted, null, or were unknown at plan and turned out null. \
            Or only one of two arguments that belong together has a value. \
            Or a label in `pod_labels` or `namespace_labels` is null; without it, a policy would apply to more pods.",
        remedy: "Set a value, or remove the label from the map. If the value can be null, make the block conditional on something known at plan, e.g. \
            `for_each = var.with_group ? [1] : []`.",
    }
    TargetWide = "target-wide", Exposure, Input, Error, "a rule that would apply to a whole network" {
        cause: "A zone on Google Cloud has a `network` but neither `target_tags` nor `service_accounts`. Its rules would apply to every instance of the network.",
        remedy: "Give the zone's instances a network tag or service account of their own, and set it here.",
    }
    PortUnset = "port-unset", Value, Structure, Error, "a port that must be set" {
        cause: "A port has no default, because the vendor leaves it or a number in it to the installation, and the layout does not set it. No rule is created for the service. \
            An error if the flow is required, otherwise a warning.",
        remedy: "Set it under `ports` or `numbers` in the `product` block.",
    }
    ZoneEmpty = "zone-empty", Layout, Structure, Error, "a peer without an address" {
        cause: "A rule needs a peer zone that cannot be matched: it has no address, no group and no prefix list. An empty source never means any source.",
        remedy: "Give the zone `ipv4`, `ipv6` or a group, or remove the component from it.",
    }
    DuplicateAddress = "duplicate-address", Platform, Structure, Error, "one address under two names" {
        cause: "Two rules of one security group would be identical, because one address or group has two names; AWS and OpenStack reject the second. \
            On OpenStack, a rule for all egress is identical to a default rule of a group that still has these. \
            One group under two names in `spread_security_group_ids` would be counted as room for twice as many rules; in `peer_security_group_ids` it would make the same rule twice. \
            On Azure, one CIDR block of a zone contains another, or an application security group is listed twice; Azure rejects a rule that names both. \
            Two zones with a `host` block are the same hosts by their addresses: a host loads one ruleset, since two would each drop what the other allows.",
        remedy: "If two zones are the same place, make them one zone with the components of both. Give each CIDR block one name.",
    }
    PriorityTaken = "priority-taken", Platform, Structure, Error, "two rules with the same priority" {
        cause: "Two rules in one direction of one network security group would have the same priority, or a rule would get the priority of another that is \
            removed or gets another priority in the same apply; Azure rejects both. This can happen only with numbers set in `priorities`, or when zones move to another network security group.",
        remedy: "Set another number in `priorities`. To reuse the number of a removed rule, apply the removal first and the new rule second. \
            To exchange two numbers, give one of the rules a free number first, and apply.",
    }
    PriorityBandFull = "priority-band-full", Platform, Structure, Error, "no free priority" {
        cause: "A new rule needs a priority, and none is free in its network security group: all those of `azure_options` are in use, or were until this apply. \
            Priorities of removed rules are free only from the next apply on, because Terraform does not destroy one rule before it creates another. \
            A final deny needs a priority after all allow rules; the rule for probes needs one before all deny rules.",
        remedy: "If other rules are being removed, leave the new ones out, apply, and add them back. \
            Otherwise widen the range `priority_first` to `priority_last`, or split the zones among several network security groups.",
    }
    PriorityAfterDeny = "priority-after-deny", Platform, Structure, Error, "a deny rule before an allow rule" {
        cause: "`priorities` gives a deny rule a lower number than an allow rule of the same network security group. \
            The deny rule is evaluated first and blocks the flow. Or all rules that allow load balancer probes come after a deny rule.",
        remedy: "Give the allow rule a lower number in `priorities`, or the deny rule a higher one.",
    }
    Exposed = "exposed", Exposure, Judgement, Error, "open beyond its intended audience" {
        cause: "A listener that is not `public` is opened to a zone that anyone may be in: one of trust `public`, one whose addresses are all or nearly all of those \
            in use on the internet (a quarter or more of either family), or one with a service tag for the machines of everyone (`Internet`, `AzureCloud`). \
            Addresses of several zones that connect to the listener count together; the finding names the zone with the largest share. \
            It is also opened if such a zone has a group, tag or label in common with a peer of the listener, or addresses that belong to it are among those of a peer.",
        remedy: "Place the source component in a narrower zone. If the exposure is intended, add an `accept` block with the reason.",
    }
    ExposedByNeighbour = "exposed-by-neighbour", Exposure, Judgement, Warning, "opened by another component's rule" {
        cause: "A listener that is not `public` is also opened by a rule that another component needs for public access. \
            The component is in the same zone, or in a zone that shares the group, tag or labels at which the rule is.",
        remedy: "Put the two components in separate zones with groups or tags of their own, or change one of the ports.",
    }
    PortClash = "port-clash", Layout, Judgement, Warning, "two listeners on one port" {
        cause: "Two port parameters of one component that differ by default are set to the same port, so the rules for one also allow the peers of the other.",
        remedy: "Choose different ports.",
    }
    ComponentUnplaced = "component-unplaced", Layout, Judgement, Warning, "a component in no zone" {
        cause: "A component is in no zone. A warning if this cuts traffic off: a zone whose egress is enforced needs the component, and no egress rule of the zone to every \
            address covers the traffic. Also a warning if a zone whose ingress is enforced waits for connections from it, and the component is a part or a dependency of the product, \
            or its flow is required. Otherwise an info, as where an outsider connects to you, or where only ports 53 and 123 are cut off on AWS, Azure and Google Cloud, which do not filter their own name and time servers. \
            Not reported where another component of the same flow is placed, or one that replaces the missing one.",
        remedy: "Add `label.component` to `components` of a zone. If its traffic is not wanted, list the flows or the feature in `disable`. If it is cut off on purpose, add an `accept` block with the reason.",
    }
    ComponentIdle = "component-idle", Layout, Judgement, Warning, "a component without a flow" {
        cause: "A component is in a zone, but all of its flows are off, so it gets no rules: it is cut off, or its peers cannot reach it. \
            Not reported where `disable` lists one of its flows, or a feature that governs one.",
        remedy: "List the feature or flow from the message in `enable`, or remove the component from the zone.",
    }
    RequiredDisabled = "required-disabled", Layout, Judgement, Warning, "a required flow is disabled" {
        cause: "`disable` lists a flow that the vendor calls required.",
        remedy: "Remove it from `disable` unless something else does its job.",
    }
    NothingEnforced = "nothing-enforced", Layout, Judgement, Warning, "no zone is enforced" {
        cause: "No zone says where its rules are enforced, or each that does has `enforce = false`, so no rules are created. In a layout as data, also for each zone whose \
            only enforcing block is null: in YAML, `host:` without a value is null, which is as if the block were absent.",
        remedy: "Give at least one zone an enforcing block: `aws` with a security group, `azure` with a network security group, `gcp` with a network, `openstack` with a security group, `kubernetes` \
            with a namespace, or `host {}`. In YAML, write `host: {}` or `host: true`.",
    }
    NoWayIn = "no-way-in", Layout, Judgement, Warning, "hosts without admin access" {
        cause: "The hosts of a zone with a `host` block drop or reject what no rule allows, and no ingress rule from another zone is for administration (plane \
            `admin`). Loading the ruleset over SSH may lock you out.",
        remedy: "Add a `flow` block with `plane = \"admin\"` from your operators' zone to this one, e.g. `services = [\"tcp/22\"]`, unless a console or another table lets you in.",
    }
    HostForwards = "host-forwards", Platform, Judgement, Warning, "hosts that forward what the ruleset does not filter" {
        cause: "A component that runs pods or containers is in a zone with a `host` block. The hosts forward packets to these, and the ruleset filters only packets from and to \
            processes of the hosts: a published port or node port is open to everyone who can reach the host.",
        remedy: "Set `translated = \"ingress\"` in the `host` block, or `\"both\"` to restrict what pods and containers send with an address of the host as well. \
            If something else filters forwarded traffic, such as network policies or the rules of a cloud, add an `accept` block.",
    }
    CidrPeerInCluster = "cidr-peer-in-cluster", Platform, Judgement, Warning, "nodes or pods as a CIDR block" {
        cause: "A network policy refers to nodes, or to pods, by their addresses. By default, Cilium matches neither nodes nor pods by an `ipBlock`, so it drops the traffic; \
            with `policyCIDRMatchMode: nodes`, it matches nodes. Other network plugins match both. Nodes are zones without a `kubernetes` block that contain a component whose hosts run pods, \
            or whose addresses are all among those of such a zone.",
        remedy: "With Cilium, refer to pods by labels (remove `peer_by = \"cidr\"`), and allow nodes with a `CiliumNetworkPolicy` whose peer is the entity `remote-node` or `host`. \
            With another network plugin, add an `accept` block.",
    }
    DefaultOpen = "default-open", Exposure, Judgement, Warning, "the platform allows what no rule denies" {
        cause: "`deny_rest` is off. Azure's default rules allow the whole virtual network and all egress to the internet; Google Cloud's allow all egress. \
            Or an OpenStack security group has its two default egress rules, which allow all egress. \
            The rules here therefore restrict little, unless something else denies the rest.",
        remedy: "Leave `deny_rest` on; on OpenStack, create the group with `delete_default_rules = true` and say so in the zone. If something else denies the rest, such as another resource with the same network security group, add an `accept` block.",
    }
    NotExpressible = "not-expressible", Platform, Judgement, Warning, "traffic that the platform cannot express" {
        cause: "The platform cannot express a rule for this traffic. No rule is created; the provider never creates a wider one instead. \
            Or the traffic is VRRP, OSPF, EIGRP or PIM, which also use multicast, and the platform does not carry or match that; the rule is then for unicast only. \
            Or Azure does not accept a rule between application security groups that are in different virtual networks.",
        remedy: "Allow it by other means. If it is not needed, list the product's flow in `disable`, or remove the service from the `flow` block. \
            For multicast on a platform that carries none, use unicast, e.g. `unicast_peer` of keepalived.",
    }
    QuotaExceeded = "quota-exceeded", Quota, Judgement, Warning, "more rules than the platform allows" {
        cause: "A zone or, on Google Cloud, a project needs more rules, or one rule names more addresses or tags, than the platform allows in one place. An apply would fail partway.",
        remedy: "Combine rules with `merge`, refer to peers by group, spread rules over several groups, make zones that share a group one zone, or split the zone. \
            If the quota was raised, set `max_rules` on AWS and OpenStack, and accept the finding elsewhere.",
    }
    NoDns = "no-dns", Layout, Judgement, Info, "no rule for DNS" {
        cause: "The egress of a zone is enforced, and no rule allows port 53. Most software needs DNS, and few vendors list it.",
        remedy: "Add a `flow` block from the zone to your resolvers' zone with `services = [\"tcp+udp/53\"]`, unless nothing there needs DNS.",
    }
    PortAlternatives = "port-alternatives", Vendor, Judgement, Warning, "all alternatives are open" {
        cause: "An installation uses only one of several alternative ports, or one option of a choice, and the layout does not say which. The rules allow all of them.",
        remedy: "Choose one: set the port under `ports`, or the option under `choices`.",
    }
    SourceConflict = "source-conflict", Vendor, Judgement, Warning, "the vendor contradicts itself" {
        cause: "The vendor's documents disagree about a flow that the layout uses, or about the release of `version`. The message says which statement the matrix follows.",
        remedy: "Check which is true in your installation, then settle it: list the flow in `enable` or `disable`, or set its port.",
    }
    SourceSuspect = "source-suspect", Vendor, Judgement, Warning, "a likely error in the vendor's document" {
        cause: "The vendor's document has a likely error in a flow that the layout uses. The matrix keeps it as printed.",
        remedy: "Check it, then settle it: set the port under `ports`, or list the flow in `enable` or `disable`.",
    }
    PriorityUnused = "priority-unused", Platform, Judgement, Warning, "a priority without a rule" {
        cause: "`priorities` sets a number for a key that no rule has, so it has no effect: the intended rule gets another number.",
        remedy: "Use the key that the message suggests, or remove the entry if the rule is gone.",
    }
    PrefixListUnsized = "prefix-list-unsized", Quota, Judgement, Warning, "a prefix list of unknown size" {
        cause: "A prefix list counts against a group's quota with its maximum number of entries, which is not set. It is counted as one entry.",
        remedy: "Set it in `prefix_list_sizes`.",
    }
    AcceptanceUnused = "acceptance-unused", Layout, Notice, Warning, "an `accept` block that matches nothing" {
        cause: "An `accept` block matches no finding.",
        remedy: "Remove it, or correct its `code` or `subject`.",
    }
    PolicyViolated = "policy-violated", Policy, Judgement, Error, "traffic that the policy refuses" {
        cause: "Rules permit a connection that a `policy` refuses. The subject is `<from>/<to>/<traffic>`. Every policy that no closer one replaces is judged, \
            the egress rule by the port that the source connects to, and the ingress rule by the port that the listener listens on. \
            A rule that permits another zone as well, because their addresses or groups meet, is judged for that zone by the policies that name it or its trust. \
            The severity is the one of the policy.",
        remedy: "Disable the flow, or place its component in another zone; or have the policy changed. To permit it for a limited time, add an `exception`.",
    }
    PolicyMonitored = "policy-monitored", Policy, Notice, Warning, "traffic that a monitored policy refuses" {
        cause: "Rules permit a connection that a policy with `monitor = true` refuses. It never stops a plan.",
        remedy: "Disable the flow, place its component in another zone, or have the policy changed, before the policy is enforced.",
    }
    ExceptionExpired = "exception-expired", Policy, Judgement, Error, "an exception that is over" {
        cause: "Rules permit a connection that a policy refuses, and the last day of the exception that permitted it is before `as_of`. The severity is the one of the policy.",
        remedy: "Remove what needs the traffic, or renew the exception with a later `expires`.",
    }
    ExceptionExpiring = "exception-expiring", Policy, Judgement, Warning, "an exception that is about to end" {
        cause: "The last day of an `exception` or `accept` block that is in use is at most `warn_days` after `as_of`.",
        remedy: "Renew it with a later `expires`, or remove what needs it.",
    }
    ExceptionUnused = "exception-unused", Policy, Notice, Warning, "an exception that permits nothing" {
        cause: "Both ends of an `exception` are in the layout, but no rule between them needs it.",
        remedy: "Remove it, or correct its ends or `services`.",
    }
    PolicyUnmatched = "policy-unmatched", Policy, Judgement, Warning, "a name in a policy that nearly fits" {
        cause: "A policy or exception in data names something that the layout does not have, and a zone or segment of the layout has nearly the same name.",
        remedy: "Correct the name in the data, or set `segment` in the zone.",
    }
    DatesNotJudged = "dates-not-judged", Policy, Judgement, Warning, "exceptions without a day to judge them" {
        cause: "Exceptions or acceptances have `expires`, but the provider has no `as_of`, or it is before the year 2000. They all count as valid.",
        remedy: "Set `as_of = formatdate(\"YYYY-MM-DD\", plantimestamp())` in the block `provider \"portmatrix\"`.",
    }
    PolicyExcepted = "policy-excepted", Policy, Judgement, Info, "traffic that an exception permits" {
        cause: "Rules permit a connection that a policy refuses, and an `exception` permits it.",
        remedy: "No action needed until the exception ends.",
    }
    PolicyOverlap = "policy-overlap", Policy, Judgement, Info, "two policies for the same ends" {
        cause: "Two policies hold for the same connection, because neither names both ends more closely than the other. Traffic needs the permission of both.",
        remedy: "No action needed. To decide the case, add a policy that names both ends.",
    }
    KeyRenamed = "key-renamed", Plan, Notice, Warning, "only the key of a rule changed" {
        cause: "A rule in an output is unchanged except for its key, usually because a zone or an address was renamed. \
            Terraform would destroy the old rule and create an identical one, which AWS may reject as a duplicate.",
        remedy: "Add the `moved` block from the message.",
    }
    AddressesMoved = "addresses-moved", Plan, Notice, Warning, "addresses that moved to other names" {
        cause: "Values of a zone moved from one name to another, usually because the names are positions in a list and an element was inserted or removed. \
            Each rule that keeps its key is changed to what another rule still is. AWS and OpenStack reject a rule that is identical to an existing one, so the apply can fail. \
            It is reported only during a plan and is not in `findings`.",
        remedy: "Name addresses by themselves, e.g. `ipv4 = { for it in var.cidrs : it => it }`. If you keep the names and the apply fails, apply again: a rule that was in the way is changed by then. If values were exchanged, remove their names, apply, and add them back.",
    }
    EnforcementEnded = "enforcement-ended", Plan, Notice, Warning, "rules that `enforce = false` destroys" {
        cause: "A zone now has `enforce = false`, and the last apply created rules for it. They will be destroyed: AWS and OpenStack then deny what they allowed; \
            on other platforms, traffic that they denied may be allowed. It is reported only during a plan and is not in `findings`.",
        remedy: "Make sure that the rules of the team that owns the zone's firewall are in place before you apply. \
            To leave the existing rules as they are, remove them from the state with `terraform state rm` before the apply.",
    }
    CatalogueChanged = "catalogue-changed", Plan, Notice, Warning, "the matrix changed since the last apply" {
        cause: "The matrix of a product changed since the last apply, because the provider or one of your product files is newer; no argument of its `product` block \
            changed. The message lists the flows that were added or removed, or whose ports or ends changed, or says that no rule changes. \
            It is reported only during a plan and is not in `findings`.",
        remedy: "Check that what runs matches the plan, and apply. If it does not, set `version`, `ports`, `enable` or `disable` in the `product` block to match what runs.",
    }
    CollectionUnknown = "collection-unknown", Plan, Notice, Warning, "outputs are known only after apply" {
        cause: "A value that decides which rules exist is known only after apply, so the outputs are unknown as a whole.",
        remedy: "Make names and choices known at plan; only addresses and ids may be unknown.",
    }
    SourceGap = "source-gap", Vendor, Judgement, Info, "something that the matrix lacks" {
        cause: "The vendor's document leaves out traffic of a component that the layout places, so the matrix lacks it, too. A warning if the members of a component cannot work together \
            without it, the layout shows that there are several (in several zones, or with several addresses of one host each), and no `flow` block connects them. \
            It is also a warning if the gap mentions the release of `version`.",
        remedy: "Find out what your installation needs, and add a `flow` block for it.",
    }
    TransportAssumed = "transport-assumed", Vendor, Judgement, Info, "a transport that the source does not state" {
        cause: "The source does not say which transport a flow uses, and no application protocol implies it.",
        remedy: "Check it with the vendor.",
    }
    ProductDraft = "product-draft", Vendor, Judgement, Warning, "an unfinished product file" {
        cause: "The layout uses a product file that says `draft = true`: it has open questions, or it was imported and not yet read by a person.",
        remedy: "Finish the file and remove `draft`, or add an `accept` block.",
    }
    ManagedElsewhere = "managed-elsewhere", Vendor, Judgement, Info, "the vendor manages this component's firewall" {
        cause: "The vendor manages the firewall of this component; the rules here are your own layer around it.",
        remedy: "No action needed. To create no rules for a component, put it in a zone with `enforce = false`, or without an enforcing block.",
    }
    ZonesOverlap = "zones-overlap", Layout, Judgement, Warning, "zones that share addresses" {
        cause: "Two zones share addresses. A rule that allows one of them by address also allows members of the other, which no flow needs. \
            An address belongs to the zone with the longest CIDR block that contains it, after adjacent CIDR blocks of a zone are joined; equal CIDR blocks belong to all of \
            their zones. A rule for an inner zone therefore says nothing about the outer one, but a rule for the outer zone also allows the inner one. \
            An info if the other zone is trusted as much or more and the flow is `public`, since little is gained there. If anyone may be in the other zone, `exposed` is reported instead.",
        remedy: "Give each zone its own addresses, refer to the zones by group, or make them one zone. If the overlap is intended, add an `accept` block.",
    }
    SelectorsOverlap = "selectors-overlap", Layout, Judgement, Warning, "zones that rules cannot tell apart" {
        cause: "Zones share something by which rules select their members: a security group, an application security group, a network security group, a prefix list, a service tag, \
            a network tag, a service account or pod labels. A rule at it holds for the members of all zones that have it, and a rule that refers to it allows all of them. \
            The message lists what is allowed in this way although no flow needs it. \
            In a network security group, a rule is at the zone's application security groups, otherwise at its own CIDR blocks, otherwise at everything that the group protects.",
        remedy: "Give each zone a group, list, tag or labels that no other zone has, or make them one zone. In a shared network security group, give each zone \
            `application_security_group_ids` or CIDR blocks of both families. If the overlap is intended, add an `accept` block.",
    }
    RuleShadowed = "rule-shadowed", Layout, Judgement, Info, "a rule covered by a wider one" {
        cause: "A wider rule in the same place allows everything that this one does. Both are kept: if the flows of the wider rule are removed, this one is still needed.",
        remedy: "No action needed, or check whether the wider flow has to be that wide.",
    }
    QuotaNear = "quota-near", Quota, Judgement, Warning, "almost as many rules as the platform allows" {
        cause: "A group or a project would be almost full: a few more addresses or flows, and the platform rejects them.",
        remedy: "As for `quota-exceeded`, before the limit is reached.",
    }
    RejectWanted = "reject-wanted", Platform, Judgement, Info, "traffic that should be rejected, not dropped" {
        cause: "The vendor wants traffic to unneeded ports to be rejected, so that clients fail at once; cloud firewalls drop it.",
        remedy: "No action needed, or let the hosts reject it: a `host` block creates rulesets that do. Here, clients of a closed port wait until they time out.",
    }
    GroupShared = "group-shared", Exposure, Judgement, Info, "a group that includes other components" {
        cause: "A flow among the members of one component is opened to the whole zone, which also contains other components.",
        remedy: "If that is too wide, give the component a zone of its own.",
    }
    AddressesUnused = "addresses-unused", Layout, Judgement, Info, "addresses that no rule uses" {
        cause: "Every rule of a platform refers to the zone by its group, tags or labels, so none uses its addresses: members of the zone that have an address but not the group get no rule.",
        remedy: "No action needed if every member has the group. Otherwise set `peer_by = \"both\"`, or `\"cidr\"` for addresses only.",
    }
    LinkLocalSkipped = "link-local-skipped", Platform, Judgement, Info, "an address that the platform does not filter" {
        cause: "AWS and Azure do not filter traffic to link-local addresses, and Google Cloud does not filter traffic to its metadata server, so no rule is created.",
        remedy: "No action needed.",
    }
    DhcpAllowed = "dhcp-allowed", Platform, Judgement, Info, "the hosts' own DHCP is allowed in addition to the rules" {
        cause: "A host ruleset allows the hosts' own DHCP and DHCPv6, which no flow asks for: without a lease, a host loses its address.",
        remedy: "No action needed.",
    }
    DefinitionOverrides = "definition-overrides", Value, Notice, Info, "a product file that replaces a built-in one" {
        cause: "One of your files has the name and version of a built-in product and replaces it.",
        remedy: "No action needed, if that is intended.",
    }
    VersionUnpinned = "version-unpinned", Value, Judgement, Info, "the newest version is used" {
        cause: "`version` is not set, so a newer provider may bring a newer matrix and different rules.",
        remedy: "Set `version` in a `product` block.",
    }
    Advisory = "advisory", Vendor, Judgement, Info, "the vendor's advice" {
        cause: "The vendor gives advice about a flow that the layout uses. A warning if the vendor warns of just this choice of flows and features.",
        remedy: "Read it.",
    }
}

impl Code {
    /// Whether it depends on numbers that only a state contains, so that it cannot be found without one.
    pub const fn needs_state(self) -> bool {
        matches!(
            self,
            Code::PriorityTaken | Code::PriorityBandFull | Code::PriorityAfterDeny
        )
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
    fn configuration_errors_are_errors_and_every_code_is_explained() {
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
