//go:build !go1.24

// Calling the runtime: one function per operation, choosing the entry point
// that the compiler would choose for the type (or, with -slow, the generic
// one). Nothing here allocates, prints or draws; the calls are made inside
// the measured window of window.go.
package main

import "unsafe"

// opCode names an operation; its String is the trace's `op`.
type opCode uint8

const (
	opMake opCode = iota
	opAssign
	opLookup1
	opLookup2
	opDelete
	opClear
	opRclear
	opIterinit
	opIternext
	opClone
)

var opNames = [...]string{"make", "assign", "lookup1", "lookup2", "delete", "clear", "rclear", "iterinit", "iternext", "clone"}

// call is one operation with its arguments and its results.
type call struct {
	op   opCode
	h    *hmap // the map; result of make and clone
	src  *hmap // clone
	hint int   // make; -1: makemap_small
	key  unsafe.Pointer
	it   *hiter
	ret  unsafe.Pointer // slot or value
	ok   bool
	err  interface{} // recovered panic
}

// fatElem is the size from which the compiler passes its own zero value.
const fatElem = 1024

// invoke runs the operation. It is all that happens inside the window.
//
//go:noinline
func (k *mapKind) invoke(c *call, zero unsafe.Pointer) {
	switch c.op {
	case opMake:
		if c.hint < 0 {
			c.h = makemapSmall()
		} else {
			c.h = makemap(k.t, c.hint, nil)
		}
	case opAssign:
		c.ret = k.assign(c.h, c.key)
	case opLookup1:
		c.ret = k.lookup1(c.h, c.key, zero)
	case opLookup2:
		c.ret, c.ok = k.lookup2(c.h, c.key, zero)
	case opDelete:
		k.delete(c.h, c.key)
	case opClear, opRclear:
		mapclear(k.t, c.h)
	case opIterinit:
		mapiterinit(k.t, c.h, c.it)
	case opIternext:
		mapiternext(c.it)
	case opClone:
		c.h = mapclone(k.t, c.src)
	}
}

func (k *mapKind) assign(h *hmap, key unsafe.Pointer) unsafe.Pointer {
	switch k.fast {
	case fast32:
		return mapassignFast32(k.t, h, *(*uint32)(key))
	case fast32ptr:
		return mapassignFast32ptr(k.t, h, *(*unsafe.Pointer)(key))
	case fast64:
		return mapassignFast64(k.t, h, *(*uint64)(key))
	case fast64ptr:
		return mapassignFast64ptr(k.t, h, *(*unsafe.Pointer)(key))
	case faststr:
		return mapassignFaststr(k.t, h, *(*string)(key))
	}
	return mapassign(k.t, h, key)
}

func (k *mapKind) lookup1(h *hmap, key, zero unsafe.Pointer) unsafe.Pointer {
	switch k.fast {
	case fast32, fast32ptr:
		return mapaccess1Fast32(k.t, h, *(*uint32)(key))
	case fast64, fast64ptr:
		return mapaccess1Fast64(k.t, h, *(*uint64)(key))
	case faststr:
		return mapaccess1Faststr(k.t, h, *(*string)(key))
	}
	if k.elem.Size() > fatElem {
		return mapaccess1Fat(k.t, h, key, zero)
	}
	return mapaccess1(k.t, h, key)
}

func (k *mapKind) lookup2(h *hmap, key, zero unsafe.Pointer) (unsafe.Pointer, bool) {
	switch k.fast {
	case fast32, fast32ptr:
		return mapaccess2Fast32(k.t, h, *(*uint32)(key))
	case fast64, fast64ptr:
		return mapaccess2Fast64(k.t, h, *(*uint64)(key))
	case faststr:
		return mapaccess2Faststr(k.t, h, *(*string)(key))
	}
	if k.elem.Size() > fatElem {
		return mapaccess2Fat(k.t, h, key, zero)
	}
	return mapaccess2(k.t, h, key)
}

func (k *mapKind) delete(h *hmap, key unsafe.Pointer) {
	switch k.fast {
	case fast32, fast32ptr:
		mapdeleteFast32(k.t, h, *(*uint32)(key))
	case fast64, fast64ptr:
		mapdeleteFast64(k.t, h, *(*uint64)(key))
	case faststr:
		mapdeleteFaststr(k.t, h, *(*string)(key))
	default:
		mapdelete(k.t, h, key)
	}
}
