//! Who is asked about: a zone, a fixed address of a product, or an address with the zones that it is in.

use super::super::CommandError;
use super::world::World;
use crate::model::address::{Cidr, Family};
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
    /// Zones without an address of that family, of which it may be a member.
    pub(super) perhaps: Vec<String>,
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
            perhaps: Vec::new(),
        })
    }

    fn of_address(asked: &str, address: Cidr, world: &World) -> End {
        let around = |blocks: &mut dyn Iterator<Item = Cidr>| {
            blocks
                .filter(|it| it.contains(address))
                .max_by_key(|it| it.length())
        };
        let mut zones: Vec<(String, Option<Cidr>)> = Vec::new();
        let mut perhaps = Vec::new();
        for (name, addresses) in &world.planned.addresses {
            let mut blocks = known_blocks(addresses).map(|(_, it)| it);
            if let Some(block) = around(&mut blocks) {
                zones.push((name.clone(), Some(block)));
                continue;
            }
            let of_family = known_blocks(addresses).any(|(_, it)| it.family() == address.family());
            if addresses.is_pending() || !of_family {
                perhaps.push(name.clone());
            }
        }
        for (name, blocks) in &world.fixed {
            if let Some(block) = around(&mut blocks.iter().copied()) {
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
            perhaps,
        }
    }

    /// The names of its zones.
    pub(super) fn names(&self) -> BTreeSet<Arc<str>> {
        self.zones
            .iter()
            .map(|(name, _)| name.as_str().into())
            .collect()
    }

    /// The same end as a member of one zone.
    pub(super) fn as_member(&self, zone: &str) -> End {
        End {
            asked: self.asked.clone(),
            address: self.address,
            zones: vec![(zone.to_owned(), None)],
            perhaps: Vec::new(),
        }
    }
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
