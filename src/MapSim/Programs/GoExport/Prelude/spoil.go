package prelude

import (
	"bytes"
	"runtime"
)

var simSpoiled [][]byte

// simCollect collects garbage and then fills freed buckets with other objects, so that a stale read of one shows.
func simCollect(sizes ...int) {
	simSpoiled = nil
	runtime.GC()
	for _, size := range sizes {
		for i := 0; i < 512; i++ {
			simSpoiled = append(simSpoiled, bytes.Repeat([]byte{0x41}, size))
		}
	}
}
