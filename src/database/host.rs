//! Where scratch databases are made: on a throw-away server, or on one that the user named, where
//! nothing of ours stays behind, however this process ends.

use std::ffi::OsString;
use std::io::{BufRead, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use postgres::Client;

use super::Error;
use super::connect::{Notices, Target, connect, connect_listening};
use super::server::{Installation, SUPERUSER, Search, Server};
use crate::ident::{quote, quote_literal};

/// A place where scratch databases can be made.
#[derive(Debug)]
pub enum Host {
    /// Ours, and gone with it.
    Throwaway(Server),
    /// The user's; only databases that we make are touched.
    Running(Box<Running>),
}

/// A server of the user's.
#[derive(Debug)]
pub struct Running {
    target: Target,
    sweeper: Option<Sweeper>,
}

impl Host {
    /// A server of our own, from what is found on this machine.
    pub fn throwaway(search: &Search) -> Result<Self, Error> {
        Ok(Self::Throwaway(Server::start(&Installation::find(search)?)?))
    }

    /// The server behind a URL, whose user may create databases. They are dropped with their values.
    pub fn running(url: &str) -> Result<Self, Error> {
        Ok(Self::Running(Box::new(Running { target: Target::parse(url)?, sweeper: None })))
    }

    /// The same, with a program beside this one that calls [`sweep`] on its standard input: it drops what
    /// we make also when this process dies.
    pub fn running_swept(url: &str, program: &Path, arguments: &[&str]) -> Result<Self, Error> {
        let target = Target::parse(url)?;
        let sweeper = Sweeper::start(url, program, arguments)
            .map_err(|error| Error::io(program.display().to_string(), error))?;
        Ok(Self::Running(Box::new(Running { target, sweeper: Some(sweeper) })))
    }

    fn administration(&self) -> Result<Client, Error> {
        match self {
            Self::Throwaway(server) => server.connect(SUPERUSER),
            Self::Running(running) => connect(&running.target),
        }
    }

    fn target(&self, name: &str) -> Target {
        match self {
            Self::Throwaway(server) => server.target(name),
            Self::Running(running) => running.target.with_database(name),
        }
    }

    /// Tells the sweeper what is about to be made.
    fn announce(&self, kind: &str, name: &str) -> Result<(), Error> {
        let Self::Running(running) = self else { return Ok(()) };
        let Some(sweeper) = &running.sweeper else { return Ok(()) };
        sweeper.tell(&format!("{kind} {name}")).map_err(|error| Error::io("the sweeper", error))
    }

    /// Says that a role of the whole server may come to be, so that it is not left behind.
    pub(super) fn announce_role(&self, name: &str) -> Result<(), Error> {
        self.announce("role", name)
    }

    /// A new empty database with a name of its own; dropped with the value.
    pub fn scratch(&self) -> Result<Scratch, Error> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let stamp = now.as_nanos() & 0xffff_ffff;
        let name = format!("drizzle_guard_{}_{number}_{stamp:08x}", std::process::id());
        let mut administration = self.administration()?;
        self.announce("database", &name)?;
        let sql = format!("CREATE DATABASE {} TEMPLATE template0", quote(&name));
        administration
            .batch_execute(&sql)
            .map_err(|error| Error::query("creating a scratch database", &error))?;
        let target = self.target(&name);
        Ok(Scratch { name, target, administration: Some(administration) })
    }
}

/// A scratch database; dropping it drops the database.
pub struct Scratch {
    name: String,
    target: Target,
    administration: Option<Client>,
}

impl Scratch {
    /// Connects to it.
    pub fn connect(&self) -> Result<Client, Error> {
        connect(&self.target)
    }

    /// The same, keeping what the server says beside its answers.
    pub(super) fn connect_listening(&self) -> Result<(Client, Notices), Error> {
        connect_listening(&self.target)
    }

    /// Drops the database and hands back the connection to the server, for what belongs to the whole
    /// cluster.
    pub(super) fn finish(&mut self) -> Option<Client> {
        let mut administration = self.administration.take()?;
        drop_database(&mut administration, &self.name);
        Some(administration)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(mut administration) = self.administration.take() {
            drop_database(&mut administration, &self.name);
        }
    }
}

fn drop_database(administration: &mut Client, name: &str) {
    let (name, literal) = (quote(name), quote_literal(name));
    // `DROP DATABASE … WITH (FORCE)` needs PostgreSQL 13.
    let _ = administration.batch_execute(&format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {literal} AND pid <> pg_backend_pid()"
    ));
    for _ in 0..50 {
        if administration.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A process that outlives this one for as long as it takes to drop what was made.
#[derive(Debug)]
struct Sweeper {
    child: Child,
    input: Option<Mutex<ChildStdin>>,
}

impl Sweeper {
    fn start(url: &str, program: &Path, arguments: &[&str]) -> std::io::Result<Self> {
        let mut command = Command::new(program);
        command.args(arguments.iter().map(OsString::from)).stdin(Stdio::piped());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        // Ctrl-C in a terminal is for us, not for it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let input = child.stdin.take().map(Mutex::new);
        let sweeper = Self { child, input };
        sweeper.tell(url)?;
        Ok(sweeper)
    }

    fn tell(&self, line: &str) -> std::io::Result<()> {
        let Some(input) = &self.input else { return Ok(()) };
        let mut input = input.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        writeln!(input, "{line}")?;
        input.flush()
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// What a sweeper does: reads a URL and what is made there, a line each (`database NAME`, `role NAME`),
/// until its input ends, and drops all of it that is still there.
///
/// # Errors
/// When it does not read as that, or the server cannot be reached.
pub fn sweep(input: &mut dyn BufRead) -> Result<(), Error> {
    let mut lines = input.lines().map_while(Result::ok);
    let url = lines.next().unwrap_or_default();
    let made: Vec<(String, String)> = lines
        .filter_map(|line| {
            line.split_once(' ').map(|(kind, name)| (kind.to_owned(), name.to_owned()))
        })
        .collect();
    if made.is_empty() {
        return Ok(());
    }
    let mut administration = connect(&Target::parse(&url)?)?;
    let of =
        |kind: &'static str| made.iter().filter(move |(it, _)| it == kind).map(|(_, name)| name);
    for name in of("database") {
        // One that is being created while its creator is gone.
        let pattern = quote_literal(&format!("CREATE DATABASE {}%", quote(name)));
        let _ = administration.batch_execute(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE {pattern} AND pid <> pg_backend_pid()"
        ));
        let still = format!(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE {pattern} AND pid <> pg_backend_pid())"
        );
        for _ in 0..100 {
            match administration.query_one(&still, &[]) {
                Ok(row) if row.get(0) => std::thread::sleep(Duration::from_millis(20)),
                _ => break,
            }
        }
        drop_database(&mut administration, name);
    }
    for name in of("role") {
        let _ = administration.batch_execute(&format!("DROP ROLE IF EXISTS {}", quote(name)));
    }
    Ok(())
}
