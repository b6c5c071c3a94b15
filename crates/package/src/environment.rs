//! An environment: the packages that one process may load, each after all that it depends on.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Error;
use crate::id::PackageId;
use crate::package::{Origin, Package};
use crate::preferences::Preferences;
use crate::stdlib;

/// The packages of an environment and which of them code in `Main` may name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// In dependency order: each stands after all of its dependencies. Equal for equal sets of
    /// packages, whatever the order in which they were found.
    pub packages: Vec<Package>,
    /// What `using` in `Main` finds, besides the standard library. Sorted.
    pub roots: Vec<PackageId>,
}

impl Environment {
    /// Puts packages in order. Standard library packages that they name are added, and so is
    /// each extension that has all that it waits for.
    ///
    /// # Errors
    /// If one Julia package is there twice, a dependency is absent, or packages depend on each
    /// other in a circle.
    pub fn new(found: Vec<Package>, mut roots: Vec<PackageId>) -> Result<Self, Error> {
        let mut all: BTreeMap<Uuid, Package> = BTreeMap::new();
        let mut names: BTreeMap<String, Uuid> = BTreeMap::new();
        for package in found {
            let same_name = names.get(&package.id.name).copied();
            let same_uuid = all.get(&package.id.uuid).map(|other| other.id.uuid);
            if let Some(other) = same_uuid.or(same_name).and_then(|uuid| all.get(&uuid)) {
                return Err(Error::Twice {
                    name: package.id.name.clone(),
                    first: other.which(),
                    second: package.which(),
                });
            }
            names.insert(package.id.name.clone(), package.id.uuid);
            all.insert(package.id.uuid, package);
        }
        add_stdlib(&mut all);
        add_extensions(&mut all)?;

        roots.sort();
        roots.dedup();
        let packages = order(all)?;
        Ok(Environment { packages, roots })
    }

    /// The package with this uuid.
    #[must_use]
    pub fn package(&self, uuid: &Uuid) -> Option<&Package> {
        self.packages.iter().find(|package| package.id.uuid == *uuid)
    }

    /// The package with this name. Names are unique in an environment.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.id.name == name)
    }

    /// Gives preferences to packages of the standard library, which no manifest of theirs does.
    pub fn prefer(&mut self, preferences: &BTreeMap<String, Preferences>) {
        for package in self.packages.iter_mut().filter(|package| package.is_stdlib()) {
            if let Some(values) = preferences.get(&package.id.name) {
                package.preferences.extend(values.clone());
            }
        }
    }

    /// The packages of the workspace or project itself.
    pub fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.member)
    }

    /// The part of the environment in which `id` is built: it, all that it depends on, and the
    /// extensions that this brings in. With `tests`, what its test file may load besides.
    #[must_use]
    pub fn closure(&self, id: &PackageId, tests: bool) -> Environment {
        let mut wanted = BTreeSet::new();
        let mut waiting = vec![id.uuid];
        if let (true, Some(package)) = (tests, self.package(&id.uuid)) {
            waiting.extend(package.test_deps.iter().map(|dep| dep.uuid));
        }
        while let Some(uuid) = waiting.pop() {
            if wanted.insert(uuid)
                && let Some(package) = self.package(&uuid)
            {
                waiting.extend(package.deps.iter().map(|dep| dep.uuid));
            }
        }
        // In dependency order, so an extension that another one waits for comes first.
        let there =
            |wanted: &BTreeSet<Uuid>, uuid| wanted.contains(uuid) || stdlib::is_with_base(uuid);
        for package in &self.packages {
            if matches!(package.origin, Origin::Extension { .. })
                && package.deps.iter().all(|dep| there(&wanted, &dep.uuid))
            {
                wanted.insert(package.id.uuid);
            }
        }
        let mut roots = vec![id.clone()];
        if let Some(package) = self.package(&id.uuid) {
            roots.extend(package.deps.iter().cloned());
            if tests {
                roots.extend(package.test_deps.iter().cloned());
            }
        }
        roots.sort();
        roots.dedup();
        let packages = self.packages.iter().filter(|package| wanted.contains(&package.id.uuid));
        Environment { packages: packages.cloned().collect(), roots }
    }

    /// The part of the environment that a script may load: what the roots depend on, and not
    /// what only tests do.
    #[must_use]
    pub fn without_tests(&self) -> Environment {
        let mut wanted = BTreeSet::new();
        for root in &self.roots {
            for package in self.closure(root, false).packages {
                wanted.insert(package.id.uuid);
            }
        }
        let there =
            |wanted: &BTreeSet<Uuid>, uuid| wanted.contains(uuid) || stdlib::is_with_base(uuid);
        for package in &self.packages {
            if matches!(package.origin, Origin::Extension { .. })
                && package.deps.iter().all(|dep| there(&wanted, &dep.uuid))
            {
                wanted.insert(package.id.uuid);
            }
        }
        let packages = self.packages.iter().filter(|package| wanted.contains(&package.id.uuid));
        Environment { packages: packages.cloned().collect(), roots: self.roots.clone() }
    }
}

