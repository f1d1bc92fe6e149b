//! What tests ask of a whole database: whether it keeps every promise, and all that it holds.

use crate::backup::invariants;
pub use crate::error::Broken;
use crate::error::Result;
use crate::store::{Statement, Store};

impl Store {
    /// Checks everything that is true of a database between two operations: the file is sound, references lead
    /// somewhere, and the rules that no column constraint can state hold.
    ///
    /// Takes time in proportion to the database; meant for tests.
    ///
    /// ```
    /// use campaignkit::{CreateUser, Store};
    ///
    /// let mut store = Store::open_in_memory()?;
    /// store.create_user(CreateUser::default())?;
    /// assert_eq!(store.check_invariants()?, []);
    /// # Ok::<(), campaignkit::Error>(())
    /// ```
    ///
    /// # Errors
    /// `corrupt` or `unavailable` if the database cannot be read at all.
    pub fn check_invariants(&mut self) -> Result<Vec<Broken>> {
        self.read(invariants::broken)
    }

    /// Everything that the database holds, as text: two databases with the same contents give the same text, whatever
    /// the layout of their files.
    ///
    /// # Errors
    /// `corrupt` or `unavailable` if the database cannot be read.
    pub fn dump(&mut self) -> Result<String> {
        self.read(|snapshot| {
            let conn = snapshot.sql();
            let strings = |query: &str| -> Result<Vec<String>> {
                let mut statement = Statement::once(conn, query)?;
                let rows = statement.all([], |row| row.get(0))?;
                Ok(rows)
            };
            let mut dump = String::new();
            for table in strings("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")? {
                let columns = strings(&format!("SELECT name FROM pragma_table_info('{table}')"))?;
                let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
                let line = quoted.join(" || ', ' || ");
                dump.push_str(&format!("{table} ({})\n", columns.join(", ")));
                for row in strings(&format!("SELECT {line} AS line FROM \"{table}\" ORDER BY line"))? {
                    dump.push_str(&format!("  {row}\n"));
                }
            }
            Ok(dump)
        })
    }
}
