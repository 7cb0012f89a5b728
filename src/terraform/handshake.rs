//! How the CLI and the plugin find together: what the CLI says through the environment, and the one line that answers it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::env;
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// What the CLI sets, so that a person who starts a plugin by hand is told so. It is not a secret.
const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// The protocol that is spoken here.
pub(super) const PROTOCOL: &str = "5";

/// A place to connect to, as the handshake line says it.
pub(super) struct Address {
    pub(super) network: &'static str,
    pub(super) place: String,
}

/// The CLI, as far as the environment tells.
#[derive(Debug, Default)]
pub(super) struct Client {
    /// The one certificate that may connect; without it there is no TLS, which is what a CLI expects that sends none.
    pub(super) certificate: Option<CertificateDer<'static>>,
    /// Where a unix socket should lie.
    #[cfg_attr(not(unix), expect(dead_code, reason = "there are no unix sockets"))]
    pub(super) socket_folder: Option<PathBuf>,
    /// Where a TCP socket should listen.
    pub(super) ports: Option<RangeInclusive<u16>>,
    /// Whether it reads a seventh field in the line.
    pub(super) multiplex: bool,
}

/// Whether a CLI started this process as its plugin.
pub fn started_by_cli() -> bool {
    is_plugin_start(|name| env::var(name).ok())
}

fn is_plugin_start(variable: impl Fn(&str) -> Option<String>) -> bool {
    variable(COOKIE.0).is_some_and(|it| it == COOKIE.1)
}

impl Client {
    /// Reads the environment; the error is for the person at the terminal.
    pub(super) fn from_environment() -> Result<Self, String> {
        Client::read(|name| env::var(name).ok())
    }

    fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let set = |name: &str| variable(name).filter(|it| !it.is_empty());
        if !is_plugin_start(&variable) {
            return Err(
                "This program is a plugin. Terraform or OpenTofu starts it; do not run it by hand."
                    .to_owned(),
            );
        }
        // A CLI that sends no list is older than the list, and uses the lowest version.
        if let Some(offered) = set("PLUGIN_PROTOCOL_VERSIONS")
            && !offered.split(',').any(|it| it.trim() == PROTOCOL)
        {
            return Err(format!(
                "This provider speaks protocol {PROTOCOL}, but the CLI offers only {offered}."
            ));
        }
        // Without the pin anyone on this machine could connect, so a certificate that cannot be read is the end.
        let certificate = set("PLUGIN_CLIENT_CERT")
            .map(|it| CertificateDer::from_pem_slice(it.as_bytes()))
            .transpose();
        let port = |name| set(name).and_then(|it| it.parse::<u16>().ok());
        Ok(Client {
            certificate: certificate
                .map_err(|error| format!("PLUGIN_CLIENT_CERT is not a certificate: {error}"))?,
            socket_folder: set("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from),
            ports: port("PLUGIN_MIN_PORT")
                .zip(port("PLUGIN_MAX_PORT"))
                .map(|(min, max)| min..=max),
            multiplex: set("PLUGIN_MULTIPLEX_GRPC").is_some(),
        })
    }

    /// The first and only line on stdout.
    pub(super) fn answer(
        &self,
        address: &Address,
        certificate: Option<&CertificateDer<'_>>,
    ) -> String {
        let Address { network, place } = address;
        let certificate = certificate
            .map(|it| STANDARD_NO_PAD.encode(it))
            .unwrap_or_default();
        // A CLI that does not ask for the last field would read it as part of the certificate.
        let multiplex = if self.multiplex { "|false" } else { "" };
        format!("1|{PROTOCOL}|{network}|{place}|grpc|{certificate}{multiplex}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Client, String> {
        let all = [&[COOKIE], variables].concat();
        Client::read(|name| {
            all.iter()
                .find(|(it, _)| *it == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_version_is_found_wherever_it_stands_in_the_list() {
        assert!(read(&[("PLUGIN_PROTOCOL_VERSIONS", "6,5")]).is_ok());
        assert!(read(&[("PLUGIN_PROTOCOL_VERSIONS", "5")]).is_ok());
        assert!(read(&[]).is_ok());
        let error = read(&[("PLUGIN_PROTOCOL_VERSIONS", "6,55")]).expect_err("5 is not there");
        assert_eq!(
            error,
            "This provider speaks protocol 5, but the CLI offers only 6,55."
        );
    }

    #[test]
    fn the_line_has_a_seventh_field_only_when_asked() {
        let address = Address {
            network: "unix",
            place: "/tmp/x".to_owned(),
        };
        let line = |variables: &[_]| {
            read(variables)
                .expect("a client")
                .answer(&address, Some(&vec![0; 2].into()))
        };
        assert_eq!(line(&[]), "1|5|unix|/tmp/x|grpc|AAA\n");
        assert_eq!(
            line(&[("PLUGIN_MULTIPLEX_GRPC", "true")]),
            "1|5|unix|/tmp/x|grpc|AAA|false\n"
        );
        assert_eq!(
            read(&[]).expect("a client").answer(&address, None),
            "1|5|unix|/tmp/x|grpc|\n"
        );
    }

    #[test]
    fn a_certificate_that_cannot_be_read_is_refused() {
        assert!(read(&[("PLUGIN_CLIENT_CERT", "not a certificate")]).is_err());
        assert!(read(&[("PLUGIN_CLIENT_CERT", "")]).is_ok_and(|it| it.certificate.is_none()));
    }
}
