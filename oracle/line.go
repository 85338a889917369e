//go:build !go1.24

// The common part of a line: rand, new, mem, h, it, heap, types.
package main

import (
	"fmt"
	"strconv"
	"unsafe"
)

func (r *recorder) num(label string, v int) {
	r.line = strconv.AppendInt(append(r.line, label...), int64(v), 10)
}

func (r *recorder) unsigned(label string, v uint64) {
	r.line = strconv.AppendUint(append(r.line, label...), v, 10)
}

func (r *recorder) boolean(label string, v bool) {
	r.line = strconv.AppendBool(append(r.line, label...), v)
}

// value appends the label and a key or elem in hex with its closing quote.
func (r *recorder) value(label string, p unsafe.Pointer, key bool) {
	t, leaves := r.k.elem, r.k.elemLeaves
	if key {
		t, leaves = r.k.key, r.k.keyLeaves
	}
	r.line = append(r.ts.value(append(r.line, label...), p, t.Size(), leaves), '"')
}

func (r *recorder) begin(op opCode) {
	r.line = r.line[:0]
	r.num(`{"n":`, r.n)
	r.line = append(append(append(r.line, `,"op":"`...), opNames[op]...), '"')
	r.n++
}

func (r *recorder) finish(m *liveMap, c *call) { r.finishWith(m, c, nil) }

// finishWith writes what the map m consists of now. li is the iterator that
// the operation moved; no other one can have changed.
func (r *recorder) finishWith(m *liveMap, c *call, li *liveIter) {
	r.num(`,"m":`, m.id)
	if c.err != nil {
		r.line = strconv.AppendQuote(append(r.line, `,"panic":`...), fmt.Sprint(c.err))
	}
	r.line = append(r.line, `,"rand":[`...)
	for i, d := range r.mc.draws {
		r.line = append(comma(r.line, i), '"')
		r.line = append(appendHex64(r.line, d, 16), '"')
	}
	r.line = append(r.line, ']')
	visited := r.visitAll(m)
	r.fresh()
	r.memory(m, visited)
	r.header(m.h)
	r.line = append(r.line, `,"it":[`...)
	if li != nil {
		r.iterator(li)
	}
	r.line = append(r.line, ']')
	r.heapAndTypes()
	r.line = append(r.line, "}\n"...)
	if _, err := r.out.Write(r.line); err != nil {
		panic(err)
	}
}

func comma(to []byte, i int) []byte {
	if i > 0 {
		return append(to, ',')
	}
	return to
}

// visitAll is one numbering pass: the present array, the old one, and the
// arrays of the live iterators.
func (r *recorder) visitAll(m *liveMap) []*region {
	r.rs.pass++
	h := m.h
	visited := r.rs.visit(nil, h.buckets, h.B)
	old := h.B
	if h.flags&flagSame == 0 {
		old--
	}
	visited = r.rs.visit(visited, h.oldbuckets, old)
	for _, li := range m.its {
		if !li.ended {
			visited = r.rs.visit(visited, li.it.buckets, li.it.B)
		}
	}
	return visited
}

// fresh writes the regions seen for the first time.
func (r *recorder) fresh() {
	r.line = append(r.line, `,"new":[`...)
	for i, a := range r.rs.fresh {
		r.line = append(append(append(comma(r.line, i), `["`...), a.name...), '"')
		r.num(",", a.main)
		r.num(",", a.total)
		r.line = append(r.line, ']')
	}
	r.rs.fresh = r.rs.fresh[:0]
	r.line = append(r.line, ']')
}

// memory writes the changed buckets: those of this pass, then those that
// only the previous pass of the map reached.
func (r *recorder) memory(m *liveMap, visited []*region) {
	r.line = append(r.line, `,"mem":{`...)
	count := 0
	each := func(addr uintptr) {
		r.line = comma(r.line, count)
		count++
		r.bucket(addr)
	}
	for _, a := range visited {
		r.rs.changed(a, each)
	}
	for _, a := range m.prev {
		if a.pass != r.rs.pass {
			r.rs.changed(a, each)
		}
	}
	m.prev = visited
	r.line = append(r.line, '}')
}

func (r *recorder) bucket(addr uintptr) {
	k, p := r.k, pointerTo(addr)
	var key, elem byte
	if k.indirectKey() {
		key = 'K'
	}
	if k.indirectVal() {
		elem = 'E'
	}
	r.line = append(r.rs.bucketName(r.line, addr), `:["`...)
	r.line = append(appendHex(r.line, bytesAt(p, slots)), `","`...)
	r.line = r.ts.slots(r.line, pointerTo(addr+dataOffset), uintptr(k.t.keysize), k.keyLeaves, key)
	r.line = append(r.line, `","`...)
	r.line = r.ts.slots(r.line, pointerTo(addr+k.elemOffset()), uintptr(k.t.elemsize), k.elemLeaves, elem)
	r.line = append(r.line, `",`...)
	r.line = append(r.rs.bucketName(r.line, *at[uintptr](p, k.bucketSize()-ptrSize)), ']')
}

// heapAndTypes writes the indirect keys and elems, and the type words, that
// this line showed for the first time.
func (r *recorder) heapAndTypes() {
	for i, c := range r.ts.heap {
		if i == 0 {
			r.line = append(r.line, `,"heap":{`...)
		}
		r.line = append(comma(r.line, i), '"', c.class)
		r.unsigned("", c.number)
		r.value(`":"`, c.p, c.class == 'K')
		if i == len(r.ts.heap)-1 {
			r.line = append(r.line, '}')
		}
	}
	r.ts.heap = r.ts.heap[:0]
	for i, word := range r.ts.types {
		if i == 0 {
			r.line = append(r.line, `,"types":{`...)
		}
		r.line = append(comma(r.line, i), '"')
		r.unsigned("T", r.ts.of('T', word))
		r.line = strconv.AppendQuote(append(r.line, `":`...), typeName(word))
		if i == len(r.ts.types)-1 {
			r.line = append(r.line, '}')
		}
	}
	r.ts.types = r.ts.types[:0]
}
