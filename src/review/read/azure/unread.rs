//! Resources on Azure that can change what is allowed at a network security group, and whose rules are not read.
//! Source: terraform-provider-azurerm and terraform-provider-azapi, documentation of the types; Azure Virtual Network Manager,
//! "Security admin rules"; Azure Resource Manager, "Deployment modes".

use super::rule;
use crate::review::read::attributes::Attributes;
use crate::review::read::unread::{
    Effect, Influence, Reach, UnreadType, anywhere, blocks, known, opens, row, template,
};
use crate::review::rule::EnforcementPoint;

/// The types.
pub(super) const UNREAD: &[UnreadType] = &[
    row("azapi_resource", AZAPI, azapi),
    row("azapi_resource_action", AZAPI, azapi),
    row("azapi_update_resource", AZAPI, azapi),
    row(
        "azurerm_blueprint_assignment",
        "a blueprint that may create rules",
        opens,
    ),
    row("azurerm_firewall", FIREWALL, blocks),
    row(
        "azurerm_firewall_application_rule_collection",
        FIREWALL_RULES,
        blocks,
    ),
    row(
        "azurerm_firewall_nat_rule_collection",
        FIREWALL_RULES,
        blocks,
    ),
    row(
        "azurerm_firewall_network_rule_collection",
        FIREWALL_RULES,
        blocks,
    ),
    row(
        "azurerm_firewall_policy_rule_collection_group",
        FIREWALL_RULES,
        blocks,
    ),
    row(
        "azurerm_managed_application",
        "an application whose template may create rules",
        opens,
    ),
    row(
        "azurerm_management_group_template_deployment",
        DEPLOYMENT,
        deployment,
    ),
    row(
        "azurerm_network_manager_admin_rule",
        "a security admin rule, which goes before network security groups",
        admin_rule,
    ),
    row(
        "azurerm_network_manager_deployment",
        "a deployment of security admin rules",
        admin_deployment,
    ),
    row(
        "azurerm_resource_deployment_script_azure_cli",
        SCRIPT,
        opens,
    ),
    row(
        "azurerm_resource_deployment_script_azure_power_shell",
        SCRIPT,
        opens,
    ),
    row(
        "azurerm_resource_group_template_deployment",
        DEPLOYMENT,
        deployment,
    ),
    row(
        "azurerm_subscription_template_deployment",
        DEPLOYMENT,
        deployment,
    ),
    row("azurerm_template_deployment", DEPLOYMENT, deployment),
    row("azurerm_tenant_template_deployment", DEPLOYMENT, deployment),
];

const AZAPI: &str = "a resource by its API";
const FIREWALL: &str = "an Azure Firewall";
const FIREWALL_RULES: &str = "rules of an Azure Firewall";
const DEPLOYMENT: &str = "a template deployment that may create rules";
const SCRIPT: &str = "a script that may create rules";

/// The types in a template that create rules, or hide what they create.
const RULES: &[&str] = &[
    "Microsoft.Network/networkSecurityGroups",
    "Microsoft.Network/networkManagers",
    "Microsoft.Resources/deployment",
];

/// What a request has that names a template elsewhere, or deletes resources.
const LINKS: &[&str] = &["http", "templateSpecs", "Complete", "delete"];

/// What binds security admin rules and their deployment if their configuration is not known.
const ADMIN: &str = "security admin rules";

/// The configuration in an id: `c` of `…/securityAdminConfigurations/c/ruleCollections/r`.
fn configuration(id: &str) -> Option<String> {
    let mut parts = id.split('/');
    parts.find(|it| it.eq_ignore_ascii_case("securityAdminConfigurations"))?;
    parts.next().map(str::to_lowercase)
}

fn admin_rule(of: &mut dyn Attributes) -> Vec<Influence> {
    let effect = match known(of, "action").as_deref() {
        Some("Deny") => Effect::Blocks,
        // Network security groups still decide.
        Some("Allow") => Effect::Nothing,
        _ => Effect::Opens,
    };
    let of_it = known(of, "admin_rule_collection_id").and_then(|it| configuration(&it));
    let of_it = of_it.unwrap_or_else(|| ADMIN.to_owned());
    vec![Influence::new(effect, Reach::Policy(of_it))]
}

fn admin_deployment(of: &mut dyn Attributes) -> Vec<Influence> {
    if !matches!(
        known(of, "scope_access").as_deref(),
        Some("SecurityAdmin") | None
    ) {
        return Vec::new();
    }
    let ids = of.texts_if_known("configuration_ids").unwrap_or_default();
    let mut of_it: Vec<String> = ids.iter().filter_map(|it| configuration(it)).collect();
    if of_it.is_empty() {
        of_it.push(ADMIN.to_owned());
    }
    let attaches = |it| Influence::new(Effect::Attaches(it), Reach::Any);
    of_it.into_iter().map(attaches).collect()
}

