//! Rows of before version 4, as what requests since then could have stored: before it, names and signatures took control
//! characters, and names what nobody sees around them.

use rusqlite::Connection;

use crate::error::{Error, Result};
use crate::request::name::Name;
use crate::request::text::{clean_line, clean_lines};
use crate::store::Statement;

/// A name of which nothing is left.
const UNTITLED: &str = "Untitled";

/// Cleans the existing rows; a row that is clean is not written.
pub(super) fn clean(conn: &Connection) -> Result<()> {
    let is_left = |line: &String| !line.is_empty();
    for column in ["display_name", "first_name", "last_name", "company", "title"] {
        clean_column(conn, "account", column, |text| Some(clean_line(text)).filter(is_left))?;
    }
    // A query of the URL had them, which is no part of an identity.
    clean_column(conn, "account", "address", |text| Some(text.replace(char::is_control, "")))?;
    for table in ["account", "campaign"] {
        clean_column(conn, table, "signature", |text| Some(clean_lines(text)))?;
    }
    clean_names(conn, "campaign")?;
    clean_names(conn, "list")
}

fn clean_column(conn: &Connection, table: &str, column: &str, clean: impl Fn(&str) -> Option<String>) -> Result<()> {
    let mut select = Statement::once(conn, &format!("SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL"))?;
    let mut update = Statement::once(conn, &format!("UPDATE {table} SET {column} = ?2 WHERE id = ?1"))?;
    let mut odd: Vec<([u8; 16], Option<String>)> = Vec::new();
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let text: String = row.get(1)?;
        let cleaned = clean(&text);
        if cleaned.as_ref() != Some(&text) {
            odd.push((row.get(0)?, cleaned));
        }
    }
    for row in odd {
        update.execute(row)?;
    }
    Ok(())
}

/// Names are unique for their user: one that is another's once it is cleaned is numbered.
fn clean_names(conn: &Connection, table: &str) -> Result<()> {
    let mut select = Statement::once(conn, &format!("SELECT id, user_id, name FROM {table} ORDER BY id"))?;
    let mut update = Statement::once(conn, &format!("UPDATE {table} SET name = ?2 WHERE id = ?1"))?;
    let mut taken = Statement::once(conn, &format!("SELECT 1 FROM {table} WHERE user_id = ?1 AND name = ?2"))?;
    let mut odd: Vec<([u8; 16], [u8; 16], String)> = Vec::new();
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let name: String = row.get(2)?;
        let cleaned = clean_line(&name);
        if cleaned != name {
            odd.push((row.get(0)?, row.get(1)?, cleaned));
        }
    }
    for (id, user, cleaned) in odd {
        let name = Name::parse(&cleaned).or_else(|_| Name::parse(UNTITLED));
        let mut name = name.map_err(|_| Error::Bug(None))?;
        let mut is_taken = |name: &Name| taken.exists((user, name.as_str()));
        if is_taken(&name)? {
            name = name.suggest(is_taken)?;
        }
        update.execute((id, name.as_str()))?;
    }
    Ok(())
}
