//go:build !go1.24

// Memory for the contents of keys and elements: strings, interface boxes,
// pointees. It lies outside Go's heap at fixed addresses, so that hashes of
// pointers repeat from run to run, and it can be rewound, so that a search
// for colliding keys leaves nothing behind.
package main

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

type arena struct {
	base, used, size uintptr
}

// Fixed places: content, and one 16-byte pointee per pointer key number.
var contents, pointees arena

const pointeeSize = 16

func openArenas() {
	size, at := uintptr(1)<<31, uint64(0x6a0000000000)
	if ptrSize == 4 {
		size, at = 1<<28, 0x60000000
	}
	contents = mapArena(uintptr(at), size)
	pointees = mapArena(uintptr(at)+size, size/2)
}

func mapArena(at, size uintptr) arena {
	const fixedNoReplace = 0x100000
	flags := uintptr(syscall.MAP_PRIVATE | syscall.MAP_ANON | syscall.MAP_NORESERVE | fixedNoReplace)
	p, _, err := syscall.Syscall6(sysMmap, at, size, syscall.PROT_READ|syscall.PROT_WRITE, flags, ^uintptr(0), 0)
	if err != 0 || p != at {
		fmt.Fprintf(os.Stderr, "oracle: cannot map %d bytes at %#x: %v\n", size, at, err)
		os.Exit(2)
	}
	return arena{base: p, size: size}
}

// alloc returns zeroed memory, 8-byte aligned.
func (a *arena) alloc(n uintptr) unsafe.Pointer {
	p := a.base + a.used
	a.used += (n + 7) &^ 7
	if a.used > a.size {
		fmt.Fprintln(os.Stderr, "oracle: arena exhausted; record fewer operations")
		os.Exit(2)
	}
	return pointerTo(p)
}

// rewind gives back everything allocated since used was mark.
func (a *arena) rewind(mark uintptr) {
	clearBytes(bytesAt(pointerTo(a.base+mark), a.used-mark))
	a.used = mark
}

// pointee is the fixed address that stands for pointer key n.
func pointee(n uint64) uintptr {
	return pointees.base + uintptr(n%uint64(pointees.size/pointeeSize))*pointeeSize
}

// pointerTo turns an address outside Go's heap into a pointer.
func pointerTo(addr uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&addr)) }

func clearBytes(b []byte) {
	for i := range b {
		b[i] = 0
	}
}
