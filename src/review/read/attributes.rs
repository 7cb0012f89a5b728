//! Something with attributes: a row or a resource, whether it is a Terraform value or printed by `show -json`.

/// The attributes of a row, a resource or a block. Every method that reads one also records its [`Marks`], except [`label`]
/// and [`nested`].
///
/// [`label`]: Attributes::label
/// [`nested`]: Attributes::nested
pub trait Attributes {
    /// A text; an empty one is the same as none.
    fn text(&mut self, name: &str) -> Option<String>;

    /// A whole number.
    fn number(&mut self, name: &str) -> Option<i64>;

    /// A boolean.
    fn flag(&mut self, name: &str) -> Option<bool>;

    /// The texts of attributes that have one or several, without empty ones.
    fn texts(&mut self, names: &[&str]) -> Vec<String>;

    /// The texts of an attribute that the provider sets if the user omits it. `None` if it is unknown, which is not recorded.
    fn texts_if_known(&mut self, name: &str) -> Option<Vec<String>>;

    /// The blocks of one kind, read as a part of this object.
    fn blocks<'b>(&'b mut self, name: &str) -> Vec<Box<dyn Attributes + 'b>>;

    /// The blocks of one kind, each with marks of its own.
    fn nested<'b>(&'b self, name: &str) -> Vec<Box<dyn Attributes + 'b>>;

    /// A text for people, unless it is sensitive.
    fn label(&self, name: &str) -> Option<String>;

    /// What was recorded so far.
    fn marks(&mut self) -> &mut Marks;
}

/// What is known about the attributes that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Whether one of them is known only after apply.
    pub unknown: bool,
    /// Whether one of them is sensitive.
    pub sensitive: bool,
    /// The sensitive texts.
    pub secrets: Vec<String>,
}

impl Marks {
    /// The marks of two objects that are read as one.
    #[must_use]
    pub fn with(&self, other: &Marks) -> Marks {
        Marks {
            unknown: self.unknown || other.unknown,
            sensitive: self.sensitive || other.sensitive,
            secrets: [&self.secrets[..], &other.secrets].concat(),
        }
    }
}
