//! `clean`: remove what was built.

use std::path::Path;

use anyhow::{Context, Result};
use pkgimage_image::stamp::Kind;
use pkgimage_package::images;
use pkgimage_package::report::bytes;

use crate::args::{Code, Engine, Global, Selection};
use crate::exit;
use crate::session::Session;
use crate::ui::Ui;

/// Remove images
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// Remove the whole store: the images and object code of every environment
    #[arg(long, conflicts_with_all = ["package", "workspace"])]
    store: bool,
}

/// Removes; recordings stay.
pub fn execute(arguments: &Arguments, global: &Global, ui: &Ui) -> Result<i32> {
    if arguments.store {
        let store = pkgimage_image::place::folder()?;
        if store.exists() {
            pkgimage_image::place::open(&store)?;
        }
        let mut sum = Sum::default();
        // Only what is ours: the variable may name any folder.
        for name in ["images", "objects", "environments", "tmp", "locks"] {
            sum.remove(&store.join(name))?;
        }
        ui.status("Removed", &sum.text());
        return Ok(exit::OK);
    }

    let session = Session::open(global, &Engine::usual(&Code::default()), ui)?;
    let mut sum = Sum::default();
    let all = arguments.selection.package.is_empty();
    let mut stems: Vec<String> = session
        .selected(&arguments.selection)?
        .iter()
        .map(|package| images::stem(Kind::Package, &package.id))
        .collect();
    if all {
        // Folders of commons images are shared by environments: remove the one that is ours.
        let ledger = session.ledger.borrow();
        if let Some(last) = ledger.last("commons") {
            sum.remove(&last.path)?;
        }
    }
    for stem in stems.drain(..) {
        if let Some(folder) = session.image_folder(&stem) {
            sum.remove(&folder)?;
        }
        session.ledger.borrow_mut().forget_image(&stem);
    }
    if all {
        let folder = session.ledger.borrow().folder().to_path_buf();
        sum.remove(&folder)?;
        ui.status("Removed", &sum.text());
        return Ok(exit::OK);
    }
    ui.status("Removed", &sum.text());
    session.close();
    Ok(exit::OK)
}

/// What was removed.
#[derive(Default)]
struct Sum {
    files: u64,
    bytes: u64,
}

impl Sum {
    fn remove(&mut self, path: &Path) -> Result<()> {
        self.count(path);
        let removed = if path.is_dir() {
            std::fs::remove_dir_all(path)
        } else if path.exists() {
            std::fs::remove_file(path)
        } else {
            Ok(())
        };
        removed.with_context(|| format!("cannot remove {}", path.display()))
    }

    fn count(&mut self, path: &Path) {
        let Ok(metadata) = std::fs::symlink_metadata(path) else { return };
        if metadata.is_dir() {
            for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
                self.count(&entry.path());
            }
        } else {
            self.files += 1;
            self.bytes += metadata.len();
        }
    }

    fn text(&self) -> String {
        format!("{} files, {}", self.files, bytes(self.bytes))
    }
}
