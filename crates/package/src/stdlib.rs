//! The standard library's packages: names, uuids (Julia's own), and what each of ours loads.
//! Their sources are in the runner; here is only what the graph of an environment needs.

use std::path::PathBuf;

use uuid::Uuid;

use crate::id::PackageId;
use crate::package::{Origin, Package};

/// Name, uuid, and the standard library packages that it loads. Sorted by name.
const PACKAGES: &[(&str, Uuid, &[&str])] = &[
    ("Aqua", uuid::uuid!("4c88cf16-eb10-579e-8560-4a9242c79595"), &["Test"]),
    ("ArgTools", uuid::uuid!("0dad84c5-d112-42e6-8d28-ef12dabb789f"), &[]),
    ("Artifacts", uuid::uuid!("56f22d72-fd6d-98f1-02f0-08ddc0907c33"), &[]),
    ("Base64", uuid::uuid!("2a0f44e3-6c83-55bd-87e4-b1978d98bd5f"), &[]),
    ("CRC32c", uuid::uuid!("8bf52ea8-c179-5cab-976a-9e18b702a9bc"), &[]),
    ("Dates", uuid::uuid!("ade2ca70-3891-5945-98fb-dc099432e06a"), &["Printf"]),
    ("DelimitedFiles", uuid::uuid!("8bb1440f-4735-579b-a4ab-409b98df4dab"), &["Mmap"]),
    (
        "Distributed",
        uuid::uuid!("8ba89e20-285c-5b6f-9357-94700520ee1b"),
        &["Random", "Serialization", "Sockets"],
    ),
    ("Documenter", uuid::uuid!("e30172f5-a6a5-5a46-863b-614d45cd2de4"), &["Test"]),
    ("Downloads", uuid::uuid!("f43a241f-c20a-4ad4-852c-f6b1247861c6"), &[]),
    ("ExplicitImports", uuid::uuid!("7d51a73a-1435-4ff3-83d9-f097790105c7"), &["Test"]),
    ("FileWatching", uuid::uuid!("7b1f6079-737a-58dc-b8bc-7a2ca5c1b5ee"), &[]),
    ("Future", uuid::uuid!("9fa8497b-333b-5362-9e8d-4d0656e87820"), &["Random"]),
    ("InteractiveUtils", uuid::uuid!("b77e0a4c-d291-57a0-90e8-8db25a27a240"), &["Markdown"]),
    ("JET", uuid::uuid!("c3a54625-cd67-489e-a8e7-0a5a0ff4e31b"), &["Test"]),
    ("LazyArtifacts", uuid::uuid!("4af54fe1-eca0-43a8-85a7-787d91b784e3"), &["Artifacts"]),
    ("LibCURL", uuid::uuid!("b27032c2-a3e7-50c8-80cd-2d36dbcbfd21"), &[]),
    ("LibGit2", uuid::uuid!("76f85450-5226-5b5a-8eaa-529ad045b433"), &[]),
    ("Libdl", uuid::uuid!("8f399da3-3557-5675-b5ff-fb832c97cbdb"), &[]),
    ("LinearAlgebra", uuid::uuid!("37e2e46d-f89d-539d-b4ee-838fcccc9c8e"), &["Libdl"]),
    ("Logging", uuid::uuid!("56ddb016-857b-54e1-b83d-db4d58db5568"), &[]),
    ("Markdown", uuid::uuid!("d6f4376e-aef5-505a-96c1-9c027394607a"), &[]),
    ("Mmap", uuid::uuid!("a63ad114-7e13-5084-954f-fe012c677804"), &[]),
    ("NetworkOptions", uuid::uuid!("ca575930-c2e3-43a9-ace4-1e988b2c1908"), &[]),
    ("OpenLibm_jll", uuid::uuid!("05823500-19ac-5b8b-9628-191a04bc5112"), &[]),
    ("Pkg", uuid::uuid!("44cfe95a-1eb2-52ea-b672-e2afdf69b78f"), &[]),
    ("PrecompileTools", uuid::uuid!("aea7be01-6a6a-4083-8856-8a6e6704d82a"), &[]),
    ("Printf", uuid::uuid!("de0858da-6303-5e67-8744-51eddeeeb8d7"), &["Unicode"]),
    ("Profile", uuid::uuid!("9abbd945-dff8-562f-b5e8-e1ebf5ef1b79"), &["Printf"]),
    (
        "REPL",
        uuid::uuid!("3fa0cd96-eef1-5676-8a61-b3b8758bbffb"),
        &["InteractiveUtils", "Markdown"],
    ),
    ("Random", uuid::uuid!("9a3f8284-a2c9-5f02-9a11-845980a1fd5c"), &["SHA"]),
    ("SHA", uuid::uuid!("ea8e919c-243c-51af-8825-aaa63cd721ce"), &[]),
    ("Serialization", uuid::uuid!("9e88b42a-f829-5b0c-bbe9-9e923198166b"), &[]),
    (
        "SharedArrays",
        uuid::uuid!("1a1011a3-84de-559e-8e89-a11a2f7dc383"),
        &["Distributed", "Mmap", "Random", "Serialization"],
    ),
    ("SnoopPrecompile", uuid::uuid!("66db9d55-30c0-4569-8b51-7e840670fc0c"), &["PrecompileTools"]),
    ("Sockets", uuid::uuid!("6462fe0b-24de-5631-8697-dd941f90decc"), &[]),
    ("SparseArrays", uuid::uuid!("2f01184e-e22b-5df5-ae63-d93ebab69eaf"), &["LinearAlgebra"]),
    ("Statistics", uuid::uuid!("10745b16-79ce-11e8-11f9-7d13ad32a3b2"), &["LinearAlgebra"]),
    ("SuiteSparse", uuid::uuid!("4607b0f0-06f3-5cda-b6b1-a6196a1729e9"), &["SparseArrays"]),
    ("TOML", uuid::uuid!("fa267f1f-6049-4f14-aa54-33bafae1ed76"), &["Dates"]),
    ("Tar", uuid::uuid!("a4e569a6-e804-4fa4-b0f3-eef7a1d5b13e"), &[]),
    (
        "Test",
        uuid::uuid!("8dfed614-e22c-5e08-85e1-65c5234f0b40"),
        &["InteractiveUtils", "Logging", "Random", "Serialization"],
    ),
    ("UUIDs", uuid::uuid!("cf7118a7-6976-5b1a-9a39-7adc72f591a4"), &["Random", "SHA"]),
    ("Unicode", uuid::uuid!("4ec0a83e-493e-50e2-b9ac-8f72acf5a8f5"), &[]),
];

