//! Running a package's test file, in its folder as Julia does, and counting.

use pkgimage_package::PackageId;
use pkgimage_package::job::{Job, exit};
use pkgimage_package::report::Tests;
use pkgimage_runtime as runtime;
use runtime::object::{self, Array};

use super::run::{self, Ended};
use crate::{julia, packages, report};

/// Runs the test file of a package; gives the exit code.
pub fn test(job: &Job, package: &PackageId) -> i32 {
    let file = job.environment.package(&package.uuid).and_then(|package| package.test_path());
    let Some(file) = file else {
        eprintln!("error: {} has no test file", package.name);
        return exit::USAGE;
    };
    if let Some(folder) = file.parent()
        && let Err(error) = std::env::set_current_dir(folder)
    {
        eprintln!("error: cannot go to {}: {error}", folder.display());
        return exit::USAGE;
    }
    // Unless it runs to its end, as when it calls `exit`.
    let unfinished = |tests: Tests| Tests { complete: false, ..tests };
    report::change(|report| report.tests = Some(unfinished(Tests::default())));
    report::at_end(move |_, report| {
        let complete = report.tests.is_some_and(|tests| tests.complete);
        let outside = report.tests.map_or(0, |tests| tests.errored);
        let counted = counts();
        report.tests = Some(Tests { complete, errored: counted.errored + outside, ..counted });
    });
    match run::file(&file) {
        Ended::Well => {
            let complete = Tests { complete: true, ..Tests::default() };
            report::change(|report| report.tests = Some(complete));
            let counted = counts();
            if counted.failed + counted.errored > 0 { exit::TESTS_FAILED } else { exit::OK }
        }
        Ended::Exception(exception) => {
            // Failing test sets end the file with an exception of their own, and are counted.
            let name = julia::type_name(julia::innermost(exception));
            if name == "TestSetException" || name == "FallbackTestSetException" {
                return exit::TESTS_FAILED;
            }
            let outside = Tests { errored: 1, ..Tests::default() };
            report::change(|report| report.tests = Some(outside));
            exit::EXCEPTION
        }
        Ended::Unread => exit::USAGE,
    }
}

/// What the Test package has counted so far; nothing if it is not loaded.
fn counts() -> Tests {
    let test = packages::loaded().into_iter().find(|(id, _)| id.name == "Test");
    let totals = test.and_then(|(_, module)| module.global("TOTALS"));
    let Some(totals) = totals.filter(|totals| totals.is::<Array>()) else {
        return Tests::default();
    };
    let at = |index: i64| -> u64 {
        let arguments = [totals, object::box_int64(index)];
        let count = julia::call_base("getindex", &arguments).ok().and_then(object::unbox_int64);
        count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0)
    };
    Tests { passed: at(1), failed: at(2), errored: at(3), broken: at(4), complete: false }
}
