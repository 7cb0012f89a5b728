//! The words of cells with ports, in the languages of the pages that were read.

#[rustfmt::skip]
pub(super) const DYNAMIC: &[&str] = &[
    "dynamic", "dynamically", "ephemeral", "random", "randomly", "динамический", "динамические", "динамически",
    "случайный", "动态", "随机", "動的", "ランダム", "dinamik", "rastgele", "dynamisch", "dynamische", "zufällig", "varies",
    "variable", "custom", "configurable", "configured", "specific", "assigned", "自定义", "可配置", "настраиваемый",
];
#[rustfmt::skip]
pub(super) const OR: &[&str] = &[
    "or", "oder", "или", "либо", "或", "veya", "ya", "または", "もしくは", "alternatively",
];
#[rustfmt::skip]
pub(super) const AND: &[&str] = &[
    "and", "und", "и", "ve", "和", "及", "と",
];
#[rustfmt::skip]
pub(super) const UP_TO: &[&str] = &[
    "to", "through", "thru", "until", "до", "по", "bis", "至", "到", "から", "ile",
];
#[rustfmt::skip]
pub(super) const PORT: &[&str] = &[
    "port", "ports", "порт", "порты", "порта", "端口", "ポート", "portu", "portları",
];
#[rustfmt::skip]
pub(super) const OFF: &[&str] = &[
    "disabled", "off", "отключен", "отключено", "禁用", "無効", "deaktiviert", "kapalı",
];
/// Words before the lower end of a range whose ends "and" joins.
pub(super) const BETWEEN: &[&str] = &["between", "между", "zwischen"];
/// Words after a number, or before it, for everything above.
#[rustfmt::skip]
pub(super) const ABOVE: &[&str] = &["higher", "above", "up", "upwards", "greater", "выше", "höher", "以上"];
/// Words after which numbers are left out.
#[rustfmt::skip]
pub(super) const EXCEPT: &[&str] = &[
    "except", "excluding", "excepting", "кроме", "außer", "ausgenommen", "hariç", "除",
];
/// Words whose number is not a port: `RFC 5881`, `note 2`, `layer 4`.
#[rustfmt::skip]
pub(super) const NUMBERED: &[&str] = &[
    "rfc", "note", "notes", "version", "v", "step", "layer", "vlan", "table", "page", "section",
    "chapter", "ipv", "release", "level", "примечание", "注", "not", "hinweis", "figure", "row",
    "top", "first", "last", "least", "most", "every", "x",
];
/// Protocols after which a number below 10 is a version: `HTTP 2`, `NFS 4`.
pub(super) const VERSIONED: &[&str] = &["http", "smb", "nfs", "tls", "ssl"];
/// Words that may be next to a port in brackets: `8443 (default)`, `80 (or 8080)`.
#[rustfmt::skip]
pub(super) const IN_BRACKETS: &[&str] = &[
    "or", "and", "to", "default", "is", "by", "tls", "ssl", "https", "http", "grpc", "optional", "plain", "secure",
    "только", "по", "умолчанию",
];
