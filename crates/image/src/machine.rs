//! This machine, as stamps and the compiler speak of it.

/// The target triple of this program, which is that of the code it makes.
#[must_use]
pub fn triple() -> String {
    let environment = if cfg!(target_env = "musl") { "musl" } else { "gnu" };
    match std::env::consts::OS {
        "linux" => format!("{}-unknown-linux-{environment}", std::env::consts::ARCH),
        "macos" => format!("{}-apple-darwin", std::env::consts::ARCH),
        os => format!("{}-unknown-{os}", std::env::consts::ARCH),
    }
}

/// The CPU features of this machine beyond the triple's baseline, by their usual names, sorted.
#[must_use]
pub fn features() -> Vec<String> {
    #[allow(unused_mut)] // on architectures without a list
    let mut found: Vec<&str> = Vec::new();
    #[cfg(target_arch = "x86_64")]
    {
        macro_rules! detect {
            ($($name:tt),*) => {
                $(if std::arch::is_x86_feature_detected!($name) { found.push($name); })*
            };
        }
        detect!(
            "avx",
            "avx2",
            "avx512bitalg",
            "avx512bw",
            "avx512cd",
            "avx512dq",
            "avx512f",
            "avx512vbmi",
            "avx512vl",
            "avx512vpopcntdq",
            "bmi1",
            "bmi2",
            "cmpxchg16b",
            "f16c",
            "fma",
            "lzcnt",
            "popcnt",
            "sse3",
            "sse4.1",
            "sse4.2",
            "ssse3"
        );
    }
    #[cfg(target_arch = "aarch64")]
    {
        macro_rules! detect {
            ($($name:tt),*) => {
                $(if std::arch::is_aarch64_feature_detected!($name) { found.push($name); })*
            };
        }
        detect!("fp16", "lse", "paca", "pacg");
    }
    found.sort_unstable();
    found.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn sorted_for_searching() {
        assert!(super::features().is_sorted());
        assert!(super::triple().starts_with(std::env::consts::ARCH));
    }
}
