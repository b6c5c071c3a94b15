//! Where the code of recorded specializations stands: all packages of the environment are loaded with the
//! images that there are, and each signature is looked up as a program that calls it would find it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Error, Result};
use pkgimage_package::Recording;
use pkgimage_package::job::{Job, exit};
use pkgimage_package::report::Located;

use crate::signature::Reader;
use crate::{images, packages, report, units};

/// Reports where they stand; gives the exit code.
pub fn locate(job: &Job, recordings: &[PathBuf]) -> i32 {
    match located(job, recordings) {
        Ok(located) => {
            report::change(|report| report.located = located);
            exit::OK
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            exit::EXCEPTION
        }
    }
}

fn located(job: &Job, recordings: &[PathBuf]) -> Result<Vec<Located>> {
    packages::load_all(&job.environment);
    let mut signatures = BTreeSet::new();
    for path in recordings {
        if let Some(recording) = Recording::read(path).map_err(Error::msg)? {
            signatures.extend(recording.roots);
        }
    }
    let reader = Reader::new();
    let locate = |signature: String| {
        // One that names what is no longer there does not resolve, however that is found out.
        let instance = reader.resolve(&signature).unwrap_or_else(|thrown| {
            let _ = pkgimage_runtime::error::take(thrown);
            None
        });
        let code = instance.and_then(units::code_in_image);
        let home = code.and_then(|code| images::home_of(code.specialized.get() as u64));
        let resolves = instance.is_some();
        let (image, code_bytes) = home.map_or((None, 0), |(path, size)| (Some(path), size));
        Located { signature, resolves, image, code_bytes }
    };
    Ok(signatures.into_iter().map(locate).collect())
}
