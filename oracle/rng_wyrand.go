//go:build !go1.22

// The generator of Go 1.19 and 1.21: one 64-bit word per M, stepped by wyrand
// on 64-bit machines and as a pair of 32-bit xorshifts on 386. Both can be
// replayed from the word alone, so the draws of an operation are found by
// stepping from the word before it to the word after it.
package main

import (
	"math/bits"
	"unsafe"
)

const rngField = "fastrand"

type rngState uint64

func rngWanted() []want { return nil }

func rngName() string {
	if ptrSize == 4 {
		return "xorshift64+ (2x32)"
	}
	return "wyrand64"
}

func seedState(next func() uint64) rngState { return rngState(next() | 1<<32 | 1) }

func getState(m unsafe.Pointer, off uintptr) rngState    { return *at[rngState](m, off) }
func setState(m unsafe.Pointer, off uintptr, s rngState) { *at[rngState](m, off) = s }

// draw steps the state once and returns the raw output.
func (s *rngState) draw() uint64 {
	if ptrSize == 4 {
		a, b := uint32(*s), uint32(*s>>32)
		a ^= a << 17
		a = a ^ b ^ a>>7 ^ b>>16
		*s = rngState(uint64(b) | uint64(a)<<32)
		return uint64(a + b)
	}
	*s += 0xa0761d6478bd642f
	hi, lo := bits.Mul64(uint64(*s), uint64(*s)^0xe7037ed1a0b428db)
	return hi ^ lo
}

func (s *rngState) same(o *rngState) bool { return *s == *o }

//go:linkname roundupsize runtime.roundupsize
func roundupsize(size uintptr) uintptr

// usable is the allocator's rounding of a bucket array's size.
func usable(size uintptr, noPointers bool) uintptr { return roundupsize(size) }