/// Packages that only check a package's quality, in a form that checks nothing and says so. They are no
/// part of the standard library: only who declares them as a dependency finds them.
const STAND_INS: [&str; 4] = ["Aqua", "Documenter", "ExplicitImports", "JET"];

/// Packages that let a package's source say what is called while its image is built. They are no part of the
/// standard library either, but go together with how images are built.
const OF_WORKLOADS: [&str; 2] = ["PrecompileTools", "SnoopPrecompile"];

/// Whether the package has to be declared as a dependency, also for `Main`.
#[must_use]
pub fn is_declared(name: &str) -> bool {
    STAND_INS.contains(&name) || OF_WORKLOADS.contains(&name)
}

/// Whether a package that depends on this one may have workloads in its source.
#[must_use]
pub fn is_of_workloads(id: &PackageId) -> bool {
    OF_WORKLOADS.iter().filter_map(|name| by_name(name)).any(|known| known == *id)
}

/// The packages that come with Base, as in Julia's system image: they are loaded before any code
/// runs, because they hold methods of Base's own functions (`rand`, `*` of matrices), or because the
/// prompt would have to wait for them. In the order in which they are loaded. They are in Base's image, and in no environment.
pub const WITH_BASE: [&str; 6] =
    ["SHA", "Random", "LinearAlgebra", "Markdown", "InteractiveUtils", "REPL"];

/// Whether the package comes with Base.
#[must_use]
pub fn is_with_base(uuid: &Uuid) -> bool {
    WITH_BASE.iter().filter_map(|name| by_name(name)).any(|id| id.uuid == *uuid)
}

/// The identity of the standard library package of this name.
#[must_use]
pub fn by_name(name: &str) -> Option<PackageId> {
    PACKAGES
        .iter()
        .find(|(known, _, _)| *known == name)
        .map(|(name, uuid, _)| PackageId::new(*name, *uuid))
}

/// Whether the uuid is one of the standard library's.
#[must_use]
pub fn contains(uuid: &Uuid) -> bool {
    PACKAGES.iter().any(|(_, known, _)| known == uuid)
}

/// The names of all standard library packages, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    PACKAGES.iter().map(|(name, _, _)| *name)
}

/// The standard library package of this name, as a package of an environment.
#[must_use]
pub fn package(name: &str) -> Option<Package> {
    let (name, uuid, deps) = PACKAGES.iter().find(|(known, _, _)| *known == name)?;
    Some(Package {
        id: PackageId::new(*name, *uuid),
        origin: Origin::Stdlib,
        version: None,
        root: PathBuf::new(),
        entry: PathBuf::from(format!("{name}/src/{name}.jl")),
        test: None,
        deps: deps.iter().filter_map(|dep| by_name(dep)).collect(),
        test_deps: Vec::new(),
        weak_deps: Vec::new(),
        extensions: Default::default(),
        preferences: Default::default(),
        member: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_closed() {
        assert!(names().is_sorted());
        for (name, uuid, deps) in PACKAGES {
            let package = package(name).unwrap();
            assert_eq!(package.deps.len(), deps.len(), "{name} loads something unknown");
            assert_eq!(package.id, PackageId::new(*name, *uuid));
            assert!(contains(uuid));
        }
        assert!(WITH_BASE.iter().all(|name| by_name(name).is_some()));
    }
}
