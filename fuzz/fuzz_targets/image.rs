//! Image files, mapped without asking for their seal: an error or wrong tables, and no access outside of them.
#![no_main]

use std::fs::File;
use std::io::Write;
use std::os::fd::FromRawFd;

use libfuzzer_sys::fuzz_target;
use pkgimage_image::disassembly::{self, Syntax};
use pkgimage_image::mapped::MappedImage;
use pkgimage_image::seal;
use pkgimage_ir::FunctionKind;

fn file_of(bytes: &[u8]) -> File {
    // SAFETY: a new descriptor, which the file owns.
    let mut file = unsafe {
        let descriptor = libc::memfd_create(c"image".as_ptr(), libc::MFD_CLOEXEC);
        assert!(descriptor >= 0);
        File::from_raw_fd(descriptor)
    };
    file.write_all(bytes).expect("memory");
    file
}

fn look_at(image: &MappedImage) {
    for unit in 0..image.unit_count().min(50) {
        let _ = image.unit_name(unit).map(|name| image.find(name));
        let _ = image.unit(unit);
        let _ = image.code(unit, FunctionKind::Generic);
        let _ = disassembly::of_image(image, unit, Syntax::Intel);
        let _ = image.fill_slots(unit, &mut |_| Ok(1));
    }
    for slot in 0..image.slot_count().min(50) {
        let _ = (image.external(slot), image.slot(slot), image.set_slot(slot, 0));
    }
    for pc in image.section_range(".text").into_iter().flatten().step_by(7).take(200) {
        let _ = (image.place(pc), image.unit_at(pc), image.unit_size(pc));
    }
    for name in [".pkgimage.stamp", ".pkgimage.scratch"] {
        let sum: u64 = image.section(name).into_iter().flatten().map(|byte| u64::from(*byte)).sum();
        std::hint::black_box(sum);
    }
    if let Some(bytes) = image.section(pkgimage_image::stamp::SECTION) {
        let _ = seal::decode(bytes);
    }
}

fuzz_target!(|data: &[u8]| {
    if let Ok(image) = MappedImage::map(&file_of(data)) {
        look_at(&image);
        let range = image.range();
        // SAFETY: nobody looks at it any more. A process that runs keeps its images.
        unsafe { libc::munmap(range.start as *mut _, (range.end - range.start) as usize) };
    }
    let _ = seal::decode(data);
    let mut sealed = data.to_vec();
    let _ = seal::seal(&mut sealed);
});
