//! Who is asked about: a zone, a fixed address of a product, or an address with the zones that it is in.

use super::super::CommandError;
use super::world::World;
use crate::model::address::{Addresses, Cidr, Family};
use crate::model::name::suggest;
use crate::provider::known_blocks;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

/// One end of a question.
pub(super) struct End {
    /// As it was asked.
    pub(super) asked: String,
    /// The address, if one was asked about.
    pub(super) address: Option<Cidr>,
    /// The zones that have it with the narrowest block of each, the narrowest first; or the zone itself. A fixed address is
    /// `<label>.<component>`.
    pub(super) zones: Vec<(String, Option<Cidr>)>,
    /// Other zones that have all addresses of a zone that was asked by its name: rules for them are for it, too.
    pub(super) around: Vec<String>,
    /// Zones of which an address may be a member: not all of their addresses are known.
    pub(super) perhaps: Vec<String>,
    /// Zones with addresses inside a block that was asked about.
    pub(super) inside: Vec<(String, Cidr)>,
}

impl End {
    pub(super) fn find(asked: &str, world: &World) -> Result<End, CommandError> {
        match address(asked) {
            Some(address) => Ok(End::of_address(asked, address?, world)),
            None => End::of_name(asked, world),
        }
    }

    fn of_name(asked: &str, world: &World) -> Result<End, CommandError> {
        let zones = world.planned.layout.zones.keys();
        let mut known = zones
            .map(String::as_str)
            .chain(world.fixed.keys().map(String::as_str));
        if !known.clone().any(|it| it == asked) {
            // A list that is sorted is easier to read.
            let all: BTreeSet<&str> = known.by_ref().collect();
            let all: Vec<&str> = all.into_iter().collect();
            let help = suggest(asked, all.iter().copied());
            return Err(CommandError(format!(
                "`{asked}` is neither a zone of `{}` nor an address; {help}",
                world.address
            )));
        }
        Ok(End {
            asked: asked.to_owned(),
            address: None,
            zones: vec![(asked.to_owned(), None)],
            around: around(asked, world),
            perhaps: Vec::new(),
            inside: Vec::new(),
        })
    }

    fn of_address(asked: &str, address: Cidr, world: &World) -> End {
        let narrowest = |blocks: &mut dyn Iterator<Item = Cidr>| {
            blocks
                .filter(|it| it.contains(address))
                .max_by_key(|it| it.length())
        };
        let mut zones: Vec<(String, Option<Cidr>)> = Vec::new();
        let (mut perhaps, mut inside) = (Vec::new(), Vec::new());
        for (name, addresses) in &world.planned.addresses {
            let blocks: Vec<Cidr> = known_blocks(addresses).map(|(_, it)| it).collect();
            if let Some(block) = narrowest(&mut blocks.iter().copied()) {
                zones.push((name.clone(), Some(block)));
                continue;
            }
            if let Some(block) = blocks.iter().find(|it| address.contains(**it)) {
                inside.push((name.clone(), *block));
                continue;
            }
            let of_family = blocks.iter().any(|it| it.family() == address.family());
            let has_others = addresses.parts.iter().any(|it| !it.is_on_hosts());
            if addresses.is_pending() || (!of_family && has_others) {
                perhaps.push(name.clone());
            }
        }
        for (name, blocks) in &world.fixed {
            if let Some(block) = narrowest(&mut blocks.iter().copied()) {
                zones.push((name.clone(), Some(block)));
            }
        }
        zones.sort_by_key(|(name, block)| {
            (block.map(|it| std::cmp::Reverse(it.length())), name.clone())
        });
        End {
            asked: asked.to_owned(),
            address: Some(address),
            zones,
            around: Vec::new(),
            perhaps,
            inside,
        }
    }

    /// The names of its zones.
    pub(super) fn names(&self) -> BTreeSet<Arc<str>> {
        self.zones
            .iter()
            .map(|(name, _)| name.as_str().into())
            .collect()
    }

    /// The names of its zones, and of those around it.
    pub(super) fn all_names(&self) -> BTreeSet<Arc<str>> {
        let around = self.around.iter().map(|it| it.as_str().into());
        self.names().into_iter().chain(around).collect()
    }

    /// The zone that was asked by name or by its whole block. An address has none: what is said of its zones is about others, too.
    pub(super) fn own_zone(&self) -> Option<&str> {
        let (zone, block) = self.zones.first()?;
        (*block == self.address).then_some(zone)
    }

    /// The same end as a member of one zone.
    pub(super) fn as_member(&self, zone: &str) -> End {
        End {
            asked: self.asked.clone(),
            address: self.address,
            zones: vec![(zone.to_owned(), None)],
            around: Vec::new(),
            perhaps: Vec::new(),
            inside: Vec::new(),
        }
    }
}

/// The other zones that have all addresses of a zone. One of which no address is known has some address.
fn around(zone: &str, world: &World) -> Vec<String> {
    let all = &world.planned.addresses;
    let addresses = all.get(zone);
    let is_known = addresses.is_none_or(|it| !it.is_pending());
    let own = addresses.into_iter().flat_map(known_blocks);
    let fixed = world.fixed.get(zone).into_iter().flatten().copied();
    let own: Vec<Cidr> = own.map(|(_, it)| it).chain(fixed).collect();
    let has_all = |(name, other): &(&String, &Addresses)| {
        let blocks: Vec<Cidr> = known_blocks(other).map(|(_, it)| it).collect();
        let covers = |it: &Cidr| blocks.iter().any(|block| block.contains(*it));
        let is_everyone = blocks.iter().any(|it| it.length() == 0);
        let is_inside = if own.is_empty() || !is_known {
            is_everyone
        } else {
            own.iter().all(covers)
        };
        *name != zone && is_inside
    };
    let found = all.iter().filter(has_all);
    found.map(|(name, _)| name.clone()).collect()
}

/// An address or a block; none if the text is a name.
fn address(text: &str) -> Option<Result<Cidr, CommandError>> {
    let bare = text.split('/').next().unwrap_or(text);
    let family = match bare.parse::<IpAddr>().ok()? {
        IpAddr::V4(_) => Family::V4,
        IpAddr::V6(_) => Family::V6,
    };
    let whole = match (text.contains('/'), family) {
        (true, _) => text.to_owned(),
        (false, Family::V4) => format!("{text}/32"),
        (false, Family::V6) => format!("{text}/128"),
    };
    let refused =
        |it: crate::model::address::BadCidr| CommandError(format!("{}; {}", it.message, it.remedy));
    Some(Cidr::parse(&whole, family).map_err(refused))
}
