//! Integers and floats of any size in images: they come back by value in every process, whatever a process did to its
//! own; what is written is the same bytes in every build.

#[expect(dead_code, reason = "other tests use the rest")]
mod support;
use support::Project;

use std::path::{Path, PathBuf};

/// Numbers in constants, globals, keys, fields and method bodies. The calculations at top level leave the library more
/// memory than the numbers take, and other bits in it than a second build's.
const NUMBERS: &str = "module Numbers
const LARGE = big\"123456789012345678901234567890\"
const NEGATIVE = -big(7)^60
const ZERO = LARGE - LARGE
const SHRUNK = (big(3)^500) >> 700
const TABLE = Dict(big(2)^100 => :a, big(5) => :b)
const THIRD = big(1) / 3
const ROUGH = setprecision(() -> sqrt(big(2.0)), BigFloat, 20)
const SPECIAL = [big(NaN), big(-Inf), big(-0.0), BigFloat(precision=500)]
const SWAPPED = (big(1) << 200, big(6))
ccall((:__gmpz_swap, :libgmp), Cvoid, (Ref{BigInt}, Ref{BigInt}), SWAPPED[1], SWAPPED[2])
total = big(10)^40
literal() = big\"98765432109876543210\"
float_literal() = big\"0.1\"
grow!(x::BigInt, n) = Base.GMP.MPZ.add!(x, big(2)^n)
all_of_them() = (LARGE, NEGATIVE, ZERO, SHRUNK, SWAPPED, total, literal(), THIRD, ROUGH, float_literal(), SPECIAL,
                 sort!(collect(keys(TABLE))), TABLE[big(2)^100])
precompile(literal, ())
precompile(all_of_them, ())
precompile(grow!, (BigInt, Int))
end
";

/// Each number is changed in place, so that it outgrows what the image holds, shrinks and grows again, and goes from one
/// object to the other and away.
const CHANGES: &str = "using Numbers
println(Numbers.all_of_them())
numbers = [Numbers.LARGE, Numbers.NEGATIVE, Numbers.ZERO, Numbers.SHRUNK, Numbers.total, Numbers.literal(), Numbers.SWAPPED...]
for n in numbers
    before = deepcopy(n)
    for k in (1, 70, 1000, 1000, 3000)
        Numbers.grow!(n, k)
    end
    n - before == 2 + big(2)^70 + big(2)^1001 + big(2)^3000 || error(\"\", n)
    Base.GMP.MPZ.set_si!(n, -3)
    other = big(17)^100
    ccall((:__gmpz_swap, :libgmp), Cvoid, (Ref{BigInt}, Ref{BigInt}), n, other)
    finalize(other)
    n == big(17)^100 || error(\"\", n)
end
for n in 1:10^5
    big(n)^9
end
GC.gc()
all(==(big(17)^100), numbers) || error()
println(Numbers.literal() == big(17)^100, ' ', Numbers.THIRD * 3)
ccall((:mpfr_add_ui, :libmpfr), Cint, (Ref{BigFloat}, Ref{BigFloat}, Culong, Cint), Numbers.THIRD, Numbers.THIRD, 1, 0)
println(3 * Numbers.THIRD == 4, ' ', nextfloat(Numbers.ROUGH) - Numbers.ROUGH)
";

const TOLD: &str = "(123456789012345678901234567890, -508021860739623365322188197652216501772434524836001, 0, \
6912424408115942787343680822, (6, 1606938044258990275541962092341162602522202993782792835301376), 10000000000000000000000000000000000000000, \
98765432109876543210, 0.3333333333333333333333333333333333333333333333333333333333333333333333333333348, 1.4142132, \
0.1000000000000000000000000000000000000000000000000000000000000000000000000000002, \
BigFloat[NaN, -Inf, -0.0, NaN], BigInt[5, 1267650600228229401496703205376], :a)\n";
const CHANGED: &str = "true 1.0\ntrue 1.9073486328125e-06\n";

fn project(first: &str) -> Project {
    let project = Project::real();
    let uuid = support::uuid(7);
    project.write("Project.toml", &format!("name = \"Numbers\"\nuuid = \"{uuid}\"\n"));
    project.write("src/Numbers.jl", NUMBERS);
    project.write("script.jl", &format!("{first}{CHANGES}"));
    project
}

fn image(project: &Project) -> Vec<u8> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path()).collect()
    };
    let folders = entries(&project.store().join("images"));
    let is_ours = |path: &&PathBuf| {
        path.file_name().is_some_and(|n| n.to_string_lossy().starts_with("Numbers"))
    };
    let folder = folders.iter().find(is_ours).expect("the package's folder");
    let images = entries(folder);
    let is_image = |path: &&PathBuf| path.extension().is_some_and(|ending| ending == "so");
    std::fs::read(images.iter().find(is_image).expect("the image")).expect("its bytes")
}

#[test]
fn numbers_in_images_are_values() {
    let project = project("");
    let told = format!("{TOLD}{CHANGED}");
    assert_eq!(project.run(&["run", "script.jl"]).code(0).stdout, told, "from the source");
    project.run(&["build"]).code(0);
    for _ in 0..2 {
        let warm = project.run(&["run", "--stats=json", "script.jl"]).code(0);
        assert_eq!(warm.stdout, told);
        let stats = warm.stats();
        for name in ["sources_read", "interpreted_package_calls"] {
            assert_eq!(stats[name].as_u64(), Some(0), "{name}");
        }
    }
    // The session image of a script holds literals of its own.
    for _ in 0..2 {
        let saved = project.run(&["run", "--save-work", "script.jl"]).code(0);
        assert_eq!(saved.stdout, told);
    }

    let built = image(&project);
    let other = self::project("# elsewhere\n");
    other.run(&["build", "-j", "1"]).code(0);
    assert!(image(&other) == built, "the same bytes");
}
