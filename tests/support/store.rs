//! Stores with Base's image in them. It takes half a minute to build, so the tests of all targets share
//! the one of a store that is kept between runs; the runner itself sees that it is of its own build.

use std::path::{Path, PathBuf};
use std::process::Command;

use pkgimage_image::{build_id, seal};
use tempfile::TempDir;

const RUNNER: &str = env!("CARGO_BIN_EXE_pkgimage-runner");
const COMPILER: &str = env!("CARGO_BIN_EXE_pkgimage-compiler");

/// A store that is kept, with Base's image.
fn kept() -> PathBuf {
    let store = Path::new(env!("CARGO_TARGET_TMPDIR")).join("store");
    let ran = Command::new(RUNNER)
        .args(["-e", "nothing"])
        .env("PKGIMAGE_STORE", &store)
        .env_remove("PKGIMAGE_RUNNER")
        .env_remove("PKGIMAGE_COMPILER")
        .env_remove("PKGIMAGE_JULIA_SOURCES")
        .output()
        .expect("the runner starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    store
}

/// Puts Base's image into a store.
pub fn add_base(store: &Path) {
    let images = kept().join("images/Base");
    // That of these binaries: other builds may have left newer ones.
    let build = |binary| build_id::of(Path::new(binary)).expect("a build id");
    let (runtime, compiler) = (build(RUNNER), build(COMPILER));
    let is_ours = |path: &PathBuf| {
        let stamp = seal::read(path).map(|sealed| sealed.stamp);
        stamp.is_ok_and(|stamp| stamp.runtime == runtime && stamp.compiler == compiler)
    };
    let ours = std::fs::read_dir(&images)
        .expect("Base's images")
        .map(|entry| entry.expect("an image").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "so"))
        .filter(|path| !path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.')))
        .find(is_ours)
        .expect("an image of Base");
    let folder = store.join("images/Base");
    std::fs::create_dir_all(&folder).expect("a folder");
    // A copy: a test may damage it.
    let to = folder.join(ours.file_name().expect("a name"));
    std::fs::copy(&ours, to).expect("a copy of Base's image");
}

/// A new store with Base's image.
pub fn with_base() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    add_base(folder.path());
    folder
}
