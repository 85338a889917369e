// Maps for mapsim inspect to look at: this program makes maps in telling states, prints where they are, says "ready" and
// waits to be killed (or, with the argument abort, dies of SIGABRT, so that the kernel or gdb can write a core).
//
// Each line is NAME HMAP TYPE; lines "mem NAME WHAT ADDRESS SIZE" are the ranges that gdb's "dump binary memory" is
// asked for. Built with any of Go 1.19 to 1.23, on any architecture that MapSim knows; it uses no cgo.
package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

type hmap struct {
	count      int
	flags      uint8
	B          uint8
	noverflow  uint16
	hash0      uint32
	buckets    unsafe.Pointer
	oldbuckets unsafe.Pointer
	nevacuate  uintptr
	extra      unsafe.Pointer
}

const word = unsafe.Sizeof(uintptr(0))

type point struct{ x, y int }

var (
	words   = map[string]int{}         // in the middle of a growth to twice the size
	pairs   = map[uint64]uint64{}      // overflow chains, spare buckets, listed
	same    = map[uint32]uint32{}      // in the middle of a growth to the same size
	things  = map[interface{}]string{} // keys of several types
	big     = map[string][200]byte{}   // elems stored as pointers
	points  = map[point]*point{}       // struct keys, pointer elems
	few     = map[string]int{}         // one bucket, keys that are literals (read-only data)
	empty   = map[string]int{}         // no buckets
	floats  = map[float64][3]int16{}   // generic functions
	started = map[uint64]uint64{}      // an iteration was started: both iterator flags
	full    = map[uint32]uint16{}      // 101 entries in 16 buckets: too many for Go 1.21
	kept    []string
)

func at(m interface{}) *hmap {
	return (*hmap)((*[2]unsafe.Pointer)(unsafe.Pointer(&m))[1])
}

// A string with bytes of its own on the heap.
func text(i int) string {
	s := strings.Repeat(fmt.Sprintf("key-%d.", i), 1+i%3)
	kept = append(kept, s)
	return s
}

func fill() {
	for i := 0; ; i++ {
		words[text(i)] = i * i
		if h := at(words); h.oldbuckets != nil && h.B == 3 && h.nevacuate > 0 {
			break
		}
	}
	for i := uint64(0); i < 103; i++ {
		pairs[i*i+1] = i
	}
	for i := uint64(0); i < 20; i++ {
		delete(pairs, i*i*25+1)
	}
	for i := uint32(0); ; i++ {
		same[i] = i + 1
		if i >= 200 {
			delete(same, i-200)
		}
		if h := at(same); h.flags&8 != 0 && h.nevacuate > 0 {
			break
		}
	}
	for i := uint32(0); i < 101; i++ {
		full[i*i] = uint16(i)
	}
	things[1] = "int"
	things["one"] = "string"
	things[text(7)] = "heap string"
	things[1.5] = "float64"
	things[uint8(9)] = "uint8"
	things[true] = "bool"
	things[nil] = "nil"
	things[int64(-3)] = "int64"
	for i := 0; i < 5; i++ {
		big[text(i)] = [200]byte{byte(i), 1, 2, 3}
		points[point{i, -i}] = &point{i, i}
		floats[float64(i)/4] = [3]int16{int16(i), -1, 2}
	}
	few["alpha"], few["beta"], few[""] = 1, 2, 3
	for i := uint64(0); i < 9; i++ {
		started[i] = i
	}
	for range started {
		break
	}
}

func mem(name, what string, p unsafe.Pointer, size uintptr) {
	if p != nil && size > 0 {
		fmt.Printf("mem %s %s %#x %d\n", name, what, p, size)
	}
}

func wordAt(p unsafe.Pointer, i uintptr) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(uintptr(p) + i*word))
}

// What a person would dump of a map with a debugger: header, arrays without spares, overflow buckets, strings.
func ranges(name string, h *hmap, key, elem uintptr, isString bool) {
	size := 8 + 8*(key+elem) + word
	mem(name, "hmap", unsafe.Pointer(h), unsafe.Sizeof(*h))
	if h.extra != nil {
		mem(name, "extra", h.extra, 3*word)
		for i := uintptr(0); i < 2; i++ {
			if list := wordAt(h.extra, i); list != nil {
				mem(name, fmt.Sprintf("list%d", i), list, 3*word)
				mem(name, fmt.Sprintf("items%d", i), wordAt(list, 0), uintptr(wordAt(list, 1))*word)
			}
		}
	}
	n := 0
	array := func(what string, start unsafe.Pointer, count uintptr) {
		if start == nil {
			return
		}
		mem(name, what, start, count*size)
		for i := uintptr(0); i < count; i++ {
			depth := 0
			for b := unsafe.Pointer(uintptr(start) + i*size); b != nil; b = *(*unsafe.Pointer)(unsafe.Pointer(uintptr(b) + size - word)) {
				if depth > 0 {
					mem(name, fmt.Sprintf("%s-overflow%d", what, n), b, size)
					n++
				}
				depth++
				for s := uintptr(0); isString && s < 8; s++ {
					k := unsafe.Pointer(uintptr(b) + 8 + s*key)
					if *(*uint8)(unsafe.Pointer(uintptr(b) + s)) >= 5 {
						mem(name, fmt.Sprintf("%s-%d-%d-key%d", what, i, depth-1, s), wordAt(k, 0), uintptr(wordAt(k, 1)))
					}
				}
			}
		}
	}
	array("buckets", h.buckets, 1<<h.B)
	old := uintptr(1) << h.B
	if h.flags&8 == 0 {
		old /= 2
	}
	array("oldbuckets", h.oldbuckets, old)
}

func main() {
	fill()
	show := func(name, typ string, m interface{}) { fmt.Printf("map %s %#x %s\n", name, unsafe.Pointer(at(m)), typ) }
	show("words", "map[string]int", words)
	show("pairs", "map[uint64]uint64", pairs)
	show("same", "map[uint32]uint32", same)
	show("things", "map[interface{}]string", things)
	show("big", "map[string][200]byte", big)
	show("points", "map[struct{ x, y int }]*point", points)
	show("few", "map[string]int", few)
	show("empty", "map[string]int", empty)
	show("floats", "map[float64][3]int16", floats)
	show("started", "map[uint64]uint64", started)
	show("full", "map[uint32]uint16", full)
	ranges("words", at(words), 2*word, word, true)
	ranges("few", at(few), 2*word, word, true)
	ranges("pairs", at(pairs), 8, 8, false)
	ranges("started", at(started), 8, 8, false)
	fmt.Println("ready")
	if len(os.Args) > 1 && os.Args[1] == "abort" {
		syscall.Kill(syscall.Getpid(), syscall.SIGABRT)
	}
	time.Sleep(time.Hour)
}
