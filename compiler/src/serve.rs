//! The loop: one frame in, one frame out.

use pkgimage_codegen::{CompileError, Options, clif, compile};
use pkgimage_ir::protocol::{
    Answer, ErrorKind, FrameError, Hello, Output, Request, decode, encode, read_frame, write_frame,
};
use std::io::{BufReader, BufWriter, Read, Write};

/// Talks until the other side is gone.
///
/// # Errors
/// If a pipe breaks.
pub fn serve(input: impl Read, output: impl Write) -> Result<(), FrameError> {
    let mut input = BufReader::new(input);
    let mut output = BufWriter::new(output);
    let mut refusal = Some("the conversation starts with a hello".to_owned());
    loop {
        let payload = match read_frame(&mut input) {
            Ok(payload) => payload,
            Err(FrameError::End) => return Ok(()),
            Err(error @ (FrameError::TooLarge(_) | FrameError::Damaged(_) | FrameError::Lost)) => {
                let text = error.to_string();
                let answer = Answer::Failed { id: None, kind: ErrorKind::Frame, text };
                write_frame(&mut output, &encode(&answer))?;
                match error {
                    FrameError::Lost => return Ok(()),
                    _ => continue,
                }
            }
            Err(error @ FrameError::Io(_)) => return Err(error),
        };
        if let Some(hello) = Hello::decode(&payload) {
            let own = Hello::own();
            refusal = hello.mismatch(&own);
            write_frame(&mut output, &own.encode())?;
            continue;
        }
        let answer = match (&refusal, decode::<Request>(&payload)) {
            (Some(text), request) => Answer::Failed {
                id: request.map(|r| r.id),
                kind: ErrorKind::Version,
                text: text.clone(),
            },
            (None, Some(request)) => answer(&request),
            (None, None) => Answer::Failed {
                id: None,
                kind: ErrorKind::Frame,
                text: format!("a frame of {} bytes is not a request", payload.len()),
            },
        };
        match write_frame(&mut output, &encode(&answer)) {
            Err(FrameError::TooLarge(size)) => {
                let id = match answer {
                    Answer::Done { id, .. } => Some(id),
                    Answer::Failed { id, .. } => id,
                };
                let text = format!("the answer has {size} bytes");
                let answer = Answer::Failed { id, kind: ErrorKind::Codegen, text };
                write_frame(&mut output, &encode(&answer))?;
            }
            other => other?,
        }
    }
}

fn answer(request: &Request) -> Answer {
    let options = Options { target: request.target.clone(), opt_level: request.opt_level };
    let result = match request.output {
        Output::Object => compile(&request.unit, &options),
        Output::Clif => clif(&request.unit, &options).map(String::into_bytes),
    };
    match result {
        Ok(bytes) => Answer::Done { id: request.id, bytes },
        Err(error) => {
            let kind = match error {
                CompileError::Decode(_) | CompileError::Verify(_) => ErrorKind::Unit,
                CompileError::Target(_) => ErrorKind::Target,
                CompileError::Codegen(_) | CompileError::Panic(_) => ErrorKind::Codegen,
            };
            Answer::Failed { id: Some(request.id), kind, text: error.to_string() }
        }
    }
}
