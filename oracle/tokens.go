//go:build !go1.24

// Addresses become tokens: a class letter in the top byte of the pointer
// word and a running number below. Every class counts for itself from 1, and
// an address keeps its token for the whole trace (nothing is ever freed).
package main

import (
	"reflect"
	"unsafe"
)

type tokens struct {
	number map[byte]map[uintptr]uint64
	types  []uintptr // type words named by the line being written
	heap   []heapCell
}

// heapCell is an indirect key (K) or elem (E) seen for the first time.
type heapCell struct {
	class  byte
	number uint64
	p      unsafe.Pointer
}

func newTokens() *tokens {
	ts := &tokens{number: map[byte]map[uintptr]uint64{}}
	for _, c := range []byte("STDPKE") {
		ts.number[c] = map[uintptr]uint64{}
	}
	return ts
}

// of is the number of an address in a class, given out on first sight.
func (ts *tokens) of(class byte, addr uintptr) uint64 {
	known := ts.number[class]
	n, ok := known[addr]
	if !ok {
		n = uint64(len(known) + 1)
		known[addr] = n
		switch class {
		case 'T':
			ts.types = append(ts.types, addr)
		case 'K', 'E':
			ts.heap = append(ts.heap, heapCell{class, n, pointerTo(addr)})
		}
	}
	return n
}

// word is the token of a pointer as it stands in a slot.
func (ts *tokens) word(class byte, addr uintptr) uintptr {
	if addr == 0 {
		return 0
	}
	return uintptr(class)<<(8*(ptrSize-1)) | uintptr(ts.of(class, addr))
}

// value appends the bytes of a value in hex, its pointers as tokens.
func (ts *tokens) value(to []byte, p unsafe.Pointer, size uintptr, leaves []leaf) []byte {
	next := uintptr(0)
	for _, l := range leaves {
		to = appendHex(to, bytesAt(unsafe.Pointer(uintptr(p)+next), l.off-next))
		w := ts.word(l.class, *at[uintptr](p, l.off))
		to = appendHex(to, bytesAt(unsafe.Pointer(&w), ptrSize))
		next = l.off + ptrSize
	}
	return appendHex(to, bytesAt(unsafe.Pointer(uintptr(p)+next), size-next))
}

// slots appends eight key or elem slots of a bucket.
func (ts *tokens) slots(to []byte, p unsafe.Pointer, size uintptr, leaves []leaf, indirect byte) []byte {
	for i := uintptr(0); i < slots; i++ {
		slot := unsafe.Pointer(uintptr(p) + i*size)
		if indirect == 0 {
			to = ts.value(to, slot, size, leaves)
			continue
		}
		w := ts.word(indirect, *(*uintptr)(slot))
		to = appendHex(to, bytesAt(unsafe.Pointer(&w), ptrSize))
	}
	return to
}

// typeName spells the type behind a type word.
func typeName(word uintptr) string {
	var any interface{}
	(*[2]uintptr)(unsafe.Pointer(&any))[0] = word
	return reflect.TypeOf(any).String()
}

const hexDigits = "0123456789abcdef"

func appendHex(to, b []byte) []byte {
	for _, c := range b {
		to = append(to, hexDigits[c>>4], hexDigits[c&15])
	}
	return to
}

// appendHex64 appends v with at least the given number of digits.
func appendHex64(to []byte, v uint64, digits int) []byte {
	for d := 15; d >= 0; d-- {
		if v>>uint(4*d) != 0 || d < digits {
			to = append(to, hexDigits[v>>uint(4*d)&15])
		}
	}
	return to
}
