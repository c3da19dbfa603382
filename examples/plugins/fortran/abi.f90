! SPDX-License-Identifier: MIT
! What this plugin uses of <sheaf/plugin.h>, by hand: each type has the fields of the header's struct,
! in its order. Those that the host fills may be longer than what is named here.
module sheaf_abi
  use, intrinsic :: iso_c_binding
  implicit none

  integer(c_int32_t), parameter :: sheaf_ok = 0, sheaf_err_source = -1
  integer(c_int8_t), parameter :: sheaf_float = 2
  integer(c_int32_t), parameter :: output_ragged = 1, feature_exclusive = 4

  type, bind(c) :: sheaf_string ! also sheaf_bytes
    type(c_ptr) :: data = c_null_ptr
    integer(c_int64_t) :: size = 0
  end type

  type, bind(c) :: sheaf_dtype
    integer(c_int8_t) :: code, bits
    integer(c_int16_t) :: lanes = 1
  end type

  type, bind(c) :: sheaf_call
    integer(c_int32_t) :: struct_size, abi_minor
    type(c_ptr) :: host_data
    type(c_funptr) :: fail
  end type

  type, bind(c) :: sheaf_source
    integer(c_int32_t) :: struct_size, reserved
    type(sheaf_string) :: id, uri, path, bytes
  end type

  type, bind(c) :: sheaf_output
    integer(c_int32_t) :: struct_size, flags
    type(sheaf_string) :: name
    type(sheaf_dtype) :: dtype
    integer(c_int32_t) :: ndim
    type(c_ptr) :: item_shape
    integer(c_int64_t) :: chunk_rows = 0
    type(c_ptr) :: filters = c_null_ptr
    integer(c_int64_t) :: filter_count = 0
    type(c_ptr) :: fill_value = c_null_ptr
  end type

  type, bind(c) :: sheaf_description
    integer(c_int32_t) :: struct_size, reserved
    type(c_ptr) :: host_data
    type(c_funptr) :: add_output
  end type

  type, bind(c) :: sheaf_slot
    type(c_ptr) :: data = c_null_ptr
    integer(c_int64_t) :: size = 0
    type(c_ptr) :: offsets = c_null_ptr
  end type

  type, bind(c) :: sheaf_sink
    integer(c_int32_t) :: struct_size, reserved
    type(c_ptr) :: host_data
    type(c_funptr) :: reserve, commit
  end type

  type, bind(c) :: sheaf_feature
    integer(c_int32_t) :: struct_size, flags = 0
    type(sheaf_string) :: name, summary
    type(c_ptr) :: patterns
    integer(c_int64_t) :: pattern_count
    integer(c_int32_t) :: priority = 0, reserved = 0
    type(c_ptr) :: params = c_null_ptr
    integer(c_int64_t) :: param_count = 0
    type(sheaf_string) :: input
    type(c_funptr) :: open, survey = c_null_funptr, describe, load, finish = c_null_funptr, close
    type(c_funptr) :: get_extension = c_null_funptr
  end type

  type, bind(c) :: sheaf_plugin
    integer(c_int32_t) :: struct_size, abi_minor = 0, flags = 0, reserved = 0
    type(sheaf_string) :: id, version, summary, license
    type(c_ptr) :: features
    integer(c_int64_t) :: feature_count
    type(c_funptr) :: get_extension = c_null_funptr
  end type

  abstract interface
    function fail_fn(call, status, message) bind(c) result(same)
      import
      type(c_ptr), value :: call
      integer(c_int32_t), value :: status
      type(sheaf_string), value :: message
      integer(c_int32_t) :: same
    end function
    function add_output_fn(description, output) bind(c) result(status)
      import
      type(c_ptr), value :: description
      type(sheaf_output) :: output
      integer(c_int32_t) :: status
    end function
    function reserve_fn(sink, output, rows, item_shape, ndim, string_bytes, slot) bind(c) &
        result(status)
      import
      type(c_ptr), value :: sink
      integer(c_int32_t), value :: output, ndim
      integer(c_int64_t), value :: rows, string_bytes
      integer(c_int64_t) :: item_shape(*)
      type(sheaf_slot) :: slot
      integer(c_int32_t) :: status
    end function
    function commit_fn(sink, output, rows) bind(c) result(status)
      import
      type(c_ptr), value :: sink
      integer(c_int32_t), value :: output
      integer(c_int64_t), value :: rows
      integer(c_int32_t) :: status
    end function
  end interface

contains

  ! The text must stay where it is as long as the host may look at it.
  function text(characters) result(made)
    character(kind=c_char, len=*), intent(in), target :: characters
    type(sheaf_string) :: made
    made%data = c_loc(characters)
    made%size = len(characters)
  end function
end module
