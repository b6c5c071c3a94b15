//! Unwind information: read from object code, written into images.
//!
//! The compiler's `.eh_frame` holds absolute addresses, which a position-independent image cannot
//! have in read-only memory. So the records are taken apart and written anew with distances, one
//! common CIE for all equal ones, and with the sorted table `.eh_frame_hdr` that debuggers and
//! unwinders search.

use super::object_code::ObjectError;
use std::collections::{BTreeMap, HashMap};

/// Unwind information of the functions of a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frames {
    /// What the functions have in common, and where it differs.
    pub functions: Vec<FunctionFrame>,
}

/// Unwind information of one function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionFrame {
    /// The function's offset in the text.
    pub offset: u32,
    /// The size of its code.
    pub size: u32,
    /// The common part: alignment factors, return address register, first instructions.
    pub common: Common,
    /// Its own call frame instructions.
    pub instructions: Vec<u8>,
}

/// The content of a CIE.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Common {
    /// Factors and register, encoded as in the CIE.
    parameters: Vec<u8>,
    /// Call frame instructions.
    instructions: Vec<u8>,
}

fn malformed() -> ObjectError {
    ObjectError::Elf("the unwind information does not parse".into())
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, size: usize) -> Result<&'a [u8], ObjectError> {
        let end = self.at.checked_add(size).ok_or_else(malformed)?;
        let taken = self.bytes.get(self.at..end).ok_or_else(malformed)?;
        self.at = end;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32, ObjectError> {
        let mut word = [0; 4];
        word.copy_from_slice(self.take(4)?);
        Ok(u32::from_le_bytes(word))
    }

    fn u64(&mut self) -> Result<u64, ObjectError> {
        let mut word = [0; 8];
        word.copy_from_slice(self.take(8)?);
        Ok(u64::from_le_bytes(word))
    }

    fn leb(&mut self) -> Result<&'a [u8], ObjectError> {
        let rest = self.bytes.get(self.at..).ok_or_else(malformed)?;
        let length = rest.iter().position(|b| b & 0x80 == 0).ok_or_else(malformed)? + 1;
        self.take(length)
    }

    fn rest(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at = self.bytes.len();
        rest
    }
}

/// Reads an `.eh_frame` section; `targets` holds the text offsets that its relocations name.
pub(super) fn parse(bytes: &[u8], targets: &HashMap<u64, u32>) -> Result<Frames, ObjectError> {
    let mut frames = Frames::default();
    let mut commons: HashMap<usize, Common> = HashMap::new();
    let mut at = 0;
    while at < bytes.len() {
        let mut reader = Reader { bytes, at };
        let length = reader.u32()? as usize;
        if length == 0 {
            at += 4;
            continue;
        }
        let body_at = at + 4;
        let body = reader.take(length)?;
        let mut body = Reader { bytes: body, at: 0 };
        let id = body.u32()? as usize;
        if id == 0 {
            let version = body.take(1)?;
            // No augmentation: addresses are eight absolute bytes.
            if !matches!(version, [1 | 3]) || body.take(1)? != [0] {
                return Err(malformed());
            }
            let start = body.at;
            body.leb()?;
            body.leb()?;
            body.leb()?;
            let parameters = body.bytes.get(start..body.at).unwrap_or_default().to_vec();
            let common = Common { parameters, instructions: body.rest().to_vec() };
            commons.insert(at, common);
        } else {
            let common = body_at.checked_sub(id).and_then(|at| commons.get(&at));
            let common = common.ok_or_else(malformed)?.clone();
            let offset = targets.get(&(body_at as u64 + 4)).copied().ok_or_else(malformed)?;
            body.u64()?;
            let size = u32::try_from(body.u64()?).map_err(|_| malformed())?;
            let instructions = body.rest().to_vec();
            frames.functions.push(FunctionFrame { offset, size, common, instructions });
        }
        at = body_at + length;
    }
    Ok(frames)
}

/// A function of the image, and its unwind information.
#[derive(Clone, Debug)]
pub struct PlacedFrame<'a> {
    /// Address of the function.
    pub address: u64,
    /// What to write.
    pub frame: &'a FunctionFrame,
}

/// The size that [`write()`] will need for `.eh_frame`, and that for `.eh_frame_hdr`.
pub fn sizes(frames: &[PlacedFrame<'_>]) -> (usize, usize) {
    let (section, header) = write(frames, 0, 0x1_0000);
    (section.len(), header.len())
}

/// `.eh_frame` at this address, and `.eh_frame_hdr` at that one. The functions are in ascending
/// order of address, and within two gigabytes.
pub fn write(frames: &[PlacedFrame<'_>], address: u64, header_address: u64) -> (Vec<u8>, Vec<u8>) {
    let mut section = vec![];
    let mut commons: BTreeMap<&Common, usize> = BTreeMap::new();
    let mut table = vec![];
    for PlacedFrame { address: function, frame } in frames {
        let cie = *commons.entry(&frame.common).or_insert_with(|| {
            let mut body = vec![0, 0, 0, 0, 1];
            body.extend_from_slice(b"zR\0");
            body.extend_from_slice(&frame.common.parameters);
            // One byte of augmentation: addresses are four bytes, relative to their place.
            body.extend_from_slice(&[1, 0x1b]);
            body.extend_from_slice(&frame.common.instructions);
            record(&mut section, body)
        });
        let at = section.len();
        let id_at = at + 4;
        let begin = function.wrapping_sub(address + id_at as u64 + 4) as u32;
        let mut body = vec![];
        body.extend_from_slice(&((id_at - cie) as u32).to_le_bytes());
        body.extend_from_slice(&begin.to_le_bytes());
        body.extend_from_slice(&frame.size.to_le_bytes());
        body.push(0);
        body.extend_from_slice(&frame.instructions);
        record(&mut section, body);
        table.push((*function, address + at as u64));
    }
    section.extend_from_slice(&[0; 4]);

    // Version 1; pointer to the section: relative; count: four bytes; table: relative to here.
    let mut header = vec![1, 0x1b, 0x03, 0x3b];
    let relative = |target: u64, base: u64| (target.wrapping_sub(base) as u32).to_le_bytes();
    header.extend_from_slice(&relative(address, header_address + 4));
    header.extend_from_slice(&(table.len() as u32).to_le_bytes());
    for (function, record) in table {
        header.extend_from_slice(&relative(function, header_address));
        header.extend_from_slice(&relative(record, header_address));
    }
    (section, header)
}

/// Appends a record, padded to eight bytes with `DW_CFA_nop`; gives its place.
fn record(section: &mut Vec<u8>, mut body: Vec<u8>) -> usize {
    let at = section.len();
    body.resize((body.len() + 4).next_multiple_of(8) - 4, 0);
    section.extend_from_slice(&(body.len() as u32).to_le_bytes());
    section.extend_from_slice(&body);
    at
}
