//! The format of product files: every table, its fields, and the type of each. The loader reads by it, and the JSON
//! Schema and the tables of the manual are made of it.

use crate::model::words::{Assumption, Exposure, Kind, Need, Plane, Trust};

/// A table of a product file.
#[derive(Debug)]
pub struct Table {
    /// Its name in messages, and where other tables refer to it.
    pub name: &'static str,
    /// What it means, as a fragment.
    pub about: &'static str,
    /// Its fields, in the order of the manual.
    pub fields: &'static [Field],
}

/// A field of a table.
#[derive(Debug)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// The type of its value.
    pub takes: FieldType,
    /// Whether it is required and must not be empty.
    pub required: bool,
    /// What it means, as a fragment.
    pub about: &'static str,
}

/// The type of a field.
#[derive(Clone, Copy, Debug)]
pub enum FieldType {
    /// The number of the format.
    Format,
    /// A name of the common grammar.
    Name,
    /// A text that is not empty.
    Text,
    /// A text or a list of them.
    Texts,
    /// The two letters of a language.
    Language,
    /// A table of texts by language, English among them.
    Languages,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A version or release line.
    Version,
    /// A comma list of bounds.
    Covers,
    /// Such a list, or several, any of which may hold.
    Releases,
    /// An address or a block of them, or a table of these by name.
    Addresses,
    /// A comma list of ports and ranges, in which numbers of the file may occur in braces.
    Ports,
    /// A table of such lists by profile.
    PortsByProfile,
    /// A service or a list of them.
    Services,
    /// True or false.
    Flag,
    /// A number to add to others.
    Distance,
    /// How many digits.
    Digits,
    /// A comma list of whole numbers and ranges of them.
    Numbers,
    /// What must be on: features and options (`topology.edge`), joined by `+` where all must be on; or a list of these. What else
    /// can be named is the name of the type.
    Conditions(&'static str),
    /// A word of a vocabulary.
    Word(&'static [&'static str]),
    /// A word of a vocabulary or a list of them.
    Words(&'static [&'static str]),
    /// The name or id of another table.
    Ref(&'static str),
    /// The name or id of another table, or a list of them.
    Refs(&'static str),
    /// A table.
    One(&'static Table),
    /// A table or a list of them.
    OneOrMore(&'static Table),
    /// A list of so many tables at least, as `[[flow]]` writes them.
    List(&'static Table, usize),
    /// Tables with names, as `[port.web]` writes them.
    ByName(&'static Table),
    /// The same, or only the title of each in place of its table.
    ByNameOrTitle(&'static Table),
}

/// Declares tables, a line for each field: its key, whether it is required, its type, its meaning. Struct literals
/// would make six lines of each.
macro_rules! tables {
    ($($table:ident $name:literal: $about:literal {
        $($field:literal $must:ident $takes:expr => $says:literal;)+
    })+) => {
        /// Every table, the whole file first.
        pub const TABLES: &[&Table] = &[$(&$table,)+];

        $(#[doc = $about]
        pub static $table: Table = Table {
            name: $name,
            about: $about,
            fields: &[$(Field { name: $field, takes: $takes, required: $must, about: $says },)+],
        };)+
    };
}

const MUST: bool = true;
const MAY: bool = false;

use FieldType::{
    Addresses, ByName, ByNameOrTitle, Conditions, Covers, Date, Digits, Distance, Flag, Format,
    Language, Languages, List, Name, Numbers, One, OneOrMore, Ports, PortsByProfile, Ref, Refs,
    Releases, Services, Text, Texts, Version, Word, Words,
};

/// The words of a product's `default_action`.
const DEFAULT_ACTIONS: &[&str] = &["reject", "drop"];

/// What `when` and `unless` of an advisory name. Flows and features share one namespace.
pub const SWITCH: &str = "flow or feature";

/// What `when` and `unless` of everything else name.
pub const FEATURE_NAME: &str = "feature";

/// The words of the `severity` of an advisory and a gap.
const SEVERITIES: &[&str] = &["info", "warning"];

/// The words of an advisory's `kind`.
const ADVISORY_KINDS: &[&str] = &[
    "security",
    "exclusive",
    "topology",
    "layers",
    "coupling",
    "checklist",
    "antivirus",
];

tables! {
    FILE "file": "the port matrix of one product in one release line" {
        "$schema"        MAY  Text                  => "the JSON Schema of this format, for editors";
        "format"         MUST Format                => "the version of this format, which is 1";
        "name"           MUST Name                  => "the product's name in the catalogue and in layouts";
        "title"          MUST Text                  => "what the vendor calls the product";
        "vendor"         MUST Text                  => "who makes the product";
        "version"        MUST Version               => "the release line that the matrix describes";
        "covers"         MAY  Covers                => "the releases that the line covers, as bounds";
        "aliases"        MAY  Texts                 => "other names of the product, which layouts may use instead of its name";
        "words"          MAY  Texts                 => "words for the search only, in any language: what people call the product or its kind";
        "draft"          MAY  Flag                  => "whether the file is unfinished: `lint` refuses it, and layouts that use it have a warning";
        "default_action" MAY  Word(DEFAULT_ACTIONS) => "what the vendor wants done with all other traffic";
        "source"         MUST List(&SOURCE, 1)      => "the documents that the matrix comes from";
        "component"      MUST ByName(&COMPONENT)     => "the components that connect and listen";
        "zone"           MAY  ByName(&ZONE)          => "the zones that the vendor recommends";
        "port"           MAY  ByName(&PORT)          => "the ports that an administrator can change";
        "feature"        MAY  ByName(&FEATURE)       => "switches that turn flows on and off";
        "choice"         MAY  ByName(&CHOICE)        => "switches of which exactly one is on";
        "number"         MAY  ByName(&NUMBER)        => "numbers that are part of ports";
        "flow"           MUST List(&FLOW, 1)        => "which components connect to which; without flows, nothing is allowed";
        "advisory"       MAY  List(&ADVISORY, 0)    => "the vendor's advice in addition to the ports";
        "conflict"       MAY  List(&CONFLICT, 0)    => "where the vendor contradicts itself";
        "gap"            MAY  List(&GAP, 0)         => "what the vendor leaves out";
        "suspect"        MAY  List(&SUSPECT, 0)     => "likely errors of the vendor";
    }

    SOURCE "source": "a document that the matrix comes from" {
        "id"        MUST Name     => "the id by which the file refers to it";
        "title"     MUST Text     => "its title";
        "url"       MUST Text     => "where it is";
        "language"  MAY  Language => "its language in two letters; `en` where absent";
        "retrieved" MUST Date     => "when it was read";
    }

    COMPONENT "component": "a part of the product, or what is at the other end" {
        "title"            MUST Text              => "what the vendor calls it";
        "kind"             MUST Word(Kind::WORDS) => "what it is to the product";
        "description"      MAY  Text              => "what it does";
        "is"               MAY  Refs("component") => "what it also is: a master is also a node";
        "on"               MAY  Refs("component") => "what it runs on, and is placed with";
        "replaces"         MAY  Refs("component") => "what need not be placed if this component is: a managed service replaces your own";
        "aliases"          MAY  Texts             => "other names by which the vendor calls it";
        "role"             MAY  Flag              => "whether it is only a part of others, which say so with `is`; `false` if absent";
        "forwards"         MAY  Flag              => "whether its hosts run pods or containers, and forward packets to them; `false` if absent";
        "managed_by"       MAY  Text              => "who manages its firewall, if the user does not";
        "zone"             MAY  Ref("zone")       => "the zone that the vendor recommends for it";
        "address"          MAY  Addresses         => "its address, if it is the same everywhere, or several by name; only if external";
        "fqdn"             MAY  Texts             => "its DNS names; only if external";
        "address_list_url" MAY  Texts             => "where its addresses are published; only if external";
        "releases"         MAY  Releases          => "the releases that have it; all if absent";
    }

    ZONE "zone": "a zone that the vendor recommends" {
        "title"       MAY  Text               => "what the vendor calls it; its name where absent";
        "trust"       MAY  Word(Trust::WORDS) => "how far the vendor trusts it";
        "inside"      MAY  Ref("zone")        => "the zone that it is a part of";
        "description" MAY  Text               => "what it is for";
    }

    PORT "port": "a port that an administrator can change" {
        "default"            MAY  Ports          => "the shipped default; absent if the user chooses";
        "defaults"           MAY  List(&PORT_DEFAULT, 0) => "defaults under conditions, of which the first that holds is used";
        "setting"            MAY  Text           => "the setting that changes it";
        "advertised_setting" MAY  Text           => "the setting that tells peers which port to use";
        "recommended"        MAY  PortsByProfile => "what the vendor recommends, by profile";
        "within"             MAY  Ports          => "the bounds within which it may be set";
        "offset"             MAY  One(&OFFSET)   => "the port that it follows; excludes `default`";
        "alternatives"       MAY  Flag           => "whether the product uses only one of the default's ports";
        "note"               MAY  Text           => "what to know before changing it";
        "releases"           MAY  Releases       => "the releases that have it; all if absent";
    }

    PORT_DEFAULT "default port": "a default under conditions" {
        "releases" MAY  Releases                 => "the releases in which it holds; all if absent";
        "when"     MAY  Conditions(FEATURE_NAME) => "what must be on, at least one of these";
        "unless"   MAY  Conditions(FEATURE_NAME) => "what must be off, all of these";
        "default"  MUST Ports                    => "the default";
    }

    OFFSET "offset": "a distance from another port" {
        "of" MUST Ref("port") => "the port that it follows, which must not follow another";
        "by" MUST Distance    => "what is added to it, from -65535 to 65535";
    }

    FEATURE "feature": "a switch for flows" {
        "title"    MUST Text                      => "what it is";
        "default"  MAY  Flag                      => "whether it is on by default; `false` if absent";
        "defaults" MAY  List(&FEATURE_DEFAULT, 0) => "defaults under conditions, of which the first that holds is used";
        "releases" MAY  Releases                  => "the releases that have it; all if absent";
    }

    FEATURE_DEFAULT "default of a feature": "a default under conditions" {
        "releases" MAY  Releases                 => "the releases in which it holds; all if absent";
        "when"     MAY  Conditions(FEATURE_NAME) => "what must be on, at least one of these";
        "unless"   MAY  Conditions(FEATURE_NAME) => "what must be off, all of these";
        "default"  MUST Flag                     => "the default";
    }

    CHOICE "choice": "a switch with several positions, of which exactly one is on" {
        "title"    MUST Text                     => "what is chosen";
        "options"  MUST ByNameOrTitle(&OPTION)   => "the options, by name; conditions write `choice.option`";
        "default"  MAY  Name                     => "the option that the product ships with; absent if the user chooses";
        "defaults" MAY  List(&CHOICE_DEFAULT, 0) => "defaults under conditions, of which the first that holds is used";
        "releases" MAY  Releases                 => "the releases that have it; all if absent";
    }

    OPTION "option": "a position of a choice" {
        "title"    MUST Text     => "what it is";
        "releases" MAY  Releases => "the releases that have it; all if absent";
    }

    CHOICE_DEFAULT "default of a choice": "a default under conditions" {
        "releases" MAY  Releases                 => "the releases in which it holds; all if absent";
        "when"     MAY  Conditions(FEATURE_NAME) => "options of other choices, at least one of which must be on";
        "unless"   MAY  Conditions(FEATURE_NAME) => "options of other choices, all of which must be off";
        "default"  MUST Name                     => "the option";
    }

    NUMBER "number": "a number that is a part of ports, such as an instance number" {
        "title"    MUST Text                     => "what it numbers";
        "within"   MAY  Numbers                  => "the numbers that it may be, e.g. `0-97`; required without `offset`";
        "digits"   MAY  Digits                   => "how many digits it has in ports, with zeros in front; 1 if absent";
        "default"  MAY  Numbers                  => "the shipped default; absent if the user chooses";
        "defaults" MAY  List(&NUMBER_DEFAULT, 0) => "defaults under conditions, of which the first that holds is used";
        "offset"   MAY  One(&NUMBER_OFFSET)      => "the number that it follows; excludes `within`, `default` and `defaults`";
        "releases" MAY  Releases                 => "the releases that have it; all if absent";
    }

    NUMBER_OFFSET "offset of a number": "a distance from another number" {
        "of" MUST Ref("number") => "the number that it follows, which must not follow another";
        "by" MUST Distance      => "what is added to it";
    }

    NUMBER_DEFAULT "default of a number": "a default under conditions" {
        "releases" MAY  Releases                 => "the releases in which it holds; all if absent";
        "when"     MAY  Conditions(FEATURE_NAME) => "what must be on, at least one of these";
        "unless"   MAY  Conditions(FEATURE_NAME) => "what must be off, all of these";
        "default"  MUST Numbers                  => "the default";
    }

    FLOW "flow": "one direction: which components connect, which listen, on what, and why" {
        "id"          MUST Name                     => "its id, which no other flow and no feature has";
        "from"        MUST Refs("component")        => "the components that connect";
        "to"          MUST Refs("component")        => "the components that listen";
        "services"    MUST Services                 => "what it carries";
        "application" MAY  Texts                    => "application protocols";
        "plane"       MUST Word(Plane::WORDS)       => "what the traffic is for";
        "exposure"    MAY  Word(Exposure::WORDS)    => "who the listener is for; required, but absent if `to` is external";
        "need"        MAY  Word(Need::WORDS)        => "whether it is required; `unstated` if absent";
        "when"        MAY  Conditions(FEATURE_NAME) => "the features and options, at least one of which must be on; `a+b` for both; excludes `need = \"optional\"`";
        "unless"      MAY  Conditions(FEATURE_NAME) => "the features and options, all of which must be off";
        "releases"    MAY  Releases                 => "the releases that have it; all if absent";
        "tls"         MAY  Flag                     => "whether it is encrypted, if the source says so";
        "long_lived"  MAY  Flag                     => "whether connections stay open for a long time; `false` if absent";
        "purpose"     MUST Languages                => "why it is needed";
        "source"      MUST OneOrMore(&SOURCE_REF)   => "where the source says so";
        "assumed"     MAY  Words(Assumption::WORDS) => "what the source does not say and the file assumes";
        "note"        MAY  Text                     => "anything else worth knowing";
    }

    SOURCE_REF "source reference": "a place in a document" {
        "ref" MUST Ref("source") => "the id of the document";
        "at"  MUST Text          => "where in the document";
    }

    ADVISORY "advisory": "the vendor's advice in addition to the ports" {
        "id"       MUST Name                   => "its id";
        "severity" MAY  Word(SEVERITIES)       => "how much it matters; `info` where absent";
        "kind"     MAY  Word(ADVISORY_KINDS)   => "what sort of advice it is; `security` where absent";
        "text"     MUST Languages              => "the advice, in your own words";
        "items"    MAY  Texts                  => "names that it is about, as printed: folders, processes, hosts";
        "flows"    MAY  Refs("flow")           => "the flows that it is about; absent where about all";
        "when"     MAY  Conditions(SWITCH)     => "the flows, features and options, at least one of which must be on";
        "unless"   MAY  Conditions(SWITCH)     => "the flows, features and options, all of which must be off";
        "releases" MAY  Releases               => "the releases that it is about; all if absent";
        "source"   MAY  OneOrMore(&SOURCE_REF) => "where the vendor says so";
    }

    CONFLICT "conflict": "where the vendor says two things" {
        "id"         MUST Name                => "its id";
        "flows"      MAY  Refs("flow")        => "the flows whose rules depend on it";
        "statements" MUST List(&STATEMENT, 2) => "what is said, and where; at least two";
        "taken"      MUST Text                => "which statement the matrix follows";
        "releases"   MAY  Releases            => "the releases that it is about; all if absent";
        "why"        MUST Languages           => "why that was taken";
    }

    STATEMENT "statement": "one side of a conflict" {
        "says"   MUST Text                   => "what is said";
        "source" MAY  OneOrMore(&SOURCE_REF) => "where it is said";
    }

    GAP "gap": "what the vendor leaves out" {
        "id"         MUST Name                   => "its id";
        "text"       MUST Languages              => "what is missing";
        "components" MAY  Refs("component")      => "the components whose traffic is missing";
        "severity"   MAY  Word(SEVERITIES)       => "`warning` if its own components cannot work together without it; `info` where absent";
        "flows"      MAY  Refs("flow")           => "the flows that it is about";
        "releases"   MAY  Releases               => "the releases that it is about; all if absent";
        "source"     MAY  OneOrMore(&SOURCE_REF) => "where it is missing";
    }

    SUSPECT "suspect": "a likely error of the vendor" {
        "id"        MUST Name                   => "its id";
        "flows"     MAY  Refs("flow")           => "the flows whose rules depend on it";
        "printed"   MUST Text                   => "what the document says, which is what the matrix has";
        "suggested" MUST Text                   => "what was probably meant";
        "releases"  MAY  Releases               => "the releases that it is about; all if absent";
        "why"       MUST Languages              => "why it is likely";
        "source"    MAY  OneOrMore(&SOURCE_REF) => "where it is printed";
    }
}
