//! Files that people write or publish: recordings, workloads, start-up lists, jobs. What can be read is written so that it
//! reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pkgimage_package::startup::Startup;
use pkgimage_package::{Recording, Workload};

fuzz_target!(|data: &str| {
    if let Ok(recording) = Recording::parse(data) {
        let text = recording.to_text().expect("it is written");
        let again = Recording::parse(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
        assert_eq!((again.digest(), again.len()), (recording.digest(), recording.len()), "{text}");
        assert_eq!(again.to_text().expect("it is written"), text);
    }
    let _ = serde_yaml::from_str::<Workload>(data);
    let _ = serde_yaml::from_str::<Vec<Startup>>(data);
});
