// Bench times the real map: the same operations that "mapsim bench" times on
// the simulated one (uint64 keys and elems, 1,000 entries), in nanoseconds
// per operation, one line each. The argument is the seconds per operation.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

const entries = 1000

var sink uint64

// key spreads the numbers 0, 1, 2 ... over 64 bits.
func key(i int) uint64 { return uint64(i+1) * 0x9e3779b97f4a7c15 }

func filled() map[uint64]uint64 {
	m := make(map[uint64]uint64)
	for i := 0; i < entries; i++ {
		m[key(i)] = uint64(i)
	}
	return m
}

func main() {
	seconds := 0.5
	if len(os.Args) > 1 {
		seconds, _ = strconv.ParseFloat(os.Args[1], 64)
	}
	m := filled()
	measure("assign existing", seconds, func() {
		for i := 0; i < entries; i++ {
			m[key(i)] = uint64(i)
		}
	})
	measure("lookup present", seconds, func() {
		for i := 0; i < entries; i++ {
			sink += m[key(i)]
		}
	})
	measure("lookup absent", seconds, func() {
		for i := 0; i < entries; i++ {
			sink += m[key(i+entries)]
		}
	})
	measure("delete and insert again", seconds, func() {
		for i := 0; i < entries; i++ {
			delete(m, key(i))
			m[key(i)] = uint64(i)
		}
	})
	measure("iterate, per element", seconds, func() {
		for _, v := range m {
			sink += v
		}
	})
	measure("assign new, from empty", seconds, func() { sink += uint64(len(filled())) })
}

// measure prints the best of several runs: others use the machine too.
func measure(name string, seconds float64, round func()) {
	best := 1e18
	for end := time.Now().Add(time.Duration(seconds * 1e9)); time.Now().Before(end); {
		start := time.Now()
		round()
		if ns := float64(time.Since(start).Nanoseconds()) / entries; ns < best {
			best = ns
		}
	}
	fmt.Printf("%s\t%.2f\n", name, best)
}
