//! One round: some programs in one workspace, run in each way, with the interpreter's output as what is
//! right. The interpreter has no images: a store of its own with that of Base alone.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use pkgimage_checks::{Check, VARIABLE};

use crate::generate::Mix;
use crate::program::{self, KIT, PACKAGES, Program, script};
use crate::support::random::Random;
use crate::support::{Project, store, uuid};

/// How long a process may take. None takes a tenth of it.
const LIMIT: Duration = Duration::from_secs(300);

/// A way to run the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Without any code: what is right. A program that does not come to its end is none.
    Interpreted,
    /// Compiled at the first call, without images of packages.
    OnDemand,
    /// With images that were built before the sources were edited.
    Stale,
    /// With images that were built anew then.
    Images,
    /// The same, and the session is saved.
    Saving,
    /// With the saved session.
    Saved,
    /// The same, and the session is saved again.
    SavingAgain,
    /// With that.
    SavedAgain,
    /// With the saved session, after another edit.
    SavedThenEdited,
    /// With images that were built anew then.
    SavedThenBuilt,
}

impl Way {
    pub const ALL: [Way; 9] = [
        Way::OnDemand,
        Way::Stale,
        Way::Images,
        Way::Saving,
        Way::Saved,
        Way::SavingAgain,
        Way::SavedAgain,
        Way::SavedThenEdited,
        Way::SavedThenBuilt,
    ];

    /// Whether this way of running can show that a check is left out.
    pub fn shows(self, check: Check) -> bool {
        match self {
            Way::OnDemand => check < Check::ImageLookups,
            Way::Stale => check >= Check::Sources,
            Way::Images => (Check::CachedCalls..Check::SessionUnknownMethods).contains(&check),
            Way::Interpreted | Way::Saving | Way::SavingAgain | Way::SavedAgain => false,
            Way::Saved => (Check::SessionUnknownMethods..Check::Sources).contains(&check),
            Way::SavedThenEdited | Way::SavedThenBuilt => check == Check::SessionPackages,
        }
    }
}

/// A program whose output is not what the interpreter prints.
#[derive(Clone, Debug)]
pub struct Difference {
    pub way: Way,
    pub argument: char,
    /// None: the process ended as it should not have, and no program's output says where.
    pub program: Option<usize>,
    pub what: String,
}

/// What a process printed, by program, and how it ended.
#[derive(Debug, PartialEq)]
struct Printed {
    lines: BTreeMap<usize, Vec<String>>,
    /// The programs of all lines, in order.
    order: Vec<usize>,
    code: Option<i32>,
    stderr: String,
}

impl Printed {
    /// Where it differs from what is right.
    fn difference(&self, right: &Printed, way: Way, argument: char) -> Option<Difference> {
        let nothing = Vec::new();
        // A process that died did so in the program whose line is missing first.
        let common = self.order.iter().zip(&right.order).take_while(|(a, b)| a == b).count();
        let died = right.order.get(common).filter(|_| self.code != right_code());
        let died = died.and_then(|program| right.lines.get_key_value(program));
        for (&program, right) in died.into_iter().chain(&right.lines) {
            let own = self.lines.get(&program).unwrap_or(&nothing);
            if own != right {
                let at = right.iter().zip(own).take_while(|(a, b)| a == b).count();
                let line = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
                let what = format!("{:?} instead of {:?}", line(own), line(right));
                let died = if self.code == right_code() {
                    String::new()
                } else {
                    format!(" (exit code {:?}: {})", self.code, last_lines(&self.stderr))
                };
                let what = what + &died;
                return Some(Difference { way, argument, program: Some(program), what });
            }
        }
        let ended = self.code != right.code || self.lines != right.lines;
        ended.then(|| {
            let what = format!("exit code {:?}: {}", self.code, last_lines(&self.stderr));
            Difference { way, argument, program: None, what }
        })
    }
}

fn right_code() -> Option<i32> {
    Some(0)
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('{')).collect();
    lines[lines.len().saturating_sub(6)..].join(" / ")
}

/// The counters of all runs.
#[derive(Default)]
pub struct Counters {
    pub processes: u64,
    pub compiled: u64,
    pub from_images: u64,
    pub invalidated: u64,
}

impl Counters {
    pub fn add(&mut self, other: &Counters) {
        let Counters { processes, compiled, from_images, invalidated } = other;
        self.processes += processes;
        self.compiled += compiled;
        self.from_images += from_images;
        self.invalidated += invalidated;
    }
}

/// The programs of a round, on disk.
pub struct Round<'a> {
    project: Project,
    oracle: PathBuf,
    programs: &'a [Program],
    pub counters: Counters,
}

