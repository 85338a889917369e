//go:build !go1.24

// The recorder: performs one operation on the real runtime and writes its
// line. Arguments and hashes are made before the measured window, the state
// is read after it.
package main

import (
	"io"
	"unsafe"
)

// liveMap is a map of the trace.
type liveMap struct {
	id   int
	h    *hmap
	its  []*liveIter
	prev []*region // visited by the last line about this map
	keys keySet
}

// liveIter is an iterator; once ended it is never advanced again.
type liveIter struct {
	id    int
	m     *liveMap
	it    *hiter
	ended bool
}

type recorder struct {
	k     *mapKind
	mc    machine
	ts    *tokens
	rs    regions
	out   io.Writer
	line  []byte
	n     int
	maps  int
	iters int
	added map[unsafe.Pointer]*slice // by slice header
}

// slice is an overflow list: its V number and how much of it was written.
type slice struct{ id, written int }

func newRecorder(k *mapKind, off uintptr, next func() uint64, out io.Writer) *recorder {
	return &recorder{
		k: k, ts: newTokens(), rs: regions{k: k}, out: out, added: map[unsafe.Pointer]*slice{},
		mc: machine{off: off, state: seedState(next), draws: make([]uint64, 0, 1<<12), zero: contents.alloc(k.elem.Size() + 1)},
	}
}

// make makes a map; hint -1 is make without a hint.
func (r *recorder) make(hint int) *liveMap {
	c := call{op: opMake, hint: hint}
	r.mc.run(r.k, &c, false)
	m := r.newMap(c.h)
	r.begin(opMake)
	r.num(`,"hint":`, hint)
	r.finish(m, &c)
	return m
}

func (r *recorder) newMap(h *hmap) *liveMap {
	m := &liveMap{id: r.maps, h: h, keys: newKeySet()}
	r.maps++
	return m
}

func (r *recorder) clone(src *liveMap) *liveMap {
	c := call{op: opClone, src: src.h}
	r.mc.run(r.k, &c, false)
	m := r.newMap(c.h)
	m.keys = src.keys.copy()
	r.begin(opClone)
	r.num(`,"src":`, src.id)
	r.finish(m, &c)
	return m
}

// withKey is assign (v given), lookup1, lookup2 and delete. n is the key's
// number, which tells whether it is a NaN or unhashable.
func (r *recorder) withKey(op opCode, m *liveMap, n uint64, key, v unsafe.Pointer) {
	special := n == keyNaN || n == keyUnhashable
	r.begin(op)
	r.value(`,"k":"`, key, true)
	if showsContent(r.k.keyLeaves) {
		r.line = append(canon(append(r.line, `,"kc":"`...), r.k.key, key), '"')
	}
	if !special {
		r.line = append(r.line, `,"hash":"`...)
		r.line = append(appendHex64(r.line, uint64(r.k.hash(key, m.h.hash0)), int(2*ptrSize)), '"')
	}
	c := call{op: op, h: m.h, key: key}
	r.mc.run(r.k, &c, n == keyUnhashable)
	if op == opAssign {
		if c.err == nil {
			copy(bytesAt(c.ret, r.k.elem.Size()), bytesAt(v, r.k.elem.Size()))
			m.keys.add(n)
		}
		r.value(`,"v":"`, v, false)
		if showsContent(r.k.elemLeaves) {
			r.line = append(canon(append(r.line, `,"vc":"`...), r.k.elem, v), '"')
		}
	}
	if op == opDelete {
		m.keys.remove(n)
	}
	if (op == opLookup1 || op == opLookup2) && c.err == nil {
		r.value(`,"v":"`, c.ret, false)
	}
	if op == opLookup2 {
		r.boolean(`,"ok":`, c.ok)
	}
	r.finish(m, &c)
}

// clear is the builtin, or the range-delete idiom; both end in mapclear.
func (r *recorder) clear(op opCode, m *liveMap) {
	c := call{op: op, h: m.h}
	r.mc.run(r.k, &c, false)
	m.keys = newKeySet()
	r.begin(op)
	r.finish(m, &c)
}

func (r *recorder) iterinit(m *liveMap) *liveIter {
	li := &liveIter{id: r.iters, m: m, it: new(hiter)}
	r.iters++
	m.its = append(m.its, li)
	c := call{op: opIterinit, h: m.h, it: li.it}
	r.mc.run(r.k, &c, false)
	r.begin(opIterinit)
	r.num(`,"iter":`, li.id)
	r.yield(li, &c)
	return li
}

// iternext can fault with indirect keys: an iterator that outlives two grows
// of the same size may stand in an old bucket whose key pointers evacuation
// has cleared, and the runtime follows them.
func (r *recorder) iternext(li *liveIter) {
	if li.ended {
		panic("oracle: an ended iterator was advanced")
	}
	r.begin(opIternext)
	r.num(`,"iter":`, li.id)
	r.rehashes(li)
	c := call{op: opIternext, h: li.m.h, it: li.it}
	r.mc.run(r.k, &c, r.k.indirectKey())
	r.yield(li, &c)
}

// yield writes what an iterator step gave, and the rest of the line. An
// ended iterator leaves the numbering pass of its map.
func (r *recorder) yield(li *liveIter, c *call) {
	switch {
	case c.err != nil:
		li.ended = true
	case li.it.key == nil:
		r.line = append(r.line, `,"end":true`...)
		li.ended = true
	default:
		r.value(`,"yk":"`, li.it.key, true)
		r.value(`,"yv":"`, li.it.elem, false)
	}
	r.finishWith(li.m, c, li)
	if li.ended {
		for i, o := range li.m.its {
			if o == li {
				li.m.its = append(li.m.its[:i], li.m.its[i+1:]...)
				break
			}
		}
	}
}
