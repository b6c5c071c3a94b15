//! Parses every Julia file below the given folders and files, and prints what does not parse.
//!
//! `cargo run -p pkgimage-syntax --release --example parse_files -- DIR...`; with `--sexpr` the
//! trees are printed too.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let Ok(entries) = std::fs::read_dir(path) else { return };
        let mut entries: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
        entries.sort();
        entries.iter().filter(|e| !e.is_symlink()).for_each(|e| collect(e, files));
    } else if path.extension().is_some_and(|e| e == "jl") {
        files.push(path.to_owned());
    }
}

fn main() {
    let mut files = Vec::new();
    let mut show = false;
    for arg in std::env::args().skip(1) {
        if arg == "--sexpr" {
            show = true;
        } else if Path::new(&arg).is_file() {
            files.push(PathBuf::from(arg));
        } else {
            collect(Path::new(&arg), &mut files);
        }
    }
    let (mut failures, mut bytes, mut time) = (0, 0, Duration::ZERO);
    for file in &files {
        let name = file.display().to_string();
        let Ok(source) = std::fs::read(file) else {
            println!("{name}: cannot be read");
            continue;
        };
        bytes += source.len();
        let source = String::from_utf8_lossy(&source);
        let start = Instant::now();
        let parsed = pkgimage_syntax::parse_all(&source, &name);
        time += start.elapsed();
        match parsed {
            Ok(tree) if show => println!("{}", pkgimage_syntax::sexpr::sexpr(&tree)),
            Ok(_) => {}
            Err(error) => {
                failures += 1;
                print!("{}", pkgimage_syntax::render(&error, &source, &name));
            }
        }
    }
    println!(
        "{} files, {} failures, {:.1} MB in {:.2} s",
        files.len(),
        failures,
        bytes as f64 / 1e6,
        time.as_secs_f64()
    );
    std::process::exit(i32::from(failures > 0));
}
