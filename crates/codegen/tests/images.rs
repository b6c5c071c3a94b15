//! From typed IR through the code generator and the linker to a mapped image that runs, and to what
//! tools say of it.

mod common;
#[path = "common/units.rs"]
mod units;

use pkgimage_codegen::{Options, compile_unit};
use pkgimage_image::link::{Blob, HEAP_OFFSET, ImageBuilder, LinkedImage, Place};
use pkgimage_image::mapped::MappedImage;
use pkgimage_ir::{External, FunctionKind, OptLevel, Target, Unit};
use std::process::Command;

const BASE: u64 = 0x1234_0000_0000;

const UNITS: [&str; 4] = [
    units::UNITS[0],
    units::UNITS[1],
    r#"
unit "Shapes.table(Int64)"
sig0 = julia(i64) -> i64
sig1 = c_variadic(i64, i64, i64, i64, f64) -> i32
sig2 = julia(i128, i128) -> i128
sig3 = julia() -> i64
ext0 = literal "Shapes.table(Any)" 0
ext1 = bytes 8 x"0a000000000000001400000000000000"
ext2 = foreign "snprintf"
ext3 = bytes 1 x"256c64202e00"
ext4 = type "Float64"
ext5 = symbol "abc"
function specialized "Shapes.table(Int64)" sig0 {
  ss0 = stack 64 8
b0(v0: i64):
  v1: i64 = ref ext1
  v2: i64 = iadd v1, v0
  v3: i64 = load v2 + 0
  v4: i64 = ref ext0
  v5: i64 = load v4 + 0
  v6: i64 = stack_addr ss0 + 0
  v7: i64 = ref ext3
  v8: i64 = iconst 64
  v9: f64 = fconst 0
  v10: i32 = call ext2(v6, v8, v7, v3, v9) sig1
  v11: i64 = iadd v3, v5
  v12: i64 = sext v10
  v13: i64 = iadd v11, v12
  return v13
}
function local "Shapes.wide" sig2 {
b0(v0: i128, v1: i128):
  v2: i128 = sdiv v0, v1
  return v2
}
function local "Shapes.objects" sig3 {
b0:
  v0: i64 = ref ext4
  v1: i64 = ref ext5
  v2: i64 = iadd v0, v1
  return v2
}
"#,
    r#"
unit "Base.+(Int64, Int64)"
sig0 = julia(i64, i64) -> i64
function specialized "Base.+(Int64, Int64)" sig0 {
b0(v0: i64, v1: i64):
  v2: i64 = iadd v0, v1
  return v2
}
"#,
];

fn compiled(text: &str) -> (Unit, Vec<u8>) {
    let mut unit = pkgimage_ir::text::parse(text).unwrap();
    unit.canonicalize();
    let options = Options { target: Target::baseline(), opt_level: OptLevel::Speed };
    let object = compile_unit(&unit, &options).unwrap();
    (unit, object)
}

/// A heap of four words: two numbers, and addresses of them.
fn heap(base: u64) -> Blob {
    let heap = base + HEAP_OFFSET;
    let words = [7, 8, heap, heap + 8];
    Blob {
        name: ".pkgimage.heap".into(),
        place: Place::Heap,
        align: 4096,
        bytes: words.iter().flat_map(|word: &u64| word.to_le_bytes()).collect(),
        words: vec![16, 24],
    }
}

fn link(base: u64, units: &[(Unit, Vec<u8>)]) -> LinkedImage {
    let mut builder = ImageBuilder::new(base);
    builder.blob(heap(base));
    let text = |name: &str, place| Blob {
        name: name.into(),
        place,
        align: 8,
        bytes: format!("content of {name}").into_bytes(),
        words: vec![],
    };
    builder.blob(text(".pkgimage.stamp", Place::ReadOnly));
    builder.blob(text(".pkgimage.scratch", Place::Writable));
    builder.blob(text(".pkgimage.recording", Place::File));
    for (unit, object) in units {
        builder.unit(unit.clone(), object).unwrap();
    }
    builder.heap_objects(|external| match external {
        External::Literal { index: 0, .. } => Some(8),
        _ => None,
    });
    builder.link().unwrap()
}

