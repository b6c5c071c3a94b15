//! Reading source files. Every source that is read is counted and remembered, so that images can
//! be stamped with what their top level depended on.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Finds a built-in source by its path.
pub type Find = fn(&str) -> Option<&'static str>;

thread_local! {
    static READ: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// The texts of those that were evaluated.
    static TEXTS: RefCell<BTreeMap<String, Rc<str>>> = const { RefCell::new(BTreeMap::new()) };
    /// What is read between [`begin_noting`] and [`end_noting`], the innermost last.
    static NOTED: RefCell<Vec<Vec<String>>> = const { RefCell::new(Vec::new()) };
    static COUNT: Cell<u64> = const { Cell::new(0) };
    /// Sources that are built into the runner: (prefix, function from the rest of the path).
    static BUILT_IN: Cell<Option<Find>> = const { Cell::new(None) };
}

/// How many source files were read from disk.
pub fn count() -> u64 {
    COUNT.get()
}

/// The files read from disk, in order.
pub fn read_files() -> Vec<String> {
    READ.with_borrow(Clone::clone)
}

/// Begins to note which files are read, also those that have been read before.
pub fn begin_noting() {
    NOTED.with_borrow_mut(|noted| noted.push(Vec::new()));
}

/// Ends what [`begin_noting`] began last; gives the files.
pub fn end_noting() -> Vec<String> {
    NOTED.with_borrow_mut(Vec::pop).unwrap_or_default()
}

/// Remembers a file that top level depends on without evaluating it.
pub fn note(path: &str) {
    if !path.starts_with(BUILT_IN_PREFIX) {
        NOTED.with_borrow_mut(|noted| noted.iter_mut().for_each(|list| list.push(path.to_owned())));
        READ.with_borrow_mut(|list| {
            if !list.iter().any(|known| known == path) {
                list.push(path.to_owned());
            }
        });
    }
}

/// Installs the sources that ship inside the binary, found by paths as `@julia/base/int.jl`.
pub fn install_built_in(find: Find) {
    BUILT_IN.set(Some(find));
}

/// A built-in source.
pub fn built_in(path: &str) -> Option<&'static str> {
    BUILT_IN.get().and_then(|find| find(path))
}

/// Prefix of the paths of built-in sources.
pub const BUILT_IN_PREFIX: &str = "@julia/";

/// A path as `include` takes it: inside the built-in sources, relative to the including file.
pub fn resolve(path: &str, from: &str) -> String {
    if path.starts_with(BUILT_IN_PREFIX)
        || path.starts_with('/')
        || !from.starts_with(BUILT_IN_PREFIX)
    {
        return path.to_owned();
    }
    let directory = from.rsplit_once('/').map_or("", |(d, _)| d);
    let mut parts: Vec<&str> = directory.split('/').collect();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The text of a source file.
pub fn read(path: &str) -> std::io::Result<String> {
    if let Some(text) = built_in(path) {
        return Ok(text.to_owned());
    }
    let text = std::fs::read_to_string(path)?;
    COUNT.set(COUNT.get() + 1);
    note(path);
    TEXTS.with_borrow_mut(|texts| texts.insert(path.to_owned(), text.as_str().into()));
    Ok(text)
}

/// The text of a file as it was read last; none if it was not.
pub fn text_of(path: &str) -> Option<Rc<str>> {
    TEXTS.with_borrow(|texts| texts.get(path).cloned())
}
