//! Runs an email campaign from a file over any SMTP server.
//!
//! ```text
//! campaignkit-smtp plan CAMPAIGN.json [--database FILE]
//! campaignkit-smtp run CAMPAIGN.json --database FILE [--once] [--lease-seconds N]
//! campaignkit-smtp unsubscribe TOKEN --database FILE
//! ```
//!
//! `run` makes the database match the file, launches the campaign, and sends due messages until everyone was contacted;
//! with `--once` it sends what is due now and ends. It may be stopped at any moment and started again with the same
//! file: it continues where it was. `plan` shows what would be sent when, and writes nothing.
//!
//! # What can arrive twice
//!
//! A message is claimed, sent, and completed, one after the other. If the server accepted it but its reply is lost, or
//! the program dies before it completes the message, that one message is sent again. Both copies have the same
//! `Message-ID`, so a receiver can tell. Nothing else is ever sent twice.
//!
//! # What a reply of the server means
//!
//! | reply | the prospect |
//! |---|---|
//! | 2xx to the message | was sent it |
//! | 5xx to the recipient | is `bounced`, and suppressed where there is no such mailbox or system (`5.1.1`, `5.1.2`, `5.1.10`) |
//! | 5xx to the recipient for a policy (`5.7.x`, RFC 3463) | is `cancelled` |
//! | 5xx to the message | is `cancelled` |
//! | 4xx to either, or a connection that breaks | is tried again later, for 5 days at least |
//!
//! If that happens to several people in a row, the sender rests, and is then tried with one message. A server that
//! cannot be reached, or that refuses the login or the sender, is nobody's failure: no message was offered to it. The
//! claimed messages are given back and stay due, and the program waits, or ends if waiting is of no use.

mod campaign;
mod file;
mod mail;
mod post;
mod run;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use campaignkit::{OpenOptions, Store, SystemHost};

/// Any failure, as a text for the person at the terminal.
type Result<T = (), E = Box<dyn Error>> = std::result::Result<T, E>;

const USAGE: &str = "\
usage: campaignkit-smtp plan CAMPAIGN.json [--database FILE]
       campaignkit-smtp run CAMPAIGN.json --database FILE [--once] [--lease-seconds N]
       campaignkit-smtp unsubscribe TOKEN --database FILE

  plan         print what would be sent when, and write nothing
  run          send what is due until everyone was contacted
  unsubscribe  never contact the receiver of the email with this token again

  --database FILE    the campaign's database, made by the first run
  --once             send what is due now, then end
  --lease-seconds N  when a message is sent again that a run did not complete (300)

The password of the SMTP server is read from the environment variable SMTP_PASSWORD.
";

fn main() -> ExitCode {
    let command = match Command::read() {
        Ok(command) => command,
        Err(why) => {
            eprint!("error: {why}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match command.perform() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            for issue in why.downcast_ref::<campaignkit::Error>().map(campaignkit::Error::issues).unwrap_or_default() {
                let hint = issue.problem.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
                eprintln!("  {}: {}{hint}", issue.path, issue.message());
            }
            ExitCode::FAILURE
        }
    }
}

enum Command {
    Help,
    Plan { file: PathBuf, database: Option<PathBuf> },
    Run { file: PathBuf, database: PathBuf, options: run::Options },
    Unsubscribe { token: String, database: PathBuf },
}

impl Command {
    fn read() -> Result<Self> {
        use lexopt::prelude::{Long, Short, Value, ValueExt};
        let mut arguments = lexopt::Parser::from_env();
        let mut words = Vec::new();
        let mut database = None;
        let mut options = run::Options::default();
        while let Some(argument) = arguments.next()? {
            match argument {
                Short('h') | Long("help") => return Ok(Self::Help),
                Long("database") => database = Some(PathBuf::from(arguments.value()?)),
                Long("once") => options.is_once = true,
                Long("lease-seconds") => options.lease_seconds = arguments.value()?.parse()?,
                Value(word) => words.push(word),
                other => return Err(other.unexpected().into()),
            }
        }
        let mut words = words.into_iter();
        let (command, argument) = (words.next(), words.next());
        if words.next().is_some() {
            return Err("too many arguments".into());
        }
        let argument = argument.ok_or("an argument is missing");
        let has_database = || database.clone().ok_or("--database is missing");
        match command.as_ref().and_then(|word| word.to_str()) {
            Some("plan") => Ok(Self::Plan { file: argument?.into(), database }),
            Some("run") => Ok(Self::Run { file: argument?.into(), database: has_database()?, options }),
            Some("unsubscribe") => Ok(Self::Unsubscribe { token: argument?.string()?, database: has_database()? }),
            _ => Err("plan, run or unsubscribe?".into()),
        }
    }

    fn perform(self) -> Result {
        match self {
            Self::Help => {
                print!("{USAGE}");
                Ok(())
            }
            Self::Plan { file, database } => {
                let file = file::CampaignFile::read(&file)?;
                let known = database.filter(|database| database.exists()).map(|path| open(&path)).transpose()?;
                campaign::print_plan(&file, known)
            }
            Self::Run { file, database, options } => {
                let file = file::CampaignFile::read(&file)?;
                let mut post = post::Post::new(&file)?;
                let mut store = open(&database)?;
                let user = campaign::user(&mut store, &file)?;
                let campaign = campaign::launch(&mut store.session(user)?, &file)?;
                let host = run::Run { store: store.into_shared(), user, campaign, file: &file, options };
                host.run(&mut post)?;
                Ok(host.store.close()?)
            }
            Self::Unsubscribe { token, database } => {
                if !database.exists() {
                    return Err("there is no such database".into());
                }
                let mut store = open(&database)?;
                let user = campaign::known_user(&mut store)?.ok_or("nothing was sent from this database")?;
                let unsubscribed = store.session(user)?.unsubscribe(token.as_str())?;
                println!("{} is not contacted any more", unsubscribed.email);
                Ok(())
            }
        }
    }
}

/// Waits longer than by default for another run on the same file: a message that cannot be completed would be sent
/// again.
fn open(path: &Path) -> Result<Store> {
    Ok(OpenOptions::new(SystemHost).busy_timeout(Duration::from_secs(60)).open(path)?)
}