impl<'a> Round<'a> {
    pub fn new(programs: &'a [Program]) -> Self {
        let project = Project::real();
        let oracle = project.root().join("oracle");
        store::add_base(&oracle);
        let mut members = vec!["kit".to_owned()];
        project.package("kit", "Kit", 1, "");
        project.write("kit/src/Kit.jl", KIT);
        let mut deps = "kit = { path = \"../kit\" }\n".to_owned();
        for (number, name) in PACKAGES.iter().enumerate() {
            let folder = name.to_lowercase();
            project.package(&folder, name, number as u128 + 2, &deps);
            deps += &format!("{folder} = {{ path = \"../{folder}\" }}\n");
            members.push(folder);
        }
        project.write(
            "Cargo.toml",
            &format!("[workspace]\nmembers = {members:?}\nresolver = \"3\"\n"),
        );
        let round = Round { project, oracle, programs, counters: Counters::default() };
        round.project.write("script.jl", &script(programs));
        for (package, name) in PACKAGES.iter().enumerate() {
            let mut roots: Vec<String> =
                programs.iter().flat_map(|program| program.roots(package)).collect();
            roots.sort();
            let roots: String = roots.iter().map(|root| format!("- '{root}'\n")).collect();
            let roots =
                if roots.is_empty() { "roots: []\n".into() } else { format!("roots:\n{roots}") };
            let head = format!("version: 1\nname: {name}\nuuid: {}\n", uuid(package as u128 + 2));
            let path = format!("{}/pkgimage.yaml", name.to_lowercase());
            round.project.write(&path, &(head + &roots));
        }
        let kit = ["mix), Int64, Int64", "text), Any", "first_field), Any", "number), Any"];
        let roots: String =
            kit.iter().map(|root| format!("- 'Tuple{{typeof(Kit.{root}}}'\n")).collect();
        let head = format!("version: 1\nname: Kit\nuuid: {}\nroots:\n", uuid(1));
        round.project.write("kit/pkgimage.yaml", &(head + &roots));
        round
    }

    /// Writes the packages' sources as they are at a point in time.
    fn write(&self, version: usize) {
        for (package, name) in PACKAGES.iter().enumerate() {
            let modules: String =
                self.programs.iter().map(|program| program.module(package, version)).collect();
            let used: String = ["Kit"]
                .iter()
                .chain(&PACKAGES[..package])
                .map(|used| format!("import {used}\n"))
                .collect();
            let path = format!("{}/src/{name}.jl", name.to_lowercase());
            let text = format!("module {name}\n{used}{modules}end\n");
            if version == 0 || self.project.read(&path) != text {
                self.project.write(&path, &text);
            }
        }
    }

    /// The workspace.
    pub fn folder(&self) -> &std::path::Path {
        self.project.root()
    }