fn deployment(of: &mut dyn Attributes) -> Vec<Influence> {
    let body = of.texts_if_known("template_body");
    // The provider reads `template_content` back, so that it may be the one of before where another template is named.
    let mut influences = if of.texts_if_known("template_spec_version_id") != Some(Vec::new()) {
        anywhere(Effect::Opens)
    } else if body.is_some_and(|it| !it.is_empty()) {
        template(of, &["template_body"], RULES)
    } else {
        template(of, &["template_content"], RULES)
    };
    if known(of, "deployment_mode").as_deref() == Some("Complete") {
        let group = known(of, "resource_group_name").map(|it| it.to_lowercase());
        let reach = group.map_or(Reach::Any, Reach::Network);
        influences.push(Influence::new(Effect::Removes(None), reach));
    }
    influences
}

/// What a resource of a type of the API does. Source: Azure REST API, `Microsoft.Network`.
fn azapi(of: &mut dyn Attributes) -> Vec<Influence> {
    let Some(kind) = known(of, "type") else {
        return anywhere(Effect::Opens);
    };
    let kind = kind.split('@').next().unwrap_or_default().to_lowercase();
    // A sensitive body is not in the plan, except for its version.
    let is_hidden = (["sensitive_body", "sensitive_body_version"].iter())
        .any(|it| of.texts_if_known(it) != Some(Vec::new()));
    let body = of.texts_if_known("body");
    let body = body.filter(|it| !it.is_empty() && !is_hidden);
    let text = body.map(|it| it.join(" ").to_lowercase());
    let has = |word: &str| text.as_ref().is_none_or(|it| it.contains(word));
    let removes = known(of, "method").as_deref() == Some("DELETE");
    let effect = match kind.as_str() {
        "microsoft.network/networksecuritygroups"
        | "microsoft.network/networksecuritygroups/securityrules"
            if removes =>
        {
            Effect::Removes(None)
        }
        "microsoft.network/networksecuritygroups/securityrules" if has("deny") && !has("allow") => {
            Effect::Blocks
        }
        "microsoft.network/networksecuritygroups"
        | "microsoft.network/networksecuritygroups/securityrules" => Effect::Opens,
        "microsoft.network/networkmanagers"
        | "microsoft.resources/deploymentscripts"
        | "microsoft.security/locations/jitnetworkaccesspolicies" => {
            return anywhere(Effect::Opens);
        }
        "microsoft.resources/deployments" | "microsoft.resources/deploymentstacks" => {
            if is_hidden {
                return anywhere(Effect::Opens);
            }
            // Another template may be named by its address or its id, and a deployment may delete what the template lacks.
            return template(of, &["body"], &[RULES, LINKS].concat());
        }
        it if it.starts_with("microsoft.network/networkmanagers/security") => {
            return anywhere(if has("alwaysallow") || it.contains("/securityuser") {
                Effect::Opens
            } else if has("deny") {
                Effect::Blocks
            } else {
                Effect::Nothing
            });
        }
        it if it.starts_with("microsoft.network/azurefirewalls")
            || it.starts_with("microsoft.network/firewallpolicies") =>
        {
            return anywhere(Effect::Blocks);
        }
        _ => return Vec::new(),
    };
    let reach = place(of).map_or(Reach::Any, |it| Reach::Points(vec![it]));
    vec![Influence::new(effect, reach)]
}

/// The network security group in one of the ids, or of a name in a resource group.
fn place(of: &mut dyn Attributes) -> Option<EnforcementPoint> {
    let (parent, name) = (known(of, "parent_id"), known(of, "name"));
    let whole = match (&parent, name) {
        (Some(parent), Some(name)) => Some(format!(
            "{parent}/providers/Microsoft.Network/networkSecurityGroups/{name}"
        )),
        _ => None,
    };
    let ids = [known(of, "resource_id"), parent, whole];
    ids.iter().flatten().find_map(|it| group_in(it))
}

/// The network security group of an id, or of the id of something in it.
fn group_in(id: &str) -> Option<EnforcementPoint> {
    let parts: Vec<&str> = id.split('/').collect();
    let after = |word: &str| {
        let at = parts.iter().position(|it| it.eq_ignore_ascii_case(word))?;
        parts.get(at + 1).map(|it| (*it).to_owned())
    };
    let row = rule::Row {
        resource_group_name: after("resourceGroups"),
        network_security_group_name: after("networkSecurityGroups"),
        ..rule::Row::default()
    };
    rule::point(&row).ok()
}
