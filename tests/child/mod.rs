//! Other processes for a test: this test binary again, running one ignored test that communicates in lines.
#![allow(dead_code, reason = "each test uses some of it")]

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write, stdin, stdout};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use campaignkit::{Host, SimulatedHost};

/// Distinguishes the child's lines from those of the test harness.
const MARK: &str = "= ";

/// Far more than anything here takes; work that hangs fails instead.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Process {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
}

impl Process {
    /// Starts the ignored test of this name, with arguments that it reads with [`argument`].
    pub fn start(test: &str, arguments: &[(&str, &OsStr)]) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([test, "--ignored", "--nocapture"])
            .envs(arguments.iter().map(|(name, value)| (variable(name), value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if let Some(said) = line.strip_prefix(MARK) {
                    let _ = sender.send(said.to_owned());
                }
            }
        });
        Self { child, stdin, lines }
    }

    pub fn tell(&mut self, line: &str) {
        writeln!(self.stdin, "{line}").unwrap();
    }

    /// The next line from the child.
    pub fn hear(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("the child writes a line")
    }

    /// The child's lines until this time has passed or there are `most` of them.
    pub fn hear_for(&self, time: Duration, most: usize) -> Vec<String> {
        let until = Instant::now() + time;
        let mut heard = Vec::new();
        while heard.len() < most {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => heard.push(line),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => panic!("the child ended by itself"),
            }
        }
        heard
    }

    /// Kills the child (SIGKILL); returns the lines that were not read yet.
    pub fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.lines.iter().collect()
    }

    /// Closes the child's input and waits for its end; returns the lines until then.
    pub fn finish(mut self) -> Vec<String> {
        drop(self.stdin);
        let said = self.lines.iter().collect();
        assert!(self.child.wait().unwrap().success());
        said
    }
}

fn variable(name: &str) -> String {
    format!("CAMPAIGNKIT_TEST_{name}")
}

/// An argument from the parent; `None` if a person runs the ignored tests.
pub fn argument(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(variable(name))
}

/// Writes a line to the parent, in one write, so that a kill cannot cut it.
pub fn say(line: &str) {
    let mut stdout = stdout().lock();
    // The harness may have begun a line.
    stdout.write_all(format!("\n{MARK}{line}\n").as_bytes()).unwrap();
    stdout.flush().unwrap();
}

/// The lines from the parent, until there are no more.
pub fn told() -> impl Iterator<Item = String> {
    stdin().lines().map_while(Result::ok)
}

/// Choices that differ from run to run if `seed` does; a failure should name the seed.
pub struct Dice(SimulatedHost);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(SimulatedHost::new(seed, 0))
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill_random(&mut bytes).unwrap();
        u64::from_le_bytes(bytes) % bound
    }
}

/// A new seed for this run, or the value of `CAMPAIGNKIT_SEED`; a failure names it.
pub fn seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    number("CAMPAIGNKIT_SEED").unwrap_or_else(|| RandomState::new().hash_one(0))
}

/// The number of repetitions: `few` in the normal tests, `ROUNDS` in a soak.
pub fn rounds(few: usize) -> usize {
    number("ROUNDS").map_or(few, |rounds| rounds as usize)
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a number"))
}
