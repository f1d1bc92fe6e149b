//! Creates by several processes on one file: how many a second, the longest wait of one, and how many found it `busy`.

#[allow(dead_code, reason = "it has no contenders")]
mod measure;

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use campaignkit::{AccountId, AddAccount, CreateCampaign, CreateUser, NewEmail, Store, UserId};
use measure::{Result, figure};

/// How many each process creates.
const EACH: usize = 300;

fn main() -> Result {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => [1, 2, 4, 8].into_iter().try_for_each(together),
        [path, user, account, name] => create(Path::new(path), user.parse()?, account.parse()?, name),
        _ => Err("processes takes no arguments".into()),
    }
}

/// Starts processes that create as soon as all are there.
fn together(processes: usize) -> Result {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let path = folder.path().join("shared.db");
    let mut store = Store::open(&path)?;
    let user = store.create_user(CreateUser::default())?.id;
    let account = store.session(user)?.add_account(AddAccount::email("ana@example.com").unpaced())?.id;
    store.close()?;
    let mut children = Vec::new();
    for number in 0..processes {
        let mut child = Command::new(std::env::current_exe()?);
        child.arg(&path).args([user.to_string(), account.to_string(), number.to_string()]);
        children.push(child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?);
    }
    for child in &mut children {
        child.stdout.as_mut().ok_or("no output")?.read_exact(&mut [0])?;
    }
    let started = Instant::now();
    for child in &mut children {
        drop(child.stdin.take());
    }
    let (mut longest, mut busy) = (0.0_f64, 0);
    for child in children {
        let said = String::from_utf8(child.wait_with_output()?.stdout)?;
        let (wait, refused) = said.trim().split_once(' ').ok_or("a process failed")?;
        longest = longest.max(wait.parse()?);
        busy += refused.parse::<usize>()?;
    }
    let each_second = (processes * EACH) as f64 / started.elapsed().as_secs_f64();
    println!("{processes} processes: {each_second:.0} creates a second, the longest took {longest:.0} ms");
    figure(&format!("busy, of {processes} processes"), &busy.to_string(), Some(("0".to_owned(), busy == 0)));
    Ok(())
}

fn create(path: &Path, user: UserId, account: AccountId, name: &str) -> Result {
    let mut store = Store::open(path)?;
    let mut me = store.session(user)?;
    println!();
    std::io::stdin().read_to_end(&mut Vec::new())?;
    let (mut longest, mut busy) = (Duration::ZERO, 0);
    for number in 0..EACH {
        let started = Instant::now();
        match me.create_campaign(CreateCampaign::new(format!("{name}-{number}"), [account], NewEmail::default())) {
            Err(error) if error.code() == "busy" => busy += 1,
            created => drop(created?),
        }
        longest = longest.max(started.elapsed());
    }
    println!("{} {busy}", longest.as_secs_f64() * 1e3);
    Ok(())
}