    /// Builds the images; says what went wrong.
    fn build(&mut self) -> Result<(), String> {
        let mut command = self.project.command(&["build", "--offline", "-j", "1"]);
        let output = command.timeout(LIMIT).output().expect("the program starts");
        self.counters.processes += 1;
        let stderr = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            Ok(())
        } else {
            Err(format!("build: {}", last_lines(&stderr)))
        }
    }

    fn run(&mut self, options: &[&str], argument: char, without: Option<Check>) -> Printed {
        let mut arguments = vec!["run", "--stats=json", "--offline", "-j", "1"];
        arguments.extend(options);
        let argument = argument.to_string();
        arguments.extend(["script.jl", "--", &argument]);
        let mut command = self.project.command(&arguments);
        if let Some(check) = without {
            command.env(VARIABLE, check.name());
        }
        if options.iter().any(|option| option.starts_with("--target-dir")) {
            command.env("PKGIMAGE_STORE", &self.oracle);
        }
        let output = command.timeout(LIMIT).output().expect("the program starts");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let mut lines: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        let mut order = Vec::new();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let program = line.split_once('.').and_then(|(program, _)| program.parse().ok());
            let program = program.unwrap_or(usize::MAX);
            lines.entry(program).or_default().push(line.to_owned());
            order.push(program);
        }
        self.counters.processes += 1;
        if without.is_none() {
            let stats: BTreeMap<String, serde_json::Value> = stderr
                .lines()
                .last()
                .and_then(|line| serde_json::from_str(line).ok())
                .unwrap_or_default();
            let of = |name: &str| stats.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0);
            self.counters.compiled += of("compiled");
            self.counters.from_images += of("from_image");
            self.counters.invalidated += of("invalidated");
        }
        Printed { lines, order, code: output.status.code(), stderr }
    }

    /// What the interpreter prints at the present point in time.
    fn interpreted(&mut self, argument: char) -> Result<Printed, Difference> {
        let target = format!("--target-dir={}", self.oracle.join("target").display());
        let printed = self.run(&["--compile=no", &target], argument, None);
        if printed.code == right_code() {
            return Ok(printed);
        }
        let what = format!("exit code {:?}: {}", printed.code, last_lines(&printed.stderr));
        Err(Difference { way: Way::Interpreted, argument, program: None, what })
    }

    /// Runs in the way for an argument, as the packages are at present; also without each of the checks that
    /// this can show. Those that it showed are taken from the list.
    fn compare(
        &mut self,
        way: Way,
        argument: char,
        right: &Printed,
        unshown: &mut Vec<Check>,
    ) -> Result<(), Difference> {
        let target = format!("--target-dir={}", self.oracle.join("target").display());
        let options: Vec<&str> = match way {
            Way::OnDemand => vec!["--compile=all", &target],
            Way::Saving | Way::SavingAgain => vec!["--save-work"],
            _ => vec![],
        };
        let printed = self.run(&options, argument, None);
        if let Some(difference) = printed.difference(right, way, argument) {
            return Err(difference);
        }
        let mut still = Vec::new();
        for check in std::mem::take(unshown) {
            let is_shown = way.shows(check) && {
                let printed = self.run(&options, argument, Some(check));
                printed.difference(right, way, argument).is_some()
            };
            if !is_shown {
                still.push(check);
            }
        }
        *unshown = still;
        Ok(())
    }

    /// Runs the programs in these ways. Checks that a difference showed to be left out are taken from the
    /// list.
    pub fn run_all(&mut self, ways: &[Way], unshown: &mut Vec<Check>) -> Result<(), Difference> {
        let has = |way| ways.contains(&way);
        let failed =
            |what| Difference { way: Way::Interpreted, argument: 'a', program: None, what };
        let images = ways.iter().any(|way| *way != Way::OnDemand);
        let saved = ways.iter().any(|way| *way >= Way::Saving);
        self.write(0);
        if images {
            self.build().map_err(failed)?;
        }
        self.write(1);
        let right_b = self.interpreted('b')?;
        if has(Way::OnDemand) {
            self.compare(Way::OnDemand, 'b', &right_b, unshown)?;
        }
        if has(Way::Stale) {
            self.compare(Way::Stale, 'b', &right_b, unshown)?;
        }
        if has(Way::Images) || saved {
            self.build().map_err(failed)?;
        }
        if has(Way::Images) {
            self.compare(Way::Images, 'b', &right_b, unshown)?;
        }
        if saved {
            let right_a = self.interpreted('a')?;
            self.compare(Way::Saving, 'a', &right_a, unshown)?;
            if has(Way::Saved) {
                self.compare(Way::Saved, 'a', &right_a, unshown)?;
                self.compare(Way::Saved, 'b', &right_b, unshown)?;
            }
            if has(Way::SavingAgain) || has(Way::SavedAgain) {
                self.compare(Way::SavingAgain, 'b', &right_b, unshown)?;
            }
            if has(Way::SavedAgain) {
                self.compare(Way::SavedAgain, 'a', &right_a, unshown)?;
                self.compare(Way::SavedAgain, 'b', &right_b, unshown)?;
            }
        }
        if has(Way::SavedThenEdited) || has(Way::SavedThenBuilt) {
            self.write(2);
            let right_b = self.interpreted('b')?;
            if has(Way::SavedThenEdited) {
                self.compare(Way::SavedThenEdited, 'b', &right_b, unshown)?;
            }
            if has(Way::SavedThenBuilt) {
                self.build().map_err(failed)?;
                self.compare(Way::SavedThenBuilt, 'b', &right_b, unshown)?;
            }
        }
        Ok(())
    }
}

/// The sources of a program, for people.
pub fn show(program: &Program) -> String {
    let mut out = String::new();
    for version in 0..program::VERSIONS {
        for (package, name) in PACKAGES.iter().enumerate() {
            let text = program.module(package, version);
            if version == 0 || text != program.module(package, version - 1) {
                out += &format!("# {name} at point {version}\n{text}");
            }
        }
    }
    out + "# script.jl\n" + &script(std::slice::from_ref(program))
}

/// The programs of a round; perhaps such as may show a check to be needed.
pub fn programs(seed: u64, count: usize, toward: Option<Check>) -> Vec<Program> {
    let mut random = Random(seed);
    let mix = match toward {
        Some(check) => Mix::toward(&mut random, check),
        None => Mix::new(&mut random, seed.is_multiple_of(2)),
    };
    (0..count).map(|number| crate::generate::program(&mut random, number, &mix)).collect()
}
