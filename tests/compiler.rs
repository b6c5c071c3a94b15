//! The compiler process: conversation, garbage, death, and the pool that hides all of it.

use pkgimage_ir::protocol::{
    Answer, ErrorKind, Hello, Output, Request, decode, encode, read_frame, write_frame,
};
use pkgimage_ir::{CompileFailure, CompilerPool, OptLevel, PoolConfig, Target};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const COMPILER: &str = env!("CARGO_BIN_EXE_pkgimage-compiler");

const UNIT: &str = r#"
unit "inc(Int64)"
sig0 = julia(i64) -> i64
function specialized "inc(Int64)" sig0 {
b0(v0: i64):
  v1: i64 = iconst 1
  v2: i64 = iadd v0, v1
  return v2
}
"#;

fn unit() -> Vec<u8> {
    let mut unit = pkgimage_ir::text::parse(UNIT).unwrap();
    pkgimage_ir::binary::encode(&mut unit)
}

fn request(id: u64, unit: Vec<u8>) -> Request {
    let target = Target::baseline();
    Request { id, output: Output::Object, target, opt_level: OptLevel::Speed, unit }
}

fn start() -> Child {
    Command::new(COMPILER)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Sends these bytes, closes the pipe, and gives the payloads of all frames that come back. The
/// process ends well and says nothing on stderr.
fn talk(input: &[u8]) -> Vec<Vec<u8>> {
    let mut child = start();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{:?}", output.status);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let mut from = output.stdout.as_slice();
    std::iter::from_fn(|| read_frame(&mut from).ok()).collect()
}

fn frames(payloads: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![];
    payloads.iter().for_each(|payload| write_frame(&mut bytes, payload).unwrap());
    bytes
}

fn answer(payload: &[u8]) -> Answer {
    decode(payload).expect("an answer")
}

#[test]
fn answers_requests_in_order_and_the_same_way_each_time() {
    let hello = Hello::own().encode();
    let clif = Request { output: Output::Clif, ..request(3, unit()) };
    let input = [hello, encode(&request(1, unit())), encode(&request(2, unit())), encode(&clif)];
    let frames = talk(&frames(&input));
    assert_eq!(frames.len(), 4);
    assert_eq!(Hello::decode(&frames[0]), Some(Hello::own()));
    let (Answer::Done { id: 1, bytes: first }, Answer::Done { id: 2, bytes: second }) =
        (answer(&frames[1]), answer(&frames[2]))
    else {
        panic!("not done");
    };
    assert_eq!(first, second);
    assert!(first.starts_with(b"\x7fELF"));
    let Answer::Done { id: 3, bytes } = answer(&frames[3]) else { panic!("not done") };
    assert!(String::from_utf8(bytes).unwrap().contains("iadd"));
}

#[test]
fn one_error_frame_for_each_malformed_frame() {
    let broken_unit = [&unit()[..20], b"garbage"].concat();
    let mut no_target = request(4, unit());
    no_target.target.triple = "pdp11-unknown-none".into();
    let mut no_feature = request(5, unit());
    no_feature.target.features.push("telepathy".into());
    let mut no_triple = request(9, unit());
    no_triple.target.triple = "x86_64-unknown-linux-gne".into();
    let mut bytes = frames(&[
        encode(&request(1, unit())),
        Hello::own().encode(),
        b"not a request".to_vec(),
        vec![],
        encode(&request(2, b"not a unit".to_vec())),
        encode(&request(3, broken_unit)),
        encode(&no_target),
        encode(&no_feature),
        encode(&no_triple),
    ]);
    let mut damaged = frames(&[encode(&request(6, unit()))]);
    *damaged.last_mut().unwrap() ^= 1;
    bytes.extend(damaged);
    bytes.extend(frames(&[encode(&request(7, unit()))]));
    bytes.extend_from_slice(b"GET / HTTP/1.1");
    bytes.extend(frames(&[encode(&request(8, unit()))]));
    let mut kinds = vec![];
    for (at, frame) in talk(&bytes).iter().enumerate() {
        if at == 1 {
            assert!(Hello::decode(frame).is_some());
            continue;
        }
        kinds.push(match answer(frame) {
            Answer::Done { id, .. } => (Some(id), None),
            Answer::Failed { id, kind, text } => {
                assert!(!text.contains('\n') && !text.is_empty(), "{text}");
                (id, Some(kind))
            }
        });
    }
    let expected = [
        (Some(1), Some(ErrorKind::Version)),
        (None, Some(ErrorKind::Frame)),
        (None, Some(ErrorKind::Frame)),
        (Some(2), Some(ErrorKind::Unit)),
        (Some(3), Some(ErrorKind::Unit)),
        (Some(4), Some(ErrorKind::Target)),
        (Some(5), Some(ErrorKind::Target)),
        (Some(9), Some(ErrorKind::Target)),
        (None, Some(ErrorKind::Frame)),
        (Some(7), None),
        // No frame can be told from another any more.
        (None, Some(ErrorKind::Frame)),
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn another_build_is_named_and_not_served() {
    let other = Hello { protocol: 99, build: "0.0.0-other".into() };
    let frames = talk(&frames(&[other.encode(), encode(&request(1, unit()))]));
    assert_eq!(Hello::decode(&frames[0]), Some(Hello::own()));
    let Answer::Failed { kind: ErrorKind::Version, text, .. } = answer(&frames[1]) else {
        panic!("served");
    };
    assert!(text.contains("0.0.0-other") && text.contains(pkgimage_ir::BUILD_ID), "{text}");
}

#[test]
fn raw_garbage_does_not_bring_it_down() {
    let mut child = start();
    let garbage: Vec<u8> =
        (0..100_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    // It need not read all of it.
    let _ = child.stdin.take().unwrap().write_all(&garbage);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{:?}", output.status);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let mut from = output.stdout.as_slice();
    let only = answer(&read_frame(&mut from).unwrap());
    assert!(matches!(only, Answer::Failed { id: None, kind: ErrorKind::Frame, .. }), "{only:?}");
    assert!(from.is_empty());
}

fn pool(program: impl Into<PathBuf>, processes: usize, timeout: Duration) -> CompilerPool {
    CompilerPool::new(PoolConfig { program: program.into(), processes, timeout })
}

#[test]
fn the_pool_compiles_many_units_with_few_processes() {
    let pool = pool(COMPILER, 2, Duration::from_secs(60));
    let target = Target::baseline();
    let tickets: Vec<_> = (0..50).map(|_| pool.submit(unit(), &target, OptLevel::Speed)).collect();
    let bad = pool.submit(b"nonsense".to_vec(), &target, OptLevel::Speed);
    let objects: Vec<_> = tickets.into_iter().map(|t| t.wait().unwrap()).collect();
    assert!(objects.iter().all(|object| *object == objects[0]));
    assert!(matches!(bad.wait(), Err(CompileFailure::Refused { kind: ErrorKind::Unit, .. })));
    assert!((1..=2).contains(&pool.started()), "{}", pool.started());
    assert_eq!(pool.compiled(), 50);
}

/// A shell script in place of the compiler.
#[cfg(unix)]
fn script(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    (folder, path)
}

#[test]
#[cfg(unix)]
fn a_compiler_that_is_killed_is_replaced() {
    // Each process gets the hello, a request or two and a part of the next, and then dies.
    let (_folder, path) =
        script("dying", &format!("/bin/dd bs=1 count=700 2>/dev/null | {COMPILER}"));
    let pool = pool(path, 1, Duration::from_secs(60));
    let target = Target::baseline();
    let results: Vec<_> = (0..6).map(|_| pool.submit(unit(), &target, OptLevel::Speed)).collect();
    for result in results {
        assert!(result.wait().unwrap().starts_with(b"\x7fELF"));
    }
    assert!(pool.started() > 1, "never replaced");
}

#[test]
#[cfg(unix)]
fn compilers_that_die_hang_or_talk_nonsense_fail_their_units_only() {
    let hello = "printf '%b' \"$HELLO\"";
    let own = Hello::own().encode();
    let frame = frames(&[own]);
    let octal: String = frame.iter().map(|b| format!("\\0{b:03o}")).collect();
    let dies = format!("HELLO='{octal}'; {hello}; exec /bin/sleep 0.05");
    let hangs = format!("HELLO='{octal}'; {hello}; exec /bin/sleep 100");
    let nonsense =
        format!("HELLO='{octal}'; {hello}; printf 'GET / HTTP/1.1'; exec /bin/sleep 100");
    let cases = [
        (dies, CompileFailure::Died),
        (hangs, CompileFailure::Timeout),
        (nonsense, CompileFailure::Died),
    ];
    for (text, expected) in cases {
        let (_folder, path) = script("broken", &text);
        let pool = pool(path, 1, Duration::from_millis(300));
        let start = Instant::now();
        let result = pool.compile(unit(), &Target::baseline(), OptLevel::Speed);
        assert_eq!(result, Err(expected), "{text}");
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}

#[test]
#[cfg(unix)]
fn a_compiler_that_gives_no_answers_is_given_up() {
    let octal: String =
        frames(&[Hello::own().encode()]).iter().map(|b| format!("\\0{b:03o}")).collect();
    let (_folder, path) = script("idle", &format!("printf '%b' '{octal}'; exec /bin/sleep 0.01"));
    let pool = pool(&path, 1, Duration::from_secs(60));
    let target = Target::baseline();
    let results: Vec<_> = (0..20).map(|_| pool.submit(unit(), &target, OptLevel::Speed)).collect();
    let results: Vec<_> = results.into_iter().map(|result| result.wait().unwrap_err()).collect();
    let line = format!("cannot use the compiler {}: it gives no answers", path.display());
    assert_eq!(results.last(), Some(&CompileFailure::Unusable(line)), "{results:?}");
    assert!(pool.started() < 10, "{} were started", pool.started());
}

#[test]
fn what_is_not_a_compiler_is_named_once() {
    for program in ["/nonexistent/pkgimage-compiler", "/bin/cat", "/bin/true"] {
        let pool = pool(program, 2, Duration::from_secs(5));
        for _ in 0..2 {
            let result = pool.compile(unit(), &Target::baseline(), OptLevel::Speed);
            // `cat` says hello with our own words, and then answers a request with itself.
            match result {
                Err(CompileFailure::Unusable(line)) => {
                    assert!(line.contains(program) && !line.contains('\n'), "{line}");
                }
                Err(CompileFailure::Died) if program == "/bin/cat" => {}
                other => panic!("{program}: {other:?}"),
            }
        }
    }
}
