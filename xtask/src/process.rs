//! Running programs: which, how they ended, how long they took.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

/// The error is a text for the person at the terminal.
pub(crate) type Result<T = ()> = std::result::Result<T, String>;

/// Runs a command that prints its output itself.
pub(crate) fn run(command: &mut Command) -> Result {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("`{}` failed with {status}", line(command)))
}

/// Runs a command and passes on its standard output line by line, but for those lines that `keep` takes.
pub(crate) fn run_read(command: &mut Command, mut keep: impl FnMut(&str) -> bool) -> Result {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| not_started(command, &error))?;
    for told in child.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines) {
        let told = told.map_err(|error| format!("what `{}` prints cannot be read: {error}", line(command)))?;
        if !keep(&told) {
            println!("{told}");
        }
    }
    let status = child.wait().map_err(|error| not_started(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed with {status}", line(command))) }
}

/// Runs a command, and shows its output only if it fails.
pub(crate) fn run_quietly(command: &mut Command) -> Result {
    let output = command.output().map_err(|error| not_started(command, &error))?;
    if output.status.success() {
        return Ok(());
    }
    let mut stderr = std::io::stderr();
    let _ = stderr.write_all(&output.stdout).and_then(|()| stderr.write_all(&output.stderr));
    Err(format!("`{}` failed with {}", line(command), output.status))
}

/// Runs a command and returns its standard output.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let Output { status, stdout, .. } =
        command.stderr(Stdio::inherit()).output().map_err(|error| not_started(command, &error))?;
    if !status.success() {
        return Err(format!("`{}` failed with {status}", line(command)));
    }
    String::from_utf8(stdout).map_err(|_| format!("`{}` printed something that is not UTF-8", line(command)))
}

/// The standard output of a command that may be missing or fail.
pub(crate) fn probe(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A step of a longer job: announced, timed, and named if it fails.
pub(crate) fn stage(name: &str, work: impl FnOnce() -> Result) -> Result {
    println!("=== {name}");
    let start = Instant::now();
    work().map_err(|why| format!("{name}: {why}"))?;
    println!("=== {name}: done in {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// The cargo that runs us.
pub(crate) fn cargo<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    command
}

/// npm, working in `pkg/`.
pub(crate) fn npm<const N: usize>(arguments: [&str; N]) -> Command {
    npm_in("pkg", arguments)
}

/// npm, working in a folder.
pub(crate) fn npm_in<const N: usize>(folder: &str, arguments: [&str; N]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(["--prefix", folder]).args(arguments);
    command
}

/// A command as it would be typed, without the folder of its program.
fn line(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let words = [program.file_name().unwrap_or(command.get_program())];
    words.into_iter().chain(command.get_args()).map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!("`{}` could not be started: {error}", line(command))
}
