//go:build !go1.24

// The map header, its overflow lists and an iterator, as a line shows them.
package main

import "unsafe"

func (r *recorder) header(h *hmap) {
	r.num(`,"h":{"count":`, h.count)
	r.num(`,"flags":`, int(h.flags))
	r.num(`,"B":`, int(h.B))
	r.num(`,"noverflow":`, int(h.noverflow))
	r.line = appendHex64(append(r.line, `,"hash0":"`...), uint64(h.hash0), 8)
	r.line = r.rs.bucketName(append(r.line, `","buckets":`...), uintptr(h.buckets))
	r.line = r.rs.bucketName(append(r.line, `,"oldbuckets":`...), uintptr(h.oldbuckets))
	r.unsigned(`,"nevacuate":`, uint64(h.nevacuate))
	r.line = append(r.line, `,"extra":`...)
	if h.extra == nil {
		r.line = append(r.line, "null}"...)
		return
	}
	r.line = append(r.line, `{"overflow":`...)
	r.list(h.extra.overflow)
	r.line = append(r.line, `,"oldoverflow":`...)
	r.list(h.extra.oldoverflow)
	r.line = r.rs.bucketName(append(r.line, `,"nextOverflow":`...), uintptr(h.extra.nextOverflow))
	r.line = append(r.line, "}}"...)
}

// slice is the V number of a slice header.
func (r *recorder) slice(p *[]unsafe.Pointer) *slice {
	s := r.added[unsafe.Pointer(p)]
	if s == nil {
		s = &slice{id: len(r.added)}
		r.added[unsafe.Pointer(p)] = s
	}
	return s
}

// list writes an overflow list with the elements added since it was last
// written.
func (r *recorder) list(p *[]unsafe.Pointer) {
	if p == nil {
		r.line = append(r.line, "null"...)
		return
	}
	s := r.slice(p)
	r.num(`{"id":"V`, s.id)
	r.num(`","len":`, len(*p))
	r.num(`,"cap":`, cap(*p))
	r.line = append(r.line, `,"add":[`...)
	for i, b := range (*p)[s.written:] {
		r.line = r.rs.bucketName(comma(r.line, i), uintptr(b))
	}
	s.written = len(*p)
	r.line = append(r.line, "]}"...)
}

// listID writes only the V number.
func (r *recorder) listID(label string, p *[]unsafe.Pointer) {
	r.line = append(r.line, label...)
	if p == nil {
		r.line = append(r.line, "null"...)
		return
	}
	r.num(`"V`, r.slice(p).id)
	r.line = append(r.line, '"')
}

func (r *recorder) iterator(li *liveIter) {
	it := li.it
	r.num(`{"id":`, li.id)
	r.slot(`,"key":`, it.key, 'K')
	r.slot(`,"elem":`, it.elem, 'E')
	r.boolean(`,"h":`, it.h != nil)
	r.line = r.rs.bucketName(append(r.line, `,"buckets":`...), uintptr(it.buckets))
	r.line = r.rs.bucketName(append(r.line, `,"bptr":`...), uintptr(it.bptr))
	r.listID(`,"overflow":`, it.overflow)
	r.listID(`,"oldoverflow":`, it.oldoverflow)
	r.unsigned(`,"startBucket":`, uint64(it.startBucket))
	r.num(`,"offset":`, int(it.offset))
	r.boolean(`,"wrapped":`, it.wrapped)
	r.num(`,"B":`, int(it.B))
	r.num(`,"i":`, int(it.i))
	r.unsigned(`,"bucket":`, uint64(it.bucket))
	if it.checkBucket == ^uintptr(0) {
		r.line = append(r.line, `,"checkBucket":"noCheck"}`...)
	} else {
		r.unsigned(`,"checkBucket":`, uint64(it.checkBucket))
		r.line = append(r.line, '}')
	}
}

// slot writes where a yielded key or elem lies: bucket and byte offset, or
// the token of an indirect one.
func (r *recorder) slot(label string, p unsafe.Pointer, class byte) {
	r.line = append(r.line, label...)
	if p == nil {
		r.line = append(r.line, "null"...)
		return
	}
	r.line = append(r.line, '"')
	if r.rs.find(uintptr(p)) == nil {
		r.line = append(r.line, class)
		r.unsigned("", r.ts.of(class, uintptr(p)))
	} else {
		var off uintptr
		r.line, off = r.rs.place(r.line, uintptr(p))
		r.unsigned("+", uint64(off))
	}
	r.line = append(r.line, '"')
}
