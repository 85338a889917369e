//go:build !go1.24

// Profiles about overflow: skew (long chains in few buckets), overload (past
// the load limit during a same-size grow) and big16 (overflow at B = 16 and
// 17, where the count of overflow buckets is a lottery).
package main

// inBuckets accepts hashes that select one of the given buckets of 2^b.
func inBuckets(b uint, targets []uintptr) func(uintptr) bool {
	return func(hash uintptr) bool {
		for _, t := range targets {
			if hash&(1<<b-1) == t {
				return true
			}
		}
		return false
	}
}

func (p *program) targets(b uint, n int) []uintptr {
	list := []uintptr{}
	for i := 0; i < n; i++ {
		list = append(list, uintptr(p.rng.below(1<<b)))
	}
	return list
}

func skewProgram(p *program) {
	p.oddities /= 2
	p.make(p.hint(100))
	few := p.targets(6, 3)
	for !p.done() {
		m := p.cur
		switch n := p.rng.below(100); {
		case n < 45:
			key, _ := p.colliding(m, 400, inBuckets(6, few))
			p.assign(m, key)
		case n < 98:
			p.step(m, mix{assign: 4, delete: 22, lookup: 8, iterate: 2, advance: 16, clone: 1}, 0)
		case n < 99 && p.rng.percent(30):
			p.clear(m)
		default:
			few = p.targets(6, 1+p.rng.below(3))
		}
		if m.h.B > 6 || m.h.count > 300 {
			p.make(p.hint(100))
			few = p.targets(6, 3)
		}
	}
}

// overloadProgram puts a full map into one chain and moves entries to other
// chains until overflow buckets start a grow of the same size; then it
// inserts into what is evacuated already, which moves the grow on by one
// bucket each, until the map is past its limit. Then everything else comes.
func overloadProgram(p *program) {
	p.oddities = 0
	for !p.done() {
		b, chains := uint(3+p.rng.below(10)/7), 1
		if p.r.k.universe < 1<<12 {
			b, chains = 3, 2 // so few keys do not fill one chain
		}
		m := p.make(limit(uint8(b-1)) + 1)
		chain := p.targets(b, chains)
		p.fill(m, b, chain, limit(m.h.B)-p.rng.below(4))
		for left := 20; left > 0 && !growing(m) && m.h.B == uint8(b) && !p.done(); left-- {
			p.move(m, b, chain)
		}
		for left := 60; left > 0 && growing(m) && m.h.count <= limit(m.h.B)+p.rng.below(3) && !p.done(); left-- {
			key, _ := p.colliding(m, 2000, inBuckets(b, []uintptr{0}))
			p.assign(m, key)
			if p.rng.percent(10) {
				p.step(m, mix{iterate: 1, advance: 2, lookup: 1}, 0)
			}
		}
		for left := 30; left > 0 && !p.done(); left-- {
			p.step(m, mix{assign: 4, delete: 3, lookup: 4, iterate: 3, advance: 12, clear: 1, clone: 4}, 60)
		}
	}
}

// fill inserts keys of one chain up to a count.
func (p *program) fill(m *liveMap, b uint, chain []uintptr, count int) {
	for left := 2 * count; left > 0 && m.h.count < count && !growing(m) && !p.done(); left-- {
		key, _ := p.colliding(m, 500, inBuckets(b, chain))
		p.assign(m, key)
	}
}

// move takes a dozen entries out of one chain and puts as many into another,
// which makes overflow buckets without making entries.
func (p *program) move(m *liveMap, b uint, from []uintptr) {
	count, in := m.h.count, inBuckets(b, from)
	for left := 12; left > 0 && m.h.count > 1 && !growing(m) && !p.done(); left-- {
		key := p.presentKey(m)
		for tries := 20; tries > 0 && !in(p.hashOf(m, key)); tries-- {
			key = p.presentKey(m)
		}
		p.delete(m, key)
	}
	p.fill(m, b, []uintptr{from[0] ^ 1}, count)
}

// bigOps bounds big16: every operation compares many megabytes.
const bigOps = 240

func big16Program(p *program) {
	if p.ops > bigOps {
		p.ops = bigOps
	}
	all := p.ops
	p.oddities /= 2
	for _, b := range []uint{16, 17} {
		p.ops = all / 2
		if b == 17 {
			p.ops = all
		}
		m := p.make(limit(uint8(b-1)) + 1 + p.rng.below(1<<b))
		few := p.targets(b, 2)
		for !p.done() {
			if p.rng.percent(55) {
				key, _ := p.colliding(m, 1<<18, inBuckets(b, few))
				p.assign(m, key)
				continue
			}
			p.step(m, mix{assign: 2, delete: 28, lookup: 8, iterate: 6, advance: 30, clear: 1}, 0)
		}
	}
}