fn add_stdlib(all: &mut BTreeMap<Uuid, Package>) {
    let mut waiting: Vec<PackageId> = all
        .values()
        .flat_map(|package| package.deps.iter().chain(&package.test_deps))
        .cloned()
        .collect();
    while let Some(id) = waiting.pop() {
        if !all.contains_key(&id.uuid)
            && stdlib::contains(&id.uuid)
            && !stdlib::is_with_base(&id.uuid)
            && let Some(package) = stdlib::package(&id.name)
        {
            waiting.extend(package.deps.iter().cloned());
            all.insert(id.uuid, package);
        }
    }
}

fn add_extensions(all: &mut BTreeMap<Uuid, Package>) -> Result<(), Error> {
    let mut added = Vec::new();
    for parent in all.values() {
        for (name, triggers) in &parent.extensions {
            let mut deps = vec![parent.id.clone()];
            for trigger in triggers {
                let known = parent.weak_deps.iter().chain(&parent.deps);
                let Some(id) = known.into_iter().find(|dep| dep.name == *trigger) else {
                    return Err(Error::NoDependency {
                        package: name.clone(),
                        dependency: trigger.clone(),
                    });
                };
                deps.push(id.clone());
            }
            let there = |uuid| all.contains_key(uuid) || stdlib::is_with_base(uuid);
            if deps.iter().all(|dep| there(&dep.uuid)) {
                // An extension may load what its parent does.
                deps.extend(parent.deps.iter().cloned());
                deps.sort();
                deps.dedup();
                let file = format!("ext/{name}.jl");
                let entry = if parent.root.join(&file).is_file() {
                    file
                } else {
                    format!("ext/{name}/{name}.jl")
                };
                added.push(Package {
                    id: parent.id.extension(name),
                    origin: Origin::Extension { parent: parent.id.clone() },
                    version: parent.version.clone(),
                    root: parent.root.clone(),
                    entry: entry.into(),
                    test: None,
                    deps,
                    test_deps: Vec::new(),
                    weak_deps: Vec::new(),
                    extensions: BTreeMap::new(),
                    preferences: BTreeMap::new(),
                    member: false,
                });
            }
        }
    }
    for package in added {
        all.insert(package.id.uuid, package);
    }
    Ok(())
}

