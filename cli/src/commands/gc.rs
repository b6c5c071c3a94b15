//! `gc`: remove from the store what has not been used for long, what is more than enough, and what
//! killed processes left. It knows of no environment: the store is shared by all.

use std::io::Write;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use pkgimage_package::care::{self, Amount, Collected, Policy};
use pkgimage_package::images;
use pkgimage_package::report::bytes;

use crate::args::MessageFormat;
use crate::exit;
use crate::invoke::Workspace;
use crate::ui::Ui;

const DAY: u64 = 24 * 3600;
const MIB: u64 = 1 << 20;

/// Remove from the store what is old or too much
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Remove what has not been used for so many days
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    max_age: u64,
    /// Keep so many images of a package, those last used
    #[arg(long, value_name = "N", default_value_t = images::KEPT)]
    keep: usize,
    /// Remove what was used longest ago until so many MiB are left
    #[arg(long, value_name = "MIB", default_value_t = 4096)]
    max_size: u64,
    /// Only say what would be removed
    #[arg(long)]
    dry_run: bool,
    /// What is written to stdout: nothing, or a line of JSON
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    message_format: MessageFormat,
}

/// Removes; what is in use stays.
pub fn execute(arguments: &Arguments, ui: &Ui) -> Result<i32> {
    let store = pkgimage_image::place::folder()?;
    pkgimage_image::place::open(&store)?;
    let policy = Policy {
        max_age: Duration::from_secs(arguments.max_age.saturating_mul(DAY)),
        keep: arguments.keep,
        max_bytes: arguments.max_size.saturating_mul(MIB),
    };
    let dry_run = arguments.dry_run;
    let done = care::collect(&store, &policy, SystemTime::now(), dry_run)
        .with_context(|| format!("cannot remove from {}", store.display()))?;
    let verb = if dry_run { "Would remove" } else { "Removed" };
    for (name, amount) in &done.removed {
        ui.status(verb, &format!("{name}: {}", files(*amount)));
    }
    let left = if dry_run { 0 } else { Workspace::remove_leftovers() };
    if left > 0 {
        ui.status(verb, &format!("{left} temporary folders of commands that were killed"));
    }
    ui.status("Finished", &text(&done, dry_run));
    if arguments.message_format == MessageFormat::Json {
        let mut stdout = std::io::stdout().lock();
        serde_json::to_writer(&mut stdout, &done)?;
        writeln!(stdout)?;
    }
    Ok(exit::OK)
}

fn files(amount: Amount) -> String {
    format!("{} files, {}", amount.files, bytes(amount.bytes))
}

fn text(done: &Collected, dry_run: bool) -> String {
    let verb = if dry_run { "would be removed" } else { "removed" };
    let mut text = format!("{} {verb}", files(done.total()));
    if done.in_use.files > 0 {
        text +=
            &format!("; {} images in use stay, {}", done.in_use.files, bytes(done.in_use.bytes));
    }
    let left = done.left;
    text + &format!(
        "; {} left: {} images, {} entries of object code",
        bytes(left.images.bytes + left.objects.bytes),
        left.images.files,
        left.objects.files
    )
}
