//go:build !go1.24

// Single floats, pointers and strings for values.go.
package main

import (
	"math"
	"strconv"
	"unsafe"
)

// float is never zero but for the special key, so that numbers stay apart.
func (f *filler) float() float64 {
	switch {
	case f.take(keyNaN):
		return math.Float64frombits(0x7ff8000000000000 | uint64(f.rng.below(4)))
	case f.take(keyZero):
		return math.Copysign(0, float64(f.rng.below(2)*2-1))
	}
	n := f.part(64)
	if n%16 == 9 {
		return -float64(n) - 1
	}
	return float64(n) + 1
}

func (f *filler) pointer() unsafe.Pointer {
	if !f.elem {
		if n := f.part(64); n > 0 {
			return pointerTo(pointee(n))
		}
		return nil
	}
	if f.rng.below(32) == 0 {
		return nil
	}
	return contents.alloc(pointeeSize)
}

// text is the string for a number: short ones, long ones that share their
// first and last bytes, and now and then one above 128 bytes.
func (f *filler) text() string {
	if f.take(keyEmpty) {
		return ""
	}
	if f.elem {
		return stringOf(strconv.AppendUint([]byte{'v'}, f.part(64), 10))
	}
	n := f.part(64)
	const tail = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	b := make([]byte, 0, 256)
	switch {
	case n%17 == 0:
		b = append(b, "longprefix------------------------"...)
		b = strconv.AppendUint(b, 2000000000000000+n, 10)
		b = append(b, "----tail"...)
	case n%97 == 5:
		for len(b) < 130 {
			b = append(b, tail...)
		}
		b = strconv.AppendUint(b, n, 36)
	default:
		b = strconv.AppendUint(append(b, 'k'), n, 36)
		b = append(b, tail[:n%23]...)
	}
	return stringOf(b)
}

// stringOf copies b to the arena.
func stringOf(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	s := bytesAt(contents.alloc(uintptr(len(b))), uintptr(len(b)))
	copy(s, b)
	return *(*string)(unsafe.Pointer(&s))
}
