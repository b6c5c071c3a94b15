//! What Julia code finds outside of the process: environment variables and files that are no sources.
//!
//! While packages are evaluated ([`watch`]), what is read is noted, so that images can be stamped with it. What the process
//! itself has set or written says nothing about the surroundings and is left out, whenever that was.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What is known so far.
#[derive(Default)]
struct Known {
    watching: bool,
    /// The variables that were read, with the values that they had.
    variables: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    /// Whether all variables were walked through.
    every_variable: bool,
    /// The variables that the process has changed, with the values that they had before.
    own_variables: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    /// The files that were read, or looked for in vain.
    files: BTreeSet<PathBuf>,
    /// The files and folders that the process has made or written to.
    own_files: BTreeSet<PathBuf>,
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// Begins or ends to note what is read; whether it was noted before.
pub fn watch(on: bool) -> bool {
    KNOWN.with_borrow_mut(|known| std::mem::replace(&mut known.watching, on))
}

/// A variable is read, and has this value.
pub fn variable_read(name: &[u8], value: Option<&[u8]>) {
    KNOWN.with_borrow_mut(|known| {
        if known.watching && !known.own_variables.contains_key(name) {
            let value = || value.map(<[u8]>::to_vec);
            known.variables.entry(name.to_vec()).or_insert_with(value);
        }
    });
}

/// All variables are read.
pub fn variables_walked(all: &[(Vec<u8>, Vec<u8>)]) {
    for (name, value) in all {
        variable_read(name, Some(value));
    }
    KNOWN.with_borrow_mut(|known| {
        if known.watching {
            known.every_variable = true;
            // Of those that it changed itself, the values from outside.
            for (name, before) in &known.own_variables {
                known.variables.entry(name.clone()).or_insert_with(|| before.clone());
            }
        }
    });
}

/// A variable is changed by the process itself, and had this value before.
pub fn variable_changed(name: &[u8], before: Option<&[u8]>) {
    KNOWN.with_borrow_mut(|known| {
        let before = || before.map(<[u8]>::to_vec);
        known.own_variables.entry(name.to_vec()).or_insert_with(before);
    });
}

/// A file is read, or looked for in vain.
pub fn file_read(path: &Path) {
    KNOWN.with_borrow_mut(|known| {
        if known.watching
            && let Ok(path) = std::path::absolute(path)
        {
            known.files.insert(path);
        }
    });
}

/// A file or a folder is made or written to.
pub fn file_changed(path: &Path) {
    if let Ok(path) = std::path::absolute(path) {
        KNOWN.with_borrow_mut(|known| known.own_files.insert(path));
    }
}

/// The variables that were read while that was noted, by name, with the values that they had, unless they were not set.
#[must_use]
pub fn variables() -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    KNOWN.with_borrow(|known| known.variables.clone().into_iter().collect())
}

/// Whether all variables were walked through while that was noted.
#[must_use]
pub fn has_walked_variables() -> bool {
    KNOWN.with_borrow(|known| known.every_variable)
}

/// The files that were read, or looked for in vain, while that was noted, and that the process has not made.
#[must_use]
pub fn files() -> Vec<PathBuf> {
    KNOWN.with_borrow(|known| {
        let own = |path: &Path| path.ancestors().any(|part| known.own_files.contains(part));
        known.files.iter().filter(|path| !own(path)).cloned().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_while_it_is_noted() {
        variable_read(b"BEFORE", None);
        file_read(Path::new("/before"));
        variable_changed(b"OWN", None);
        assert!(!watch(true));
        variable_read(b"A", Some(b"1"));
        // The value at the first look is the one that came from outside.
        variable_changed(b"A", Some(b"1"));
        variable_read(b"A", Some(b"2"));
        variable_read(b"OWN", Some(b"x"));
        variable_read(b"B", None);
        let expected = vec![(b"A".to_vec(), Some(b"1".to_vec())), (b"B".to_vec(), None)];
        assert_eq!(variables(), expected);
        assert!(!has_walked_variables());
        for path in ["/data/table", "/made/by/us", "/made/later"] {
            file_read(Path::new(path));
        }
        file_changed(Path::new("/made"));
        assert_eq!(files(), [PathBuf::from("/data/table")]);
        variables_walked(&[(b"OWN".to_vec(), vec![]), (b"C".to_vec(), vec![])]);
        assert!(watch(false) && has_walked_variables());
        let names: Vec<_> = variables().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, [b"A".to_vec(), b"B".to_vec(), b"C".to_vec(), b"OWN".to_vec()]);
    }
}
