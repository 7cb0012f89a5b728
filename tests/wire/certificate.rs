//! A certificate as the CLIs make them for each plugin: P-521, self-signed, and an authority for itself.

use p521::ecdsa::signature::Signer as _;
use p521::ecdsa::{DerSignature, Signature, SigningKey};
use rustls::pki_types::CertificateDer;
use rustls::sign::{CertifiedKey, Signer, SigningKey as TlsKey};
use rustls::{SignatureAlgorithm, SignatureScheme};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// A key and its certificate.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    key: Arc<Key>,
    pub(crate) certificate: CertificateDer<'static>,
}

impl Identity {
    /// All identities have the same name; only the key differs.
    pub(crate) fn new() -> Self {
        // Any number below the order of the curve is a key, and one whose first byte is zero is below.
        let mut bytes = [0; 66];
        for byte in &mut bytes[1..] {
            *byte = RandomState::new().hash_one(()).to_le_bytes()[0];
        }
        let key = SigningKey::from_bytes(&bytes.into()).expect("a key");
        let certificate = certificate(&key).into();
        Identity {
            key: Arc::new(Key(key)),
            certificate,
        }
    }

    /// The certificate of one with the key of another.
    pub(crate) fn with_key_of(&self, other: &Identity) -> Self {
        Identity {
            key: Arc::clone(&other.key),
            certificate: self.certificate.clone(),
        }
    }

    pub(crate) fn pem(&self) -> String {
        use base64::Engine;
        let text = base64::engine::general_purpose::STANDARD.encode(&self.certificate);
        let lines: Vec<_> = text
            .as_bytes()
            .chunks(64)
            .map(String::from_utf8_lossy)
            .collect();
        format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
            lines.join("\n")
        )
    }

    pub(crate) fn certified(&self) -> CertifiedKey {
        CertifiedKey::new(
            vec![self.certificate.clone()],
            Arc::clone(&self.key) as Arc<dyn TlsKey>,
        )
    }
}

struct Key(SigningKey);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl TlsKey for Key {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let offered = offered.contains(&SignatureScheme::ECDSA_NISTP521_SHA512);
        offered.then(|| Box::new(Key(self.0.clone())) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        Ok(sign(&self.0, message))
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}

fn sign(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    let signature: Signature = key.sign(message);
    DerSignature::from(signature).as_bytes().to_vec()
}

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const ECDSA_WITH_SHA512: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x04";
const EC_PUBLIC_KEY: &[u8] = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01";
const SECP521R1: &[u8] = b"\x06\x05\x2b\x81\x04\x00\x23";
const COMMON_NAME: &[u8] = b"\x06\x03\x55\x04\x03";
const BASIC_CONSTRAINTS: &[u8] = b"\x06\x03\x55\x1d\x13";
const KEY_USAGE: &[u8] = b"\x06\x03\x55\x1d\x0f";
const SUBJECT_ALT_NAME: &[u8] = b"\x06\x03\x55\x1d\x11";
const TRUE: &[u8] = b"\x01\x01\xff";

fn certificate(key: &SigningKey) -> Vec<u8> {
    let algorithm = der(SEQUENCE, &[ECDSA_WITH_SHA512]);
    let name = der(
        SEQUENCE,
        &[&der(
            0x31,
            &[&der(SEQUENCE, &[COMMON_NAME, b"\x0c\x09localhost"])],
        )],
    );
    let dates = der(
        SEQUENCE,
        &[b"\x17\x0d200101000000Z", b"\x17\x0d491231235959Z"],
    );
    let curve = der(SEQUENCE, &[EC_PUBLIC_KEY, SECP521R1]);
    let point = key.verifying_key().to_sec1_point(false);
    let public_key = der(
        SEQUENCE,
        &[&curve, &der(BIT_STRING, &[b"\0", point.as_bytes()])],
    );
    let authority = extension(BASIC_CONSTRAINTS, true, &der(SEQUENCE, &[TRUE]));
    // Sign, encipher, agree, and sign certificates.
    let usage = extension(KEY_USAGE, true, b"\x03\x02\x02\xac");
    let names = extension(
        SUBJECT_ALT_NAME,
        false,
        &der(SEQUENCE, &[b"\x82\x09localhost"]),
    );
    let extensions = der(0xa3, &[&der(SEQUENCE, &[&authority, &usage, &names])]);
    let version = b"\xa0\x03\x02\x01\x02";
    let serial = b"\x02\x01\x01";
    let body = der(
        SEQUENCE,
        &[
            version,
            serial,
            &algorithm,
            &name,
            &dates,
            &name,
            &public_key,
            &extensions,
        ],
    );
    let signature = der(BIT_STRING, &[b"\0", &sign(key, &body)]);
    der(SEQUENCE, &[&body, &algorithm, &signature])
}

fn extension(id: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { TRUE } else { &[] };
    der(SEQUENCE, &[id, critical, &der(OCTET_STRING, &[value])])
}

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let [high, low] = u16::try_from(content.len())
        .expect("a short certificate")
        .to_be_bytes();
    let head: &[u8] = match (high, low) {
        (0, 0..=0x7f) => &[tag, low],
        (0, _) => &[tag, 0x81, low],
        _ => &[tag, 0x82, high, low],
    };
    [head, &content].concat()
}
