//! Paths in snapshots: an image must not depend on the folder that its package was in when it was built.
//!
//! Symbols (the files of methods and lines) and strings (`@__DIR__`, docstrings) that begin with the
//! folder of a package are written with the package's name instead: `@Json-1d4be0c9/src/reader.jl`. The
//! index lists them, and [`super::restore`] makes them anew with the folder that the package is in then.
//! A path that stands in the middle of a string is not found.

/// A folder, and the name that stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// The name: the same wherever the folder is.
    pub name: String,
    /// The folder's absolute path, without a slash at its end.
    pub path: String,
}

/// A text with the name of a folder in place of its path; none if it does not begin with one of them.
pub(super) fn portable(folders: &[Folder], text: &[u8]) -> Option<String> {
    // Of nested folders the inner one.
    let inner = folders
        .iter()
        .filter(|folder| !folder.path.is_empty() && rest(text, folder.path.as_bytes()).is_some())
        .max_by_key(|folder| folder.path.len())?;
    let rest = std::str::from_utf8(rest(text, inner.path.as_bytes())?).ok()?;
    Some(format!("@{}{rest}", inner.name))
}

/// The text with the path in place of the folder's name; as it is if there is no such folder.
pub(super) fn local(folders: &[Folder], text: &str) -> String {
    folders
        .iter()
        .find_map(|folder| {
            let rest = rest(text.as_bytes().strip_prefix(b"@")?, folder.name.as_bytes())?;
            Some(format!("{}{}", folder.path, String::from_utf8_lossy(rest)))
        })
        .unwrap_or_else(|| text.to_owned())
}

/// What follows the folder: nothing, or a slash and more.
fn rest<'a>(text: &'a [u8], folder: &[u8]) -> Option<&'a [u8]> {
    text.strip_prefix(folder).filter(|rest| rest.first().is_none_or(|&first| first == b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders(root: &str) -> Vec<Folder> {
        ["", "/deps/inner"]
            .into_iter()
            .zip(["Outer", "Inner"])
            .map(|(below, name)| Folder { name: name.into(), path: format!("{root}{below}") })
            .collect()
    }

    #[test]
    fn paths_move_with_their_folder() {
        let (here, there) = (folders("/home/a"), folders("/srv/elsewhere"));
        for (text, moved) in [
            ("/home/a/src/x.jl", "/srv/elsewhere/src/x.jl"),
            ("/home/a", "/srv/elsewhere"),
            ("/home/a/deps/inner/y", "/srv/elsewhere/deps/inner/y"),
        ] {
            let written = portable(&here, text.as_bytes()).unwrap();
            assert!(!written.contains("/home"), "{written}");
            assert_eq!(local(&here, &written), text);
            assert_eq!(local(&there, &written), moved);
        }
    }

    #[test]
    fn other_texts_stay() {
        for text in ["/home/abc", "/home", "x/home/a", ""] {
            assert_eq!(portable(&folders("/home/a"), text.as_bytes()), None, "{text}");
        }
        assert_eq!(local(&folders("/home/a"), "@Unknown/x"), "@Unknown/x");
        assert_eq!(local(&folders("/home/a"), "@Outermost/x"), "@Outermost/x");
    }
}
