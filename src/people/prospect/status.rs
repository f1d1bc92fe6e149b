//! The statuses of prospects: their words, which are final, and their lists in SQL.

use crate::channel::Channel;

/// The status of a prospect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ProspectStatus {
    /// Nothing was sent yet.
    Pending,
    /// An email was sent.
    Sent,
    /// An invitation was sent.
    ConnectionSent,
    /// The invitation was accepted.
    Connected,
    /// A LinkedIn message was sent.
    MessageSent,
    /// Final: the prospect replied.
    Replied,
    /// Final: a message to them came back.
    Bounced,
    /// Final: everything was sent.
    Completed,
    /// Final: the invitation was not accepted in time.
    TimedOut,
    /// Final: cancelled.
    Cancelled,
    /// Final: not contacted any more, being suppressed or held by another campaign.
    Skipped,
}

crate::request::choice::words!(ProspectStatus {
    Pending = "pending",
    Sent = "sent",
    ConnectionSent = "connection_sent",
    Connected = "connected",
    MessageSent = "message_sent",
    Replied = "replied",
    Bounced = "bounced",
    Completed = "completed",
    TimedOut = "timed_out",
    Cancelled = "cancelled",
    Skipped = "skipped",
});

impl ProspectStatus {
    /// Whether nothing more will happen to the prospect (`docs/rules.md#prospects`).
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            Self::Pending | Self::Sent | Self::ConnectionSent | Self::Connected | Self::MessageSent => false,
            Self::Replied | Self::Bounced | Self::Completed | Self::TimedOut | Self::Cancelled | Self::Skipped => true,
        }
    }

    /// Whether a prospect of this channel can have it.
    pub(super) const fn is_of(self, channel: Channel) -> bool {
        match self {
            Self::Sent => matches!(channel, Channel::Email),
            Self::ConnectionSent | Self::Connected | Self::MessageSent | Self::TimedOut => {
                matches!(channel, Channel::Linkedin)
            }
            Self::Pending | Self::Replied | Self::Bounced | Self::Completed | Self::Cancelled | Self::Skipped => true,
        }
    }
}

/// The statuses of prospects that can still change, in SQL: those that are not [final](ProspectStatus::is_final).
macro_rules! open_statuses {
    () => {
        "('pending', 'sent', 'connection_sent', 'connected', 'message_sent')"
    };
}

/// Every status in SQL, in the order of [`ProspectStatus`], between commas: each once between two texts, or twice between
/// three. A tally has a column of the name of each, and a CHECK of the table
/// names them all: a new one needs a migration.
macro_rules! statuses {
    ($($text:literal),+) => {
        statuses!(@all [$($text),+] "pending" "sent" "connection_sent" "connected" "message_sent" "replied" "bounced"
            "completed" "timed_out" "cancelled" "skipped")
    };
    (@all $texts:tt $first:literal $($next:literal)+) => {
        concat!(statuses!(@one $first $texts) $(, ", ", statuses!(@one $next $texts))+)
    };
    (@one $status:literal [$before:literal, $after:literal]) => {
        concat!($before, $status, $after)
    };
    (@one $status:literal [$before:literal, $between:literal, $after:literal]) => {
        concat!($before, $status, $between, $status, $after)
    };
}

/// What to select the people of a campaign from to get them in their order: all of them, or those who are not final, that
/// fulfil a condition of `campaign_id` and `id`, up to a limit. Those of each status are a range of an index, and are merged.
///
/// SQLite keeps the order of a part that has a limit when it looks up the rows for it one by one. To order the rows once more,
/// it would sort all of them.
macro_rules! in_order {
    (open, $condition:literal, $limit:literal $(, $name:literal)?) => {
        in_order!(@merge $condition, $limit, [$($name)?] "pending" "sent" "connection_sent" "connected" "message_sent")
    };
    (all, $condition:literal, $limit:literal $(, $name:literal)?) => {
        in_order!(@merge $condition, $limit, [$($name)?] "pending" "sent" "connection_sent" "connected" "message_sent"
            "replied" "bounced" "completed" "timed_out" "cancelled" "skipped")
    };
    (@merge $condition:literal, $limit:literal, [] $($status:literal)+) => {
        in_order!(@merge $condition, $limit, ["prospect"] $($status)+)
    };
    (@merge $condition:literal, $limit:literal, [$name:literal] $first:literal $($next:literal)+) => {
        concat!(
            "(", in_order!(@of $first, $condition), $(" UNION ALL ", in_order!(@of $next, $condition),)+
            " ORDER BY next_id LIMIT ", $limit, ") CROSS JOIN prospect AS ", $name, " ON ", $name, ".rowid = place"
        )
    };
    (@of $status:literal, $condition:literal) => {
        concat!(
            "SELECT id AS next_id, rowid AS place FROM prospect INDEXED BY prospect_by_status WHERE status = '",
            $status,
            "' AND ",
            $condition
        )
    };
}

pub(crate) use {in_order, open_statuses, statuses};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Choice;

    #[test]
    fn the_statuses_in_sql_are_those_of_the_type() {
        assert_eq!(statuses!("", ""), ProspectStatus::WORDS.join(", "));
        let open = ProspectStatus::WORDS.iter().filter_map(|word| ProspectStatus::from_word(word));
        let open: Vec<String> = open.filter(|status| !status.is_final()).map(|status| format!("'{status}'")).collect();
        assert_eq!(open_statuses!(), format!("({})", open.join(", ")));
        let merged = |sql: &str| {
            sql.split("status = ")
                .skip(1)
                .filter_map(|part| part.split(' ').next())
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(merged(in_order!(open, "id", "1")), open);
        assert_eq!(merged(in_order!(all, "id", "1")).join(", "), statuses!("'", "'"));
    }
}