fn all() -> Vec<(Unit, Vec<u8>)> {
    UNITS.iter().map(|text| compiled(text)).collect()
}

fn write(image: &LinkedImage) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &image.bytes).unwrap();
    file
}

fn entry(image: &MappedImage, name: &str) -> u64 {
    let unit = image.find(name).unwrap();
    image.fill_slots(unit, &mut common::resolve).unwrap();
    image.unit(unit).unwrap().entry(FunctionKind::Specialized).unwrap()
}

/// Runs everything in the image.
fn exercise(image: &MappedImage) {
    let area = entry(image, "Shapes.area(Float64)");
    let table = entry(image, "Shapes.table(Int64)");
    let locals: Vec<u64> = ["Shapes.area(Float64)", "Shapes.table(Int64)"]
        .iter()
        .flat_map(|name| image.unit(image.find(name).unwrap()).unwrap().functions)
        .filter(|(kind, _)| *kind == FunctionKind::Local)
        .map(|(_, address)| address)
        .collect();
    // SAFETY: these are the signatures of the functions above, and their slots have been filled.
    unsafe {
        let area: extern "C" fn(f64) -> f64 = std::mem::transmute(area);
        assert_eq!(area(1.5), 9.0);
        let table: extern "C" fn(i64) -> i64 = std::mem::transmute(table);
        // 20 of the table, 8 of the heap, and the four characters of "20 ."
        assert_eq!(table(8), 20 + 8 + 4);
        let count: extern "C" fn(i64) -> i64 = std::mem::transmute(locals[0]);
        let before = count(0);
        assert_eq!((count(5), count(5)), (before + 5, before + 10));
        let wide: extern "C" fn(i128, i128) -> i128 = std::mem::transmute(locals[1]);
        assert_eq!(wide(1 << 100, -(1 << 90)), -1024);
        let objects: extern "C" fn() -> i64 = std::mem::transmute(locals[2]);
        assert_eq!(objects(), "Float64".len() as i64 + "abc".len() as i64);
    }
}

#[test]
fn runs_at_the_preferred_base_and_at_another() {
    let image = link(BASE, &all());
    assert_eq!(image.stats.units, 4);
    let file = write(&image);
    let first = MappedImage::open(file.path()).unwrap();
    assert_eq!((first.base(), first.relocations()), (BASE, 0));
    exercise(&first);
    // The base is taken now: the second copy goes elsewhere, and is corrected.
    let second = MappedImage::open(file.path()).unwrap();
    assert_ne!(second.base(), BASE);
    assert_eq!(second.relocations(), 2);
    exercise(&second);
    for image in [&first, &second] {
        let heap = image.section_range(".pkgimage.heap").unwrap();
        assert_eq!(heap.start, image.base() + HEAP_OFFSET);
        // SAFETY: the heap has four words.
        let words = unsafe { std::slice::from_raw_parts(heap.start as *const u64, 4) };
        assert_eq!(words, [7, 8, heap.start, heap.start + 8]);
        assert_eq!(image.section(".pkgimage.stamp").unwrap(), b"content of .pkgimage.stamp");
        assert_eq!(image.section(".pkgimage.heap"), None);
        assert_eq!(image.section(".pkgimage.recording"), None);
    }
    // Writing to the heap changes this process only.
    let heap = first.section_range(".pkgimage.heap").unwrap();
    // SAFETY: as above.
    unsafe { *(heap.start as *mut u64) = 99 };
    assert_eq!(std::fs::read(file.path()).unwrap(), image.bytes);
}

