//! The Julia sources that ship inside the runner: Base and the standard library.

include!(concat!(env!("OUT_DIR"), "/julia_sources.rs"));

/// The text of a built-in source by its path, as `@julia/base/int.jl`.
pub fn find(path: &str) -> Option<&'static str> {
    let name = path.strip_prefix(pkgimage_runtime::sources::BUILT_IN_PREFIX)?;
    SOURCES.binary_search_by(|(n, _)| (*n).cmp(name)).ok().map(|i| SOURCES[i].1)
}
