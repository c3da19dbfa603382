// SPDX-License-Identifier: MIT

// Quotations (*.quotes): a line a quotation, "who: what". Becomes two arrays of strings, `who` and
// `what`, with a row a line.
//
// Go hands out functions and takes strings; what the ABI wants as C data (the note, the descriptor)
// stands in plugin.c beside it.
package main

/*
#cgo CFLAGS: -std=gnu11
#include "plugin.h"
*/
import "C"

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"
)

func parse(text string) (who, what []string, err error) {
	if !utf8.ValidString(text) {
		return nil, nil, errors.New("isn't UTF-8")
	}
	for number, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		name, words, found := strings.Cut(line, ":")
		if !found {
			return nil, nil, errors.New("line " + strconv.Itoa(number+1) + " has no colon")
		}
		who = append(who, strings.TrimSpace(name))
		what = append(what, strings.TrimSpace(words))
	}
	return who, what, nil
}

// All strings of one output: their bytes one behind the other, and where each begins.
func put(sink *C.sheaf_sink, output uint32, texts []string) C.sheaf_status {
	joined := strings.Join(texts, "")
	var slot C.sheaf_slot
	status := C.reserve(sink, C.uint32_t(output), C.int64_t(len(texts)), C.uint64_t(len(joined)), &slot)
	if status != C.SHEAF_OK {
		return status // the host has noted why
	}
	copy(unsafe.Slice((*byte)(slot.data), len(joined)), joined)
	offsets := unsafe.Slice((*int64)(unsafe.Pointer(slot.offsets)), len(texts)+1)
	at := int64(0)
	for i, text := range texts {
		offsets[i] = at
		at += int64(len(text))
	}
	offsets[len(texts)] = at
	return C.commit(sink, C.uint32_t(output), C.int64_t(len(texts)))
}

//export quotes_load
func quotes_load(instance unsafe.Pointer, call *C.sheaf_call, source *C.sheaf_source, sink *C.sheaf_sink) C.sheaf_status {
	bytes := C.GoStringN((*C.char)(unsafe.Pointer(source.bytes.data)), C.int(source.bytes.size))
	who, what, err := parse(bytes)
	if err != nil {
		message := C.CString(err.Error())
		defer C.free(unsafe.Pointer(message))
		return C.refuse(call, message)
	}
	if len(who) == 0 {
		return C.SHEAF_EMPTY
	}
	if status := put(sink, 0, who); status != C.SHEAF_OK {
		return status
	}
	return put(sink, 1, what)
}

func main() {}