#[test]
fn names_slots_and_places() {
    let file = write(&link(BASE + (1 << 32), &all()));
    let image = MappedImage::open(file.path()).unwrap();
    assert_eq!(image.unit_count(), 4);
    assert_eq!(image.unit_name(0), Some("Base.+(Int64, Int64)"));
    assert_eq!(image.find("Shapes.twice(Float64)"), Some(3));
    assert_eq!(image.find("Shapes.thrice(Float64)"), None);
    let externals: Vec<String> =
        (0..image.slot_count()).map(|slot| image.external(slot).unwrap().to_string()).collect();
    // One slot for `Float64`, though two units refer to it; none for what the image holds.
    let expected = [
        "type \"Float64\"",
        "symbol \"abc\"",
        "runtime \"allocate\"",
        "runtime \"helper:sdiv128\"",
        "foreign \"snprintf\"",
        "foreign \"libm.so.6\" \"pow\"",
    ];
    assert_eq!(externals, expected);
    let area = image.unit(image.find("Shapes.area(Float64)").unwrap()).unwrap();
    assert_eq!(area.callees, [3]);
    assert_eq!(area.slots, [5]);
    assert_eq!(image.slot(5), Some(0));
    // Its own slot, and the two of the unit that it calls.
    assert_eq!(image.fill_slots(1, &mut common::resolve), Ok(3));
    assert_eq!(image.fill_slots(1, &mut common::resolve), Ok(0));
    assert!(!image.set_slot(6, 1));
    let error = image.fill_slots(2, &mut |_| Err("gone".into())).unwrap_err();
    assert_eq!(error.1, "gone");

    let start = area.entry(FunctionKind::Specialized).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for pc in start..start + 200 {
        if let Some(place) = image.place(pc)
            && (place.unit, place.function) == (1, 0)
        {
            let text: Vec<_> =
                place.locs.iter().map(|l| format!("{}:{}", l.method, l.line)).collect();
            seen.insert(text.join(" in "));
        }
    }
    let expected = ["", "Shapes.area:3", "Shapes.inner:1 in Shapes.area:3"];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(image.place(image.base()), None);
}

#[test]
fn bytes_depend_on_the_set_of_units_alone() {
    let mut units = all();
    let first = link(BASE, &units);
    units.reverse();
    assert_eq!(link(BASE, &units), first);
    units.swap(0, 2);
    assert_eq!(link(BASE, &units), first);
    assert_eq!(link(BASE, &all()), first);
    units.pop();
    assert_ne!(link(BASE, &units).bytes, first.bytes);
}

#[test]
fn mistakes_are_named() {
    let units = all();
    let mut builder = ImageBuilder::new(BASE);
    builder.unit(units[0].0.clone(), &units[0].1).unwrap();
    builder.unit(units[0].0.clone(), &units[0].1).unwrap();
    assert!(builder.link().unwrap_err().to_string().contains("two units"));
    let mut builder = ImageBuilder::new(BASE);
    assert!(builder.unit(units[0].0.clone(), &units[1].1).is_err());
    assert!(builder.unit(units[0].0.clone(), b"nonsense").is_err());
    for (change, reason) in [
        (|b: &mut Blob| b.name = ".text".into(), "own"),
        (|b: &mut Blob| b.align = 3, "power of two"),
        (|b: &mut Blob| b.words = vec![4], "aligned"),
        (|b: &mut Blob| b.words = vec![32], "within"),
        (|b: &mut Blob| b.place = Place::File, "no address"),
    ] as [(fn(&mut Blob), &str); 5]
    {
        let mut builder = ImageBuilder::new(BASE);
        let mut blob = heap(BASE);
        change(&mut blob);
        builder.blob(blob);
        let text = builder.link().unwrap_err().to_string();
        assert!(text.contains(reason), "{text}");
    }
}

