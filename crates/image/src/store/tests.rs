//! The store's promises, one by one.

use super::*;
use crate::Digest;
use pkgimage_ir::binary::UnitDigest;
use pkgimage_ir::{OptLevel, Target};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

fn fresh() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store")).unwrap();
    (folder, store)
}

fn key(unit: u8, target: &Target) -> ObjectKey<'_> {
    ObjectKey {
        unit: UnitDigest([unit; 32]),
        compiler: Digest::of(b"compiler"),
        target,
        opt_level: OptLevel::Speed,
    }
}

fn entry_path(store: &Store, key: &ObjectKey<'_>) -> PathBuf {
    entry::path(store.folder(), &key.digest())
}

#[test]
fn what_is_put_is_got_under_its_key_alone() {
    let (_folder, store) = fresh();
    let target = Target::baseline();
    let one = key(1, &target);
    assert_eq!(store.get(&one), None);
    store.put(&one, b"object code");
    store.put(&key(2, &target), b"");
    assert_eq!(store.get(&one).unwrap(), b"object code");
    assert_eq!(store.get(&key(2, &target)).unwrap(), b"");

    let mut less = target.clone();
    less.features.pop();
    let mut elsewhere = target.clone();
    elsewhere.triple.push('x');
    let others = [
        key(3, &target),
        ObjectKey { compiler: Digest::of(b"another"), ..one },
        ObjectKey { opt_level: OptLevel::None, ..one },
        ObjectKey { target: &less, ..one },
        ObjectKey { target: &elsewhere, ..one },
    ];
    for other in others {
        assert_eq!(store.get(&other), None, "{other:?}");
    }
    let counters = Counters { hits: 2, misses: 6, corrupted: 0, written: 2 };
    assert_eq!(store.counters(), counters);
    assert_eq!(objects(store.folder()).len(), 2);
}

#[test]
fn damage_of_any_kind_is_noticed_and_removed() {
    let (_folder, store) = fresh();
    let target = Target::baseline();
    let (one, two) = (key(1, &target), key(2, &target));
    store.put(&one, b"object code");
    let path = entry_path(&store, &one);
    let whole = fs::read(&path).unwrap();
    let mut cases: Vec<Vec<u8>> = (0..whole.len())
        .map(|at| {
            let mut flipped = whole.clone();
            flipped[at] ^= 4;
            flipped
        })
        .collect();
    cases.extend((0..whole.len()).map(|length| whole[..length].to_vec()));
    cases.push([&whole[..], b"more"].concat());
    let count = cases.len() as u64;
    for case in cases {
        fs::write(&path, case).unwrap();
        assert_eq!(store.get(&one), None);
        assert!(!path.exists(), "still there");
        store.put(&one, b"object code");
        assert_eq!(store.get(&one).unwrap(), b"object code");
    }
    assert_eq!(store.counters().corrupted, count);
    // An entry under another's name is no use either.
    store.put(&two, b"other code");
    fs::copy(entry_path(&store, &two), &path).unwrap();
    assert_eq!(store.get(&one), None);
    // A folder in an entry's place is not ours to remove.
    fs::create_dir_all(&path).unwrap();
    assert_eq!(store.get(&one), None);
    assert_eq!(store.get(&two).unwrap(), b"other code");
}

#[test]
fn verification_finds_what_is_broken() {
    let (_folder, store) = fresh();
    let target = Target::baseline();
    (0..10).for_each(|n| store.put(&key(n, &target), &[n; 100]));
    let broken = entry_path(&store, &key(4, &target));
    fs::write(&broken, b"nonsense").unwrap();
    let stranger = broken.with_file_name("stranger");
    fs::write(&stranger, b"nonsense").unwrap();
    let broken: Vec<PathBuf> = objects(store.folder())
        .into_iter()
        .map(|item| item.path)
        .filter(|path| !is_whole(path))
        .collect();
    assert_eq!(broken.len(), 2);
    assert!(is_whole(&entry_path(&store, &key(77, &target))), "what is not there is not broken");
}

