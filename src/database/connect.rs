//! Connections: libpq's URLs, TLS by rustls, timeouts on everything, and no password in any message.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use postgres::config::{Host, SslMode};
use postgres::{Client, Config, NoTls};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::Error;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);

/// How the server's certificate is trusted (libpq manual 34.19).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// No TLS.
    Disable,
    /// TLS where the server offers it, whoever it is.
    Prefer,
    /// TLS, whoever it is (with a root certificate: verified, as libpq does).
    Require,
    /// TLS with a certificate of a known authority, whatever its name.
    VerifyCa,
    /// The same, and for this host.
    VerifyFull,
}

/// Where to connect, read from a URL.
#[derive(Clone)]
pub struct Target {
    config: Config,
    trust: Trust,
    roots: Option<PathBuf>,
}

impl Target {
    /// Reads `postgres://user:password@host:port/name?sslmode=…`. Parameters that only other clients
    /// know (`pgbouncer`, `connection_limit`, `schema` …) are passed over.
    pub fn parse(url: &str) -> Result<Self, Error> {
        let (main, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut trust, mut roots) = (Trust::Prefer, None);
        let mut kept = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            match key {
                "sslmode" | "ssl" => trust = trust_of(value)?,
                "sslrootcert" => roots = Some(PathBuf::from(percent_decode(value))),
                "host"
                | "port"
                | "user"
                | "password"
                | "dbname"
                | "options"
                | "application_name"
                | "connect_timeout"
                | "target_session_attrs"
                | "channel_binding"
                | "keepalives"
                | "keepalives_idle" => kept.push(pair),
                _ => {}
            }
        }
        let url =
            if kept.is_empty() { main.to_owned() } else { format!("{main}?{}", kept.join("&")) };
        // The parser's own error names a parameter, never its value.
        let mut config: Config =
            url.parse().map_err(|error: postgres::Error| Error::Url { why: explain(&error) })?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        // As with libpq, a socket of this machine knows no TLS.
        let local = config.get_hosts().iter().any(|host| !matches!(host, Host::Tcp(_)));
        let trust = if local { Trust::Disable } else { trust };
        config.tcp_user_timeout(Duration::from_mins(1));
        // A network that is gone is noticed after half a minute.
        if !kept.iter().any(|pair| pair.starts_with("keepalives_idle=")) {
            config.keepalives_idle(Duration::from_secs(15));
        }
        config.keepalives_interval(Duration::from_secs(5)).keepalives_retries(3);
        config.ssl_mode(match trust {
            Trust::Disable => SslMode::Disable,
            Trust::Prefer => SslMode::Prefer,
            Trust::Require | Trust::VerifyCa | Trust::VerifyFull => SslMode::Require,
        });
        if config.get_application_name().is_none() {
            config.application_name("drizzle-guard");
        }
        Ok(Self { config, trust, roots })
    }

    /// The same server and user, another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let mut target = self.clone();
        target.config.dbname(name);
        target
    }

    /// Every host that it may lead to; a socket by its folder.
    pub fn hosts(&self) -> Vec<String> {
        let name = |host: &Host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        };
        self.config.get_hosts().iter().map(name).collect()
    }

    /// A server on a socket of this machine.
    pub(super) fn socket(directory: &std::path::Path, user: &str, database: &str) -> Self {
        let mut config = Config::new();
        config.host_path(directory).user(user).dbname(database).connect_timeout(CONNECT);
        config.application_name("drizzle-guard").ssl_mode(SslMode::Disable);
        Self { config, trust: Trust::Disable, roots: None }
    }

    fn tls(&self) -> Result<MakeRustlsConnect, Error> {
        let provider = Arc::new(ring::default_provider());
        let mut roots = RootCertStore::empty();
        if let Some(path) = &self.roots {
            let read = CertificateDer::pem_file_iter(path)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>);
            let certificates = read.map_err(|error| Error::Url {
                why: format!("sslrootcert {} cannot be read ({error})", path.display()),
            })?;
            roots.add_parsable_certificates(certificates);
        } else {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Url { why: error.to_string() })?;
        let verify = match self.trust {
            Trust::VerifyFull => {
                return Ok(MakeRustlsConnect::new(
                    builder.with_root_certificates(roots).with_no_client_auth(),
                ));
            }
            Trust::VerifyCa => true,
            // libpq verifies the chain when a root certificate is given, even for `require`.
            Trust::Require => self.roots.is_some(),
            Trust::Disable | Trust::Prefer => false,
        };
        let chain = if verify {
            let verifier =
                WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
            Some(verifier.build().map_err(|error| Error::Url { why: error.to_string() })?)
        } else {
            None
        };
        let verifier = Arc::new(AnyName { chain, provider });
        let config =
            builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
        Ok(MakeRustlsConnect::new(config))
    }
}

