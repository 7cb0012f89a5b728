//! Subnets that Azure manages: the rules that Microsoft documents for them, line by line, are among those of a layout.

use crate::support::core::Core;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// The permitting rules of a zone: direction, peer, its own side, protocol and ports.
fn permitted(layout: &Json, zone: &str) -> BTreeSet<String> {
    let answer = Core::default().plan(&Value::Null, layout);
    assert!(answer.errors().is_empty(), "{:?}", answer.diagnostics);
    let Value::Map(rows) = answer.state.get("azure_rules") else {
        panic!("known rows")
    };
    let rows = rows.iter().filter(|(key, row)| {
        key.starts_with(&format!("{zone}/")) && row.get("access").as_str() == Some("Allow")
    });
    let line = |(_, row): (_, &Value)| {
        let text = |column: &str| row.get(column).as_str().unwrap_or("several").to_owned();
        let (source, destination) = (
            text("source_address_prefix"),
            text("destination_address_prefix"),
        );
        let (protocol, ports) = (text("protocol"), text("destination_port_range"));
        format!(
            "{} {source} -> {destination} {protocol} {ports}",
            text("direction")
        )
    };
    rows.map(line).collect()
}

fn tagged(components: &[&str], tag: &str) -> Json {
    json!({ "components": components, "azure": { "service_tag": tag } })
}

fn subnet(components: &[&str], block: &str) -> Json {
    json!({
        "components": components, "ipv4": { "subnet": block },
        "azure": { "network_security_group_name": "nsg", "resource_group_name": "rg", "own": "any" },
    })
}

/// Source: Microsoft Learn, "Application Gateway infrastructure configuration", network security groups: inbound and outbound rules.
#[test]
fn application_gateway() {
    let layout = json!({
        "zone": {
            "internet": tagged(&["azure-application-gateway.client", "azure-application-gateway.internet"], "Internet"),
            "manager": tagged(&["azure-application-gateway.gateway-manager"], "GatewayManager"),
            "balancer": tagged(&["azure-application-gateway.azure-load-balancer"], "AzureLoadBalancer"),
            "servers": { "components": ["azure-application-gateway.backend"], "ipv4": { "a": "10.20.1.0/24" } },
            "gateway": subnet(&["azure-application-gateway.gateway"], "10.20.0.0/24"),
        },
        "product": { "azure-application-gateway": { "version": "2026", "ports": { "listener": "80, 443", "backend": "8443" } } },
    });
    let documented = [
        "Inbound Internet -> * Tcp 80",
        "Inbound Internet -> * Tcp 443",
        "Inbound GatewayManager -> * Tcp 65200-65535",
        "Inbound AzureLoadBalancer -> * * *",
        "Outbound * -> Internet * *",
    ];
    let mut expected: BTreeSet<String> = documented.map(str::to_owned).into();
    expected.insert("Outbound * -> 10.20.1.0/24 Tcp 8443".to_owned()); // the layout's own servers
    assert_eq!(permitted(&layout, "gateway"), expected);
}

/// Source: Microsoft Learn, "Configure NSG rules for Azure Bastion", the table of rules. What it calls `VirtualNetwork` are the targets
/// and the subnet itself.
#[test]
fn bastion() {
    let layout = json!({
        "zone": {
            "internet": tagged(&["azure-bastion.user", "azure-bastion.internet"], "Internet"),
            "manager": tagged(&["azure-bastion.gateway-manager"], "GatewayManager"),
            "balancer": tagged(&["azure-bastion.azure-load-balancer"], "AzureLoadBalancer"),
            "cloud": tagged(&["azure-bastion.azure-cloud"], "AzureCloud"),
            "machines": { "components": ["azure-bastion.target"], "ipv4": { "a": "10.30.1.0/24" } },
            "bastion": subnet(&["azure-bastion.bastion"], "10.30.0.0/26"),
        },
        "product": { "azure-bastion": { "version": "2026" } },
    });
    let documented = [
        "Inbound Internet -> * Tcp 443",
        "Inbound GatewayManager -> * Tcp 443",
        "Inbound AzureLoadBalancer -> * Tcp 443",
        "Inbound 10.30.0.0/26 -> * Tcp 8080",
        "Inbound 10.30.0.0/26 -> * Tcp 5701",
        "Outbound * -> 10.30.1.0/24 Tcp 22",
        "Outbound * -> 10.30.1.0/24 Tcp 3389",
        "Outbound * -> AzureCloud Tcp 443",
        "Outbound * -> 10.30.0.0/26 Tcp 8080",
        "Outbound * -> 10.30.0.0/26 Tcp 5701",
        "Outbound * -> Internet Tcp 80",
    ];
    let mut expected: BTreeSet<String> = documented.map(str::to_owned).into();
    expected.insert("Inbound AzureLoadBalancer -> * * *".to_owned()); // Azure's own default rule, which `deny_rest` keeps
    assert_eq!(permitted(&layout, "bastion"), expected);
}

/// Source: Microsoft Learn, "Outbound network and FQDN rules for AKS clusters": required network rules and FQDN rules of Azure Global,
/// the network rule of Azure Monitor, and the note on traffic inside the subnet. A rule of a network security group cannot name a host:
/// where the page does, this layout has a service tag.
#[test]
fn kubernetes_nodes() {
    let layout = json!({
        "zone": {
            "api": tagged(&["aks.api-server"], "AzureCloud.westeurope"),
            "names": { "components": ["aks.dns-server"], "ipv4": { "a": "10.40.9.4/32" } },
            "time": tagged(&["aks.ntp-server"], "Internet"),
            "registry": tagged(&["aks.mcr"], "MicrosoftContainerRegistry"),
            "manager": tagged(&["aks.azure-api"], "AzureResourceManager"),
            "entra": tagged(&["aks.entra"], "AzureActiveDirectory"),
            "packages": tagged(&["aks.packages"], "AzureFrontDoor.FirstParty"),
            "monitor": tagged(&["aks.azure-monitor", "aks.log-analytics"], "AzureMonitor"),
            "nodes": subnet(&["aks.node"], "10.40.0.0/22"),
        },
        "product": { "aks": {
            "enable": ["old-nodes", "custom-dns", "monitor"], "disable": ["konnectivity"],
        } },
    });
    let documented = [
        "Outbound * -> AzureCloud.westeurope Udp 1194",
        "Outbound * -> AzureCloud.westeurope Tcp 9000",
        "Outbound * -> Internet Udp 123",
        "Outbound * -> 10.40.9.4/32 Udp 53",
        "Outbound * -> AzureCloud.westeurope Tcp 443",
        "Outbound * -> MicrosoftContainerRegistry Tcp 443",
        "Outbound * -> AzureResourceManager Tcp 443",
        "Outbound * -> AzureActiveDirectory Tcp 443",
        "Outbound * -> AzureFrontDoor.FirstParty Tcp 443",
        "Outbound * -> AzureMonitor Tcp 443",
        // Inside the subnet, nothing may be blocked.
        "Inbound 10.40.0.0/22 -> * * *",
        "Outbound * -> 10.40.0.0/22 * *",
    ];
    let mut expected: BTreeSet<String> = documented.map(str::to_owned).into();
    expected.insert("Outbound * -> 10.40.9.4/32 Tcp 53".to_owned()); // long answers of the layout's own servers
    expected.insert("Inbound AzureLoadBalancer -> * * *".to_owned()); // Azure's own default rule, which `deny_rest` keeps
    assert_eq!(permitted(&layout, "nodes"), expected);
}
