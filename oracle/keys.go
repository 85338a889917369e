//go:build !go1.24

// Which key comes next: special, random, fresh, present, or searched for with
// the runtime's own hasher until it falls into a wanted bucket.
package main

// bound keeps a key number inside what the type can tell apart.
func (p *program) bound(n uint64) uint64 {
	if n >= keyNaN {
		return n
	}
	return n % p.r.k.universe
}

// anyKey draws a key number: odd ones now and then.
func (p *program) anyKey() uint64 {
	if p.rng.percent(p.oddities) {
		if n := p.oddKey(); n != 0 {
			return n
		}
	}
	return p.bound(p.rng.next() % p.space)
}

// oddKey is one of the special keys that the type can express, or 0.
func (p *program) oddKey() uint64 {
	has := p.r.k.has
	switch n := p.rng.below(10); {
	case n < 4 && has&canNaN != 0:
		return keyNaN
	case n < 6 && has&canZero != 0:
		return keyZero
	case n < 7 && has&canBox != 0:
		return keyNil
	case n < 8 && has&canBox != 0 && p.rng.percent(40):
		return keyUnhashable
	case has&canString != 0:
		return keyEmpty
	}
	return 0
}

// freshKey is a number that the program has not used before.
func (p *program) freshKey() uint64 {
	p.next++
	return p.bound(p.next + 1000)
}

// newKey is a fresh key, often one for the hot bucket: uneven filling is
// what makes overflow buckets, and those force grows of the same size.
func (p *program) newKey(m *liveMap) uint64 {
	if !p.rng.percent(p.hotRate) {
		return p.freshKey()
	}
	if p.rng.percent(3) {
		p.hot = uintptr(p.rng.next())
	}
	b := uint(m.h.B)
	if b > 5 {
		b = 5
	}
	n, _ := p.colliding(m, 300, inBuckets(b, []uintptr{p.hot & (1<<b - 1)}))
	return n
}

// presentKey is a key of m, or any key.
func (p *program) presentKey(m *liveMap) uint64 {
	if len(m.keys.list) == 0 {
		return p.anyKey()
	}
	return m.keys.list[p.rng.below(len(m.keys.list))]
}

// colliding searches a key number whose hash under m's present seed is
// accepted; false if the search was given up.
func (p *program) colliding(m *liveMap, tries int, accept func(hash uintptr) bool) (uint64, bool) {
	for ; tries > 0; tries-- {
		n := p.freshKey()
		if accept(p.hashOf(m, n)) && !m.keys.has(n) {
			return n, true
		}
	}
	return p.anyKey(), false
}

// hashOf hashes key number n under m's present seed, leaving no garbage.
func (p *program) hashOf(m *liveMap, n uint64) uintptr {
	mark := contents.used
	hash := p.r.k.hash(p.key(n), m.h.hash0)
	contents.rewind(mark)
	return hash
}
