//! Gives the compiler a build id: the digest of everything that decides what object code it makes.
//!
//! In a checkout that is the sources of the IR, of the code generator and of the compiler, and the
//! locked versions of Cranelift and what it is made of. A published crate stands alone, but there its
//! own version, which pins those of the others, says the same.

use std::path::{Path, PathBuf};

fn main() {
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let mut hasher = blake3::Hasher::new();
    for (name, folder) in
        [("ir", "src"), ("codegen", "../codegen/src"), ("compiler", "../../compiler/src")]
    {
        let folder = here.join(folder);
        if folder.is_dir() {
            println!("cargo::rerun-if-changed={}", folder.display());
            let mut files = vec![];
            collect(&folder, name, &mut files);
            files.sort();
            for (name, path) in files {
                let content = std::fs::read(&path).unwrap_or_default();
                add(&mut hasher, name.as_bytes());
                add(&mut hasher, &content);
            }
        }
    }
    let lock = here.join("../../Cargo.lock");
    if let Ok(text) = std::fs::read_to_string(&lock) {
        println!("cargo::rerun-if-changed={}", lock.display());
        for package in text.split("[[package]]") {
            let code = ["cranelift", "regalloc2", "gimli", "object", "postcard"];
            if code.iter().any(|name| package.contains(&format!("\nname = \"{name}"))) {
                let field = |line: &&str| line.starts_with("name") || line.starts_with("version");
                package.lines().filter(field).for_each(|line| add(&mut hasher, line.as_bytes()));
            }
        }
    }
    let digest = hasher.finalize().to_hex();
    println!("cargo::rustc-env=PKGIMAGE_BUILD_ID={version}-{}", &digest.as_str()[..16]);
}

/// Names are relative, so that two checkouts give one id.
fn collect(folder: &Path, name: &str, files: &mut Vec<(String, PathBuf)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            collect(&path, &name, files);
        } else {
            files.push((name, path));
        }
    }
}

fn add(hasher: &mut blake3::Hasher, bytes: &[u8]) {
    hasher.update(&(bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}
