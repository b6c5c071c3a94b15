//! The checks that keep code from being used where what it relies on no longer holds, by name, so that a
//! test can leave one out and see that a wrong result comes of it (`tests/oracle.rs`).
//!
//! `PKGIMAGE_WITHOUT=name` (or several, with commas) leaves checks out, in debug builds only: a release
//! holds nothing of this.

use std::sync::OnceLock;

/// The variable that names the checks to leave out.
pub const VARIABLE: &str = "PKGIMAGE_WITHOUT";

macro_rules! checks {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A check.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Check {
            $($(#[$doc])* $variant,)*
        }

        impl Check {
            /// All of them.
            pub const ALL: &[Check] = &[$(Check::$variant,)*];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Check::$variant => $name,)*
                }
            }
        }
    };
}

checks! {
    // The code of a process, when something changes.
    /// A new method overlaps one that a lookup found.
    FoundLookups = "found-lookups",
    /// A new method is found by a lookup that found nothing, or not everything.
    MissedLookups = "missed-lookups",
    /// A method takes the place of one that was called.
    ReplacedMethods = "replaced-methods",
    /// A method that was called is deleted.
    DeletedMethods = "deleted-methods",
    /// A method that a lookup found without calling it is deleted.
    DeletedAnswers = "deleted-answers",
    /// What is known of the result of a specialization, or its body, is used by another.
    Results = "results",
    /// A constant has another value.
    Constants = "constants",
    /// The specialization that a call of given types reached before.
    CachedCalls = "cached-calls",

    // The code of images, when something changes.
    /// A new method changes what a lookup found.
    ImageLookups = "image-lookups",
    /// A method takes the place of one that was found.
    ImageReplacedMethods = "image-replaced-methods",
    /// A method that was found is deleted.
    ImageDeletedMethods = "image-deleted-methods",
    /// What a specialization returns, or its body, is used by another.
    ImageResults = "image-results",
    /// A constant has another value.
    ImageConstants = "image-constants",

    // The code of images, when it is loaded.
    /// There are methods that the build did not see.
    UnseenMethods = "unseen-methods",
    /// Methods of the image change what lookups of others found.
    ForeseenChanges = "foreseen-changes",
    /// Methods that the build saw were deleted before.
    GoneMethods = "gone-methods",
    /// Specializations that the code relies on were invalidated before.
    OutdatedResults = "outdated-results",
    /// Constants that the code relies on were redefined before.
    OutdatedConstants = "outdated-constants",

    // The code of session images.
    /// A method is defined that the session did not have.
    SessionUnknownMethods = "session-unknown-methods",
    /// A method is deleted, or a constant redefined.
    SessionChanges = "session-changes",
    /// The methods that code relies on are defined.
    SessionMethods = "session-methods",
    /// Constants have the values that code relies on.
    SessionConstants = "session-constants",
    /// Types have the fields that code relies on.
    SessionTypes = "session-types",
    /// Methods of packages that the session had deleted are there.
    SessionDeleted = "session-deleted",
    /// What code of other images returns is what code relies on.
    SessionResults = "session-results",
    /// Packages are what they were.
    SessionPackages = "session-packages",

    // What an image was made from.
    /// The files that top level read.
    Sources = "sources",
}

impl Check {
    /// Whether the check is to be left out.
    #[inline]
    #[must_use]
    pub fn is_left_out(self) -> bool {
        cfg!(debug_assertions) && left_out().contains(&self)
    }
}

fn left_out() -> &'static [Check] {
    static LEFT_OUT: OnceLock<Vec<Check>> = OnceLock::new();
    LEFT_OUT.get_or_init(|| {
        let named = std::env::var(VARIABLE).unwrap_or_default();
        let is_named = |check: &Check| named.split(',').any(|name| name == check.name());
        Check::ALL.iter().copied().filter(is_named).collect()
    })
}
