//go:build go1.22 && !go1.24

// The generator of Go 1.22 and 1.23: a ChaCha8 state per M. The draws of an
// operation are found by stepping a copy of the state, refilled by the
// runtime's own code, until it equals the state after the operation.
package main

import "unsafe"

const rngField = "chacha8"

type rngState struct {
	buf     [32]uint64
	seed    [4]uint64
	i, n, c uint32
}

func rngWanted() []want {
	var s rngState
	return []want{{"internal/chacha8rand.State", unsafe.Sizeof(s), []field{
		{"buf", unsafe.Offsetof(s.buf)}, {"seed", unsafe.Offsetof(s.seed)},
		{"i", unsafe.Offsetof(s.i)}, {"n", unsafe.Offsetof(s.n)}, {"c", unsafe.Offsetof(s.c)}}}}
}

func rngName() string { return "chacha8" }

//go:linkname chachaInit internal/chacha8rand.(*State).Init64
func chachaInit(s *rngState, seed [4]uint64)

//go:linkname chachaRefill internal/chacha8rand.(*State).Refill
func chachaRefill(s *rngState)

func seedState(next func() uint64) rngState {
	var s rngState
	chachaInit(&s, [4]uint64{next(), next(), next(), next()})
	return s
}

func getState(m unsafe.Pointer, off uintptr) rngState    { return *at[rngState](m, off) }
func setState(m unsafe.Pointer, off uintptr, s rngState) { *at[rngState](m, off) = s }

// draw takes the next word; an exhausted buffer is refilled only then, as
// the runtime does, so that equal draws mean equal states.
func (s *rngState) draw() uint64 {
	if s.i >= s.n {
		chachaRefill(s)
	}
	x := s.buf[s.i&31]
	s.i++
	return x
}

func (s *rngState) same(o *rngState) bool { return *s == *o }

//go:linkname roundupsize runtime.roundupsize
func roundupsize(size uintptr, noscan bool) uintptr

// usable is the allocator's rounding of a bucket array's size.
func usable(size uintptr, noPointers bool) uintptr { return roundupsize(size, noPointers) }
