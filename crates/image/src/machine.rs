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

#[cfg(test)]
mod tests {
    #[test]
    fn the_triple_begins_with_the_architecture() {
        assert!(super::triple().starts_with(std::env::consts::ARCH));
    }
}
