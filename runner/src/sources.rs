//! What ships inside the runner: the Julia sources of Base and the standard library, and their recordings.

include!(concat!(env!("OUT_DIR"), "/julia_sources.rs"));

/// The text of a built-in source by its path, as `@julia/base/int.jl`.
pub fn find(path: &str) -> Option<&'static str> {
    let name = path.strip_prefix(pkgimage_runtime::sources::BUILT_IN_PREFIX)?;
    #[cfg(debug_assertions)]
    if let Some(text) = from_folder(name) {
        return Some(text);
    }
    SOURCES.binary_search_by(|(n, _)| (*n).cmp(name)).ok().map(|i| SOURCES[i].1)
}

/// The recordings of Base (`base`) and of packages of the standard library, by name: what native code their
/// images hold.
pub fn recordings() -> impl Iterator<Item = (&'static str, &'static str)> {
    let name = |path: &'static str| {
        let file = path.strip_prefix("workloads/")?.strip_suffix(".pkgimage.yaml")?;
        let text = find(&format!("{}{path}", pkgimage_runtime::sources::BUILT_IN_PREFIX))?;
        Some((file, text))
    };
    SOURCES.iter().filter_map(move |(path, _)| name(path))
}

/// While Base is being written: the text from the folder that `PKGIMAGE_JULIA_SOURCES` names, so that
/// a change there needs no new runner. Leaked, as what is built in lives as long.
#[cfg(debug_assertions)]
fn from_folder(name: &str) -> Option<&'static str> {
    let folder = std::env::var_os("PKGIMAGE_JULIA_SOURCES")?;
    let text = std::fs::read_to_string(std::path::Path::new(&folder).join(name)).ok()?;
    Some(text.leak())
}
