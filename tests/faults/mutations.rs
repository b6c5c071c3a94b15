//! Files that are damaged: images, object code and session images. Whole runs go on without them; and the
//! readers of what an image says of itself survive damage that the seal does not show, because the file was sealed
//! after it.
//!
//! What is in an image's heap and code is believed once the seal is right: see ARCHITECTURE.md.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use pkgimage_image::code::object_code::ObjectCode;
use pkgimage_image::disassembly::{self, Syntax};
use pkgimage_image::mapped::MappedImage;
use pkgimage_image::{seal, store};
use pkgimage_ir::{CompilerPool, FunctionKind, OptLevel, PoolConfig, Target};

use crate::support::Project;
use crate::{FIRST, damage, printed, project, random, setting};

/// Says in a process of its own which files it reads, and from which seed.
const CHILD: &str = "FAULT_CHILD";
/// How many files such a process reads: what is mapped stays.
const BATCH: usize = 500;

/// The newest image of each folder.
fn images(project: &Project) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(project.store().join("images")).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(path) = pkgimage_package::images::list(&entry.path()).into_iter().next() {
            found.insert(name, path);
        }
    }
    found
}

fn built() -> Project {
    let project = project();
    project.run(&["record", "--workspace", "--offline"]).code(0);
    project.run(&["build", "--offline"]).code(0);
    project.run(&["run", "--offline", "--save-work", "workloads/script.jl"]).code(0);
    project
}

/// Reads everything that an image in memory says of itself.
fn look_at(image: &MappedImage) -> usize {
    let mut seen = 0;
    let text = image.section_range(".text");
    for unit in 0..image.unit_count().min(5000) {
        seen += usize::from(image.unit_name(unit).is_some_and(|name| image.find(name).is_some()));
        seen += image.unit(unit).map_or(0, |unit| unit.functions.len() + unit.callees.len());
        seen += usize::from(image.code(unit, FunctionKind::Generic).is_some());
        if unit < 40 {
            seen += disassembly::of_image(image, unit, Syntax::Intel).map_or(0, |text| text.len());
            let filled = image.fill_slots(unit, &mut |_| Ok(1));
            seen += filled.unwrap_or(0);
        }
    }
    for slot in 0..image.slot_count().min(5000) {
        seen += usize::from(image.external(slot).is_some() && image.set_slot(slot, 0));
    }
    for pc in text.into_iter().flatten().step_by(61).take(5000) {
        seen += image.place(pc).map_or(0, |place| place.locs.len());
        seen +=
            usize::from(image.unit_at(pc).is_some()) + image.unit_size(pc).unwrap_or(0) as usize;
    }
    for name in [".pkgimage.parts", ".pkgimage.session", ".pkgimage.sources", ".pkgimage.wanted"] {
        seen += image.section(name).map_or(0, |bytes| bytes.iter().filter(|b| **b != 0).count());
    }
    seen
}

/// Damages copies of an image and reads them.
fn read_damaged(original: &Path, seed: u64, count: usize) {
    let whole = std::fs::read(original).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("image.so");
    let mut chance = random(seed);
    for _ in 0..count {
        let mut bytes = whole.clone();
        for _ in 0..1 + chance.below(3) {
            damage(&mut bytes, &mut chance);
        }
        let sealed_again = chance.one_in(2) && seal::seal(&mut bytes).is_ok();
        std::fs::write(&path, &bytes).unwrap();
        let verified = seal::verify(&path);
        assert!(sealed_again || bytes == whole || verified.is_err(), "damage is not noticed");
        let _ = seal::read(&path);
        // The seal is not asked: whatever the file says, reading it is safe.
        if let Ok(image) = MappedImage::map(&std::fs::File::open(&path).unwrap()) {
            std::hint::black_box(look_at(&image));
        }
    }
}

#[test]
fn what_images_say_of_themselves_is_not_believed() {
    if let Ok(task) = std::env::var(CHILD) {
        let mut words = task.splitn(3, ' ');
        let mut number = || words.next().unwrap().parse::<usize>().unwrap();
        let (seed, count) = (number(), number());
        read_damaged(Path::new(words.next().unwrap()), seed as u64, count);
        return;
    }
    let wanted = setting("FAULT_MUTATIONS", 300);
    let project = built();
    let images = images(&project);
    // Base's is large; of each kind one.
    let kinds: Vec<(&String, &PathBuf)> =
        images.iter().filter(|(name, _)| *name != "Base").collect();
    assert!(kinds.iter().any(|(name, _)| name.starts_with("session-")), "{kinds:?}");
    let mut done = 0;
    let mut batch = 0;
    while done < wanted {
        let (name, path) = kinds[batch % kinds.len()];
        let count = BATCH.min((wanted - done).min(wanted.div_ceil(kinds.len())));
        let task = format!("{} {count} {}", 100 + batch, path.display());
        let ran = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "mutations::what_images_say_of_themselves_is_not_believed"])
            .env(CHILD, &task)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        let printed = String::from_utf8_lossy(&ran.stdout);
        assert!(
            ran.status.success(),
            "{name}, {CHILD}='{task}': {}\n{printed}\n{said}",
            ran.status
        );
        assert!(printed.contains("1 passed"), "{printed}");
        done += count;
        batch += 1;
    }
    println!("{done} damaged images of {} kinds read", kinds.len());
}