/// Object code with single bytes changed, and cut short: an error or a load, never a panic.
#[test]
fn damaged_object_code_and_images_never_panic() {
    let (unit, object) = compiled(UNITS[2]);
    for at in 0..object.len() {
        let mut damaged = object.clone();
        damaged[at] ^= [1, 0x80, 0xff][at % 3];
        let mut builder = ImageBuilder::new(BASE);
        if builder.unit(unit.clone(), &damaged).is_ok() {
            let _ = builder.link();
        }
        let mut builder = ImageBuilder::new(BASE);
        let _ = builder.unit(unit.clone(), &object[..at]);
        // Numbers so large that nothing can be added to them.
        for number in [u64::MAX, u64::MAX - 20, 1 << 63, i64::MAX as u64] {
            let mut damaged = object.clone();
            let bytes = &mut damaged[at..];
            let size = bytes.len().min(8);
            bytes[..size].copy_from_slice(&number.to_le_bytes()[..size]);
            let mut builder = ImageBuilder::new(BASE);
            if builder.unit(unit.clone(), &damaged).is_ok() {
                let _ = builder.link();
            }
        }
    }
    // An image's tables are read with checks; its code is not run here.
    let image = link(BASE + (2 << 32), &all()).bytes;
    let headers: Vec<usize> = (0..600).chain(image.len() - 1800..image.len()).step_by(3).collect();
    for at in headers {
        let mut damaged = image.clone();
        damaged[at] ^= 0x41;
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &damaged).unwrap();
        if let Ok(image) = MappedImage::open(file.path()) {
            for unit in 0..image.unit_count().min(8) {
                let _ = (image.unit_name(unit), image.unit(unit));
            }
        }
    }
    for length in (0..image.len()).step_by(1499) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &image[..length]).unwrap();
        let _ = MappedImage::open(file.path()).map(|image| image.unit_count());
    }
}

fn tool(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok()?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program}: {errors}");
    assert_eq!(errors, "", "{program} complains");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What `readelf`, `nm`, `objdump` and `gdb` make of an image, where they are installed.
#[test]
fn tools_read_images() {
    let file = write(&link(BASE, &all()));
    let path = file.path().to_str().unwrap();
    if let Some(text) = tool("readelf", &["-W", "-a", path]) {
        assert!(!text.contains("Warning") && !text.contains("TEXTREL"), "{text}");
        assert!(text.contains("DYN (Shared object file)"), "{text}");
        assert!(text.contains("Shapes.area(Float64)"));
        assert!(text.contains(".relr.dyn") && text.contains("GNU_EH_FRAME"));
    }
    if let Some(text) = tool("readelf", &["-W", "--debug-dump=frames", path]) {
        // One CIE for all functions.
        assert_eq!(text.matches(" CIE").count(), 1, "{text}");
        assert!(text.matches(" FDE ").count() >= 7, "{text}");
    }
    if let Some(text) = tool("nm", &[path]) {
        assert!(text.contains(" T Base.+(Int64, Int64)"), "{text}");
        assert!(text.contains(" t helper:sdiv128@plt"), "{text}");
        assert!(
            text.contains(" t Shapes.wide")
                && text.contains(" t pow@plt")
                && text.contains(" t snprintf@variadic"),
            "{text}"
        );
    }
    if let Some(text) = tool("objdump", &["-d", path]) {
        assert!(text.contains("<Shapes.twice(Float64)>:"), "{text}");
        // A direct call within the image, and a reference to the heap without a load.
        assert!(text.contains("call") && text.contains("<Shapes.twice(Float64)>\n"), "{text}");
    }
    if Command::new("gdb").arg("--version").output().is_ok() {
        let args = ["-nx", "-batch", "-ex", "info symbol 'Shapes.area(Float64)'", path];
        let output = Command::new("gdb").args(args).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains("Shapes.area(Float64) in section .text"), "{text}");
    }
    // The image is no secret about where it was made.
    let bytes = std::fs::read(path).unwrap();
    let here = env!("CARGO_MANIFEST_DIR").as_bytes();
    assert!(!bytes.windows(here.len()).any(|window| window == here));
}
