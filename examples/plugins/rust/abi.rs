// SPDX-License-Identifier: MIT
//! What this plugin uses of <sheaf/plugin.h>, by hand: each struct has the fields of the header's, in
//! its order. Structs that may grow begin with struct_size, which says how much of them there is,
//! so that what isn't used at their ends can be left out of those that the host fills.
#![allow(dead_code)]

use std::os::raw::c_void;

pub type Status = i32;
pub const OK: Status = 0;
pub const EMPTY: Status = 2;
pub const ERR_SOURCE: Status = -1;

/// Bytes with a length: sheaf_string and sheaf_bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Text {
    pub data: *const u8,
    pub size: u64,
}
impl Text {
    pub const fn new(text: &str) -> Text {
        Text { data: text.as_ptr(), size: text.len() as u64 }
    }
    /// # Safety
    /// Only while the call lasts that passed it.
    pub unsafe fn bytes<'a>(&self) -> &'a [u8] {
        if self.size == 0 {
            return &[];
        }
        std::slice::from_raw_parts(self.data, self.size as usize)
    }
}

#[repr(C)]
pub struct Dtype {
    pub code: u8,
    pub bits: u8,
    pub lanes: u16,
}
pub const UTF8: Dtype = Dtype { code: 200, bits: 0, lanes: 1 };

#[repr(C)]
pub struct Call {
    pub struct_size: u32,
    pub abi_minor: u32,
    pub host_data: *mut c_void,
    pub fail: extern "C" fn(*const Call, Status, Text) -> Status,
}

#[repr(C)]
pub struct Source {
    pub struct_size: u32,
    pub reserved: u32,
    pub id: Text,
    pub uri: Text,
    pub path: Text,
    pub bytes: Text,
}

#[repr(C)]
pub struct Output {
    pub struct_size: u32,
    pub flags: u32,
    pub name: Text,
    pub dtype: Dtype,
    pub ndim: u32,
    pub item_shape: *const i64,
    pub chunk_rows: i64,
    pub filters: *const c_void,
    pub filter_count: u64,
    pub fill_value: *const c_void,
}

#[repr(C)]
pub struct Description {
    pub struct_size: u32,
    pub reserved: u32,
    pub host_data: *mut c_void,
    pub add_output: extern "C" fn(*const Description, *const Output) -> Status,
}

#[repr(C)]
pub struct Slot {
    pub data: *mut u8,
    pub size: u64,
    pub offsets: *mut i64,
}

#[repr(C)]
pub struct Sink {
    pub struct_size: u32,
    pub reserved: u32,
    pub host_data: *mut c_void,
    pub reserve:
        extern "C" fn(*const Sink, u32, i64, *const i64, u32, u64, *mut Slot) -> Status,
    pub commit: extern "C" fn(*const Sink, u32, i64) -> Status,
}

pub const WANTS_BYTES: u32 = 2;

#[repr(C)]
pub struct Feature {
    pub struct_size: u32,
    pub flags: u32,
    pub name: Text,
    pub summary: Text,
    pub patterns: *const Text,
    pub pattern_count: u64,
    pub priority: i32,
    pub reserved: u32,
    pub params: *const c_void,
    pub param_count: u64,
    pub input: Text,
    pub open: extern "C" fn(*const Feature, *const Call, *const c_void, *mut *mut c_void) -> Status,
    pub survey: Option<extern "C" fn()>,
    pub describe: extern "C" fn(*mut c_void, *const Call, *const Description) -> Status,
    pub load: extern "C" fn(*mut c_void, *const Call, *const Source, *const Sink) -> Status,
    pub finish: Option<extern "C" fn()>,
    pub close: extern "C" fn(*mut c_void),
    pub get_extension: Option<extern "C" fn()>,
}

#[repr(C)]
pub struct Plugin {
    pub struct_size: u32,
    pub abi_minor: u32,
    pub flags: u32,
    pub reserved: u32,
    pub id: Text,
    pub version: Text,
    pub summary: Text,
    pub license: Text,
    pub features: *const &'static Feature,
    pub feature_count: u64,
    pub get_extension: Option<extern "C" fn()>,
}

// What is declared is never written to, so that threads may share the pointers in it.
unsafe impl Sync for Text {}
unsafe impl Sync for Feature {}
unsafe impl Sync for Plugin {}

pub const fn size_of<T>() -> u32 {
    std::mem::size_of::<T>() as u32
}

/// The ELF note: what a host reads before any code of the plugin runs.
#[repr(C, align(4))]
pub struct Note {
    sizes_and_type: [u32; 3],
    owner: [u8; 8],
    abi: [u32; 2],
    id: [u8; 64],
    version: [u8; 32],
}
impl Note {
    pub const fn new(id: &str, version: &str) -> Note {
        Note {
            sizes_and_type: [6, 104, 1],
            owner: *b"sheaf\0\0\0",
            abi: [1, 0],
            id: padded(id),
            version: padded(version),
        }
    }
}
const fn padded<const N: usize>(text: &str) -> [u8; N] {
    let mut bytes = [0; N];
    let mut i = 0;
    while i < text.len() {
        bytes[i] = text.as_bytes()[i];
        i += 1;
    }
    bytes
}
