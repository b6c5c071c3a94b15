//! Base's image for a runner that was started without a job: the store's newest one that is fresh. Where there is none, a runner of its own builds it, once.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use pkgimage_image::inputs::{Place, World};
use pkgimage_image::stamp::{Expected, Kind, judge};
use pkgimage_image::{Digest, place, seal};
use pkgimage_ir::cpu;
use pkgimage_package::job::{self, Build, Compile, Image, Job, Task, Valid};
use pkgimage_package::{PackageId, images};

/// The image, built if there is none; none if that cannot be done, which costs this start its time,
/// and nothing else.
pub fn ensure(job: &Job) -> Option<Image> {
    if job.store.as_os_str().is_empty() {
        return None;
    }
    // Only the owner of the store can have put something into it.
    place::open(&job.store).ok()?;
    find(job).or_else(|| match build(job) {
        Ok(image) => Some(image),
        Err(error) => {
            eprintln!("warning: no image of Base was kept: {error:#}");
            None
        }
    })
}

fn stem() -> String {
    images::stem(Kind::Base, &PackageId::base())
}

/// Base reads no files and no variables.
struct Nothing;

impl World for Nothing {
    fn file(&self, _: Place, _: &str) -> Option<Digest> {
        None
    }
}

fn find(job: &Job) -> Option<Image> {
    let expected = Expected {
        runtime: job.runtime,
        compiler: job.compiler,
        triple: job.triple.clone(),
        features: cpu::of_this_machine(),
        settings: job.settings.clone(),
        subject: job::subject(Kind::Base, &PackageId::base()),
        preferences: Digest::ZERO,
        recording: None,
        dependencies: BTreeMap::new(),
    };
    let folder = images::folder(&job.store, &stem());
    images::candidates(&folder).into_iter().find_map(|path| {
        let sealed = seal::read(&path).ok()?;
        let fresh = judge(&sealed.stamp, &expected, &Nothing).is_empty();
        fresh.then_some(Image { path, id: sealed.id, valid: Valid::Whole })
    })
}

fn build(job: &Job) -> Result<Image> {
    let folder = images::folder(&job.store, &stem());
    let lock = images::lock(&folder, |what| eprintln!("Waiting {what}"))?;
    if let Some(image) = find(job) {
        return Ok(image);
    }
    eprintln!("Building the image of Base in {} (once)", job.store.display());
    let files = tempfile::tempdir().context("cannot make a temporary folder")?;
    let output = lock.output();
    let build = Job {
        task: Task::Build(Build {
            subject: Kind::Base,
            package: PackageId::base(),
            recordings: Vec::new(),
            recording: None,
            startup: Vec::new(),
            output: output.clone(),
        }),
        compile: Compile::Yes,
        jobs: std::thread::available_parallelism().map_or(1, usize::from),
        report: files.path().join("report.json"),
        ..job.clone()
    };
    let path = files.path().join("job.json");
    build.write(&path)?;
    let status = Command::new(std::env::current_exe()?)
        .arg("--job")
        .arg(&path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()?;
    if !status.success() {
        bail!("the runner that was to build it ended with {status}");
    }
    let (path, sealed) = lock.adopt(&output)?;
    Ok(Image { path, id: sealed.id, valid: Valid::Whole })
}
