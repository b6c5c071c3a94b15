//! `verify`: read everything in the store and compare it with the digest that it was written with.

use std::io::Write;

use anyhow::Result;
use pkgimage_package::care;
use pkgimage_package::report::bytes;

use crate::args::MessageFormat;
use crate::exit;
use crate::ui::Ui;

/// Check everything in the store, and remove what is damaged
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only say what is damaged
    #[arg(long)]
    dry_run: bool,
    /// What is written to stdout: nothing, or a line of JSON
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    message_format: MessageFormat,
}

/// Checks; 102 if anything is damaged, whether or not it could be removed.
pub fn execute(arguments: &Arguments, ui: &Ui) -> Result<i32> {
    let store = pkgimage_image::place::folder()?;
    pkgimage_image::place::open(&store)?;
    let verified = care::verify(&store, arguments.dry_run);
    for damaged in &verified.damaged {
        let remedy = match (arguments.dry_run, damaged.removed) {
            (true, _) => "",
            (false, true) => "; removed",
            (false, false) => "; it cannot be removed",
        };
        ui.failed("Damaged", &format!("{}: {}{remedy}", damaged.path.display(), damaged.why));
    }
    let whole = verified.whole;
    ui.status(
        "Verified",
        &format!(
            "{} images, {}; {} entries of object code, {}; {} damaged",
            whole.images.files,
            bytes(whole.images.bytes),
            whole.objects.files,
            bytes(whole.objects.bytes),
            verified.damaged.len()
        ),
    );
    if arguments.message_format == MessageFormat::Json {
        let mut stdout = std::io::stdout().lock();
        serde_json::to_writer(&mut stdout, &verified)?;
        writeln!(stdout)?;
    }
    Ok(if verified.damaged.is_empty() { exit::OK } else { exit::SETUP })
}
