//go:build !go1.24

// Making keys and elements. A key number n always gives an equal key, with
// fresh backing for strings and interface boxes; special numbers give the
// keys that a map treats differently. Everything is written field by field
// by reflection over the type, into memory of arena.go.
package main

import (
	"reflect"
	"unsafe"
)

// Special key numbers; ordinary ones lie below 1<<32.
const (
	keyNaN        = 1<<40 + iota // never equal to anything
	keyZero                      // +0 or -0
	keyUnhashable                // an interface holding a slice
	keyNil                       // a nil interface
	keyEmpty                     // ""
)

// filler writes one value. wide and narrow count the leaves seen so far, so
// that every leaf carries another part of the number.
type filler struct {
	n            uint64
	special      uint64 // not used up yet
	elem         bool
	wide, narrow int
	rng          *splitmix
}

// newKey makes key number n of type t.
func newKey(t reflect.Type, n uint64, rng *splitmix) unsafe.Pointer {
	f := filler{n: n, rng: rng}
	if n >= keyNaN {
		f.special, f.n = n, n&7
	}
	p := contents.alloc(t.Size() + 1)
	f.fill(p, t)
	return p
}

// newElem makes a random element.
func newElem(t reflect.Type, rng *splitmix) unsafe.Pointer {
	f := filler{n: rng.next() >> 8, elem: true, rng: rng}
	p := contents.alloc(t.Size() + 1)
	f.fill(p, t)
	return p
}

// take is true once, if the special key is s.
func (f *filler) take(s uint64) bool {
	if f.special != s {
		return false
	}
	f.special = 0
	return true
}

// part is the number for the next leaf: wide leaves take the whole number,
// every second one only a few values; narrow leaves take successive bits.
func (f *filler) part(bits int) uint64 {
	if f.elem {
		f.wide++
		return f.n + uint64(f.wide-1)*0x1234567
	}
	if bits < 24 {
		f.narrow += bits
		return f.n >> uint(f.narrow-bits) & (1<<uint(bits) - 1)
	}
	f.wide++
	if f.wide%2 == 0 {
		return mixed(f.n, uint64(f.wide)) % 4
	}
	return f.n
}

func (f *filler) fill(p unsafe.Pointer, t reflect.Type) {
	switch t.Kind() {
	case reflect.Bool:
		*(*bool)(p) = f.part(1)&1 != 0
	case reflect.Int8, reflect.Uint8:
		*(*uint8)(p) = uint8(f.part(8))
	case reflect.Int16, reflect.Uint16:
		*(*uint16)(p) = uint16(f.part(16))
	case reflect.Int, reflect.Uint, reflect.Uintptr, reflect.Int32, reflect.Uint32, reflect.Int64, reflect.Uint64:
		f.fillInt(p, t.Size())
	case reflect.Float32:
		*(*float32)(p) = float32(f.float())
	case reflect.Float64:
		*(*float64)(p) = f.float()
	case reflect.Complex64:
		*(*complex64)(p) = complex(float32(f.float()), float32(f.float()))
	case reflect.Complex128:
		*(*complex128)(p) = complex(f.float(), f.float())
	case reflect.String:
		*(*string)(p) = f.text()
	case reflect.Interface:
		if t.NumMethod() == 0 {
			*(*[2]unsafe.Pointer)(p) = f.box()
		}
	case reflect.Slice:
		n := 1 + int(f.n%3)
		*(*[]byte)(p) = unsafe.Slice((*byte)(contents.alloc(4*(t.Elem().Size()+1))), 4)[:n]
	case reflect.Ptr, reflect.UnsafePointer, reflect.Chan, reflect.Map, reflect.Func:
		*(*unsafe.Pointer)(p) = f.pointer()
	case reflect.Array:
		f.fillArray(p, t)
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			f.fill(unsafe.Pointer(uintptr(p)+t.Field(i).Offset), t.Field(i).Type)
		}
	}
}

// fillInt stores the number; one in five 64-bit keys also has high bits.
func (f *filler) fillInt(p unsafe.Pointer, size uintptr) {
	n := f.part(32)
	if size == 4 {
		*(*uint32)(p) = uint32(n)
		return
	}
	if !f.elem && n%5 == 4 {
		n |= mixed(n, 5) << 32
	}
	*(*uint64)(p) = n
}

// fillArray writes long byte arrays in one go: the number, then bytes that
// follow from it.
func (f *filler) fillArray(p unsafe.Pointer, t reflect.Type) {
	if t.Elem().Kind() != reflect.Uint8 || t.Len() < 8 {
		for i := 0; i < t.Len(); i++ {
			f.fill(unsafe.Pointer(uintptr(p)+uintptr(i)*t.Elem().Size()), t.Elem())
		}
		return
	}
	n := f.part(64)
	s := splitmix(n)
	for i, b := 0, bytesAt(p, t.Size()); i < len(b); i++ {
		if i < 8 {
			b[i] = byte(n >> uint(8*i))
		} else {
			b[i] = byte(s.next())
		}
	}
}
