//! Workloads: YAML files that name a script to record and to time.
//!
//! ```yaml
//! name: json
//! description: Parse a document and print it again.
//! packages: [Json]
//! script: json.jl          # beside this file
//! args: ["100"]
//! call: main(ARGS)         # what `bench` times, after the script has been included
//! time-limit: 60           # seconds
//! ```
//!
//! They stand in the folder `workloads` of the workspace. A workload's recording stands beside
//! it, as `<file>.pkgimage.yaml`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Error, form, read_text};

/// A named script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Workload {
    /// Its name: what `--workload` takes.
    pub name: String,
    /// One line that says what it does.
    #[serde(default)]
    pub description: String,
    /// The packages that it loads, by their Julia names.
    #[serde(default)]
    pub packages: Vec<String>,
    /// The script.
    pub script: PathBuf,
    /// Its arguments.
    #[serde(default)]
    pub args: Vec<String>,
    /// The expression that `bench` times.
    #[serde(default)]
    pub call: Option<String>,
    /// Seconds after which a run is ended.
    #[serde(default)]
    pub time_limit: Option<u64>,
    /// Where it was read from.
    #[serde(skip)]
    pub path: PathBuf,
}

const RECORDING: &str = ".pkgimage.yaml";

impl Workload {
    /// Reads one file.
    ///
    /// # Errors
    /// If the file cannot be read or is not a workload.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let mut workload: Workload =
            serde_yaml::from_str(&read_text(path)?).map_err(|error| form(path, error))?;
        workload.path = path.to_path_buf();
        Ok(workload)
    }

    /// All workloads of a folder, sorted by name. None if there is no such folder.
    ///
    /// # Errors
    /// If a file cannot be read, is not a workload, or has the name of another one.
    pub fn read_folder(folder: &Path) -> Result<Vec<Self>, Error> {
        let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
        let mut workloads = Vec::new();
        for entry in entries {
            let entry =
                entry.map_err(|source| Error::Read { path: folder.to_path_buf(), source })?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.ends_with(".yaml") && !name.ends_with(RECORDING) {
                workloads.push(Workload::read(&entry.path())?);
            }
        }
        workloads.sort_by(|one, two| (&one.name, &one.path).cmp(&(&two.name, &two.path)));
        for pair in workloads.windows(2) {
            if let [one, two] = pair
                && one.name == two.name
            {
                let first = one.path.display();
                return Err(form(&two.path, format!("{first} has the same name {:?}", one.name)));
            }
        }
        Ok(workloads)
    }

    /// The full path of the script.
    #[must_use]
    pub fn script_path(&self) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(&self.script)
    }

    /// Where its recording is or would be.
    #[must_use]
    pub fn recording_path(&self) -> PathBuf {
        let name = self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        self.path.with_file_name(name + RECORDING)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_workloads() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).unwrap();
        };
        write("b.yaml", "name: second\nscript: b.jl\nargs: ['1']\n");
        write("a.yaml", "name: first\nscript: sub/a.jl\ntime-limit: 5\n");
        write("a.pkgimage.yaml", "version: 1\nname: first\nroots: []\n");
        write("a.jl", "");
        let all = Workload::read_folder(folder.path()).unwrap();
        let names: Vec<&str> = all.iter().map(|workload| workload.name.as_str()).collect();
        assert_eq!(names, ["first", "second"]);
        assert_eq!(all[0].script_path(), folder.path().join("sub/a.jl"));
        assert_eq!(all[0].recording_path(), folder.path().join("a.pkgimage.yaml"));
        assert_eq!(all[0].time_limit, Some(5));

        write("c.yaml", "name: first\nscript: c.jl\n");
        let said = Workload::read_folder(folder.path()).unwrap_err().to_string();
        assert!(said.contains("has the same name \"first\""), "{said}");
        write("c.yaml", "nam: first\n");
        assert!(Workload::read_folder(folder.path()).is_err());
        assert!(Workload::read_folder(Path::new("/nonexistent")).unwrap().is_empty());
    }
}
