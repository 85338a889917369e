//go:build !go1.24

// Map programs: what all profiles share. A program looks at the state of the
// real map to decide what to do next, and draws its choices from the seed.
package main

import (
	"runtime"
	"strconv"
	"strings"
	"unsafe"
)

// program is a running map program.
type program struct {
	r        *recorder
	rng      splitmix
	ops      int // lines to write
	cur      *liveMap
	its      []*liveIter // not ended, of all maps
	space    uint64      // key numbers are drawn below it
	next     uint64      // next never used key number
	oddities int         // percent of NaN, zero, nil, unhashable and empty keys
	hotRate  int         // percent of new keys that go to the hot bucket
	hot      uintptr     // changes now and then
}

// maxLive bounds the iterators that are alive at once.
const maxLive = 6

func newProgram(r *recorder, rng splitmix, ops int) *program {
	p := &program{r: r, rng: rng, ops: ops, space: 200}
	if r.k.has != 0 {
		p.oddities = []int{2, 6, 15, 30}[p.rng.below(4)]
	}
	return p
}

func (p *program) done() bool { return p.r.n >= p.ops }

func (p *program) key(n uint64) unsafe.Pointer { return newKey(p.r.k.key, n, &p.rng) }

// make goes on with a new map, unless the program is over.
func (p *program) make(hint int) *liveMap {
	if p.cur == nil || !p.done() {
		p.cur = p.r.make(hint)
	}
	return p.cur
}

func (p *program) assign(m *liveMap, n uint64) {
	key := p.key(n)
	p.r.withKey(opAssign, m, n, key, newElem(p.r.k.elem, &p.rng))
}

func (p *program) delete(m *liveMap, n uint64) { p.r.withKey(opDelete, m, n, p.key(n), nil) }

func (p *program) lookup(m *liveMap, n uint64) {
	op := opLookup1
	if p.rng.percent(50) {
		op = opLookup2
	}
	p.r.withKey(op, m, n, p.key(n), nil)
}

// clear is the builtin or, where the compiler knows it (reflexive keys), the
// range-delete idiom. On Go 1.19 the builtin's name stands for mapclear too.
func (p *program) clear(m *liveMap) {
	op := opClear
	if p.r.k.reflexive() && p.rng.percent(50) {
		op = opRclear
	}
	p.r.clear(op, m)
}

// clone clones m where that is possible and safe, else looks something up.
func (p *program) clone(m *liveMap) *liveMap {
	if !hasClone || !p.cloneSafe(m) {
		p.lookup(m, p.presentKey(m))
		return m
	}
	return p.r.clone(m)
}

// cloneSafe keeps away from golang/go#69110: cloning a map that went past
// its load limit during a same-size grow makes 1.21.13 (and early 1.22 and
// 1.23) read past the source's bucket array, which crashes the process. The
// repair was seen in 1.22.12 and 1.23.5.
func (p *program) cloneSafe(m *liveMap) bool {
	if m.h.count <= limit(m.h.B) {
		return true
	}
	v := strings.Split(strings.Fields(runtime.Version())[0], ".")
	if len(v) < 3 {
		return false
	}
	patch, err := strconv.Atoi(v[2])
	return err == nil && (v[1] == "22" && patch >= 12 || v[1] == "23" && patch >= 5)
}

// limit is the number of entries above which an insert grows the map.
func limit(b uint8) int {
	per := 13
	if strings.HasPrefix(runtime.Version(), "go1.21") {
		per = 12
	}
	if n := per * (1 << b / 2); n > 8 {
		return n
	}
	return 8
}

// iterate starts an iterator, or advances one when there are enough.
func (p *program) iterate(m *liveMap) {
	if len(p.its) >= maxLive {
		p.advance(m)
		return
	}
	if li := p.r.iterinit(m); !li.ended {
		p.its = append(p.its, li)
	}
}

// advance moves one of the live iterators, of whatever map; if there is
// none it starts one.
func (p *program) advance(m *liveMap) {
	if len(p.its) == 0 {
		p.iterate(m)
		return
	}
	i := p.rng.below(len(p.its))
	li := p.its[i]
	p.r.iternext(li)
	if li.ended {
		p.its = append(p.its[:i], p.its[i+1:]...)
	}
}

func growing(m *liveMap) bool { return m.h.oldbuckets != nil }
