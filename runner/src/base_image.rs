//! Base's image for a runner that was started without a job: the store's newest one for this build
//! of the runner. Where there is none, the runtime that has just evaluated Base writes it, once.

use std::path::PathBuf;

use pkgimage_image::stamp::Kind;
use pkgimage_image::{place, seal};
use pkgimage_package::PackageId;
use pkgimage_package::job::{Build, Image, Job, Valid};

use crate::image_writer;

/// The folder that `cargo pkgimage` keeps Base's images in, too.
fn folder(job: &Job) -> Option<PathBuf> {
    (!job.store.as_os_str().is_empty()).then(|| job.store.join("images").join("Base"))
}

/// An image that is valid here, if there is one.
pub fn find(job: &Job) -> Option<Image> {
    let folder = folder(job)?;
    // Only the owner of the store can have put something into it.
    place::open(&job.store).ok()?;
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.ends_with(".so") && !name.starts_with('.')
        })
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    paths.into_iter().find_map(|path| {
        let sealed = seal::read(&path).ok()?;
        let stamp = &sealed.stamp;
        let valid = stamp.runtime == job.runtime && stamp.target.triple == job.triple;
        valid.then_some(Image { path, id: sealed.id, valid: Valid::Whole })
    })
}

/// Writes Base's image into the store, if that can be written to. A failure costs the next start
/// its time, and nothing else.
pub fn keep(job: &Job) {
    let Some(folder) = folder(job) else { return };
    if place::open(&job.store).is_err() || std::fs::create_dir_all(&folder).is_err() {
        return;
    }
    eprintln!("Building the image of Base in {} (once)", job.store.display());
    let output = folder.join(format!(".new-{}.so", std::process::id()));
    let build = Build {
        subject: Kind::Base,
        package: PackageId::base(),
        recordings: Vec::new(),
        recording: None,
        output: output.clone(),
    };
    let kept = image_writer::prepare(b"Base", &image_writer::Subject::Base, &[])
        .and_then(|prepared| prepared.write(&job.stamp(&build), &output))
        .and_then(|written| {
            let name: String = written.id.to_string().chars().take(16).collect();
            Ok(std::fs::rename(&output, folder.join(format!("{name}.so")))?)
        });
    if let Err(error) = kept {
        // What is left of it is of no use; if it cannot be removed it only takes space.
        let _ = std::fs::remove_file(&output);
        eprintln!("warning: no image of Base was kept: {error:#}");
    }
}
