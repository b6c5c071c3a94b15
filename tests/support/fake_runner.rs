//! A stand-in for `pkgimage-runner`, for tests of the command line side alone: it keeps the
//! contract of jobs and reports, and understands no Julia. What it does is said by comments in
//! the file that it is to run, a directive a line:
//!
//! ```text
//! # print TEXT      # say TEXT        # exit N         # abort           # hang
//! # root SIGNATURE  # test-root SIG  # fail            # log SIGNATURE
//! ```
//!
//! `# broken` in a package's source makes its build fail, `# slow` makes it take a while;
//! `include("file.jl")` is followed.

use std::io::Write;
use std::path::{Path, PathBuf};

use pkgimage_image::inputs::{FileStamp, Place};
use pkgimage_image::stamp::{Kind, SECTION, TopLevel};
use pkgimage_image::{Digest, seal};
use pkgimage_package::job::{Build, Job, Program, Recorded, Task, Valid};
use pkgimage_package::report::{Built, Roots, Tests};
use pkgimage_package::{Recording, Report};

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Fallible<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, flag, path] = arguments.as_slice() else { return Err("usage: --job FILE".into()) };
    assert_eq!(flag, "--job");
    let job = Job::read(Path::new(path))?;
    let mut report = Report::new();
    for image in job.images.base.iter().chain(job.images.packages.values()) {
        report.stats.images_loaded += 1;
        match image.valid {
            Valid::Whole => report.stats.from_image += 1,
            Valid::CodeOnly => report.stats.sources_read += 1,
        }
    }
    if job.verbosity > 0 {
        for note in job.images.notes.values() {
            eprintln!("note: {note}");
        }
    }
    let code = match &job.task {
        Task::Build(build) => self::build(&job, build, &mut report)?,
        Task::Run { program: Program::Expression(text), .. } => {
            println!("{text}");
            0
        }
        Task::Run { program: Program::File(file), args } => {
            println!("args {}", args.join(" "));
            follow(file, None, &mut report)?
        }
        Task::Test { package, .. } => test(&job, &package.uuid, None, &mut report)?,
        Task::Record { subject: Recorded::Package(package), log } => {
            test(&job, &package.uuid, Some(log), &mut report)?
        }
        Task::Record { subject: Recorded::Workload { script, .. }, log } => {
            follow(script, Some(log), &mut report)?
        }
        Task::Locate { .. }
        | Task::Invalidations { .. }
        | Task::Usage { .. }
        | Task::Explain { .. } => 0,
        Task::Repl(_) => 2,
    };
    if let Some(build) = &job.save_work {
        std::fs::write(&build.output, image(&seal::placeholder(&job.stamp(build))?)?)?;
    }
    report.stats.images_loaded += job.images.sessions.len() as u64;
    report.write(&job.report)?;
    std::process::exit(code);
}

fn test(
    job: &Job,
    package: &pkgimage_package::Uuid,
    log: Option<&Path>,
    report: &mut Report,
) -> Fallible<i32> {
    let package = job.environment.package(package).ok_or("package not in the environment")?;
    let test = package.test_path().ok_or("no test file")?;
    report.tests = Some(Tests { complete: true, ..Tests::default() });
    follow(&test, log, report)
}

/// Does what the directives of a file say.
fn follow(file: &Path, log: Option<&Path>, report: &mut Report) -> Fallible<i32> {
    let mut roots = Roots::default();
    let mut tests = report.tests.unwrap_or_default();
    let mut code = 0;
    for line in std::fs::read_to_string(file)?.lines() {
        let (word, rest) = match line.trim_start().strip_prefix("# ") {
            Some(directive) => directive.split_once(' ').unwrap_or((directive, "")),
            None if line.starts_with("@test") => {
                tests.passed += 1;
                continue;
            }
            None => continue,
        };
        match word {
            "print" => println!("{rest}"),
            "say" => eprintln!("{rest}"),
            "root" => drop(roots.roots.insert(rest.to_owned())),
            "test-root" => drop(roots.test_roots.insert(rest.to_owned())),
            "log" => {
                if let Some(log) = log {
                    let mut log = std::fs::File::options().create(true).append(true).open(log)?;
                    writeln!(log, "{rest}")?;
                }
            }
            "fail" => {
                tests.failed += 1;
                code = 101;
            }
            "exit" => {
                tests.complete = false;
                code = rest.parse()?;
                break;
            }
            "abort" => std::process::abort(),
            "hang" => loop {
                std::thread::park();
            },
            _ => {}
        }
    }
    report.tests = report.tests.map(|_| tests);
    report.recorded = log.map(|_| roots);
    Ok(code)
}

fn build(job: &Job, build: &Build, report: &mut Report) -> Fallible<i32> {
    let mut stamp = job.stamp(build);
    if build.subject == Kind::Package
        && let Some(package) = job.environment.package(&build.package.uuid)
        && !package.is_stdlib()
    {
        for path in sources(&package.root, &package.entry)? {
            let bytes = std::fs::read(package.root.join(&path))?;
            if bytes.windows(8).any(|window| window == b"# broken") {
                eprintln!("ERROR: {} is broken", path.display());
                return Ok(1);
            }
            if bytes.windows(6).any(|window| window == b"# slow") {
                std::thread::sleep(std::time::Duration::from_millis(500));
            }
            stamp.inputs.files.push(FileStamp {
                place: Place::Package,
                path: path.to_string_lossy().into_owned(),
                digest: Some(Digest::of(&bytes)),
            });
        }
        stamp.inputs.files.sort();
        report.stats.sources_read += stamp.inputs.files.len() as u64;
    }
    let mut recorded = 0;
    for path in &build.recordings {
        recorded += Recording::read(path)?.map_or(0, |recording| recording.roots.len() as u64);
    }
    let bytes = image(&seal::placeholder(&stamp)?)?;
    std::fs::write(&build.output, &bytes)?;
    report.built = Some(Built {
        kind: build.subject,
        recorded,
        unique: recorded,
        from_dependency: 0,
        for_others: 0,
        from_store: 0,
        compiled: recorded,
        interpreted: 0,
        unresolved: Vec::new(),
        bytes: bytes.len() as u64,
        code_bytes: 0,
        heap_bytes: 0,
        top_level: TopLevel::Snapshot,
        local: Vec::new(),
    });
    report.stats.compiled += recorded;
    Ok(0)
}

/// The entry file and what it includes.
fn sources(root: &Path, entry: &Path) -> Fallible<Vec<PathBuf>> {
    let mut found = vec![entry.to_path_buf()];
    let text = std::fs::read_to_string(root.join(entry))?;
    for line in text.lines() {
        if let Some(name) =
            line.strip_prefix("include(\"").and_then(|rest| rest.strip_suffix("\")"))
        {
            found.push(entry.with_file_name(name));
        }
    }
    Ok(found)
}

fn image(stamp: &[u8]) -> Fallible<Vec<u8>> {
    use object::write::{Object, StandardSegment};
    use object::{Architecture, BinaryFormat, Endianness, SectionKind};
    let mut file = Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
    let segment = file.segment_name(StandardSegment::Data).to_vec();
    let section = file.add_section(segment, SECTION.into(), SectionKind::ReadOnlyData);
    file.append_section_data(section, stamp, 8);
    let mut bytes = file.write()?;
    seal::seal(&mut bytes)?;
    Ok(bytes)
}