/// Where it leads, without the password.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(host)) => host.clone(),
            #[cfg(unix)]
            Some(Host::Unix(path)) => path.display().to_string(),
            None => "localhost".to_owned(),
        };
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        let user = self.config.get_user().unwrap_or_default();
        let name = self.config.get_dbname().unwrap_or(user);
        let at = if user.is_empty() { "" } else { "@" };
        write!(f, "postgres://{user}{at}{host}:{port}/{name}")
    }
}

/// Never the password.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({self})")
    }
}

fn trust_of(mode: &str) -> Result<Trust, Error> {
    Ok(match mode {
        "disable" | "false" => Trust::Disable,
        "allow" | "prefer" => Trust::Prefer,
        "require" | "no-verify" | "true" => Trust::Require,
        "verify-ca" => Trust::VerifyCa,
        "verify-full" => Trust::VerifyFull,
        _ => {
            return Err(Error::Url {
                why: format!(
                    "sslmode `{mode}` is none of disable, prefer, require, verify-ca, verify-full"
                ),
            });
        }
    })
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let decoded =
            hex.filter(|_| *first == b'%').and_then(|two| u8::from_str_radix(two, 16).ok());
        if let Some(byte) = decoded {
            bytes.push(byte);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// How long after the connection's own time its handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// Connects to a database; the connection has no settings yet.
pub fn connect(target: &Target) -> Result<Client, Error> {
    let failed = |why: String| Error::Connect { target: target.to_string(), why };
    let tls = if target.trust == Trust::Disable { None } else { Some(target.tls()?) };
    let config = target.config.clone();
    let limit = config.get_connect_timeout().copied().unwrap_or(CONNECT) + HANDSHAKE;
    // The driver's own timeout ends with the connection; a server may accept it and then say nothing.
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let result = match tls {
            None => config.connect(NoTls),
            Some(tls) => config.connect(tls),
        };
        // Nobody waits any more when it is too late.
        let _ = sender.send(result);
    });
    match receiver.recv_timeout(limit) {
        Ok(result) => result.map_err(|error| failed(explain(&error))),
        Err(_) => Err(failed(format!("it did not answer within {} s", limit.as_secs()))),
    }
}

/// What a server says beside its answers.
pub(super) type Notices = Arc<Mutex<Vec<String>>>;

/// The same, keeping what the server says beside its answers.
pub(super) fn connect_listening(target: &Target) -> Result<(Client, Notices), Error> {
    let notices = Notices::default();
    let kept = Arc::clone(&notices);
    let mut target = target.clone();
    target.config.notice_callback(move |notice| {
        kept.lock().unwrap_or_else(PoisonError::into_inner).push(notice.message().to_owned());
    });
    Ok((connect(&target)?, notices))
}

/// PostgreSQL's own message with its SQLSTATE, detail and hint, or the chain of causes.
pub(super) fn explain(error: &postgres::Error) -> String {
    if let Some(server) = error.as_db_error() {
        let mut text = format!("{} ({})", server.message(), server.code().code());
        for more in [server.detail(), server.hint()].into_iter().flatten() {
            text += "; ";
            text += more;
        }
        return text;
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text += ": ";
            text += &more;
        }
        cause = error.source();
    }
    text
}

/// Accepts a certificate for any name: of a known authority when there is a chain to verify, else any.
#[derive(Debug)]
struct AnyName {
    chain: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        let verified =
            chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        // The name is looked at last, so a wrong one means that all the rest is right.
        match verified {
            Err(rustls::Error::InvalidCertificate(
                rustls::CertificateError::NotValidForName
                | rustls::CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_ever_shown() {
        let target = Target::parse("postgres://app:s3cret@db.example.com:6432/funds").unwrap();
        assert_eq!(target.to_string(), "postgres://app@db.example.com:6432/funds");
        assert!(!format!("{target:?}").contains("s3cret"));
    }

    #[test]
    fn parameters_of_other_clients_are_passed_over() {
        let url = "postgresql://a:b@h/d?pgbouncer=true&sslmode=verify-full&connection_limit=1";
        let target = Target::parse(url).unwrap();
        assert_eq!(target.trust, Trust::VerifyFull);
        assert!(Target::parse("postgres://h/d?sslmode=sometimes").is_err());
        assert!(Target::parse("mysql://h/d").is_err());
    }

    #[test]
    fn tls_can_be_set_up_for_every_mode() {
        for mode in ["prefer", "require", "verify-ca", "verify-full"] {
            let target = Target::parse(&format!("postgres://h/d?sslmode={mode}")).unwrap();
            assert!(target.tls().is_ok(), "{mode}");
        }
        let url = "postgres://h/d?sslmode=verify-full&sslrootcert=%2Fno%20where";
        let error = Target::parse(url).unwrap().tls().err().unwrap().to_string();
        assert!(error.contains("/no where"), "{error}");
    }
}
