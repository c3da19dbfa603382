// SPDX-License-Identifier: MIT
//! Sequences in FASTA (*.fasta): a line ">name", then lines of letters.
//!
//!     >first
//!     ACGT
//!     ACG
//!
//! Becomes two arrays of strings, `name` and `sequence`, with a row a record. The host reads the
//! file; a panic would end the worker and cost that source alone.
mod abi;

use abi::*;
use std::os::raw::c_void;
use std::ptr;

#[used]
#[link_section = ".note.sheaf"]
static NOTE: Note = Note::new("example.fasta", "1.0.0");

type Record = (String, String);

fn parse(bytes: &[u8]) -> Result<Vec<Record>, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("isn't UTF-8: {error}"))?;
    let mut records: Vec<Record> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('>') {
            records.push((name.trim().to_string(), String::new()));
        } else if let Some(last) = records.last_mut() {
            last.1.push_str(line);
        } else if !line.is_empty() {
            return Err(format!("line {} stands before the first '>'", number + 1));
        }
    }
    Ok(records)
}

/// All strings of one output: their bytes one behind the other, and where each begins.
fn put(sink: &Sink, output: u32, strings: &[&str]) -> Status {
    let bytes: usize = strings.iter().map(|text| text.len()).sum();
    let rows = strings.len() as i64;
    let mut slot = Slot { data: ptr::null_mut(), size: 0, offsets: ptr::null_mut() };
    let status = (sink.reserve)(sink, output, rows, ptr::null(), 0, bytes as u64, &mut slot);
    if status != OK {
        return status; // the host has noted why
    }
    let mut at = 0;
    for (i, text) in strings.iter().enumerate() {
        unsafe {
            *slot.offsets.add(i) = at as i64;
            ptr::copy_nonoverlapping(text.as_ptr(), slot.data.add(at), text.len());
        }
        at += text.len();
    }
    unsafe { *slot.offsets.add(strings.len()) = at as i64 };
    (sink.commit)(sink, output, rows)
}

extern "C" fn open(
    _: *const Feature, _: *const Call, _: *const c_void, instance: *mut *mut c_void,
) -> Status {
    unsafe { *instance = ptr::NonNull::<u8>::dangling().as_ptr().cast() }; // there is no state
    OK
}

extern "C" fn describe(_: *mut c_void, _: *const Call, description: *const Description) -> Status {
    for name in ["name", "sequence"] {
        let output = Output {
            struct_size: size_of::<Output>(),
            flags: 0,
            name: Text::new(name),
            dtype: UTF8,
            ndim: 0,
            item_shape: ptr::null(),
            chunk_rows: 0,
            filters: ptr::null(),
            filter_count: 0,
            fill_value: ptr::null(),
        };
        let status = unsafe { ((*description).add_output)(description, &output) };
        if status != OK {
            return status;
        }
    }
    OK
}

extern "C" fn load(
    _: *mut c_void, call: *const Call, source: *const Source, sink: *const Sink,
) -> Status {
    let (call, source, sink) = unsafe { (&*call, &*source, &*sink) };
    let records = match parse(unsafe { source.bytes.bytes() }) {
        Ok(records) => records,
        Err(why) => return (call.fail)(call, ERR_SOURCE, Text::new(&why)),
    };
    if records.is_empty() {
        return EMPTY;
    }
    let names: Vec<&str> = records.iter().map(|record| record.0.as_str()).collect();
    let sequences: Vec<&str> = records.iter().map(|record| record.1.as_str()).collect();
    match put(sink, 0, &names) {
        OK => put(sink, 1, &sequences),
        status => status,
    }
}

extern "C" fn close(_: *mut c_void) {}

static PATTERNS: [Text; 1] = [Text::new(r"\.(fasta|fa)$")];
static FEATURE: Feature = Feature {
    struct_size: size_of::<Feature>(),
    flags: WANTS_BYTES,
    name: Text::new("example.fasta"),
    summary: Text::new("Sequences in FASTA: a row a record"),
    patterns: PATTERNS.as_ptr(),
    pattern_count: 1,
    priority: 0,
    reserved: 0,
    params: ptr::null(),
    param_count: 0,
    input: Text::new(""),
    open,
    survey: None,
    describe,
    load,
    finish: None,
    close,
    get_extension: None,
};
static FEATURES: [&Feature; 1] = [&FEATURE];
static PLUGIN: Plugin = Plugin {
    struct_size: size_of::<Plugin>(),
    abi_minor: 0,
    flags: 0,
    reserved: 0,
    id: Text::new("example.fasta"),
    version: Text::new("1.0.0"),
    summary: Text::new("An example in Rust"),
    license: Text::new("MIT"),
    features: FEATURES.as_ptr(),
    feature_count: 1,
    get_extension: None,
};

#[no_mangle]
pub extern "C" fn sheaf_plugin_entry_v1(_host: *const c_void) -> *const Plugin {
    &PLUGIN
}
