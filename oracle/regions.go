//go:build !go1.24

// Regions: bucket arrays (A) and separately allocated overflow buckets (O),
// numbered in the canonical order, each with a copy of its bytes as they
// were last written to the trace.
package main

import (
	"bytes"
	"sort"
	"strconv"
	"unsafe"
)

type region struct {
	name        string
	base, size  uintptr
	main, total int
	last        []byte
	pass        uint64 // the last pass that visited it
}

// regions is global to the trace; maps made by clone share the numbering.
type regions struct {
	k              *mapKind
	byBase         []*region // sorted
	arrays, others int
	pass           uint64
	fresh          []*region // first seen in the line being written
}

// find gives the region that holds an address.
func (rs *regions) find(addr uintptr) *region {
	i := sort.Search(len(rs.byBase), func(i int) bool { return rs.byBase[i].base > addr }) - 1
	if i >= 0 && addr-rs.byBase[i].base < rs.byBase[i].size {
		return rs.byBase[i]
	}
	return nil
}

func (rs *regions) add(name string, base uintptr, main, total int) *region {
	size := uintptr(total) * rs.k.bucketSize()
	r := &region{name: name, base: base, size: size, main: main, total: total, last: make([]byte, size)}
	i := sort.Search(len(rs.byBase), func(i int) bool { return rs.byBase[i].base > base })
	rs.byBase = append(rs.byBase, nil)
	copy(rs.byBase[i+1:], rs.byBase[i:])
	rs.byBase[i] = r
	rs.fresh = append(rs.fresh, r)
	return r
}

// array is the region of a bucket array with 2^b main buckets.
func (rs *regions) array(p unsafe.Pointer, b uint8) *region {
	if r := rs.find(uintptr(p)); r != nil {
		return r
	}
	main := 1 << b
	total := main
	if b >= 4 {
		total += main >> 4
		up := usable(uintptr(total)*rs.k.bucketSize(), rs.k.t.bucket.ptrdata == 0)
		total = int(up / rs.k.bucketSize())
	}
	rs.arrays++
	return rs.add("A"+strconv.Itoa(rs.arrays-1), uintptr(p), main, total)
}

// visit appends the array and then, main bucket by main bucket, the overflow
// buckets outside it, unless this pass has been there.
func (rs *regions) visit(to []*region, p unsafe.Pointer, b uint8) []*region {
	if p == nil {
		return to
	}
	a := rs.array(p, b)
	if a.pass == rs.pass {
		return to
	}
	a.pass = rs.pass
	to = append(to, a)
	bucket := rs.k.bucketSize()
	link := bucket - ptrSize
	for i := 0; i < a.main; i++ {
		for o := *at[uintptr](p, uintptr(i)*bucket+link); o != 0; {
			if o-a.base >= a.size {
				r := rs.find(o)
				if r == nil {
					r = rs.add("O"+strconv.Itoa(rs.others), o, 1, 1)
					rs.others++
				}
				if r.name[0] == 'O' && r.pass != rs.pass {
					r.pass = rs.pass
					to = append(to, r)
				}
			}
			o = *(*uintptr)(pointerTo(o + link))
		}
	}
	return to
}

// bucketName is "A3:17" or "O5", or null.
func (rs *regions) bucketName(to []byte, addr uintptr) []byte {
	if addr == 0 {
		return append(to, "null"...)
	}
	to = append(to, '"')
	to, _ = rs.place(to, addr)
	return append(to, '"')
}

// place appends the bucket's name and returns the offset in the bucket.
func (rs *regions) place(to []byte, addr uintptr) ([]byte, uintptr) {
	r := rs.find(addr)
	if r == nil {
		panic("oracle: an address outside all known buckets")
	}
	off := addr - r.base
	to = append(to, r.name...)
	if r.name[0] == 'A' {
		to = strconv.AppendUint(append(to, ':'), uint64(off/rs.k.bucketSize()), 10)
	}
	return to, off % rs.k.bucketSize()
}

// changed calls f for each bucket of r that differs from the trace, and
// takes over its bytes.
func (rs *regions) changed(r *region, f func(addr uintptr)) {
	const chunk = 1 << 12
	bucket := int(rs.k.bucketSize())
	now := bytesAt(pointerTo(r.base), r.size)
	for start := 0; start < r.total; start += chunk {
		end := start + chunk
		if end > r.total {
			end = r.total
		}
		if bytes.Equal(now[start*bucket:end*bucket], r.last[start*bucket:end*bucket]) {
			continue
		}
		for i := start; i < end; i++ {
			b := now[i*bucket : (i+1)*bucket]
			if was := r.last[i*bucket : (i+1)*bucket]; !bytes.Equal(b, was) {
				copy(was, b)
				f(r.base + uintptr(i*bucket))
			}
		}
	}
}
