//! The `drizzle-guard` binary: hands the process over to [`drizzle_guard::cli`].

use std::io;
use std::process::ExitCode;

use drizzle_guard::cli::{self, Environment, Streams};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let streams = Streams {
        input: &mut io::stdin().lock(),
        out: &mut io::BufWriter::new(io::stdout().lock()),
        err: &mut io::BufWriter::new(io::stderr().lock()),
    };
    cli::main(std::env::args_os(), Environment::of_process(), streams)
}
