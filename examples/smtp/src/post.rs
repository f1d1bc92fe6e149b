//! Handing messages to an SMTP server, and the meaning of its replies.

use std::time::Duration;

use campaignkit::Outcome;
use lettre::message::Message;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};

use crate::Result;
use crate::file::{CampaignFile, Encryption, read};

/// How long the server may take for a reply. A message on an open connection takes five, so even the slowest one is
/// done within the usual lease.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A server that accepts messages. The connection stays open from one message to the next.
pub(crate) struct Post {
    host: String,
    port: u16,
    tls: Encryption,
    parameters: TlsParameters,
    credentials: Option<Credentials>,
    hello_name: ClientId,
    connection: Option<SmtpConnection>,
}

/// The command that the server refused.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Sender,
    Recipient,
    Message,
}

impl Post {
    pub(crate) fn new(file: &CampaignFile) -> Result<Self> {
        let smtp = &file.smtp;
        let port = match smtp.tls {
            Encryption::None => SMTP_PORT,
            Encryption::Starttls => SUBMISSION_PORT,
            Encryption::Tls => SUBMISSIONS_PORT,
        };
        let is_here = ["localhost", "127.0.0.1", "::1"].contains(&smtp.host.as_str());
        if smtp.user.is_some() && smtp.tls == Encryption::None && !is_here {
            return Err("smtp.tls: a password needs `starttls` or `tls`".into());
        }
        let credentials = match &smtp.user {
            Some(user) => {
                let password = std::env::var("SMTP_PASSWORD").map_err(|_| "the variable SMTP_PASSWORD is not set")?;
                Some(Credentials::new(user.clone(), password))
            }
            None => None,
        };
        let mut parameters = TlsParameters::builder(smtp.host.clone());
        if let Some(path) = &smtp.ca_file {
            parameters = parameters.add_root_certificate(Certificate::from_pem(&read(&file.beside(path))?)?);
        }
        let hello_name = smtp.hello_name.as_deref().map_or_else(|| file.sender_domain(), Ok)?;
        Ok(Self {
            host: smtp.host.clone(),
            port: smtp.port.unwrap_or(port),
            tls: smtp.tls,
            parameters: parameters.build_rustls()?,
            credentials,
            hello_name: ClientId::Domain(hello_name.to_owned()),
            connection: None,
        })
    }

    /// Makes sure that the server is there and accepts the login.
    pub(crate) fn connect(&mut self) -> Result<(), Error> {
        self.connection = Some(self.connected()?);
        Ok(())
    }

    /// The open connection, or a new one.
    fn connected(&mut self) -> Result<SmtpConnection, Error> {
        if let Some(mut connection) = self.connection.take()
            && connection.test_connected()
        {
            return Ok(connection);
        }
        let parameters = Some(&self.parameters).filter(|_| self.tls == Encryption::Tls);
        let server = (self.host.as_str(), self.port);
        let mut connection = SmtpConnection::connect(server, Some(TIMEOUT), &self.hello_name, parameters, None)?;
        if self.tls == Encryption::Starttls {
            connection.starttls(&self.parameters, &self.hello_name)?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials)?;
        }
        Ok(connection)
    }

    /// Hands over a message; returns its outcome, and the server's text if it was not sent.
    ///
    /// # Errors
    /// If no message can be sent at present.
    pub(crate) fn deliver(&mut self, message: &Message) -> Result<(Outcome, Option<String>), Error> {
        let mut connection = self.connected()?;
        let Err((stage, why)) = hand_over(&mut connection, message) else {
            self.connection = Some(connection);
            return Ok((Outcome::Sent, None));
        };
        // After a broken reply the next one could belong to any command.
        if why.status().is_some() && connection.command(Rset).is_ok() {
            self.connection = Some(connection);
        }
        let said = std::error::Error::source(&why).map(ToString::to_string).unwrap_or_default();
        match outcome(stage, why.status().map(u16::from), &said) {
            Some(outcome) => Ok((outcome, Some(why.to_string()))),
            None => Err(why),
        }
    }

    /// Ends the session with the server.
    pub(crate) fn disconnect(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            // The server has accepted the messages; whether it hears the farewell does not matter.
            let _ = connection.quit();
        }
    }
}

