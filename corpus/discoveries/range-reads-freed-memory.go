// Range loops that read freed memory, on the real runtime: `go run range-reads-freed-memory.go` with Go 1.19 to 1.23.
//
// Plain loops over a map[uint64]uint64, without a data race (the third experiment has two loops at the same time over a map
// that nobody writes meanwhile, which Go allows). The body writes to the map, collects garbage and then
// allocates objects of a bucket's size, full of 0x41 bytes. Each loop checks that the entries it gets were ever in the map:
// elem = 3 * key + 1. The second experiment uses unsafe only to choose keys by bucket (it reads hash0 and calls the type's
// hash function); the loop itself is plain Go.
//
// With GODEBUG=clobberfree=1 freed memory is 0xdeadbeef..., and no allocation is needed to see it.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"unsafe"
)

type block [18]uint64 // as large as a bucket of map[uint64]uint64: 144 bytes without pointers

var sink []*block

func elemOf(k uint64) uint64 { return 3*k + 1 }

func collectAndReuse() {
	runtime.GC()
	for i := 0; i < 1000; i++ {
		b := new(block)
		for j := range b {
			b[j] = 0x4141414141414141
		}
		sink = append(sink, b)
	}
}

// afterClear: the body empties the map, fills it again (its new overflow buckets are on a new list), lets it grow to the
// end of the grow, and collects. The loop goes on in its own array.
func afterClear(seed uint64, wrong *int) {
	m := make(map[uint64]uint64, 48) // 8 buckets: too few for spare overflow buckets
	for k := uint64(0); k < 8; k++ {
		m[k] = elemOf(k)
	}
	first, next := true, 1000*(seed+1)
	for k, v := range m {
		if !first {
			if v != elemOf(k) {
				*wrong++
			}
			continue
		}
		first = false
		for k := range m {
			delete(m, k) // compiles to mapclear
		}
		for len(m) < 100 {
			m[next] = elemOf(next)
			next++
		}
		collectAndReuse()
	}
}

type hmap struct {
	count     int
	flags, b  uint8
	noverflow uint16
	hash0     uint32
}

type maptype struct {
	typ    [48]byte
	types  [3]unsafe.Pointer
	hasher func(unsafe.Pointer, uintptr) uintptr
}

// bucketOf says in which of four buckets a key is.
func bucketOf(m map[uint64]uint64, k uint64) uint64 {
	var i any = m
	words := (*[2]unsafe.Pointer)(unsafe.Pointer(&i))
	h := (*hmap)(words[1])
	return uint64((*maptype)(words[0]).hasher(unsafe.Pointer(&k), uintptr(h.hash0))) & 3
}

// laterArray: the loop outlives a grow to the same size and enters an old bucket of the next one, which then ends.
func laterArray(seed uint64, wrong *int) {
	m := make(map[uint64]uint64, 20) // 4 buckets
	next := 1000000 * (seed + 1)
	fresh := func(bucket uint64) uint64 {
		for next++; bucketOf(m, next) != bucket&3; next++ {
		}
		return next
	}
	fill := func(bucket uint64, n int) (keys []uint64) {
		for i := 0; i < n; i++ {
			k := fresh(bucket)
			m[k] = elemOf(k)
			keys = append(keys, k)
		}
		return
	}
	drop := func(keys []uint64) {
		for _, k := range keys {
			delete(m, k)
		}
	}
	fill(0, 1)
	most, step := 26, 0
	if strings.HasPrefix(runtime.Version(), "go1.21") {
		most = 24 // the load limit of 1.21 is lower
	}
	for k, v := range m {
		if v != elemOf(k) {
			*wrong++
			continue
		}
		step++
		switch step {
		case 1: // as corpus/discoveries/iter-dangling-later-array.mapsim, from bucket 0
			drop(fill(3, most-2))
			drop(fill(1, most-2)[11:])
			drop(fill(2, most-12))
			fill(3, 10)
		case 2:
			fill(3, 4)
			collectAndReuse()
		}
	}
}

// twoRanges: two goroutines begin to range over the same map at the same time. When both have an entry one loop ends; the
// map is written, grows and is collected while the other loop waits in its body.
func twoRanges(seed uint64, wrong *int) {
	m := make(map[uint64]uint64, 48)
	for k := uint64(0); k < 4; k++ {
		m[k] = elemOf(k)
	}
	var start int32
	hasEntry, goOn, done := make(chan bool), make(chan bool), make(chan any)
	go func() {
		defer func() { done <- recover() }()
		debug.SetPanicOnFault(true)
		for atomic.LoadInt32(&start) == 0 {
		}
		first := true
		for k, v := range m {
			if first {
				first = false
				hasEntry <- true
				<-goOn
			} else if v != elemOf(k) {
				*wrong++
			}
		}
	}()
	runtime.Gosched()
	atomic.StoreInt32(&start, 1)
	for range m {
		break
	}
	<-hasEntry
	for next := 1000 * (seed + 1); len(m) < 100; next++ {
		m[next] = elemOf(next)
	}
	collectAndReuse()
	goOn <- true
	if err := <-done; err != nil {
		panic(err)
	}
}

func main() {
	debug.SetPanicOnFault(true)
	for _, e := range []struct {
		name string
		loop func(uint64, *int)
	}{{"iter-dangling/after-clear", afterClear}, {"iter-dangling/later-array", laterArray}, {"iter-dangling/two-ranges", twoRanges}} {
		const loops = 300
		wrong, entries, crashed := 0, 0, 0
		for s := uint64(0); s < loops; s++ {
			n := 0
			func() {
				defer func() {
					if recover() != nil {
						crashed++
					}
				}()
				e.loop(s, &n)
			}()
			entries += n
			if n > 0 {
				wrong++
			}
			sink = nil
		}
		fmt.Printf("%s %-26s %d loops: %d yielded entries that were never in the map (%d of them), %d crashed\n", runtime.Version(), e.name, loops, wrong, entries, crashed)
	}
}