#[test]
fn where_nothing_can_be_written_one_warning_says_so() {
    let (_folder, store) = fresh();
    let target = Target::baseline();
    // A file where a folder should be: nothing can be written, whoever one is.
    fs::write(store.folder().join("tmp"), b"").unwrap();
    for n in 0..3 {
        store.put(&key(n, &target), b"object code");
        assert_eq!(store.get(&key(n, &target)), None);
    }
    let warning = store.take_warning().unwrap();
    assert!(warning.starts_with("the store ") && !warning.contains('\n'), "{warning}");
    assert_eq!(store.take_warning(), None);
    assert_eq!(store.counters().written, 0);
}

#[test]
fn a_read_only_store_is_used() {
    let (_folder, store) = fresh();
    let target = Target::baseline();
    store.put(&key(1, &target), b"object code");
    let set = |mode| {
        for path in [store.folder().join("tmp"), store.folder().to_path_buf()] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    set(0o500);
    let again = Store::open(store.folder()).unwrap();
    assert_eq!(again.get(&key(1, &target)).unwrap(), b"object code");
    // The superuser may write all the same; either way nothing fails.
    again.put(&key(2, &target), b"object code");
    set(0o700);
}

#[test]
fn folders_and_files_are_for_the_owner_only() {
    let (_folder, store) = fresh();
    let target = Target::baseline();
    let one = key(1, &target);
    store.put(&one, b"object code");
    let path = entry_path(&store, &one);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    for folder in [path.parent().unwrap(), store.folder()] {
        assert_eq!(mode(folder), 0o700, "{}", folder.display());
    }
    fs::set_permissions(store.folder(), fs::Permissions::from_mode(0o722)).unwrap();
    assert!(matches!(Store::open(store.folder()), Err(PlaceError::Open { .. })));
}

#[test]
fn reading_is_using() {
    let (_folder, store) = fresh();
    let target = Target::baseline();
    let old = SystemTime::now() - Duration::from_secs(9 * 24 * 3600);
    for n in 0..2 {
        store.put(&key(n, &target), b"object code");
        let file = fs::File::options().write(true).open(entry_path(&store, &key(n, &target)));
        file.unwrap().set_modified(old).unwrap();
    }
    assert!(store.get(&key(1, &target)).is_some());
    let is_old = |n| {
        let path = entry_path(&store, &key(n, &target));
        objects(store.folder()).iter().any(|item| item.path == path && item.used == old)
    };
    assert!(is_old(0) && !is_old(1));
}

#[test]
fn what_nobody_will_finish_is_a_leftover() {
    let (_folder, store) = fresh();
    let tmp = store.folder().join("tmp");
    make_folder(&tmp).unwrap();
    // No process has this number: it is larger than the system allows.
    let names = [format!("ab-{}-1", u32::MAX / 2 - 1), format!("ab-{}-2", std::process::id())];
    names.iter().for_each(|name| fs::write(tmp.join(name), b"half").unwrap());
    let found = leftovers(store.folder());
    assert_eq!(
        found.iter().map(|item| item.path.clone()).collect::<Vec<_>>(),
        [tmp.join(&names[0])]
    );
    let file = fs::File::options().write(true).open(tmp.join(&names[1])).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(7200)).unwrap();
    assert_eq!(leftovers(store.folder()).len(), 2);
}

#[test]
fn many_writers_of_one_entry() {
    let (_folder, store) = fresh();
    let target = Target::baseline();
    let body = vec![7u8; 100_000];
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    store.put(&key(1, &target), &body);
                    assert!(store.get(&key(1, &target)).is_some_and(|found| found == body));
                }
            });
        }
    });
    assert_eq!(store.counters().corrupted, 0);
    assert_eq!(fs::read_dir(store.folder().join("tmp")).unwrap().count(), 0);
}

#[test]
fn whole_files_are_replaced_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("images").join("image.so");
    write_file(&path, b"one").unwrap();
    write_file(&path, b"two").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"two");
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    // What a killed process left goes with the next writing.
    let left = path.with_file_name(format!(".image.so.{}.tmp", u32::MAX / 2 - 1));
    fs::write(&left, b"tw").unwrap();
    write_file(&path, b"two").unwrap();
    assert!(!left.exists());
    assert!(write_file(&path.join("below a file"), b"three").is_err());
    assert_eq!(fs::read(&path).unwrap(), b"two");
}
