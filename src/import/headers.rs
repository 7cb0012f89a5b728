//! Headers that have a word for a purpose, and name who listens, or what runs on the ports.

use super::header_words::HOST;
use super::text::words;

/// Words after a noun that leave what it names: `Component name`, `Server or application context`.
const AFTER: &[&str] = &["name", "names", "s", "context", "id"];

/// What runs on a port. Where nothing else says who listens, it is the listener.
#[rustfmt::skip]
const PROGRAMS: &[&str] = &[
    "application", "applications", "app", "apps", "program", "programs", "process", "processes", "daemon", "daemons", "software",
    "приложение", "приложения", "应用", "应用程序", "アプリケーション", "uygulama", "anwendung",
];

/// What may be the listener, or only what its ports are for.
const SERVICES: &[&str] = &[
    "service",
    "services",
    "сервис",
    "服务",
    "サービス",
    "servis",
    "dienst",
];

/// Headers with the word port that are not about port numbers.
#[rustfmt::skip]
pub(super) const OTHER_PORTS: &[&str] = &[
    "switch port", "switch ports", "port group", "port groups", "port channel", "port type", "port speed", "port count", "port density",
    "number of ports", "ports count", "serial port", "usb port", "usb ports", "physical port", "physical ports", "ethernet port",
    "ethernet ports", "fc port", "fc ports", "port label", "port profile",
];

/// The last noun of each alternative that a header names: `Server or Application` has two.
fn nouns(header: &str) -> Vec<String> {
    let bare = header.split(['(', '[', '（']).next().unwrap_or(header);
    let mut nouns = Vec::new();
    for part in bare.split(['/', '|', '／']) {
        let its = words(part);
        for alternative in its.split(|it| it == "or") {
            let last = alternative
                .iter()
                .rev()
                .find(|it| !AFTER.contains(&it.as_str()));
            nouns.extend(last.cloned());
        }
    }
    nouns
}

/// Whether a header names who listens although it has a word for a purpose, too: `Server or application`, `Component name`. Where
/// one of several is a purpose, cells may have either: `Component/function`.
pub(super) fn names_host(header: &str) -> bool {
    let nouns = nouns(header);
    let is = |list: &[&str], it: &String| list.contains(&it.as_str());
    nouns.iter().any(|it| is(HOST, it))
        && (nouns.iter()).all(|it| is(HOST, it) || is(PROGRAMS, it) || is(SERVICES, it))
}

/// Whether a header names what runs on the ports: `Application`.
pub(super) fn names_program(header: &str) -> bool {
    let nouns = nouns(header);
    !nouns.is_empty() && nouns.iter().all(|it| PROGRAMS.contains(&it.as_str()))
}

/// Whether a header may name who listens, or only what the ports are for: `Service`.
pub(super) fn may_name_host(header: &str) -> bool {
    let is = |list: &[&str], it: &String| list.contains(&it.as_str());
    let mut nouns = nouns(header).into_iter();
    nouns.any(|it| is(SERVICES, &it) || is(PROGRAMS, &it) || is(HOST, &it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_name_hosts_and_programs() {
        for header in [
            "Server or Application Context",
            "Component name",
            "Service / Component",
            "Application server",
            "Host(s) or service",
        ] {
            assert!(names_host(header), "{header}");
        }
        for header in [
            "Service name",
            "Server usage",
            "Used for",
            "Component function",
        ] {
            assert!(!names_host(header), "{header}");
        }
        assert!(names_program("Application") && names_program("Application Name"));
        assert!(!names_program("Application protocol") && !names_program("Service"));
        assert!(
            may_name_host("Service Name")
                && may_name_host("Component/function")
                && !may_name_host("Purpose")
        );
    }
}