/// Depth first, by name: the order depends on the packages alone.
fn order(all: BTreeMap<Uuid, Package>) -> Result<Vec<Package>, Error> {
    fn visit(
        uuid: Uuid,
        all: &BTreeMap<Uuid, Package>,
        path: &mut Vec<Uuid>,
        done: &mut BTreeSet<Uuid>,
        order: &mut Vec<Uuid>,
    ) -> Result<(), Error> {
        if done.contains(&uuid) {
            return Ok(());
        }
        if let Some(start) = path.iter().position(|on_path| *on_path == uuid) {
            let circle = path[start..].iter().chain([&uuid]);
            let names: Vec<&str> = circle
                .filter_map(|uuid| all.get(uuid))
                .map(|package| package.id.name.as_str())
                .collect();
            return Err(Error::Circle(names.join(" -> ")));
        }
        let Some(package) = all.get(&uuid) else { return Ok(()) };
        path.push(uuid);
        let mut deps: Vec<&PackageId> = package.deps.iter().collect();
        deps.sort();
        for dep in deps {
            if stdlib::is_with_base(&dep.uuid) {
                continue;
            }
            if !all.contains_key(&dep.uuid) {
                return Err(Error::NoDependency {
                    package: package.id.name.clone(),
                    dependency: dep.name.clone(),
                });
            }
            visit(dep.uuid, all, path, done, order)?;
        }
        path.pop();
        done.insert(uuid);
        order.push(uuid);
        Ok(())
    }

    let mut ids: Vec<&PackageId> = all.values().map(|package| &package.id).collect();
    ids.sort();
    let (mut done, mut sorted) = (BTreeSet::new(), Vec::new());
    for id in ids {
        visit(id.uuid, &all, &mut Vec::new(), &mut done, &mut sorted)?;
    }
    let mut all = all;
    Ok(sorted.iter().filter_map(|uuid| all.remove(uuid)).collect())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn package(name: &str, deps: &[&str]) -> Package {
        let id = |name: &str| {
            stdlib::by_name(name).unwrap_or_else(|| {
                PackageId::new(name, Uuid::new_v5(&Uuid::NAMESPACE_DNS, name.as_bytes()))
            })
        };
        Package {
            id: id(name),
            origin: Origin::Cargo { name: name.to_lowercase() },
            version: Some("1.0.0".into()),
            root: format!("/{name}").into(),
            entry: format!("src/{name}.jl").into(),
            test: Some("test/runtests.jl".into()),
            deps: deps.iter().map(|dep| id(dep)).collect(),
            test_deps: vec![id("Test")],
            weak_deps: Vec::new(),
            extensions: BTreeMap::new(),
            preferences: BTreeMap::new(),
            member: true,
        }
    }

    fn names(environment: &Environment) -> Vec<&str> {
        environment.packages.iter().map(|package| package.id.name.as_str()).collect()
    }

    #[test]
    fn dependencies_come_first_whatever_the_order_found() {
        let packages = [
            package("Physics", &["Matrices", "FixedPoint"]),
            package("FixedPoint", &["Printf"]),
            package("Matrices", &[]),
        ];
        let roots: Vec<PackageId> = packages.iter().map(|package| package.id.clone()).collect();
        let one = Environment::new(packages.to_vec(), roots.clone()).unwrap();
        let two = Environment::new(packages.into_iter().rev().collect(), roots).unwrap();
        assert_eq!(one, two);
        let place = |name: &str| names(&one).iter().position(|known| *known == name).unwrap();
        assert!(place("Unicode") < place("Printf"));
        assert!(place("Printf") < place("FixedPoint"));
        assert!(place("FixedPoint") < place("Physics"));
        assert!(place("Matrices") < place("Physics"));
        assert!(place("Test") > place("Serialization"));
        assert!(!names(&one).contains(&"Random"), "it comes with Base");
    }

    #[test]
    fn closures_hold_what_is_needed_and_no_more() {
        let packages = vec![
            package("Physics", &["Matrices", "FixedPoint"]),
            package("FixedPoint", &["Printf"]),
            package("Matrices", &[]),
        ];
        let roots = packages.iter().map(|package| package.id.clone()).collect();
        let whole = Environment::new(packages, roots).unwrap();
        let fixed = whole.by_name("FixedPoint").unwrap().id.clone();
        assert_eq!(names(&whole.closure(&fixed, false)), ["Unicode", "Printf", "FixedPoint"]);
        assert!(names(&whole.closure(&fixed, true)).contains(&"Test"));
        assert!(!names(&whole.without_tests()).contains(&"Test"));
        assert!(names(&whole.without_tests()).contains(&"Physics"));
    }

    #[test]
    fn extensions_join_when_all_that_they_wait_for_is_there() {
        let mut parent = package("Parent", &[]);
        parent.extensions.insert("ParentJsonExt".into(), vec!["Json".into()]);
        let json = package("Json", &[]);
        parent.weak_deps = vec![json.id.clone()];
        let alone = Environment::new(vec![parent.clone()], vec![]).unwrap();
        assert!(alone.by_name("ParentJsonExt").is_none());
        let both = Environment::new(vec![parent.clone(), json.clone()], vec![]).unwrap();
        let extension = both.by_name("ParentJsonExt").unwrap();
        assert_eq!(extension.id, parent.id.extension("ParentJsonExt"));
        assert_eq!(names(&both.closure(&json.id, false)), ["Json"]);
    }

    #[test]
    fn refused_graphs() {
        let circle = vec![package("A", &["B"]), package("B", &["C"]), package("C", &["B"])];
        let said = Environment::new(circle, vec![]).unwrap_err().to_string();
        assert_eq!(said, "Julia packages depend on each other in a circle: B -> C -> B");

        let said = Environment::new(vec![package("A", &["B"])], vec![]).unwrap_err().to_string();
        assert_eq!(said, "the Julia package A depends on B, which is not in the environment");

        let mut other = package("A", &[]);
        other.version = Some("2.0.0".into());
        other.root = "/other/A".into();
        let said =
            Environment::new(vec![package("A", &[]), other], vec![]).unwrap_err().to_string();
        assert_eq!(
            said,
            "the environment holds the Julia package A twice: 1.0.0 in /A and 2.0.0 in /other/A"
        );
    }
}
