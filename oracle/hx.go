//go:build !go1.24

// The hashes that an iterator inside an old bucket is about to ask for. They
// matter on Go 1.19, whose clear leaves such buckets filled under a new seed.
package main

import (
	"bytes"
	"unsafe"
)

// rehashes writes hx: the keys that an iterator inside an old bucket will
// hash again, with their hashes under the present seed: every filled or
// evacuated slot of its chain from its bucket on (none in a same-size grow).
func (r *recorder) rehashes(li *liveIter) {
	it, k, h := li.it, r.k, li.m.h
	if it.h == nil || it.bptr == nil || it.checkBucket == ^uintptr(0) || h.flags&flagSame != 0 {
		return
	}
	start := len(r.line)
	for b := it.bptr; b != nil; b = *at[unsafe.Pointer](b, k.bucketSize()-ptrSize) {
		for i := uintptr(0); i < slots; i++ {
			top := *at[uint8](b, i)
			if top <= emptyOne || top == evacEmpty {
				continue
			}
			key := unsafe.Pointer(uintptr(b) + dataOffset + i*uintptr(k.t.keysize))
			if k.indirectKey() {
				key = *(*unsafe.Pointer)(key)
			}
			if key == nil { // an evacuated bucket that was cleared
				continue
			}
			if !k.t.key.equal(key, key) {
				continue
			}
			before := len(r.line)
			r.value(`,"`, key, true)
			if bytes.Contains(r.line[start:before], r.line[before+1:]) {
				r.line = r.line[:before] // a stale copy of the same key
				continue
			}
			r.line = append(r.line, `:"`...)
			r.line = append(appendHex64(r.line, uint64(k.hash(key, h.hash0)), int(2*ptrSize)), '"')
		}
	}
	if len(r.line) == start {
		return
	}
	list := string(r.line[start+1:])
	r.line = append(append(append(r.line[:start], `,"hx":{`...), list...), '}')
}
