//! What platforms know about a zone. Each platform has a part of its own type, defined in its own folder, so nothing here names
//! one.

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

/// A platform whose existing rules are compared with the wanted ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlatformId {
    /// AWS security groups.
    Aws,
    /// Azure network security groups.
    Azure,
    /// Firewall rules of Google Cloud.
    Gcp,
    /// OpenStack security groups.
    OpenStack,
}

/// How the rules of other zones name a zone. A group is whatever a platform has for members of a zone: security groups, application
/// security groups, tags, service accounts, labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PeerBy {
    /// By its group if it has one, otherwise by its addresses.
    #[default]
    Group,
    /// By its addresses and prefix lists, never by its group.
    Cidr,
    /// By both, in rows of their own.
    Both,
}

impl PeerBy {
    /// The words of the argument.
    pub const WORDS: [&'static str; 3] = ["group", "cidr", "both"];

    /// The value with this spelling.
    pub fn parse(word: &str) -> Option<PeerBy> {
        match word {
            "group" => Some(PeerBy::Group),
            "cidr" => Some(PeerBy::Cidr),
            "both" => Some(PeerBy::Both),
            _ => None,
        }
    }

    /// Whether rules name a zone by its group if it has one.
    pub const fn uses_group(self) -> bool {
        !matches!(self, PeerBy::Cidr)
    }

    /// Whether rules name a zone that has a group by its addresses as well, or instead.
    pub const fn uses_addresses(self) -> bool {
        !matches!(self, PeerBy::Group)
    }
}

/// What one platform knows about a zone: where its rules are enforced, and how the rules of other zones refer to it.
pub trait Part: Any + Debug + Send + Sync {
    /// Whether the platform creates rules for the zone.
    fn is_enforced(&self) -> bool;

    /// Whether the zone's own hosts enforce these rules. Hosts can reject what they do not allow; other platforms drop it.
    fn is_on_hosts(&self) -> bool {
        false
    }

    /// Whether the zone's members reach name and time servers of the platform whatever the rules say.
    fn has_own_services(&self) -> bool {
        false
    }

    /// Whether the platform's own word for the zone means every address.
    fn covers_all_addresses(&self) -> bool {
        false
    }

    /// Whether the platform's own word for the zone means machines that anyone can have.
    fn is_anyones(&self) -> bool {
        false
    }

    /// Whether a word that represents the zone's addresses is known only after apply.
    fn is_pending(&self) -> bool {
        false
    }
}

/// The parts of a zone, at most one of each type.
#[derive(Clone, Debug, Default)]
pub struct Parts(Vec<Arc<dyn Part>>);

impl Parts {
    /// The zone's only part.
    pub fn of(part: impl Part) -> Parts {
        Parts(vec![Arc::new(part)])
    }

    /// The part of one platform, if the zone has it.
    pub fn get<P: Part>(&self) -> Option<&P> {
        let mut parts = self.iter();
        parts.find_map(|it| (it as &dyn Any).downcast_ref())
    }

    /// Changes the part of one platform, if the zone has it.
    pub fn change<P: Part + Clone>(&mut self, change: impl FnOnce(&mut P)) {
        let is_it = |it: &&mut Arc<dyn Part>| (&***it as &dyn Any).is::<P>();
        if let Some(slot) = self.0.iter_mut().find(is_it)
            && let Some(part) = (&**slot as &dyn Any).downcast_ref::<P>()
        {
            let mut part = part.clone();
            change(&mut part);
            *slot = Arc::new(part);
        }
    }

    /// All parts.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Part> {
        self.0.iter().map(|it| &**it)
    }
}

impl FromIterator<Arc<dyn Part>> for Parts {
    fn from_iter<I: IntoIterator<Item = Arc<dyn Part>>>(parts: I) -> Self {
        Parts(parts.into_iter().collect())
    }
}
