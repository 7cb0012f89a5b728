//! The ports that a product ships with, in all releases that it is for and whatever is on.

use super::numbers::Numbers;
use super::port_text::Written;
use super::product::{Flow, Number, Product};
use super::resolve::written;
use crate::model::ports::{PortRange, shifted};
use crate::model::traffic::{PortSpec, Service, Traffic};

impl Product {
    /// Every default of a port: its own, else those at its distance from another port, and those under conditions. Empty if the
    /// installation decides. Sorted.
    pub fn shipped_ports(&self, name: &str) -> Vec<PortRange> {
        let Some(port) = self.ports.get(name) else {
            return Vec::new();
        };
        let numbers = self.shipped_numbers();
        let conditional = port.defaults.iter().map(|it| &it.value);
        let texts = [&port.default].into_iter().chain(conditional);
        // The loader has expanded each of them.
        let ranges = texts.flat_map(|it| it.expand(&numbers).unwrap_or_default());
        let mut ranges: Vec<PortRange> = ranges.collect();
        if let (true, Some((of, by))) = (port.default.is_empty(), &port.offset) {
            ranges.extend(shifted(&self.shipped_ports(of), *by).unwrap_or_default());
        }
        ranges.sort_unstable();
        ranges.dedup();
        ranges
    }

    /// What a flow carries at these ports. Sorted.
    pub(super) fn shipped_traffic(&self, flow: &Flow) -> Vec<Traffic> {
        let mut found = Vec::new();
        for service in &flow.services {
            let (transports, specs) = match service {
                Service::Fixed(traffic) => {
                    found.push(*traffic);
                    continue;
                }
                Service::Ports(transports, specs) => (transports, specs),
            };
            for spec in specs {
                let ranges = match spec {
                    PortSpec::Range(range) => vec![*range],
                    PortSpec::Parameter(name) => self.shipped_ports(name),
                };
                let with = |it| ranges.iter().map(move |range| Traffic::Ports(it, *range));
                found.extend(transports.iter().copied().flat_map(with));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The values that numbers ship with.
    fn shipped_numbers(&self) -> Written {
        let values = |number: &Number| -> Vec<u32> {
            let conditional = number.defaults.iter().map(|it| &it.value);
            let all = [&number.default].into_iter().chain(conditional);
            all.flat_map(Numbers::each).collect()
        };
        let texts = |number: &Number| {
            let (values, by) = match &number.offset {
                None => (values(number), 0),
                Some((of, by)) => (self.numbers.get(of).map(values).unwrap_or_default(), *by),
            };
            let texts = values.into_iter();
            texts.filter_map(|it| written(number, it, by)).collect()
        };
        let all = self.numbers.iter();
        all.map(|(name, it)| (name.clone(), texts(it))).collect()
    }
}