/// Whether trying again is of no use: the fault is in the file, not in the network.
pub(crate) fn is_final(error: &Error) -> bool {
    error.is_permanent() || error.is_tls() || error.is_client()
}

fn hand_over(connection: &mut SmtpConnection, message: &Message) -> Result<(), (Stage, Error)> {
    let envelope = message.envelope();
    let sender = Mail::new(envelope.from().cloned(), vec![]);
    connection.command(sender).map_err(|why| (Stage::Sender, why))?;
    for recipient in envelope.to() {
        connection.command(Rcpt::new(recipient.clone(), vec![])).map_err(|why| (Stage::Recipient, why))?;
    }
    connection.command(Data).map_err(|why| (Stage::Message, why))?;
    connection.message(&message.formatted()).map_err(|why| (Stage::Message, why))?;
    Ok(())
}

/// The meaning of a reply for the recipient; nothing if the fault is the sender's. No code means that there was no
/// reply.
fn outcome(stage: Stage, code: Option<u16>, said: &str) -> Option<Outcome> {
    let is_policy = said.starts_with("5.7.");
    // No such mailbox, or no such system (RFC 3463 §3.2, RFC 7505): other refusals may be temporary.
    let permanent = ["5.1.1", "5.1.2", "5.1.10"].iter().any(|code| said.split(' ').next() == Some(code));
    match (stage, code) {
        // 530: a login is required (RFC 4954 §6), for any command.
        (Stage::Sender, _) | (_, Some(530)) => None,
        (Stage::Recipient, Some(500..)) if !is_policy => Some(Outcome::Bounced { permanent }),
        (_, Some(500..)) => Some(Outcome::Failed { retryable: false }),
        (_, _) => Some(Outcome::Failed { retryable: true }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATER: Option<Outcome> = Some(Outcome::Failed { retryable: true });
    const NEVER: Option<Outcome> = Some(Outcome::Failed { retryable: false });

    #[test]
    fn an_address_that_is_refused_for_good_bounced() {
        let bounced = |permanent| Some(Outcome::Bounced { permanent });
        assert_eq!(outcome(Stage::Recipient, Some(550), "5.1.1 no such user"), bounced(true));
        assert_eq!(outcome(Stage::Recipient, Some(556), "5.1.10 no mail here"), bounced(true));
        assert_eq!(outcome(Stage::Recipient, Some(553), "no such user"), bounced(false));
        assert_eq!(outcome(Stage::Recipient, Some(552), "5.2.2 mailbox full"), bounced(false));
    }

    #[test]
    fn an_address_that_a_policy_refuses_may_exist() {
        assert_eq!(outcome(Stage::Recipient, Some(554), "5.7.1 relay access denied"), NEVER);
    }

    #[test]
    fn a_message_that_is_refused_says_nothing_about_the_address() {
        assert_eq!(outcome(Stage::Message, Some(554), "5.6.0 looks like spam"), NEVER);
    }

    #[test]
    fn what_is_refused_for_now_is_tried_again() {
        assert_eq!(outcome(Stage::Recipient, Some(450), "4.2.0 greylisted"), LATER);
        assert_eq!(outcome(Stage::Message, Some(451), "4.3.0 busy"), LATER);
        assert_eq!(outcome(Stage::Message, None, ""), LATER);
    }

    #[test]
    fn a_fault_of_the_sender_is_no_ones_outcome() {
        assert_eq!(outcome(Stage::Sender, Some(550), "5.1.8 sender unknown"), None);
        assert_eq!(outcome(Stage::Recipient, Some(530), "5.7.0 authentication required"), None);
    }
}
