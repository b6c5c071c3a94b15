//! The seeds of the fuzz targets that are no text, in `fuzz/seeds`: `BLESS=1` writes them. They are what their
//! targets take, so that fuzzing begins where it is of use.

use std::path::PathBuf;

use pkgimage_codegen::{Options, compile_unit};
use pkgimage_image::Digest;
use pkgimage_image::code::object_code::ObjectCode;
use pkgimage_image::inputs::Inputs;
use pkgimage_image::link::{Blob, HEAP_OFFSET, ImageBuilder, Place};
use pkgimage_image::mapped::MappedImage;
use pkgimage_image::seal;
use pkgimage_image::stamp::{self, Kind, SECTION, Settings, Stamp, Subject, TopLevel};
use pkgimage_ir::protocol::{
    Answer, Hello, Output, Request, decode, encode, read_frame, write_frame,
};
use pkgimage_ir::{OptLevel, Target, binary, text};

#[path = "common/units.rs"]
mod units;

const BASE: u64 = 0x1235_0000_0000;

fn path(target: &str, name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("../../fuzz/seeds").join(target).join(name)
}

/// The seed; with `BLESS=1` this one.
fn seed(target: &str, name: &str, new: &[u8]) -> Vec<u8> {
    let path = path(target, name);
    if std::env::var_os("BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, new).unwrap();
    }
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn stamp() -> Stamp {
    Stamp {
        runtime: Digest::of(b"runner"),
        compiler: Digest::of(b"compiler"),
        target: stamp::Target {
            triple: "x86_64-unknown-linux-gnu".into(),
            features: vec!["sse3".into()],
        },
        settings: Settings::default(),
        subject: Subject { kind: Kind::Package, name: "Shapes".into(), uuid: [1; 16] },
        inputs: Inputs {
            files: vec![],
            variables: vec![("HOME".into(), None)],
            every_variable: false,
            preferences: Digest::ZERO,
        },
        recording: None,
        dependencies: vec![],
        top_level: TopLevel::Snapshot,
    }
}

fn blob(name: &str, place: Place, align: u64, bytes: Vec<u8>, words: Vec<u32>) -> Blob {
    Blob { name: name.into(), place, align, bytes, words }
}

#[test]
fn seeds_are_taken_by_their_targets() {
    let options = Options { target: Target::baseline(), opt_level: OptLevel::Speed };
    let mut builder = ImageBuilder::new(BASE);
    let heap = BASE + HEAP_OFFSET;
    let words = [7, 8, heap, heap + 8];
    let bytes = words.iter().flat_map(|word: &u64| word.to_le_bytes()).collect();
    builder.blob(blob(".pkgimage.heap", Place::Heap, 4096, bytes, vec![16, 24]));
    builder.blob(blob(SECTION, Place::File, 16, seal::placeholder(&stamp()).unwrap(), vec![]));
    let body = postcard::to_stdvec(&stamp()).unwrap();
    // The first byte says which table.
    let body = seed("image_tables", "stamp", &[&[0][..], &body].concat());
    assert!(postcard::from_bytes::<Stamp>(&body[1..]).is_ok());

    let mut frames = Vec::new();
    write_frame(&mut frames, &Hello::own().encode()).unwrap();
    for (number, source) in units::UNITS.iter().enumerate() {
        let source = seed("ir_text", &format!("unit{number}"), source.as_bytes());
        let mut unit = text::parse(std::str::from_utf8(&source).unwrap()).unwrap();
        let bytes = seed("ir_binary", &format!("unit{number}"), &binary::encode(&mut unit));
        assert_eq!(binary::encode(&mut binary::decode(&bytes).unwrap()), bytes);
        let request = Request {
            id: number as u64,
            output: Output::Object,
            target: Target::baseline(),
            opt_level: OptLevel::Speed,
            unit: bytes,
        };
        let request = seed("protocol", &format!("request{number}"), &encode(&request));
        assert!(decode::<Request>(&request).is_some());
        write_frame(&mut frames, &request).unwrap();
        let object = compile_unit(&unit, &options).unwrap();
        let object = seed("object_code", &format!("object{number}"), &object);
        assert!(ObjectCode::parse(&object, &unit).is_ok());
        builder.unit(unit, &object).unwrap();
        let answer = Answer::Done { id: number as u64, bytes: object };
        let answer = seed("protocol", &format!("answer{number}"), &encode(&answer));
        assert!(decode::<Answer>(&answer).is_some());
    }
    let frames = seed("protocol", "frames", &frames);
    let mut from = frames.as_slice();
    assert_eq!(std::iter::from_fn(|| read_frame(&mut from).ok()).count(), 3);

    let mut image = builder.link().unwrap().bytes;
    seal::seal(&mut image).unwrap();
    let image = seed("image", "shapes", &image);
    // A copy of one's own: that of a checkout may be anyone's to write.
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), image).unwrap();
    assert!(seal::verify(file.path()).is_ok());
    assert_eq!(MappedImage::open(file.path()).unwrap().unit_count(), 2);
}
