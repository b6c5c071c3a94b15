//! Faults, with the real binaries: processes that are killed at any moment, files that are damaged, frames that
//! lie, disks that are full and stores that are not ours. There is never a wrong result, a crash, a hang, or a
//! store that is broken afterwards.
//!
//! `FAULT_KILLS` says how many processes are killed, `FAULT_MUTATIONS` how many files are damaged and
//! `FAULT_FRAMES` how many frames; a few of each if it does not. `FAULT_SEED` begins elsewhere. What was done is counted
//! and printed.

#[path = "faults/frames.rs"]
mod frames;
#[path = "faults/kills.rs"]
mod kills;
#[path = "faults/mutations.rs"]
mod mutations;
#[path = "faults/places.rs"]
mod places;
#[expect(dead_code, reason = "other tests use the rest")]
mod support;

use support::random::Random;
use support::{Project, setting};

/// Numbers of a stream of their own.
fn random(stream: u64) -> Random {
    Random((setting("FAULT_SEED", 1) as u64) << 32 | stream)
}

/// Damages bytes in one of the ways in which files are damaged; says how.
fn damage(bytes: &mut Vec<u8>, chance: &mut Random) -> &'static str {
    let length = bytes.len();
    if length < 16 {
        bytes.push(0);
        return "a byte more";
    }
    match chance.below(8) {
        0 => {
            bytes.truncate(chance.below(length));
            "cut"
        }
        1 => {
            bytes.extend((0..1 + chance.below(9000)).map(|n| n as u8));
            "lengthened"
        }
        2 => {
            // Two pieces of it change places.
            let size = 1 + chance.below(length / 4);
            let (one, two) =
                (chance.below(length / 2 - size), length / 2 + chance.below(length / 2 - size));
            for at in 0..size {
                bytes.swap(one + at, two + at);
            }
            "pieces exchanged"
        }
        3 => {
            // A number that is too large, where one may be.
            let at = chance.below(length - 8);
            let number: u64 = [u64::MAX, 1 << 63, u64::from(u32::MAX), 1 << 31][chance.below(4)];
            let size = if chance.one_in(2) { 4 } else { 8 };
            bytes[at..at + size].copy_from_slice(&number.to_le_bytes()[..size]);
            "a huge number"
        }
        4 => {
            let at = chance.below(length);
            let end = (at + 1 + chance.below(4096)).min(length);
            bytes[at..end].fill(0);
            "zeros"
        }
        5 => {
            // In the first pages are the headers.
            let at = chance.below(length.min(1024));
            bytes[at] ^= 1 << chance.below(8);
            "a bit of its head"
        }
        _ => {
            for _ in 0..1 + chance.below(8) {
                let at = chance.below(length);
                bytes[at] ^= 1 << chance.below(8);
            }
            "bits"
        }
    }
}

/// The value that the packages of [`project`] compute from, as it is in the source.
const FIRST: u64 = 3;

/// Two packages with tests, and a script, everything with a number in it that can be changed.
fn project() -> Project {
    let project = Project::real();
    project.write("Cargo.toml", "[workspace]\nmembers = [\"alpha\", \"beta\"]\nresolver = \"3\"\n");
    project.package("alpha", "Alpha", 1, "");
    project.package("beta", "Beta", 2, "alpha = { path = \"../alpha\" }\n");
    set_number(&project, FIRST);
    project.write(
        "beta/src/Beta.jl",
        "module Beta\nusing Alpha\nstruct Pair{T}\n    a::T\n    b::T\nend\n\
         total(pairs) = sum(Alpha.scale(p.a) + p.b for p in pairs)\n\
         names(n) = join([string(\"n\", i) for i in 1:n], \"-\")\nend\n",
    );
    project.write(
        "alpha/test/runtests.jl",
        "using Alpha, Test\n@test Alpha.scale(2) > 0\n@test Alpha.count(\"a b a\") == 2\n",
    );
    project.write(
        "beta/test/runtests.jl",
        "using Beta, Test\n@test Beta.total([Beta.Pair(1, 2), Beta.Pair(3, 4)]) > 0\n\
         @test Beta.names(3) == \"n1-n2-n3\"\n",
    );
    project.write(
        "workloads/script.jl",
        "using Alpha, Beta\nprintln(Beta.total([Beta.Pair(1, 2), Beta.Pair(3, 4)]), ' ', \
         Alpha.count(\"a b a\"), ' ', Beta.names(3))\n",
    );
    // Compiles something, whatever was recorded.
    project.write(
        "more.jl",
        "include(\"workloads/script.jl\")\nfunction squares(n)\n    s = 0\n    for i in 1:n\n        \
         s += i * i\n    end\n    s\nend\nprintln(squares(200_000))\n",
    );
    project.write(
        "workloads/script.yaml",
        "name: script\npackages: [Alpha, Beta]\nscript: script.jl\n",
    );
    project
}

/// Changes the number in Alpha's source.
fn set_number(project: &Project, number: u64) {
    project.write(
        "alpha/src/Alpha.jl",
        &format!(
            "module Alpha\nscale(x) = x * {number}\n\
             count(text) = length(unique(split(text)))\nend\n"
        ),
    );
}

/// What the script prints.
fn printed(number: u64) -> String {
    format!("{} 2 n1-n2-n3\n", 4 * number + 6)
}

/// What `more.jl` prints.
fn printed_more(number: u64) -> String {
    let squares: u64 = (1..=200_000).map(|i: u64| i * i).sum();
    format!("{}{squares}\n", printed(number))
}
