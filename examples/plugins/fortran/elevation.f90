! SPDX-License-Identifier: MIT
! Maps of heights (*.elevation): how many rows and columns, then the heights in metres, north first.
!
!     2 3
!     12.5 13.0 13.5
!     11.0 11.5 12.0
!
! Becomes float32 in a shape of each map's own (a ragged output): one row (rows, columns) a source.
module elevation
  use sheaf_abi
  implicit none
  private
  public :: sheaf_plugin_entry_v1

  integer(c_int64_t), parameter :: most = 100000 ! rows or columns

  ! What the host is told; it looks at it as long as the process lasts.
  character(kind=c_char, len=17), target :: id = 'example.elevation'
  character(kind=c_char, len=5), target :: version = '1.0.0'
  character(kind=c_char, len=21), target :: about = 'An example in Fortran'
  character(kind=c_char, len=3), target :: license = 'MIT'
  character(kind=c_char, len=28), target :: summary = 'Maps of heights: a row a map'
  character(kind=c_char, len=12), target :: pattern = '\.elevation$'
  character(kind=c_char, len=9), target :: output_name = 'elevation'
  type(sheaf_string), target :: patterns(1)
  type(sheaf_feature), target :: feature
  type(c_ptr), target :: features(1)
  type(sheaf_plugin), target :: plugin
  integer, target :: no_state = 0

contains

  function sheaf_plugin_entry_v1(host) bind(c) result(described)
    type(c_ptr), value :: host
    type(c_ptr) :: described
    patterns(1) = text(pattern)
    feature%struct_size = int(c_sizeof(feature), c_int32_t)
    feature%flags = feature_exclusive  ! a file can be open once at a time here
    feature%name = text(id)
    feature%summary = text(summary)
    feature%patterns = c_loc(patterns)
    feature%pattern_count = 1
    feature%open = c_funloc(open_instance)
    feature%describe = c_funloc(describe)
    feature%load = c_funloc(load)
    feature%close = c_funloc(close_instance)
    features(1) = c_loc(feature)
    plugin%struct_size = int(c_sizeof(plugin), c_int32_t)
    plugin%id = text(id)
    plugin%version = text(version)
    plugin%summary = text(about)
    plugin%license = text(license)
    plugin%features = c_loc(features)
    plugin%feature_count = 1
    described = c_loc(plugin)
  end function

  function open_instance(self, call, config, instance) bind(c) result(status)
    type(c_ptr), value :: self, call, config
    type(c_ptr) :: instance
    integer(c_int32_t) :: status
    instance = c_loc(no_state)
    status = sheaf_ok
  end function

  subroutine close_instance(instance) bind(c)
    type(c_ptr), value :: instance
  end subroutine

  function describe(instance, call, description) bind(c) result(status)
    type(c_ptr), value :: instance, call
    type(sheaf_description), intent(in), target :: description
    integer(c_int32_t) :: status
    procedure(add_output_fn), pointer :: add_output
    integer(c_int64_t), target :: item_shape(2)
    type(sheaf_output) :: output
    item_shape = -1 ! known a source
    output%struct_size = int(c_sizeof(output), c_int32_t)
    output%flags = output_ragged
    output%name = text(output_name)
    output%dtype = sheaf_dtype(sheaf_float, 32_c_int8_t)
    output%ndim = 2
    output%item_shape = c_loc(item_shape)
    call c_f_procpointer(description%add_output, add_output)
    status = add_output(c_loc(description), output)
  end function

  ! This source is bad: it is recorded with the message, and the run goes on.
  function refuse(call, message) result(status)
    type(sheaf_call), intent(in), target :: call
    character(kind=c_char, len=*), intent(in) :: message
    integer(c_int32_t) :: status
    procedure(fail_fn), pointer :: fail
    call c_f_procpointer(call%fail, fail)
    status = fail(c_loc(call), sheaf_err_source, text(message))
  end function

  function load(instance, call, source, sink) bind(c) result(status)
    type(c_ptr), value :: instance
    type(sheaf_call), intent(in) :: call
    type(sheaf_source), intent(in) :: source
    type(sheaf_sink), intent(in), target :: sink
    integer(c_int32_t) :: status
    character(kind=c_char), pointer :: path(:)
    character(len=:), allocatable :: name
    integer :: unit, failed
    if (source%path%size == 0) then
      status = refuse(call, 'is no file')
      return
    end if
    call c_f_pointer(source%path%data, path, [source%path%size])
    allocate (character(len=size(path)) :: name)
    name = transfer(path, name)
    open (newunit=unit, file=name, action='read', status='old', iostat=failed)
    if (failed /= 0) then
      status = refuse(call, 'can''t be opened')
      return
    end if
    status = load_map(unit, call, sink)
    close (unit)
  end function

  function load_map(unit, call, sink) result(status)
    integer, intent(in) :: unit
    type(sheaf_call), intent(in) :: call
    type(sheaf_sink), intent(in), target :: sink
    integer(c_int32_t) :: status
    procedure(reserve_fn), pointer :: reserve
    procedure(commit_fn), pointer :: commit
    integer(c_int64_t) :: extents(2)
    type(sheaf_slot) :: slot
    real(c_float), pointer :: heights(:)
    integer :: failed
    read (unit, *, iostat=failed) extents
    if (failed /= 0) then
      status = refuse(call, 'doesn''t begin with the numbers of rows and columns')
      return
    else if (any(extents < 1 .or. extents > most)) then
      status = refuse(call, 'has a number of rows or columns that isn''t allowed')
      return
    end if
    call c_f_procpointer(sink%reserve, reserve)
    status = reserve(c_loc(sink), 0, 1_c_int64_t, extents, 2, 0_c_int64_t, slot)
    if (status /= sheaf_ok) return ! the host has noted why
    ! The slot is memory of the host's, row by row as the file is: what is read there stays there.
    call c_f_pointer(slot%data, heights, [product(extents)])
    read (unit, *, iostat=failed) heights
    if (failed /= 0) then
      status = refuse(call, 'ends before its last height, or holds something that is no number')
      return
    end if
    call c_f_procpointer(sink%commit, commit)
    status = commit(c_loc(sink), 0, 1_c_int64_t)
  end function
end module