const UNIT: &str = r#"
unit "inc(Int64)"
sig0 = julia(i64) -> i64
function specialized "inc(Int64)" sig0 {
b0(v0: i64):
  v1: i64 = iconst 1
  v2: i64 = iadd v0, v1
  return v2
}
"#;

#[test]
fn damaged_object_code_is_refused() {
    let wanted = setting("FAULT_MUTATIONS", 300) * 10;
    let mut unit = pkgimage_ir::text::parse(UNIT).unwrap();
    let bytes = pkgimage_ir::binary::encode(&mut unit);
    let program = env!("CARGO_BIN_EXE_pkgimage-compiler").into();
    let pool = CompilerPool::new(PoolConfig {
        program,
        processes: 1,
        timeout: std::time::Duration::from_secs(60),
    });
    let target = Target::baseline();
    let object = pool.compile(bytes.clone(), &target, OptLevel::Speed).unwrap();
    ObjectCode::parse(&object, &unit).unwrap();

    let folder = tempfile::tempdir().unwrap();
    let store = store::Store::open(folder.path()).unwrap();
    let key = store::ObjectKey {
        unit: pkgimage_ir::binary::digest(&bytes),
        compiler: pkgimage_image::Digest::of(b"compiler"),
        target: &target,
        opt_level: OptLevel::Speed,
    };
    store.put(&key, &object);
    let entry = store::objects(folder.path()).pop().unwrap().path;
    let whole = std::fs::read(&entry).unwrap();
    let mut chance = random(2);
    let mut accepted = 0;
    for _ in 0..wanted {
        // As the loader reads it, behind the digest's back.
        let mut damaged = object.clone();
        damage(&mut damaged, &mut chance);
        accepted += usize::from(ObjectCode::parse(&damaged, &unit).is_ok());
        let _ = disassembly::of_object(&unit, &damaged, Syntax::Att);
        // In the store it does not get so far.
        let mut damaged = whole.clone();
        damage(&mut damaged, &mut chance);
        std::fs::write(&entry, &damaged).unwrap();
        let got = store.get(&key);
        assert!(got.is_none() || (damaged == whole && got == Some(object.clone())));
        store.put(&key, &object);
    }
    println!(
        "{wanted} damaged objects read, {accepted} of them still well-formed; as many entries refused"
    );
}

/// Puts a file in the place of another.
fn replace(path: &Path, bytes: &[u8]) {
    // Under a new inode, as a file that somebody else put there.
    let beside = path.with_extension("damaged");
    let mut file = std::fs::File::create(&beside).unwrap();
    file.write_all(bytes).unwrap();
    std::fs::rename(beside, path).unwrap();
}

#[test]
fn runs_go_on_without_what_is_damaged() {
    let wanted = setting("FAULT_MUTATIONS", 300).div_ceil(12);
    let project = built();
    let images = images(&project);
    let names: Vec<&String> = images.keys().collect();
    let mut chance = random(3);
    let begun = Instant::now();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..wanted {
        // Without Base's image a run takes a while: that one in long runs only.
        let mut name = names[chance.below(names.len())];
        if name == "Base" && (wanted < 100 || !chance.one_in(10)) {
            name = names.iter().find(|name| name.starts_with("Alpha")).unwrap();
        }
        let path = &images[name];
        let whole = std::fs::read(path).unwrap();
        let mut bytes = whole.clone();
        let how = damage(&mut bytes, &mut chance);
        if bytes == whole {
            continue;
        }
        replace(path, &bytes);
        let hint = format!("{name}, {how}");
        let ran = project.run(&["run", "--offline", "--time-limit", "200", "workloads/script.jl"]);
        assert_eq!((ran.code, &*ran.stdout), (0, &*printed(FIRST)), "{hint}: {}", ran.stderr);
        let warnings = ran.stderr.lines().count();
        assert!(warnings <= 2, "{hint}: {}", ran.stderr);
        // Base's image is built anew by the run itself.
        if name != "Base" {
            project.run(&["verify", "--dry-run"]).code(102).says("; 1 damaged");
        }
        *counts.entry(how).or_default() += 1;
        std::fs::remove_file(path).unwrap();
        replace(path, &whole);
    }
    project.run(&["verify"]).code(0);
    let counts: Vec<String> = counts.iter().map(|(how, n)| format!("{n} {how}")).collect();
    println!("{wanted} runs with a damaged image ({}) in {:?}", counts.join(", "), begun.elapsed());
}
