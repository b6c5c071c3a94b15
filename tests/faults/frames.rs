//! Conversations that lie: the real compiler with a client that sends damaged frames, and the runner's client with
//! a compiler that answers with them. Each request ends, with an answer or a failure; nobody dies or waits forever.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pkgimage_image::code::object_code::ObjectCode;
use pkgimage_ir::protocol::{
    Answer, Hello, Output, Request, decode, encode, read_frame, write_frame,
};
use pkgimage_ir::{CompileFailure, CompilerPool, OptLevel, PoolConfig, Target, Unit};

use crate::{damage, random, setting};

const COMPILER: &str = env!("CARGO_BIN_EXE_pkgimage-compiler");

const UNIT: &str = r#"
unit "sum(Int64)"
sig0 = julia(i64) -> i64
function specialized "sum(Int64)" sig0 {
b0(v0: i64):
  v1: i64 = iconst 0
  jump b1(v0, v1)
b1(v2: i64, v3: i64):
  v4: i64 = iadd v3, v2
  v5: i64 = iconst 1
  v6: i64 = isub v2, v5
  v7: i64 = iconst 0
  v8: i8 = icmp eq v6, v7
  br_if v8, b2(v4), b1(v6, v4)
b2(v9: i64):
  return v9
}
"#;
/// Requests in a conversation.
const REQUESTS: usize = 20;
/// How long a conversation may take.
const PATIENCE: Duration = Duration::from_secs(60);

fn unit() -> (Unit, Vec<u8>) {
    let mut unit = pkgimage_ir::text::parse(UNIT).unwrap();
    let bytes = pkgimage_ir::binary::encode(&mut unit);
    (unit, bytes)
}

fn frame(payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_frame(&mut bytes, payload).unwrap();
    bytes
}

fn request(id: u64, unit: Vec<u8>) -> Vec<u8> {
    let output = if id % 5 == 4 { Output::Clif } else { Output::Object };
    encode(&Request { id, output, target: Target::baseline(), opt_level: OptLevel::Speed, unit })
}

/// Sends all of this, and gives what is answered. The compiler says nothing else, and ends well, unless what it
/// was sent ends in the middle of a frame.
fn converse(input: Vec<u8>, whole: bool, hint: &str) -> Vec<Vec<u8>> {
    let begun = Instant::now();
    let mut child = Command::new(COMPILER)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // It need not read all of it.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{hint}: {:?}", output.status);
    let code = output.status.code();
    assert!(code == Some(0) || (!whole && code == Some(1)), "{hint}: {:?}", output.status);
    assert!(begun.elapsed() < PATIENCE, "{hint}: {:?}", begun.elapsed());
    let mut from = output.stdout.as_slice();
    let frames: Vec<Vec<u8>> = std::iter::from_fn(|| read_frame(&mut from).ok()).collect();
    assert!(from.is_empty(), "{hint}: half a frame at the end");
    frames
}

#[test]
fn the_compiler_answers_whatever_it_is_sent() {
    let wanted = setting("FAULT_FRAMES", 600);
    let (_, unit) = unit();
    let mut chance = random(11);
    let (mut sent, mut conversations, mut done, mut failed) = (0, 0, 0, 0);
    while sent < wanted {
        let hint = format!("conversation {conversations}");
        let mut stream = frame(&Hello::own().encode());
        let mut right = 0;
        for id in 0..REQUESTS as u64 {
            let payload = match chance.below(4) {
                // As it should be.
                0 => {
                    right += 1;
                    request(id, unit.clone())
                }
                1 => {
                    let mut damaged = unit.clone();
                    damage(&mut damaged, &mut chance);
                    request(id, damaged)
                }
                _ => {
                    let mut payload = request(id, unit.clone());
                    damage(&mut payload, &mut chance);
                    payload
                }
            };
            stream.extend(frame(&payload));
        }
        sent += REQUESTS;
        conversations += 1;
        // Every third time the frames themselves are damaged.
        let whole = !chance.one_in(3);
        if !whole {
            damage(&mut stream, &mut chance);
        }
        let answers = converse(stream, whole, &hint);
        let mut own = 0;
        for payload in &answers {
            match decode::<Answer>(payload) {
                Some(Answer::Done { .. }) => own += 1,
                Some(Answer::Failed { text, .. }) => {
                    assert!(!text.is_empty() && !text.contains('\n'), "{hint}: {text:?}");
                    failed += 1;
                }
                None => assert!(Hello::decode(payload).is_some(), "{hint}: what is this?"),
            }
        }
        if whole {
            assert_eq!(answers.len(), REQUESTS + 1, "{hint}: one answer to each");
            assert!(own >= right, "{hint}: {own} of {right}");
        }
        done += own;
    }
    println!(
        "{sent} frames to compilers in {conversations} conversations: {done} done, {failed} refused"
    );
}

/// A compiler that has its answers beforehand, and then goes, or stays and is silent.
fn liar(folder: &Path, answers: &[u8], stays: bool) -> std::path::PathBuf {
    let file = folder.join("answers");
    std::fs::write(&file, answers).unwrap();
    let path = folder.join("compiler");
    let rest = if stays { "exec /bin/sleep 100" } else { "exec /bin/sleep 0.05" };
    std::fs::write(&path, format!("#!/bin/sh\n/bin/cat '{}'\n{rest}\n", file.display())).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn the_client_gets_over_a_compiler_that_lies() {
    let wanted = setting("FAULT_FRAMES", 600).div_ceil(20);
    let (unit, bytes) = unit();
    let target = Target::baseline();
    let honest = PoolConfig { program: COMPILER.into(), processes: 1, timeout: PATIENCE };
    let object =
        CompilerPool::new(honest).compile(bytes.clone(), &target, OptLevel::Speed).unwrap();
    let mut chance = random(12);
    let (mut right, mut wrong, mut failed) = (0, 0, 0);
    for number in 0..wanted {
        let mut stream = frame(&Hello::own().encode());
        let mut is_believed = false;
        for id in 0..3 {
            let mut payload = encode(&Answer::Done { id, bytes: object.clone() });
            if chance.one_in(2) {
                damage(&mut payload, &mut chance);
                is_believed = true;
            }
            stream.extend(frame(&payload));
        }
        if !is_believed || chance.one_in(3) {
            damage(&mut stream, &mut chance);
        }
        let folder = tempfile::tempdir().unwrap();
        let program = liar(folder.path(), &stream, chance.one_in(4));
        let pool = CompilerPool::new(PoolConfig {
            program,
            processes: 1 + chance.below(2),
            timeout: Duration::from_millis(300),
        });
        let begun = Instant::now();
        let tickets: Vec<_> =
            (0..3).map(|_| pool.submit(bytes.clone(), &target, OptLevel::Speed)).collect();
        for ticket in tickets {
            match ticket.wait() {
                Ok(answer) if answer == object => right += 1,
                Ok(answer) => {
                    assert!(is_believed, "case {number}: a damaged frame was believed");
                    // Where it was sent in a whole frame, the loader looks at what it is.
                    let _ = ObjectCode::parse(&answer, &unit);
                    wrong += 1;
                }
                Err(CompileFailure::Unusable(line)) => {
                    assert!(!line.contains('\n'), "{line}");
                    failed += 1;
                }
                Err(_) => failed += 1,
            }
        }
        drop(pool);
        assert!(begun.elapsed() < PATIENCE, "case {number}: {:?}", begun.elapsed());
    }
    println!(
        "{wanted} lying compilers, {} requests: {right} right answers, {wrong} others in whole frames, \
         {failed} failures",
        3 * wanted
    );
}
