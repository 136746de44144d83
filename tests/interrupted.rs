//! A rehearsal that is interrupted, at any step and in any way, leaves nothing behind: no process, no
//! folder, no database, no role.
#![cfg(all(feature = "database", unix))]
#![expect(clippy::print_stdout, reason = "a test that was skipped has to say so")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use drizzle_guard::database::{Installation, Search, Server};

/// Two snapshots of drizzle-kit as files: enough tables to be busy with for a while.
fn snapshots(folder: &Path) -> [PathBuf; 2] {
    ["before", "after"].map(|side| {
        let case = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/cases/many_changes_in_their_order/oracle.json");
        let text = std::fs::read_to_string(case).expect("a record");
        let record: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let mut snapshot = record[side].clone();
        snapshot["roles"] = serde_json::json!({ "drizzle_guard_interrupted": {
            "name": "drizzle_guard_interrupted", "createDb": false, "createRole": false, "inherit": true } });
        let path = folder.join(format!("{side}.json"));
        std::fs::write(&path, snapshot.to_string()).expect("it is writable");
        path
    })
}

fn rehearsal(snapshots: &[PathBuf; 2], scratch: &Path, database: Option<&str>) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_drizzle-guard"));
    command.current_dir(scratch).env("TMPDIR", scratch).arg("rehearse").args(["--rows", "3000"]);
    for (flag, path) in ["--base", "--head"].into_iter().zip(snapshots) {
        command.arg(flag).arg(format!("snapshot:{}", path.display()));
    }
    if let Some(url) = database {
        command.args(["--database", url]);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("it starts")
}

fn kill(signal: &str, pid: u32) {
    let status =
        Command::new("kill").args([signal, "--", &pid.to_string()]).status().expect("kill");
    assert!(status.success() || signal == "-KILL", "kill {signal} {pid}");
}

/// The processes that have to do with a folder, but for this test's own.
fn processes(scratch: &Path) -> Vec<String> {
    let output = Command::new("ps").args(["-eo", "pid=,args="]).output().expect("ps");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let folder = scratch.display().to_string();
    let ours = text.lines().filter(|line| line.contains(&folder) && !line.contains("ps -eo"));
    ours.map(str::to_owned).collect()
}

fn eventually(what: &str, holds: impl Fn() -> Result<(), String>) {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        match holds() {
            Ok(()) => return,
            Err(found) if Instant::now() > end => panic!("{what}: {found}"),
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// Nothing is in the folder and nobody works in it.
fn nothing_left(scratch: &Path, what: &str) {
    eventually(what, || {
        let left: Vec<_> = std::fs::read_dir(scratch).expect("it is there").flatten().collect();
        let running = processes(scratch);
        if left.is_empty() && running.is_empty() {
            return Ok(());
        }
        Err(format!("{left:?}, {running:?}"))
    });
}

fn search() -> Search {
    Search { path: std::env::var_os("PATH"), projects: vec![env!("CARGO_MANIFEST_DIR").into()] }
}

fn installed() -> Option<Installation> {
    match Installation::find(&search()) {
        Ok(found) => Some(found),
        Err(error) if std::env::var_os("CI").is_none() => {
            println!("skipped: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// From the first moment until long after it would have ended by itself.
const MOMENTS: [u64; 8] = [0, 30, 150, 500, 1_000, 1_500, 2_200, 3_200];

#[test]
fn a_server_of_its_own_goes_with_the_rehearsal() {
    if installed().is_none() {
        return;
    }
    let files = tempfile::tempdir().expect("a folder");
    let snapshots = snapshots(files.path());
    for signal in ["-INT", "-TERM", "-KILL"] {
        for moment in MOMENTS {
            let scratch =
                tempfile::Builder::new().prefix("dg").tempdir_in("/tmp").expect("a folder");
            open_to_all(scratch.path());
            let mut child = rehearsal(&snapshots, scratch.path(), None);
            std::thread::sleep(Duration::from_millis(moment));
            if child.try_wait().expect("a status").is_none() {
                kill(signal, child.id());
            }
            let _ = child.wait();
            nothing_left(scratch.path(), &format!("kill {signal} after {moment} ms"));
        }
    }
}

/// Root's server runs as somebody else, who has to get into the folder.
fn open_to_all(folder: &Path) {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    std::fs::set_permissions(folder, mode).expect("it is ours");
}

#[test]
fn a_server_that_is_killed_ends_the_rehearsal_and_leaves_nothing() {
    if installed().is_none() {
        return;
    }
    let files = tempfile::tempdir().expect("a folder");
    let snapshots = snapshots(files.path());
    for program in ["postgres", "/bin/sh -c"] {
        for moment in [700, 1_500, 2_500] {
            let scratch =
                tempfile::Builder::new().prefix("dg").tempdir_in("/tmp").expect("a folder");
            open_to_all(scratch.path());
            let mut child = rehearsal(&snapshots, scratch.path(), None);
            std::thread::sleep(Duration::from_millis(moment));
            for line in processes(scratch.path()) {
                let mut words = line.split_whitespace();
                let pid = words.next().and_then(|pid| pid.parse().ok()).expect("a pid");
                let command = words.collect::<Vec<_>>().join(" ");
                let server = command.contains("/postgres -D");
                if (program == "postgres" && server) || command.starts_with(program) {
                    kill("-KILL", pid);
                    break;
                }
            }
            let _ = child.wait();
            nothing_left(scratch.path(), &format!("{program} killed after {moment} ms"));
        }
    }
}

#[test]
fn nothing_stays_on_a_running_server() {
    let Some(installation) = installed() else { return };
    let server = Server::start(&installation).expect("a server");
    let socket = server.socket_directory().display().to_string().replace('/', "%2F");
    let url = format!("postgres://postgres@{socket}/postgres");
    let mut client = server.connect("postgres").expect("a connection");
    let mut left = || {
        let sql = "SELECT count(*) FROM (SELECT datname FROM pg_database WHERE datname LIKE 'drizzle_guard%'
                   UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'drizzle_guard%') AS it";
        client.query_one(sql, &[]).expect("a count").get::<_, i64>(0)
    };
    let files = tempfile::tempdir().expect("a folder");
    let snapshots = snapshots(files.path());
    let mut seen = 0;
    for signal in ["-INT", "-TERM", "-KILL"] {
        for moment in MOMENTS {
            let scratch = tempfile::tempdir().expect("a folder");
            let mut child = rehearsal(&snapshots, scratch.path(), Some(&url));
            std::thread::sleep(Duration::from_millis(moment));
            seen += left();
            if child.try_wait().expect("a status").is_none() {
                kill(signal, child.id());
            }
            let _ = child.wait();
            let end = Instant::now() + Duration::from_secs(30);
            while left() > 0 {
                assert!(Instant::now() < end, "kill {signal} after {moment} ms: {} left", left());
                std::thread::sleep(Duration::from_millis(50));
            }
        }
    }
    assert!(seen > 0, "no rehearsal was interrupted while it had a database");
}
