//! `session`: the saved sessions of the prompt.

use std::io::Write;
use std::path::PathBuf;
use std::time::SystemTime;

use anyhow::{Context, Result};
use pkgimage_image::stamp::Kind;
use pkgimage_package::job::Sessions;
use pkgimage_package::report::bytes;
use pkgimage_package::sessions::{self, Entry};
use pkgimage_package::{images, job};
use serde::Serialize;

use crate::args::{Code, Engine, Global, MessageFormat};
use crate::session::Session;
use crate::ui::Ui;
use crate::{exit, locate};

/// List or remove saved sessions of the prompt
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the sessions that were saved in this environment
    List {
        /// How it is written: a table, or a line of JSON for each session
        #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
        message_format: MessageFormat,
    },
    /// Remove saved sessions
    Remove {
        /// Their names
        #[arg(value_name = "NAME", required = true)]
        names: Vec<String>,
    },
}

/// The line of a session.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Row {
    #[serde(flatten)]
    entry: Entry,
    definitions: Option<usize>,
    /// Bytes of native code.
    image_bytes: u64,
    /// Seconds since 1970.
    saved: u64,
}

/// Lists or removes.
pub fn execute(arguments: &Arguments, global: &Global, ui: &Ui) -> Result<i32> {
    let session = Session::open(global, &Engine::usual(&Code::default()), ui)?;
    match &arguments.action {
        Action::List { message_format } => list(&session, *message_format)?,
        Action::Remove { names } => {
            for name in names {
                remove(&session, name)?;
                ui.status("Removed", &format!("session {name}"));
            }
        }
    }
    session.close();
    Ok(exit::OK)
}

/// The session of this name in the environment: as a prompt begins with it.
pub fn named(session: &Session<'_>, name: &str) -> Result<Sessions> {
    if let Some(why) = sessions::misnamed(name) {
        return Err(exit::failure(exit::USAGE, why));
    }
    let state = locate::state().context("no place for sessions: set HOME or XDG_STATE_HOME")?;
    let environment = session.place.key();
    Ok(Sessions {
        folder: sessions::folder(&state, &environment),
        environment,
        name: name.to_owned(),
        load: true,
        save: false,
    })
}

/// The same, of a session that was saved.
pub fn existing(session: &Session<'_>, name: &str, save: bool) -> Result<Sessions> {
    let found = Sessions { save, ..named(session, name)? };
    if sessions::path(&found.folder, name).is_file() {
        return Ok(found);
    }
    let known: Vec<String> =
        sessions::list(&found.folder).into_iter().map(|entry| entry.name).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    Err(exit::failure(exit::SETUP, format!("no session {name} here; there is {known}")))
}

fn image_folder(session: &Session<'_>, sessions: &job::Sessions, name: &str) -> Option<PathBuf> {
    let id = sessions::id(&sessions.environment, name);
    session.image_folder(&images::stem(Kind::Session, &id))
}

fn list(session: &Session<'_>, format: MessageFormat) -> Result<()> {
    let place = named(session, sessions::DEFAULT)?;
    let mut stdout = std::io::stdout().lock();
    for entry in sessions::list(&place.folder) {
        let folder = image_folder(session, &place, &entry.name);
        let newest = folder.and_then(|folder| images::list(&folder).into_iter().next());
        let size = newest.and_then(|path| Some(std::fs::metadata(path).ok()?.len()));
        let since = entry.saved.duration_since(SystemTime::UNIX_EPOCH);
        let row = Row {
            definitions: sessions::read(&entry.path).ok().flatten().map(|list| list.len()),
            image_bytes: size.unwrap_or(0),
            saved: since.map_or(0, |since| since.as_secs()),
            entry,
        };
        match format {
            MessageFormat::Human => {
                let definitions = match row.definitions {
                    Some(count) => format!("{count} definitions"),
                    None => "cannot be read".to_owned(),
                };
                let (name, size) = (&row.entry.name, bytes(row.image_bytes));
                writeln!(stdout, "{name:<16}  {definitions}; image {size}")?;
            }
            MessageFormat::Json => {
                serde_json::to_writer(&mut stdout, &row)?;
                writeln!(stdout)?;
            }
        }
    }
    Ok(())
}

fn remove(session: &Session<'_>, name: &str) -> Result<()> {
    let found = existing(session, name, false)?;
    let path = sessions::path(&found.folder, name);
    std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    if let Some(folder) = image_folder(session, &found, name).filter(|folder| folder.exists()) {
        // Without its text the image is of no use; if it cannot be removed it only takes space.
        let _ = std::fs::remove_dir_all(&folder);
    }
    Ok(())
}
